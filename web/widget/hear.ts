// Listeners that outlive `document.open()`, which takes all of them away.

const all: (() => void)[] = [];

/** `addEventListener`, for as long as the page lives. */
export function hear<Type extends string>(target: EventTarget, type: Type, listener: (event: Heard<Type>) => void, options?: AddEventListenerOptions): void {
  const add = () => target.addEventListener(type, listener as EventListener, options);
  all.push(add);
  add();
}
type Heard<Type extends string> = Type extends keyof WindowEventMap ? WindowEventMap[Type] : Event;

/** Who listens already is not added twice. */
export function hearAgain(): void {
  for (const add of all) add();
}
