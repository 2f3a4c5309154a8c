// A value that tells its followers when it has changed.

export interface Store<T> {
  readonly value: T;
  set(next: T): void;
  /** Called at once and after every change; returns how to stop. */
  follow(reader: (value: T) => void): () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const readers = new Set<(value: T) => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const reader of [...readers]) reader(next);
    },
    follow(reader) {
      readers.add(reader);
      reader(value);
      return () => readers.delete(reader);
    },
  };
}
