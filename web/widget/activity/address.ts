// Tells when the page shows another address without being loaded again.
import { hear } from "../hear";
import { withoutQuery } from "./views";

/** `moved` is called after each change of path, once the page has had a turn to set its title. */
export function watchAddress(moved: (url: string) => void): void {
  let last = withoutQuery(location.href);
  const look = () =>
    setTimeout(() => {
      const now = withoutQuery(location.href);
      if (now === last) return;
      last = now;
      moved(now);
    });
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = (...state: Parameters<History["pushState"]>) => {
      Reflect.apply(original, history, state);
      look();
    };
  }
  hear(window, "popstate", look);
}
