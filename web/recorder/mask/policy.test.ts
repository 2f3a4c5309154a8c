// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { plainValue } from "./field";
import { policyOf } from "./policy";
import { privateTo } from "./private";

const strict = { profile: null, share: null, hide: null };
const site = { ...strict, profile: "public-site" };

function page(html: string): (id: string) => Element {
  document.body.innerHTML = html;
  return (id) => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`no #${id}`);
    return found;
  };
}

test("nothing is shown unless the page shares it, and hiding wins", () => {
  const at = page('<main id="m">a<p id="p" data-lockstep-share>b<b id="h" data-lockstep-hide>c<i id="d" data-lockstep-share>d</i></b></p></main>');
  const policy = policyOf(strict);
  expect(["m", "p", "h", "d"].map((id) => policy.shows(at(id)))).toEqual([false, true, false, false]);
  expect(["m", "p", "h", "d"].map((id) => policyOf(site).shows(at(id)))).toEqual([true, true, false, false]);
});

test("the page adds selectors of its own", () => {
  const at = page('<div class="tariff" id="t"><span class="price" id="s">9</span></div>');
  const policy = policyOf({ profile: "strict", share: ".tariff", hide: ".tariff .price" });
  expect([policy.shows(at("t")), policy.shows(at("s"))]).toEqual([true, false]);
});

test("what hides or shares a host does so to its shadow and to what is slotted into it", () => {
  const at = page('<main><x-card id="open"><b id="slotted">1</b></x-card><div data-private><x-card id="closed"></x-card></div></main>');
  for (const id of ["open", "closed"]) {
    const root = at(id).attachShadow({ mode: "open" });
    root.innerHTML = '<p id="inner">2</p><div data-lockstep-hide><slot></slot></div>';
  }
  const policy = policyOf(site);
  const inner = (id: string) => at(id).shadowRoot?.querySelector("#inner") as Element;
  expect(policy.shows(inner("open"))).toBe(true);
  expect(policy.shows(inner("closed"))).toBe(false);
  if (at("slotted").assignedSlot != null) expect(policy.shows(at("slotted"))).toBe(false);
});

test("a field is shown only by its own mark, and secrets never", () => {
  const at = page(`<main>
    <input id="plain" value="a"><input id="marked" data-lockstep-share value="b">
    <div data-lockstep-share><input id="within" value="c"></div>
    <input id="password" type="password" data-lockstep-share><input id="hidden" type="hidden" data-lockstep-share><input id="file" type="file" data-lockstep-share>
    <input id="card" autocomplete="section-a cc-number" data-lockstep-share><input id="code" autocomplete="one-time-code" data-lockstep-share>
    <input id="new" autocomplete="new-password" data-lockstep-share>
    <div data-private><input id="covered" data-lockstep-share></div></main>`);
  const policy = policyOf(site);
  const shown = [...document.querySelectorAll("input")].filter((field) => policy.showsField(field)).map(({ id }) => id);
  expect(shown).toEqual(["marked"]);
  expect(policy.shows(at("plain"))).toBe(true);
});

test("a text that is edited in place is a field", () => {
  const at = page('<div data-lockstep-share><p contenteditable="true" id="e"><b id="b">x</b></p><p contenteditable data-lockstep-share id="f">y</p></div>');
  const policy = policyOf(strict);
  expect([policy.shows(at("b")), policy.shows(at("f"))]).toEqual([false, true]);
});

test("what no longer hangs in the page is not shown", () => {
  const policy = policyOf(site);
  const loose = document.createElement("main");
  expect(policy.shows(loose)).toBe(false);
  expect(policy.hides(loose)).toBe(true);
});

test("an element that the page hides later is noticed", () => {
  const at = page('<main id="m"><p id="p">x</p></main>');
  const policy = policyOf(site);
  expect(policy.shows(at("p"))).toBe(true);
  at("p").setAttribute("data-private", "");
  expect(policy.turned(at("p"))).toBe(true);
  expect(policy.turned(at("p"))).toBe(false);
});

test("staff touch neither private fields nor what is hidden, also not by a label or an option", () => {
  const at = page(`<main><button id="button">Next</button><label id="label"><input id="mine"> x</label><input id="yours" data-lockstep-share>
    <select id="s"><option id="o">1</option></select><input type="submit" id="send"><div data-private><a id="link">2</a></div></main>`);
  const isPrivate = privateTo(policyOf(site));
  const all = ["button", "mine", "label", "yours", "s", "o", "send", "link"];
  expect(all.filter((id) => isPrivate(at(id)))).toEqual(["mine", "label", "s", "o", "link"]);
});

test("selectors that are not CSS and profiles that do not exist are named", () => {
  expect(() => policyOf({ ...strict, profile: "lax" })).toThrow(/data-profile is one of strict, public-site/);
});

test("what was a password or a card's number once stays one, in its place as well", () => {
  const at = page('<main><input id="p" type="password" name="pin" data-lockstep-share><input id="c" autocomplete="cc-csc" data-lockstep-share><input id="o" data-lockstep-share></main>');
  const policy = policyOf(site);
  expect(["p", "c", "o"].map((id) => policy.showsField(at(id)))).toEqual([false, false, true]);
  at("p").setAttribute("type", "text");
  at("c").setAttribute("autocomplete", "off");
  expect(["p", "c", "o"].map((id) => policyOf(site).showsField(at(id)))).toEqual([false, false, true]);
  expect(plainValue("12", at("p"), policy)).toBe("••••••••");
  const other = page('<main><input id="q" name="pin" data-lockstep-share></main>');
  expect(policy.showsField(other("q"))).toBe(false);
});

test("what was one before anybody recorded stays one", () => {
  const at = page('<main><input id="a" data-lockstep-share><input id="b" name="shown-again" data-lockstep-share></main>');
  const policy = policyOf({ ...site, secrets: new WeakSet([at("a")]), secretNames: new Set(["shown-again"]) });
  expect(["a", "b"].map((id) => policy.showsField(at(id)))).toEqual([false, false]);
});
