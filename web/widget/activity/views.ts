// The page views of this tab on their way to the edge: numbered, in batches, sent again until they have arrived.
import { has, jsonOf, listed, parsed } from "../json";
import type { Kept } from "../kept";
import { backoff_ms } from "../retry";

/** `(pageLoad, seq)` orders and names a view; the edge keeps the first copy. */
export interface PageView {
  pageLoad: number;
  seq: number;
  url: string;
  title: string;
}

export const batch_max = 20;
/** More than this is not kept while the edge is away: the oldest go first. */
export const kept_max = 200;
const title_max = 200;
const gather_ms = 150;

export interface Views {
  /** The page (or another address within it) has been shown. */
  saw(url: string, title: string): void;
  /** A visit begins: what was kept of it is sent with what was seen here; what another visit saw is nobody's any more. */
  begin(): void;
  /** Sends at once what is left: the page is about to go. */
  hurry(): void;
}

interface ViewsWorld {
  /** Resolves when the edge has taken them; `wanted`: whether they still are, once it is known whose visit they go under. */
  post(views: readonly PageView[], wanted: () => boolean): Promise<void>;
  kept: Pick<Kept, "getItem" | "setItem">;
  key: string;
  pageLoad: number;
  after(milliseconds: number, work: () => void): void;
}

/** Origin and path alone: what stands behind `?`, `#` and in a path behind `;` may be personal. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/(;|%3b)[^/]*/gi, "");
}

const isView = (one: unknown) => has(one, { pageLoad: "number", seq: "number", url: "string", title: "string" });

export function viewsTo(world: ViewsWorld): Views {
  let queue: PageView[] = [];
  let begun = false;
  let seq = 0;
  let failures = 0;
  let waiting = false;
  let sending = false;

  const keep = () => begun && world.kept.setItem(world.key, jsonOf(queue));

  const send = async () => {
    waiting = false;
    if (sending || queue.length === 0) return;
    sending = true;
    const batch = queue.slice(0, batch_max);
    try {
      await world.post(batch, () => queue.includes(batch[0] as PageView));
      failures = 0;
      queue = queue.filter((view) => !batch.includes(view));
      keep();
    } catch {
      failures += 1;
    }
    sending = false;
    if (queue.length > 0) later(failures > 0 ? backoff_ms(failures) : 0);
  };
  const later = (milliseconds: number) => {
    if (waiting) return;
    waiting = true;
    world.after(milliseconds, () => void send());
  };

  return {
    begin() {
      queue = begun ? [] : [...listed<PageView>(parsed(world.kept.getItem(world.key)), isView), ...queue].slice(-kept_max);
      begun = true;
      keep();
      if (queue.length > 0) later(gather_ms);
    },
    saw(url, title) {
      seq += 1;
      queue = [...queue, { pageLoad: world.pageLoad, seq, url: withoutQuery(url), title: title.slice(0, title_max) }].slice(-kept_max);
      keep();
      later(gather_ms);
    },
    hurry() {
      void send();
    },
  };
}
