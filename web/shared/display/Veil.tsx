// What stands in the place of the page while there is none: asked, paused, ended, or not here yet.
import { troubleOf } from "../../display/shared/trouble";
import type { ApiError } from "../graphql/document";
import { connection } from "../graphql/socket";
import { secondWords } from "../lib/time";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Empty, Failed, Loading } from "../ui/States";
import { Age } from "../ui/Time";
import type { Display } from "./documents";
import { endWords } from "./words";
import { say } from "../words/say";

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
      Reconnecting{connection.value.state === "lost" && ` since ${secondWords(connection.value.since)}`}: this is how the page was then
    </p>
  );
}

function wordsOf({ display, customer, error, waiting = false, askAgain }: Props) {
  if (display === undefined) return error ? <Failed error={error} /> : <Loading label="Opening the display" lines={4} />;
  switch (display.state) {
    case "OFFERED":
      return (
        <Empty icon="hourglass" title={`Waiting for ${customer} to agree`}>
          <p>
            {customer} was asked <Age since={display.since} /> ago whether you may see the page. Private parts stay hidden either way.
          </p>
        </Empty>
      );
    case "PAUSED":
      return (
        <Empty icon="pause" title={`${customer} has paused`}>
          <p>
            Nothing goes over until {customer} resumes. Paused for <Age since={display.since} />.
          </p>
        </Empty>
      );
    case "ENDED":
      return (
        <Empty icon="minus" title={endWords(display.endReason)}>
          {askAgain && (
            <>
              <p>If it would help, ask once more.</p>
              <Button icon="eye" onClick={askAgain}>
                Ask to see the page
              </Button>
            </>
          )}
        </Empty>
      );
    case "SHARED": {
      const { trouble } = troubleOf(display) ?? {};
      if (trouble != null) {
        return (
          <Empty icon="alert" title="This page cannot be shown">
            {trouble === "too_large" ? say("pane.trouble.too_large") : say("pane.trouble.stopped")}
          </Empty>
        );
      }
      if (!waiting || display.way === "TOGETHER") return null;
      return <Loading label="Waiting for the first picture" lines={4} />;
    }
  }
}
