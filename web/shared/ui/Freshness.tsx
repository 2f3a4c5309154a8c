// How fresh the screen is: live, connecting, or since when it is not; a lost connection dims what it cannot vouch for.
import type { ComponentChildren } from "preact";
import { connection } from "../graphql/socket";
import { ageWords, exactWords, secondWords } from "../lib/time";
import { now } from "../live/clock";
import { say } from "../words/say";
import "./freshness.css";
import { Icon } from "./Icon";

/** `at`: when the last answer came, by the browser's clock. */
export function Freshness({ at }: { at: number | undefined }) {
  const { state } = connection.value;
  // Read so that the age counts on.
  void now.value;
  if (state === "lost") {
    return (
      <span class="fresh fresh-lost">
        <Icon name="unlink" size={14} />
        {say("staff.fresh.lost")}
      </span>
    );
  }
  if (state === "connecting" || at === undefined) {
    return (
      <span class="fresh">
        <Icon name="refresh" size={14} />
        {say("staff.fresh.connecting")}
      </span>
    );
  }
  return (
    <span class="fresh fresh-live" title={say("staff.fresh.last", { time: exactWords(at) })}>
      <span class="fresh-dot" />
      {say("staff.fresh.live")}
      <span class="fresh-age tabular">{say("staff.fresh.changed", { age: ageWords(Date.now() - at) })}</span>
    </span>
  );
}

/** What is inside cannot be vouched for while the connection is lost. */
export function Dimmed({ children }: { children: ComponentChildren }) {
  const state = connection.value;
  const lost = state.state === "lost";
  return (
    <>
      {lost && (
        <div class="lost-bar" role="alert">
          <Icon name="unlink" />
          <p>
            <strong>{say("staff.lost.title", { time: secondWords(state.since) })}</strong> {say("staff.lost.what")}
          </p>
        </div>
      )}
      <div class={lost ? "dimmable dimmed" : "dimmable"}>{children}</div>
    </>
  );
}
