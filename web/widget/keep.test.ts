// @vitest-environment happy-dom
// What is ours stays on the page, whatever the page does with its elements.
import { beforeEach, expect, test, vi } from "vitest";

let round = 0;

/** A page with two of ours; the second is the higher one. */
async function page() {
  vi.resetModules();
  round += 1;
  const { define, keep, keepAgain, put_back_max, gone_event } = await import("./keep");
  const back: string[] = [];
  const gone: string[] = [];
  const made = (name: string) => {
    define(`${name}-${round}`);
    const host = document.createElement(`${name}-${round}`);
    host.attachShadow({ mode: "open" }).innerHTML = "<input>";
    return { host, back: () => back.push(name), gone: () => gone.push(name) };
  };
  const [widget, display] = [made("o-widget"), made("o-display")];
  keep(widget);
  keep(display);
  const there = () => [...document.querySelectorAll(`o-widget-${round},o-display-${round}`)].map(({ localName }) => localName.slice(0, 8));
  return { widget, display, keep, keepAgain, back, gone, there, put_back_max, gone_event };
}
const turn = async () => {
  for (let n = 0; n < 4; n++) await Promise.resolve();
};

beforeEach(async () => {
  document.documentElement.innerHTML = "<head></head><body><main></main></body>";
  await turn();
});

test("it stands beside the body, so that what happens to the body does not touch it", async () => {
  const { there, widget, back } = await page();
  document.body.innerHTML = "<p>another page</p>";
  document.body.replaceWith(document.createElement("body"));
  await turn();
  expect(there()).toEqual(["o-widget", "o-displa"]);
  expect(widget.host.parentNode).toBe(document.documentElement);
  expect(back).toEqual([]);
});

test("whatever takes it away, it is back in the same turn with what was typed in it", async () => {
  const { there, widget, display, back } = await page();
  const field = widget.host.shadowRoot?.querySelector("input");
  if (field) field.value = "half a sentence";
  const ways = [
    () => (document.documentElement.innerHTML = "<body>new</body>"),
    () => widget.host.remove(),
    () => display.host.parentNode?.removeChild(display.host),
    () => document.documentElement.replaceChildren(document.createElement("body")),
    () => {
      document.documentElement.remove();
      document.appendChild(document.createElement("html"));
    },
    () => document.body?.appendChild(widget.host),
  ];
  for (const way of ways) {
    way();
    await turn();
    expect(there(), String(way)).toHaveLength(2);
    expect(widget.host.parentNode).toBe(document.documentElement);
  }
  expect(widget.host.shadowRoot?.querySelector("input")?.value).toBe("half a sentence");
  expect(back).toContain("o-widget");
});

test("a page that fights gets its way after so many times, and is told; asked for, it comes again", async () => {
  const { widget, display, gone, there, put_back_max, gone_event, keepAgain } = await page();
  let told = 0;
  addEventListener(gone_event, () => (told += 1));
  for (let n = 0; n < put_back_max; n++) {
    widget.host.remove();
    await turn();
    expect(widget.host.isConnected).toBe(true);
  }
  for (let n = 0; n < 3; n++) {
    widget.host.remove();
    display.host.remove();
    await turn();
  }
  expect([there(), told, gone]).toEqual([[], 1, ["o-widget", "o-display"]]);
  keepAgain();
  expect(there()).toHaveLength(2);
});

test("what happens inside is not the page's", async () => {
  const { widget } = await page();
  const heard: string[] = [];
  const types = ["keydown", "keyup", "click", "mousedown", "pointerdown", "focusin"];
  for (const type of types) document.addEventListener(type, () => heard.push(type));
  const field = widget.host.shadowRoot?.querySelector("input");
  for (const type of types) field?.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  expect(heard).toEqual([]);
});
