// What this browser remembers about the display, for all tabs of the site.
import { shared } from "../widget/kept";

export interface Kept {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

export function keptFor(site: string): Kept {
  const key = (name: string) => `lockstep.${site}.display.${name}`;
  return {
    get: (name) => shared.getItem(key(name)),
    set: (name, value) => shared.setItem(key(name), value),
  };
}
