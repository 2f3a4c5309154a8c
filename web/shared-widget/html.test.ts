// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { html, render } from "./html";

let place: HTMLElement;
beforeEach(() => {
  document.body.replaceChildren();
  place = document.body.appendChild(document.createElement("div"));
});
const text = () => place.textContent?.replace(/\s+/g, " ").trim();

test("a hole is text and never HTML", () => {
  render(place, html`<p title=${'"><b>'}>${"<img src=x onerror=alert(1)>"}</p>`);
  expect(place.querySelector("img, b")).toBeNull();
  expect(text()).toBe("<img src=x onerror=alert(1)>");
});

test("what has not changed stays the same element", () => {
  const view = (name: string, note: string | null) =>
    html`${note !== null && html`<p>${note}</p>`}<input value="x"><b class="a ${name}">${name}</b>`;
  render(place, view("one", null));
  const [input, bold] = [place.querySelector("input"), place.querySelector("b")];
  render(place, view("two", "hello"));
  expect(place.querySelector("input")).toBe(input);
  expect(place.querySelector("b")).toBe(bold);
  expect(bold?.className).toBe("a two");
  expect(text()).toBe("hellotwo");
  render(place, view("two", null));
  expect(text()).toBe("two");
});

test("a list grows and shrinks, and its elements stay", () => {
  const view = (all: string[]) => html`<ul>${all.map((one) => html`<li>${one}</li>`)}</ul>`;
  render(place, view(["a", "b"]));
  const first = place.querySelector("li");
  render(place, view(["x", "b", "c"]));
  expect([...place.querySelectorAll("li")].map((li) => li.textContent)).toEqual(["x", "b", "c"]);
  expect(place.querySelector("li")).toBe(first);
  render(place, view([]));
  expect(place.querySelectorAll("li")).toHaveLength(0);
});

test("false leaves an attribute out, but is spoken in aria", () => {
  const view = (on: boolean) => html`<button disabled=${on} aria-pressed=${on}>x</button>`;
  render(place, view(true));
  expect(place.querySelector("button")?.outerHTML).toContain('disabled="" aria-pressed="true"');
  render(place, view(false));
  expect(place.querySelector("button")?.getAttributeNames()).toEqual(["aria-pressed"]);
});

test("a handler is the newest one, and runs once", () => {
  const heard: string[] = [];
  const view = (name: string) => html`<button @click=${() => heard.push(name)}>x</button>`;
  render(place, view("old"));
  render(place, view("new"));
  place.querySelector("button")?.click();
  expect(heard).toEqual(["new"]);
});

test("an address that would run a script is left out, and a handler as text is refused", () => {
  render(place, html`<a href=${" javascript:alert(1)"}>x</a>`);
  expect(place.querySelector("a")?.hasAttribute("href")).toBe(false);
  expect(() => render(place, html`<a onclick=${"alert(1)"}>x</a>`)).toThrow("write @click instead");
});

test("a value where HTML takes none is refused with what to do instead", () => {
  expect(() => render(place, html`<p ${"hidden"}>x</p>`)).toThrow("a value stands where HTML takes none");
});
