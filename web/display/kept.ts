// What this browser remembers about the display, for all tabs of the site; nothing where that is forbidden.

export interface Kept {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

export function keptFor(site: string): Kept {
  const key = (name: string) => `lockstep.${site}.display.${name}`;
  const held = new Map<string, string>();
  return {
    get(name) {
      try {
        return localStorage.getItem(key(name));
      } catch {
        return held.get(name) ?? null;
      }
    },
    set(name, value) {
      held.set(name, value);
      try {
        localStorage.setItem(key(name), value);
      } catch {
        // Then it is remembered for this page alone.
      }
    },
  };
}
