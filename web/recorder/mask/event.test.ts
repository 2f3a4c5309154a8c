// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { kind, source, type Nodes, type RecordedEvent, type RecordedNode } from "../rrweb";
import { plainAttributes } from "./attribute";
import { sheetsBy } from "./css";
import { browserOfTests } from "./css-here";
import { eventSlices, plainEvent } from "./event";
import { depth_max, plainNode, TooDeep, type Filter } from "./node";
import { judgeIdsBy } from "./ids";
import { policyOf } from "./policy";
import { classOf, tokenOf } from "./words";

beforeEach(browserOfTests);

const site = { profile: "public-site", share: null, hide: null };

/** The page as a recorder without any masking would have it. */
function recorded(): { filter: Filter; root: RecordedNode; id(selector: string): number; boxes: Element[]; stale(): number } {
  const byId = new Map<number, Node>();
  const ids = new Map<Node, number>();
  const serialize = (node: Node): RecordedNode => {
    const id = byId.size + 1;
    byId.set(id, node);
    ids.set(node, id);
    if (node.nodeType === 3) return { id, type: 3, textContent: node.textContent ?? "" };
    const childNodes = [...node.childNodes].map(serialize);
    if (node.nodeType === 9) return { id, type: 0, childNodes };
    const element = node as Element;
    const attributes: Record<string, unknown> = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
    if (/^(input|textarea|select)$/.test(element.localName)) attributes.value = (element as HTMLInputElement).value;
    if ((element as HTMLInputElement).checked) attributes.checked = true;
    if ((element as HTMLOptionElement).selected) attributes.selected = true;
    return { id, type: 2, tagName: element.localName, attributes, childNodes };
  };
  const root: RecordedNode = { id: 0, type: 0, childNodes: [serialize(document.documentElement)] };
  byId.set(0, document);
  const nodes: Nodes = { getNode: (id) => byId.get(id) ?? null, getId: (node) => ids.get(node) ?? -1 };
  const boxes: Element[] = [];
  const id = (selector: string) => ids.get(document.querySelector(selector) as Node) as number;
  const policy = policyOf(site);
  judgeIdsBy(policy.shows);
  let stale = 0;
  const filter = { policy, sheets: sheetsBy(policy), nodes, memo: new Map(), boxed: (box: Element) => boxes.push(box), stale: () => void (stale += 1) };
  return { filter, root, id, boxes, stale: () => stale };
}

const everything = `<main>
  <p title="Good tariffs">Fibre for everybody</p>
  <p data-private title="hidden-secret">text-secret <b>inner-secret</b></p>
  <input value="value-secret" placeholder="Your name" name="name-secret"><input type="password" value="password-secret"><input type="hidden" value="hiddenfield-secret">
  <input type="checkbox" value="checkbox-secret" checked><textarea>area-secret</textarea>
  <select><option value="option-secret" selected>choice-secret</option></select>
  <p contenteditable="true">edited-secret</p>
  <a href="https://x.example/p?token=query-secret#fragment-secret" onclick="handler-secret()" data-user="data-secret">Prices</a>
  <a href="mailto:mail-secret@x.example">Mail</a>
  <img src="https://x.example/i.png?k=picture-secret" alt="A router"><div data-private><img src="https://x.example/portrait-secret.png"></div>
  <div style="background:url(https://x.example/b.png?k=style-secret)"></div><div data-private style="--x:'custom-secret';background:url(https://x.example/back-secret.png)"></div>
  <iframe srcdoc="frame-secret"></iframe><canvas></canvas><meta name="x" content="meta-secret"><noscript>noscript-secret</noscript>
  <style>a::before{content:"content-secret"}</style>
  <x-widget data-lockstep-shared="tariffs" data-lockstep-src="https://x.example/w.js?v=src-secret"><i>widget-secret</i></x-widget>
  <lockstep-widget>own-secret</lockstep-widget>
  <svg data-private><path d="M1 2secret"/></svg></main>`;

test("of a page with everything private in it, nothing private leaves", () => {
  document.title = "title-secret";
  document.body.innerHTML = everything;
  const { filter, root } = recorded();
  const json = JSON.stringify(plainNode(root, filter));
  expect(json).not.toMatch(/secret/);
  for (const shown of ["Fibre for everybody", "Good tariffs", "Your name", "A router", "Prices", "https://x.example/p", "https://x.example/i.png"]) {
    expect(json).toContain(shown);
  }
});

