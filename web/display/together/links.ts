// Links that lead away from what can be mirrored: while the page is shared they are opened together.
import { hear } from "../../widget/hear";
import { webAddress, type Pages } from "./address";

export interface LinksWorld {
  /** The page is shared from this tab. */
  shared(): boolean;
  pages: Pages;
  go(url: URL): void;
  together(url: URL): void;
}

/** The address that a click would open in this tab; null: it is not such a click. */
export function clickedAddress(event: MouseEvent): URL | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.composedPath().find((node): node is HTMLAnchorElement => node instanceof Element && node.localName === "a" && node.hasAttribute("href"));
  if (link === undefined || link.hasAttribute("download")) return null;
  const target = link.getAttribute("target") ?? "";
  if (target !== "" && target !== "_self") return null;
  const url = webAddress(link.getAttribute("href") ?? "", link.baseURI);
  if (url === null) return null;
  const within = url.origin === location.origin && url.pathname === location.pathname && url.search === location.search;
  return within ? null : url;
}

export function followLinks({ shared, pages, go, together }: LinksWorld): void {
  hear(window, "click", (event) => {
    if (!shared()) return;
    const url = clickedAddress(event);
    if (url === null) return;
    event.preventDefault();
    void pages.isOurs(url).then((ours) => (ours ? go(url) : together(url)));
  });
}
