// Together: the same address as the customer's, loaded by this side over its own connection, its programs running here too.
import { keepingFocus } from "./focus";

export interface Together {
  /** Null: the customer's page is mirrored again. */
  show(url: string | null): void;
  /** Says that this was open, without opening it: what was on it is not recorded. */
  mention(url: string): void;
}

export function openTogether(root: HTMLElement): Together {
  let shown: string | null = null;
  const markOf = (words: string) => {
    const mark = document.createElement("p");
    mark.className = "together-mark";
    mark.textContent = words;
    root.append(mark);
  };
  return {
    mention(url) {
      shown = null;
      keepingFocus(root, () => root.replaceChildren());
      root.hidden = false;
      markOf(`Together: everybody had opened ${url} themselves. What was on it is not recorded.`);
    },
    show(url) {
      if (url === shown && root.hidden === (url === null)) return;
      shown = url;
      keepingFocus(root, () => root.replaceChildren());
      root.hidden = url === null;
      if (url === null) return;
      if (!mayBeShown(url)) {
        markOf("This address cannot be opened here");
        return;
      }
      markOf("Together: you and the customer each opened this page yourselves");
      const frame = document.createElement("iframe");
      frame.title = "The page that everybody opened";
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin");
      frame.src = url;
      root.append(frame);
      // What had the focus lies below it now.
      if (document.activeElement?.id === "tools") frame.focus({ preventScroll: true });
    },
  };
}

/** Never this origin's own pages: they would be let out of their sandbox. */
function mayBeShown(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin } = new URL(url);
  return (protocol === "https:" || protocol === "http:") && origin !== location.origin;
}
