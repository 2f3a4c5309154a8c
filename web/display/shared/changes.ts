// One shared widget's changes on their way: one at a time, each on the newest state, made again when it was too late.
import type { Carried } from "../../widget/door/command";
import { say } from "../../shared/words/say";

/** So often a change is made again on a newer state. */
export const again_max = 8;
export const stale_code = "display.widget_stale";

export interface Known {
  version: number;
  state: object;
}

export interface Changes {
  /** To be merged into the newest state. */
  change(part: object): void;
  /** What the log says. */
  heard(known: Known): void;
}

interface ChangesWorld {
  send(basedOn: number, state: object): Promise<Carried>;
  onProblem(message: string): void;
}

export function changesOf({ send, onProblem }: ChangesWorld): Changes {
  let known: Known = { version: 0, state: {} };
  let waiting: object | null = null;
  let going = false;
  /** Nothing is sent before the log says more than this version. */
  let until = -1;
  let again = 0;

  const pump = () => {
    if (going || waiting === null || known.version <= until) return;
    const part = waiting;
    const basedOn = known.version;
    waiting = null;
    going = true;
    void send(basedOn, { ...known.state, ...part }).then((answer) => {
      going = false;
      const stale = answer.__typename === "Refused" && answer.code === stale_code;
      if (stale && again < again_max) {
        again += 1;
        until = basedOn;
        waiting = { ...part, ...waiting };
      } else if (answer.__typename === "Done") {
        again = 0;
        until = basedOn;
      } else {
        again = 0;
        onProblem(say("display.failed"));
      }
      pump();
    });
  };
  return {
    change(part) {
      waiting = { ...waiting, ...part };
      pump();
    },
    heard(next) {
      if (next.version < known.version) return;
      known = next;
      pump();
    },
  };
}
