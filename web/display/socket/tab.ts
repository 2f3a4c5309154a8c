// Of all tabs of a visit one is shown: the one that the customer used last.
import { hear } from "../../widget/hear";

interface Claim {
  tab: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface TabWorld {
  channel: { postMessage(claim: Claim): void; onmessage: ((event: { data: Claim }) => void) | null };
  tab: string;
  now(): number;
  onChange(active: boolean): void;
}

export interface Tab {
  readonly active: boolean;
  /** The customer is here. */
  claim(): void;
}

/** Of two claims, whether the first is the later one; the same instant is decided by name. */
export const isLater = (one: Claim, other: Claim): boolean => one.at > other.at || (one.at === other.at && one.tab > other.tab);

export function tabOf({ channel, tab, now, onChange }: TabWorld): Tab {
  let mine: Claim | null = null;
  channel.onmessage = ({ data }) => {
    if (mine === null || !isLater(data, mine)) return;
    mine = null;
    onChange(false);
  };
  return {
    get active() {
      return mine !== null;
    },
    claim() {
      if (mine !== null) return;
      mine = { tab, at: now() };
      channel.postMessage(mine);
      onChange(true);
    },
  };
}

/** What shows that the customer is in this tab. */
export function followPresence(claim: () => void): void {
  const look = () => {
    if (document.visibilityState === "visible") claim();
  };
  hear(document, "visibilitychange", look);
  hear(window, "pageshow", look);
  for (const sign of ["focus", "pointerdown", "keydown"]) hear(window, sign, look, { capture: true, passive: true });
  look();
}