test("boxes keep their place, and a shared widget its name, tag and address", () => {
  document.body.innerHTML = everything;
  const { filter, root, boxes } = recorded();
  const json = JSON.stringify(plainNode(root, filter));
  expect(boxes.map((box) => box.localName)).toEqual(expect.arrayContaining(["iframe", "canvas", "x-widget", "lockstep-widget", "noscript"]));
  expect(json).toContain('"tagName":"x-widget"');
  expect(json).toContain('"data-lockstep-shared":"tariffs","data-lockstep-src":"https://x.example/w.js"');
  expect(json).not.toMatch(/"tagName":"(iframe|canvas|noscript|meta|lockstep-widget)"/);
});

test("a marked field is shown, and says so for the edge", () => {
  document.body.innerHTML = '<main><input data-lockstep-share value="500 Mbit/s" id="a"><input type="submit" value="Send" id="s"><input value="x" id="b"></main>';
  const { policy, sheets } = recorded().filter;
  const of = (id: string, attributes: object) => plainAttributes({ ...attributes }, document.getElementById(id) as Element, policy, sheets);
  expect(of("a", { value: "500 Mbit/s" })).toEqual({ value: "500 Mbit/s", "data-lockstep-share": "" });
  expect(of("s", { value: "Send" })).toEqual({ value: "Send", "data-lockstep-share": "" });
  expect(of("a", {})).toEqual({ "data-lockstep-share": "" });
  expect(of("b", { value: "x", "data-lockstep-share": "" })).toEqual({ value: "•" });
});

const change = (data: object): RecordedEvent => ({ type: kind.incremental, timestamp: 1, data: { source: source.mutation, adds: [], removes: [], texts: [], attributes: [], ...data } });

test("changes are masked like the picture, by where the node stands now", () => {
  document.body.innerHTML = '<main><p id="open">a</p><p id="shut" data-private>b</p></main>';
  const { filter, id } = recorded();
  const texts = [
    { id: id("#open") + 1, value: "public words" },
    { id: id("#shut") + 1, value: "secret words" },
  ];
  expect(plainEvent(change({ texts }), filter)?.data.texts).toEqual([
    { id: id("#open") + 1, value: "public words" },
    { id: id("#shut") + 1, value: "•••••• •••••" },
  ]);
});

test("an element that becomes hidden makes what was sent before stale", () => {
  document.body.innerHTML = '<main><p id="p">a</p></main>';
  const { filter, id, root, stale } = recorded();
  plainNode(root, filter);
  document.querySelector("#p")?.setAttribute("data-private", "");
  const event = change({ attributes: [{ id: id("#p"), attributes: { "data-private": "" } }], adds: [{ parentId: id("#p"), nextId: null, node: { id: id("#p") + 1, type: 3, textContent: "secret" } }] });
  const plain = plainEvent(event, { ...filter, memo: new Map() });
  expect(stale()).toBe(1);
  expect(JSON.stringify(plain)).not.toContain("secret");
});

test("what changes inside a box stays there", () => {
  document.body.innerHTML = '<main><x-w data-lockstep-shared="w"><b id="b">x</b></x-w></main>';
  const { filter, id } = recorded();
  expect(plainEvent(change({ texts: [{ id: id("#b") + 1, value: "secret" }], adds: [{ parentId: id("#b"), nextId: null, node: { id: id("#b") + 1, type: 3, textContent: "secret" } }] }), filter)).toBeNull();
});

test("typing shows its length, choosing shows nothing, in fields that are not marked", () => {
  document.body.innerHTML = '<main><input id="t"><input type="checkbox" id="c"><select id="s"></select><input id="m" data-lockstep-share></main>';
  const { filter, id } = recorded();
  const typed = (selector: string, text: string) =>
    plainEvent({ type: kind.incremental, timestamp: 1, data: { source: source.input, id: id(selector), text, isChecked: true } }, filter)?.data;
  expect(typed("#t", "secret")).toMatchObject({ text: "••••••", isChecked: false });
  expect(typed("#c", "secret")).toBeUndefined();
  expect(typed("#s", "secret")).toBeUndefined();
  expect(typed("#m", "open")).toMatchObject({ text: "open" });
});

test("events that are not known do not pass", () => {
  document.body.innerHTML = "";
  const { filter } = recorded();
  for (const event of [
    { type: 5, data: { tag: "x", payload: "secret" }, timestamp: 1 },
    { type: 6, data: { plugin: "x" }, timestamp: 1 },
    { type: kind.incremental, data: { source: 9, commands: [] }, timestamp: 1 },
    { type: kind.incremental, data: { source: 14, ranges: [] }, timestamp: 1 },
  ]) {
    expect(plainEvent(event, filter)).toBeNull();
  }
});

