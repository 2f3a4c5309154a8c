// The page views of this tab on their way to the edge: numbered, in batches, sent again until they have arrived.
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
  /** Sends at once what is left: the page is about to go. */
  hurry(): void;
}

interface ViewsWorld {
  /** Resolves when the edge has taken them. */
  post(views: readonly PageView[]): Promise<void>;
  kept: Pick<Storage, "getItem" | "setItem">;
  key: string;
  pageLoad: number;
  after(milliseconds: number, work: () => void): void;
}

/** Origin and path alone: what stands behind `?` and `#` may be personal. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

export function viewsTo(world: ViewsWorld): Views {
  let queue = JSON.parse(world.kept.getItem(world.key) ?? "[]") as PageView[];
  let seq = 0;
  let failures = 0;
  let waiting = false;
  let sending = false;

  const keep = () => world.kept.setItem(world.key, JSON.stringify(queue));

  const send = async () => {
    waiting = false;
    if (sending || queue.length === 0) return;
    sending = true;
    const batch = queue.slice(0, batch_max);
    try {
      await world.post(batch);
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

  if (queue.length > 0) later(gather_ms);
  return {
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
