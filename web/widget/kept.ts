// What this browser keeps, for all tabs or for one. What it cannot or may not keep is kept for as long as the page lives.

/** As `Storage`, but nothing here ever throws. */
export interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, text: string | null): void;
  /** From now on everything under `prefix` is this visit's; what was another's is forgotten. */
  bind(prefix: string, visit: string): void;
}

export function keptIn(open: () => Storage): Kept {
  /** Newer than what the browser has. */
  const held = new Map<string, string | null>();
  const getItem = (key: string) => {
    try {
      return held.get(key) ?? (held.has(key) ? null : open().getItem(key));
    } catch {
      return null;
    }
  };
  const setItem = (key: string, text: string | null) => {
    held.delete(key);
    try {
      if (text === null) open().removeItem(key);
      else open().setItem(key, text);
    } catch {
      held.set(key, text);
    }
  };
  return {
    getItem,
    setItem,
    bind(prefix, visit) {
      const owner = `${prefix}of`;
      if (getItem(owner) === visit) return;
      const keys = [...held.keys()];
      try {
        const storage = open();
        for (let n = storage.length; n > 0; n--) keys.push(storage.key(n - 1) ?? "");
      } catch {
        // Then nothing is there.
      }
      for (const key of keys) if (key.startsWith(prefix)) setItem(key, null);
      setItem(owner, visit);
    },
  };
}

export const shared = keptIn(() => localStorage);
export const ofThisTab = keptIn(() => sessionStorage);