test("style changes are cleaned", () => {
  document.body.innerHTML = "";
  const { filter } = recorded();
  const of = (data: object) => plainEvent({ type: kind.incremental, timestamp: 1, data: data as Record<string, unknown> }, filter)?.data;
  expect(JSON.stringify(of({ source: source.styleRule, styleId: 1, adds: [{ rule: 'a{content:"secret";background:url(https://x.example/a?secret)}', index: 0 }] }))).not.toContain("secret");
  expect(of({ source: source.styleDeclaration, styleId: 1, index: [0], set: { property: "content", value: '"secret"' } })).toMatchObject({ set: { property: "content", value: '"••••••"' } });
});

test("a page that is nested too deep is refused loudly", () => {
  document.body.innerHTML = `${"<div>".repeat(depth_max)}x${"</div>".repeat(depth_max)}`;
  const { filter, root } = recorded();
  expect(() => plainNode(root, filter)).toThrow(TooDeep);
});

/** What leaves of one element, in a place that is shown and in one that is not. */
function attributesOf(html: string, place: string): Record<string, unknown> {
  document.body.innerHTML = `<main><div ${place}>${html}</div></main>`;
  const { policy, sheets } = recorded().filter;
  const element = document.querySelector("main > div > *") as Element;
  return plainAttributes(Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])), element, policy, sheets);
}

const free = ["role", "lang", "dir", "type", "data-state", "data-theme", "data-open", "data-size", "data-mode", "aria-current", "aria-haspopup", "popover", "contenteditable", "align", "wrap", "scope", "slot", "part"];
test.each(free)("whatever %s says, only what everybody says is read", (name) => {
  for (const word of ["ada", "ada-byron", "4711", "Ada Byron"]) {
    expect(JSON.stringify(attributesOf(`<p ${name}="${word}">x</p>`, "data-private"))).not.toMatch(/ada|4711/i);
  }
});

test.each([
  ["role", "tab"],
  ["lang", "en"],
  ["lang", "zh-Hans-CN"],
  ["dir", "rtl"],
  ["type", "email"],
  ["data-state", "open"],
  ["data-theme", "dark"],
  ["aria-current", "page"],
  ["popover", "manual"],
  ["hidden", ""],
])("%s says %s to everybody", (name, value) => {
  expect(attributesOf(`<p ${name}="${value}">x</p>`, "data-private")).toMatchObject({ [name]: value });
});

test("attributes that are there or not say no more than that", () => {
  for (const name of ["disabled", "hidden", "readonly", "open", "inert", "multiple", "width", "bgcolor", "color", "size", "rr_width", "rr_open_mode", "media"]) {
    expect(JSON.stringify(attributesOf(`<p ${name}="ada">x</p>`, ""))).not.toMatch(/ada/);
  }
});

test("a style's question is answered by a token, also where a value begins or ends so, and after a change", () => {
  document.body.innerHTML = '<main><style>[data-user="ada"],[data-user^="b"],[class*="col-"]{color:red}</style><p id="one" data-user="ada" class="col-9">x</p><p id="two" data-user="eve">y</p></main>';
  const { filter, root, id } = recorded();
  const json = JSON.stringify(plainEvent({ type: kind.full, timestamp: 1, data: { node: root } }, filter));
  expect(json).not.toMatch(/ada|eve|col-/);
  const token = tokenOf('[data-user="ada"]');
  expect(json).toContain(`[data-lockstep-matches~=\\\"${token}\\\"]`.replaceAll("\\\\", "\\"));
  expect(json).toContain(`"data-lockstep-matches":"${token} ${tokenOf('[class*="col-"]')}"`);
  document.querySelector("#two")?.setAttribute("data-user", "bob");
  const changed = plainEvent(change({ attributes: [{ id: id("#two"), attributes: { "data-user": "bob" } }] }), filter);
  expect(changed?.data.attributes).toEqual([{ id: id("#two"), attributes: { "data-lockstep-matches": tokenOf('[data-user^="b"]') } }]);
});

test("a question that comes later makes the picture stale", () => {
  document.body.innerHTML = "<main><p data-late='ada'>x</p></main>";
  const { filter, stale } = recorded();
  const plain = plainEvent({ type: kind.incremental, timestamp: 1, data: { source: source.styleRule, styleId: 1, adds: [{ rule: "[data-late=ada]{color:red}" }] } }, filter);
  expect(JSON.stringify(plain)).not.toContain("ada");
  expect(stale()).toBe(1);
});

