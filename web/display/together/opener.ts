// Opens pages that staff or customer want to look at: as they stand where that is possible, else together.
import type { OwnDisplay } from "../../widget/door/documents";
import type { Decide } from "../documents";
import type { Kept } from "../kept";
import { webAddress, type Pages } from "./address";
import { say } from "../../shared/words/say";

/** How long going on waits until it is decided that the page is mirrored again. */
const decided_ms = 1_500;

export interface OpenerWorld {
  display(): OwnDisplay | null;
  decide: Decide;
  pages: Pages;
  kept: Kept;
  /** Replaces this page. */
  go(url: string): void;
  wait(milliseconds: number): Promise<void>;
  onProblem(message: string): void;
}

export interface Opener {
  /** The customer went there: if it may not be looked at together, it is opened all the same. */
  together(url: URL): Promise<void>;
  /** This page again. */
  back(): Promise<void>;
  /** Goes where staff have led, once. */
  follow(): void;
}

export function openerFor({ display, decide, pages, kept, go, wait, onProblem }: OpenerWorld): Opener {
  const back = async () => {
    const now = display();
    if (now === null || now.way === "MIRROR") return;
    const answer = await decide("shareDisplay", { display: now.id, way: "MIRROR", url: null });
    if (answer.__typename !== "Done") onProblem(say("display.failed"));
  };
  const together = async (url: URL, otherwise: (message: string) => void) => {
    const now = display();
    if (now === null) return otherwise(say("display.together.not_shared"));
    const answer = await decide("shareDisplay", { display: now.id, way: "TOGETHER", url: url.href });
    if (answer.__typename !== "Done") otherwise(say("display.together.failed"));
  };
  const lead = async (url: URL) => {
    if (!(await pages.isOurs(url))) return together(url, onProblem);
    await Promise.race([back(), wait(decided_ms)]);
    go(url.href);
  };
  return {
    together: (url) => together(url, () => go(url.href)),
    back,
    follow() {
      const push = display()?.push ?? null;
      if (push === null || push.state !== "FOLLOWED" || push.by !== "AGENT" || kept.get("followed") === push.id) return;
      kept.set("followed", push.id);
      const url = push.url === null ? null : webAddress(push.url, location.href);
      if (url === null) return onProblem(say("display.together.no_page"));
      if (url.href !== location.href) void lead(url);
    },
  };
}
