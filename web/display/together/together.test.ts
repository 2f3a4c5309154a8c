// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import type { OwnDisplay } from "../../widget/door/documents";
import { hasWidget, pagesOf, webAddress } from "./address";
import { clickedAddress } from "./links";
import { openerFor } from "./opener";

const edge = "https://help.example";
const here = "https://shop.example";

test("only pages of the web are opened", () => {
  expect(["https://x.example/a", "/b", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://"].map((one) => webAddress(one, here)?.href ?? null)).toEqual([
    "https://x.example/a",
    `${here}/b`,
    null,
    null,
    null,
    null,
  ]);
});

test.each([
  ['<script src="https://help.example/widget.js" async data-site="demo"></script>', true],
  ["<script data-site='demo' src='https://help.example/widget.js?v=2'></script>", true],
  ['<script src="https://other.example/widget.js"></script>', false],
  ['<p>src="https://help.example/widget.js"</p>', false],
])("the widget is found by its script: %s", (html, has) => {
  expect(hasWidget(html, new URL(here), edge)).toBe(has);
});

test("a page of the company's with the widget is ours; each is looked at once", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: URL) => {
    asked.push(url.pathname);
    const html = url.pathname === "/with" ? `<script src="${edge}/widget.js"></script>` : "<p>plain</p>";
    return Promise.resolve({ ok: true, url: url.href, headers: new Headers({ "content-type": "text/html" }), text: () => Promise.resolve(html) });
  });
  const pages = pagesOf(edge, here);
  const ours = (address: string) => pages.isOurs(new URL(address, here));
  expect(await Promise.all([ours("/with"), ours("/with?again=1"), ours("/without"), ours("https://x.example/")])).toEqual([true, true, false, false]);
  expect(asked).toEqual(["/with", "/without"]);
});

test("a plain click on a link to another page counts, everything else stays the browser's", () => {
  document.body.innerHTML = '<a id="plain" href="https://shop.example/other"><b id="inner">x</b></a><a id="new" href="https://shop.example/other" target="_blank">x</a><a id="mail" href="mailto:a@b.example">x</a><a id="top" href="#top">x</a>';
  const clicked = (id: string, more: object = {}) => {
    const target = document.getElementById(id);
    const event = { button: 0, defaultPrevented: false, composedPath: () => [target, target?.parentElement, document.body], ...more };
    return clickedAddress(event as unknown as MouseEvent)?.pathname ?? null;
  };
  expect(["plain", "inner", "new", "mail", "top"].map((id) => clicked(id))).toEqual(["/other", "/other", null, null, null]);
  expect([clicked("plain", { ctrlKey: true }), clicked("plain", { button: 1 }), clicked("plain", { defaultPrevented: true })]).toEqual([null, null, null]);
});

let display: OwnDisplay | null;
let decided: unknown[];
let gone: string[];
let problems: string[];
let kept: Map<string, string>;
beforeEach(() => {
  decided = [];
  gone = [];
  problems = [];
  kept = new Map();
  display = { id: "d", state: "SHARED", scopes: ["VIEW"], way: "MIRROR", url: null, push: null, control: null, watchers: [], widgets: [] };
});
const opener = (answer: object = { __typename: "Done" }) =>
  openerFor({
    display: () => display,
    decide: ((name: string, variables: object) => {
      decided.push({ name, ...variables });
      return Promise.resolve(answer);
    }) as never,
    pages: { isOurs: (url) => Promise.resolve(url.pathname === "/ours") },
    kept: { get: (name) => kept.get(name) ?? null, set: (name, value) => void kept.set(name, value) },
    go: (url) => gone.push(url),
    wait: () => new Promise(() => undefined),
    onProblem: (message) => problems.push(message),
  });
const pushed = (url: string, state: "PROPOSED" | "FOLLOWED" = "FOLLOWED") => {
  if (display !== null) display = { ...display, push: { id: "p", url, by: "AGENT", byName: "Dana", state } };
};
const settled = () => new Promise((done) => setTimeout(done));

test("a page that staff show is followed once: as it stands if it is ours, else together", async () => {
  pushed(`${here}/ours`, "PROPOSED");
  opener().follow();
  await settled();
  expect(gone).toEqual([]);
  pushed(`${here}/ours`);
  opener().follow();
  opener().follow();
  await settled();
  expect(gone).toEqual([`${here}/ours`]);
  kept.clear();
  pushed("https://status.example/");
  opener().follow();
  await settled();
  expect(decided).toEqual([{ name: "shareDisplay", display: "d", way: "TOGETHER", url: "https://status.example/" }]);
});

test("an address that is none of the web is not opened", async () => {
  pushed("javascript:alert(1)");
  opener().follow();
  await settled();
  expect([gone, decided, problems.length]).toEqual([[], [], 1]);
});

test("what may not be looked at together the customer opens alone; staff's push is told", async () => {
  const refused = { __typename: "Refused", code: "display.page_not_allowed", message: "this page is not on the list" };
  await opener(refused).together(new URL("https://bank.example/"));
  expect(gone).toEqual(["https://bank.example/"]);
  pushed("https://bank.example/");
  opener(refused).follow();
  await settled();
  expect([gone.length, problems.length]).toEqual([1, 1]);
});