test("what attr() shows of an element is masked like its text", () => {
  document.body.innerHTML = "<main><style>p::after{content:attr(data-of)}</style><p data-of='Public 1'>x</p><p data-private data-of='Secret 1'>y</p></main>";
  const { filter, root } = recorded();
  const json = JSON.stringify(plainEvent({ type: kind.full, timestamp: 1, data: { node: root } }, filter));
  expect(json).not.toMatch(/Secret|data-of/);
  expect(json).toMatch(/"data-lockstep-said-ls\w+":"Public 1"/);
  expect(json).toMatch(/"data-lockstep-said-ls\w+":"•••••• •"/);
});

test("a choice is told by no other attribute either", () => {
  for (const state of ['data-state="checked"', 'data-state="on"', 'aria-checked="true"', 'data-active="true"']) {
    const said = attributesOf(`<button role="checkbox" ${state}>x</button>`, "");
    expect(said).toEqual({ role: "checkbox" });
  }
  expect(attributesOf('<button role="checkbox" data-state="checked" data-lockstep-share>x</button>', "")).toMatchObject({ "data-state": "checked" });
});

test("ids are the same in all that names them", () => {
  document.body.innerHTML = '<main><div data-private><svg><linearGradient id="ada"></linearGradient><use href="#ada"></use></svg></div></main>';
  const { filter, root } = recorded();
  const json = JSON.stringify(plainNode(root, filter));
  expect(json).not.toContain("ada");
  expect(json).toContain(`"id":"${tokenOf("#ada")}"`);
  expect(json).toContain(`"href":"#${tokenOf("#ada")}"`);
});

test("classes are tokens, the same ones as in a style", () => {
  document.body.innerHTML = '<main><style>.ada-byron{color:red}</style><p class="ada-byron wide">x</p></main>';
  const { filter, root } = recorded();
  const json = JSON.stringify(plainNode(root, filter));
  expect(json).not.toMatch(/ada|wide/);
  expect(json).toContain(`.${classOf("ada-byron")}{color:red;}`);
  expect(json).toContain(`"class":"${classOf("ada-byron")} ${classOf("wide")}"`);
});

test("while a sheet cannot be read, classes of what is shown stay beside their tokens", () => {
  document.body.innerHTML = '<main><p class="card">x</p><p data-private class="card ada-byron">y</p></main>';
  const { filter, root } = recorded();
  const closed = {
    get cssRules(): never {
      throw new DOMException("of another origin", "SecurityError");
    },
  };
  Object.defineProperty(document, "styleSheets", { configurable: true, value: [closed] });
  const json = JSON.stringify(plainEvent({ type: kind.full, timestamp: 1, data: { node: root } }, filter));
  Reflect.deleteProperty(document, "styleSheets");
  expect(json).toContain(`"class":"${classOf("card")} card"`);
  expect(json).toContain(`"class":"${classOf("card")} ${classOf("ada-byron")} card"`);
  expect(json).not.toContain("ada");
});

test("of a change with much in it every part is done in slices: what is added, taken away, written, set", () => {
  const many = 500;
  document.body.innerHTML = `<main>${"<p class=a>text</p>".repeat(many)}</main>`;
  const { filter, id } = recorded();
  const paragraphs = Array.from({ length: many }, (_, n) => id(`p:nth-child(${n + 1})`));
  const nothing = { source: source.mutation, adds: [], removes: [], texts: [], attributes: [] };
  const parts = {
    adds: paragraphs.map((one) => ({ parentId: id("main"), nextId: null, node: { id: one, type: 2, tagName: "p", attributes: {}, childNodes: [] } })),
    removes: paragraphs.map((one) => ({ id: one, parentId: id("main") })),
    texts: paragraphs.map((one) => ({ id: one, value: "other" })),
    attributes: paragraphs.map((one) => ({ id: one, attributes: { title: "other" } })),
  };
  for (const [name, list] of Object.entries(parts)) {
    const work = eventSlices({ type: kind.incremental, timestamp: 1, data: { ...nothing, [name]: list } }, filter);
    let slices = 0;
    for (let step = work.next(); ; step = work.next(), slices += 1) {
      if (step.done !== true) continue;
      expect(step.value?.data[name], name).toHaveLength(many);
      break;
    }
    expect(slices, name).toBeGreaterThanOrEqual(many);
  }
});
