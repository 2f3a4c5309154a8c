// Notices when a page puts another document into the place of its own: by replacing the root, or by writing it anew. The
// second takes away all listeners, so that recording begins from the start either way.

/** A page that writes and never says that it is done is taken as it stands after this time. */
const written_ms = 1_000;

export interface Documents {
  stop(): void;
}

export function followDocument(replaced: () => void): Documents {
  let root: Element | null = document.documentElement;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    const now = document.documentElement as Element | null;
    // Between two there may be none.
    if (now === root || now === null) return;
    root = now;
    clearTimeout(waiting);
    replaced();
    if (document.readyState === "loading") waiting = setTimeout(asItStands, written_ms);
  };
  const asItStands = () => {
    if (document.readyState !== "loading") return;
    // What waits for the end of the page looks here.
    Object.defineProperty(document, "readyState", { configurable: true, value: "interactive" });
    try {
      replaced();
    } finally {
      Reflect.deleteProperty(document, "readyState");
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true });
  return {
    stop() {
      observer.disconnect();
      clearTimeout(waiting);
    },
  };
}
