// Templates: HTML with holes. Only what changed is touched, so focus, caret and what is selected stay.

export interface View {
  readonly strings: TemplateStringsArray;
  readonly values: readonly unknown[];
}

/**
 * A hole takes a text, a number, another template, a list of these, or nothing (`null`, `undefined`, `false`).
 * In place of an attribute's value `false` leaves the attribute out; `@click=${…}` takes a handler.
 * Whatever is filled in is text, never HTML.
 */
export const html = (strings: TemplateStringsArray, ...values: unknown[]): View => ({ strings, values });

/** Shows the view in the place, which nobody else writes to. */
export function render(place: ShadowRoot | Element, view: View): void {
  let fill = places.get(place);
  if (fill === undefined) {
    const end = document.createComment("");
    place.append(end);
    fill = childHole(end);
    places.set(place, fill);
  }
  fill(view);
}

const places = new WeakMap<Node, (value: unknown) => void>();
const parsed = new WeakMap<TemplateStringsArray, HTMLTemplateElement>();
const mark = /hole:(\d+):/g;

function templateOf(strings: TemplateStringsArray): HTMLTemplateElement {
  let template = parsed.get(strings);
  if (template === undefined) {
    let text = "";
    strings.forEach((piece, at) => {
      text += piece;
      if (at === strings.length - 1) return;
      const inTag = text.lastIndexOf("<") > text.lastIndexOf(">");
      text += inTag ? `hole:${at}:` : `<!--hole:${at}:-->`;
    });
    template = document.createElement("template");
    template.innerHTML = text;
    parsed.set(strings, template);
  }
  return template;
}

type Fill = (values: readonly unknown[]) => void;

function mount(view: View): { content: DocumentFragment; fill: Fill } {
  const content = templateOf(view.strings).content.cloneNode(true) as DocumentFragment;
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const nodes: Node[] = [];
  while (walker.nextNode() !== null) nodes.push(walker.currentNode);

  const fills: Fill[] = [];
  let found = 0;
  for (const node of nodes) {
    if (node instanceof Comment) {
      const [first] = node.data.matchAll(mark);
      if (first === undefined) continue;
      const at = Number(first[1]);
      const fill = childHole(node);
      fills.push((values) => fill(values[at]));
      found += 1;
    } else if (node instanceof Element) {
      for (const { name, value } of [...node.attributes]) {
        const holes = [...value.matchAll(mark)].map((hole) => Number(hole[1]));
        if (holes.length === 0) continue;
        fills.push(name.startsWith("@") ? eventHole(node, name, holes[0] ?? 0) : attributeHole(node, name, value, holes));
        found += holes.length;
      }
    }
  }
  if (found !== view.values.length) {
    throw new Error("a value stands where HTML takes none: give a <textarea> a name of the state instead, and keep values out of <style>, <title> and names of attributes");
  }
  return { content, fill: (values) => fills.forEach((fill) => fill(values)) };
}

function eventHole(element: Element, name: string, at: number): Fill {
  let handler: unknown;
  element.removeAttribute(name);
  element.addEventListener(name.slice(1), (event) => {
    if (typeof handler === "function") handler(event);
  });
  return (values) => {
    handler = values[at];
  };
}

function attributeHole(element: Element, name: string, pattern: string, holes: readonly number[]): Fill {
  if (/^on/i.test(name)) throw new Error(`a value stands in ${name}: write @${name.slice(2)} instead`);
  const spoken = /^(aria|data)-/.test(name);
  return (values) => {
    const whole = holes.length === 1 && pattern === `hole:${holes[0]}:` ? values[holes[0] ?? 0] : undefined;
    const text = whole === true && !spoken ? "" : pattern.replace(mark, (_, at: string) => String(values[Number(at)] ?? ""));
    const none = pattern === `hole:${holes[0]}:` && (whole == null || (whole === false && !spoken));
    if (none || /^\s*javascript:/i.test(text)) element.removeAttribute(name);
    else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  };
}

const isView = (value: unknown): value is View => typeof value === "object" && value !== null && "strings" in value && "values" in value;

/** What stands before this comment. */
function childHole(end: Comment): (value: unknown) => void {
  const start = document.createTextNode("");
  end.before(start);
  let text: Text | null = null;
  let view: { strings: TemplateStringsArray; fill: Fill } | null = null;
  let items: { end: Comment; fill: (value: unknown) => void }[] | null = null;

  const clear = (keep: ChildNode = start) => {
    while (end.previousSibling !== null && end.previousSibling !== keep) end.previousSibling.remove();
  };
  const empty = () => {
    clear();
    text = view = items = null;
  };

  const list = (values: readonly unknown[]) => {
    if (items === null) empty();
    items ??= [];
    items.length = Math.min(items.length, values.length);
    clear(items.at(-1)?.end ?? start);
    for (const [at, value] of values.entries()) {
      if (items[at] === undefined) {
        const itemEnd = document.createComment("");
        end.before(itemEnd);
        items.push({ end: itemEnd, fill: childHole(itemEnd) });
      }
      items[at]?.fill(value);
    }
  };
  const template = (wanted: View) => {
    if (view?.strings !== wanted.strings) {
      empty();
      const { content, fill } = mount(wanted);
      fill(wanted.values);
      end.before(content);
      view = { strings: wanted.strings, fill };
    } else view.fill(wanted.values);
  };

  return (value) => {
    if (Array.isArray(value)) list(value);
    else if (isView(value)) template(value);
    else if (value == null || value === false) empty();
    else {
      if (text === null) {
        empty();
        text = document.createTextNode("");
        end.before(text);
      }
      if (text.data !== String(value)) text.data = String(value);
    }
  };
}
