// Notices what pages do through methods and properties that leave no trace in the document.

type Undo = () => void;

/** Calls `after` each time that the method has been called. */
export function afterCall<T extends object>(prototype: T | undefined, name: string & keyof T, after: (self: unknown, result: unknown) => void): Undo {
  const original = prototype?.[name] as unknown;
  if (prototype === undefined || typeof original !== "function") return () => undefined;
  const patched = function (this: unknown, ...args: unknown[]): unknown {
    const result: unknown = Reflect.apply(original, this, args);
    after(this, result);
    return result;
  };
  // What asks for its name and length sees the original's.
  Object.defineProperties(patched, { name: { value: name, configurable: true }, length: { value: original.length, configurable: true } });
  const before = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  Object.defineProperty(prototype, name, { ...before, value: patched });
  return () => {
    // Somebody else may have put something over it since.
    if ((prototype[name] as unknown) === patched) Object.defineProperty(prototype, name, before);
  };
}

/** Calls `after` each time that the property has been set. */
export function afterSet<T extends object>(prototype: T | undefined, name: string & keyof T, after: (self: unknown) => void): Undo {
  const before = prototype === undefined ? undefined : Object.getOwnPropertyDescriptor(prototype, name);
  if (prototype === undefined || before?.set === undefined || before.configurable !== true) return () => undefined;
  const { set } = before;
  const patched = function (this: unknown, value: unknown): void {
    set.call(this, value);
    after(this);
  };
  Object.defineProperty(prototype, name, { ...before, set: patched });
  return () => {
    if (Object.getOwnPropertyDescriptor(prototype, name)?.set === patched) Object.defineProperty(prototype, name, before);
  };
}
