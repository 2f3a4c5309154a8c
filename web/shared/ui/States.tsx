// What a view shows when it has nothing to show: empty, loading, error, forbidden; each with the next step.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../graphql/document";
import { failureWords } from "../words/refusal";
import { say } from "../words/say";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import "./states.css";

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <span class="state-icon">
        <Icon name={icon} size={20} />
      </span>
      <p class="state-title">{title}</p>
      {children != null && <div class="state-words">{children}</div>}
    </div>
  );
}

/** Grey lines where words will be. */
export function Loading({ lines = 4, label = say("staff.loading") }: { lines?: number; label?: string }) {
  return (
    <div class="loading" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="loading-line" style={{ width: `${[92, 74, 84, 58, 68][line % 5] ?? 80}%` }} />
      ))}
    </div>
  );
}

export function Failed({ error, again }: { error: ApiError; again?: () => void }) {
  if (error.forbidden) return <Forbidden />;
  return (
    <div class="state" role="alert">
      <span class="state-icon state-bad">
        <Icon name="alert" size={20} />
      </span>
      <p class="state-title">{say("staff.failed.title")}</p>
      <div class="state-words">{failureWords(error.code)}</div>
      {again && (
        <Button icon="refresh" onClick={again}>
          {say("staff.again")}
        </Button>
      )}
    </div>
  );
}

export function Forbidden({ title = say("staff.forbidden.title"), children }: { title?: string; children?: ComponentChildren }) {
  return (
    <div class="state" role="alert">
      <span class="state-icon">
        <Icon name="lock" size={20} />
      </span>
      <p class="state-title">{title}</p>
      <div class="state-words">{children ?? say("staff.forbidden.what")}</div>
    </div>
  );
}
