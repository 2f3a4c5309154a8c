// Where a page may be opened, and whether it can be shown as it stands.

/** Of a page of the company's that is looked at for the widget. */
const page_bytes_max = 2 * 1024 * 1024;
const look_ms = 4_000;
/** Addresses whose page is remembered. */
const remembered_max = 200;

/** Only pages of the web; null: nothing that may be opened. */
export function webAddress(address: string, base: string): URL | null {
  try {
    const url = new URL(address, base);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

/** Whether a page's HTML has the widget of this edge. */
export function hasWidget(html: string, page: URL, edge: string): boolean {
  for (const [, double, single] of html.matchAll(/<script\b[^>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)) {
    const src = webAddress((double ?? single ?? "").replaceAll("&amp;", "&"), page.href);
    if (src !== null && src.origin === edge && src.pathname === "/widget.js") return true;
  }
  return false;
}

export interface Pages {
  /** The page can be shown as it stands: it is the company's, and has the widget. */
  isOurs(url: URL): Promise<boolean>;
}

export function pagesOf(edge: string, here: string): Pages {
  const known = new Map<string, Promise<boolean>>();
  const look = async (url: URL): Promise<boolean> => {
    try {
      const response = await fetch(url, { credentials: "same-origin", headers: { accept: "text/html" }, signal: AbortSignal.timeout(look_ms) });
      // What leads elsewhere or fails is opened as the customer's browser would open it.
      if (!response.ok || new URL(response.url).origin !== here) return !response.ok;
      if (!(response.headers.get("content-type") ?? "").includes("html")) return false;
      return hasWidget((await response.text()).slice(0, page_bytes_max), new URL(response.url), edge);
    } catch {
      return false;
    }
  };
  return {
    isOurs(url) {
      if (url.origin !== here) return Promise.resolve(false);
      const key = url.pathname;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size >= remembered_max) known.clear();
      const answer = look(url);
      known.set(key, answer);
      return answer;
    },
  };
}
