// What TSX compiles to in the widget: elements as plain values, and one function that makes the page show them.
// It stands in for `preact/jsx-runtime`, whose types it is checked with: components here have no state of their own,
// and these lines weigh a sixth of it in a script that every page of a company loads.

type Key = string | number | undefined;
type Component = (props: object) => unknown;
interface Element_ {
  tag: string;
  key: Key;
  props: Record<string, unknown>;
}

const keys = new WeakMap<Node, Key>();
const svg = "http://www.w3.org/2000/svg";

export const Fragment = ({ children }: { children?: unknown }): unknown => children;

export function jsx(type: string | Component, props: Record<string, unknown>, key?: Key): unknown {
  if (typeof type === "string") return { tag: type, key, props } satisfies Element_;
  const made = type(props);
  return key !== undefined && isElement(made) ? { ...made, key } : made;
}
export const jsxs = jsx;

const isElement = (child: unknown): child is Element_ => typeof child === "object" && child !== null && "tag" in child;

function flat(children: unknown): (Element_ | string)[] {
  if (Array.isArray(children)) return children.flatMap(flat);
  if (children === null || children === undefined || typeof children === "boolean") return [];
  return [isElement(children) ? children : String(children)];
}

function set(element: Element, name: string, value: unknown, fresh: boolean): void {
  if (name === "children") return;
  // What a handler returns counts for nothing: to `onkeydown`, `false` would mean that the key does nothing.
  if (name.startsWith("on")) Object.assign(element, { [name.toLowerCase()]: typeof value === "function" ? (event: Event) => void value(event) : null });
  else if (name === "checked") (element as HTMLInputElement).checked = value === true;
  else if (name === "defaultValue") {
    // What somebody has typed is theirs: only a new field takes it.
    if (fresh) (element as HTMLInputElement).value = String(value);
  } else if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : String(value));
}

function fits(node: Node, child: Element_ | string): boolean {
  if (typeof child === "string") return node.nodeType === Node.TEXT_NODE;
  return node.nodeName.toLowerCase() === child.tag && keys.get(node) === child.key;
}

/** Makes the children of `parent` what `shown` says; nodes that fit stay, with focus, scroll and what was typed. */
export function show(parent: Element, shown: unknown): void {
  const children = flat(shown);
  const free = new Set<ChildNode>(parent.childNodes);
  const kept = children.map((child) => {
    for (const node of free) {
      if (!fits(node, child)) continue;
      free.delete(node);
      return node;
    }
    return undefined;
  });
  // What no longer fits goes first, so that what stays need not move: a moved field loses its focus.
  for (const gone of free) gone.remove();
  let place = parent.firstChild;
  children.forEach((child, index) => {
    const old = kept[index];
    const node = draw(parent, child, old);
    if (node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  });
}

function draw(parent: Element, child: Element_ | string, old: ChildNode | undefined): ChildNode {
  if (typeof child === "string") {
    const text = old ?? document.createTextNode("");
    if (text.nodeValue !== child) text.nodeValue = child;
    return text;
  }
  const element = (old as Element | undefined) ?? document.createElementNS(child.tag === "svg" ? svg : parent.namespaceURI, child.tag);
  if (old === undefined) keys.set(element, child.key);
  for (const [name, value] of Object.entries(child.props)) set(element, name, value, old === undefined);
  show(element, child.props.children);
  return element;
}
