// A customer's page beside the board: one looks on and still sees the floor; back is one press away.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DisplayPane } from "../../shared/display/Pane";
import { nameIn } from "../../shared/lib/name";
import { Button } from "../../shared/ui/Button";
import { say } from "../../shared/words/say";
import "./beside.css";

export interface Joined {
  contact: string;
  visit: string;
  customer: string;
  agent: string | null;
}

interface Props {
  joined: Joined | undefined;
  leave: () => void;
  /** The board, or whatever was shown before. */
  children: ComponentChildren;
}

export function Beside({ joined, leave, children }: Props) {
  const [wide, setWide] = useState(false);
  return (
    <div class="beside" data-joined={joined !== undefined} data-wide={joined !== undefined && wide}>
      <div class="beside-rest">{children}</div>
      {joined && <Page key={joined.contact} joined={joined} leave={leave} wide={{ on: wide, set: setWide }} />}
    </div>
  );
}

function Page({ joined, leave, wide }: { joined: Joined; leave: () => void; wide: { on: boolean; set: (on: boolean) => void } }) {
  const head = useRef<HTMLElement>(null);
  useEffect(() => head.current?.querySelector("button")?.focus(), []);
  const { customer, agent } = joined;
  return (
    <aside class="beside-page" aria-label={say("board.joined.title", { name: nameIn(customer) })}>
      <header class="beside-head" ref={head}>
        <Button small icon="back" onClick={leave}>
          {say("board.joined.back")}
        </Button>
        <p class="truncate">{agent === null ? say("board.joined.title", { name: nameIn(customer) }) : say("board.joined.what", { name: nameIn(customer), agent: nameIn(agent) })}</p>
      </header>
      <DisplayPane contact={joined.contact} visit={joined.visit} customer={customer} as="supervisor" wide={wide} />
    </aside>
  );
}
