// What stands in the place of the page while there is none: asked, paused, ended, or not here yet.
import { troubleOf } from "../../display/shared/trouble";
import type { ApiError } from "../graphql/document";
import { connection } from "../graphql/socket";
import { nameIn } from "../lib/name";
import { ageWords, secondWords } from "../lib/time";
import { now } from "../live/clock";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Empty, Failed, Loading } from "../ui/States";
import { say } from "../words/say";
import type { Display } from "./documents";
import { endWords } from "./words";

interface Props {
  display: Display | undefined;
  customer: string;
  error?: ApiError | undefined;
  /** Nothing of the page has come yet. */
  waiting?: boolean;
  askAgain?: (() => void) | undefined;
}

export function Veil(props: Props) {
  const inside = wordsOf(props);
  const { state } = connection.value;
  if (inside === null && state !== "lost") return null;
  if (inside !== null) return <div class="veil">{inside}</div>;
  return (
    <p class="veil-lost" role="status">
      <Icon name="unlink" size={14} />
      {connection.value.state === "lost" ? say("view.lost.since", { time: secondWords(connection.value.since) }) : say("view.lost")}
    </p>
  );
}

function wordsOf({ display, customer, error, waiting = false, askAgain }: Props) {
  if (display === undefined) return error ? <Failed error={error} /> : <Loading label={say("view.opening")} lines={4} />;
  const name = nameIn(customer);
  const age = () => ageWords(now.value - Date.parse(display.since));
  switch (display.state) {
    case "OFFERED":
      return (
        <Empty icon="hourglass" title={say("view.offered.title", { name })}>
          {say("view.offered.what", { name, age: age() })}
        </Empty>
      );
    case "PAUSED":
      return (
        <Empty icon="pause" title={say("view.paused.title", { name })}>
          {say("view.paused.what", { name, age: age() })}
        </Empty>
      );
    case "ENDED":
      return (
        <Empty icon="minus" title={endWords(display.endReason)}>
          {askAgain && (
            <>
              <p>{say("view.ended.what")}</p>
              <Button icon="eye" onClick={askAgain}>
                {say("view.ended.ask")}
              </Button>
            </>
          )}
        </Empty>
      );
    case "SHARED": {
      const { trouble } = troubleOf(display) ?? {};
      if (trouble != null) {
        return (
          <Empty icon="alert" title={say("view.trouble.title")}>
            {trouble === "too_large" ? say("pane.trouble.too_large") : say("pane.trouble.stopped")}
          </Empty>
        );
      }
      if (!waiting || display.way === "TOGETHER") return null;
      return <Loading label={say("view.waiting")} lines={4} />;
    }
  }
}
