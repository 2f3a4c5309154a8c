// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineShared, html, type About, type SharedPort } from "./index";

interface Pizza {
  slices: number;
  note: string;
  hot: boolean;
}
let drawn = 0;
const about = (note: string): About => ({ title: "Pizza", text: note, topic: "tariffs" });
defineShared<Pizza>({
  tag: "test-pizza",
  src: "https://company.example/pizza.js",
  initial: { slices: 2, note: "", hot: false },
  view(state, { change, callMe }) {
    drawn += 1;
    return html`<p>${state.slices} slices, ${state.note}</p>
      <input name="note"><input type="checkbox" name="hot"><input type="number" name="slices">
      <button id="more" @click=${() => change(({ slices }) => ({ slices: slices + 1 }))}>More</button>
      <button id="call" @click=${() => callMe(({ note }) => about(note))}>Call me</button>`;
  },
});

type Pizzeria = HTMLElement & { lockstepShared: SharedPort };
let pizza: Pizzeria;
let port: SharedPort;
const $ = <Kind extends HTMLElement = HTMLInputElement>(which: string) => {
  const found = pizza.shadowRoot?.querySelector<Kind>(which);
  if (found == null) throw new Error(`no ${which}`);
  return found;
};
const type = (text: string) => {
  $("[name=note]").value = text;
  $("[name=note]").dispatchEvent(new Event("input", { bubbles: true }));
};
const hosted = () => {
  const changes: object[] = [];
  const callbacks: About[] = [];
  port.host = { change: (part) => void changes.push(part), callback: (told) => void callbacks.push(told) };
  return { changes, callbacks };
};
const fresh = () => {
  document.body.replaceChildren();
  pizza = document.createElement("test-pizza") as Pizzeria;
  port = pizza.lockstepShared;
  document.body.append(pizza);
};

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  fresh();
});
afterEach(() => vi.useRealTimers());

test("it announces itself, and says what it is and where it comes from", () => {
  const heard: EventTarget[] = [];
  const listen = ({ target }: Event) => void (target !== null && heard.push(target));
  document.addEventListener("lockstep-shared", listen);
  fresh();
  document.removeEventListener("lockstep-shared", listen);
  expect(heard).toEqual([pizza]);
  expect({ ...pizza.dataset }).toEqual({ lockstepShared: "test-pizza", lockstepSrc: "https://company.example/pizza.js" });
  expect(port).toMatchObject({ name: "test-pizza", tag: "test-pizza", host: null, state: { slices: 2, note: "", hot: false } });
  expect(pizza.shadowRoot?.firstElementChild?.tagName).toBe("STYLE");
});

test("on its own it changes at once, and the tab remembers", () => {
  $("#more").click();
  expect($("p").textContent).toBe("3 slices, ");
  fresh();
  expect(port.state).toEqual({ slices: 3, note: "", hot: false });
});

test("with a host nothing is shown before the log says it", () => {
  const { changes } = hosted();
  $("#more").click();
  expect(changes).toEqual([{ slices: 3 }]);
  expect($("p").textContent).toBe("2 slices, ");
  port.apply({ slices: 3, note: "", hot: false });
  expect($("p").textContent).toBe("3 slices, ");
});

test("pressing twice before the log answers counts twice", () => {
  const { changes } = hosted();
  $("#more").click();
  $("#more").click();
  expect(changes).toEqual([{ slices: 3 }, { slices: 4 }]);
});

test("an equal state draws nothing", () => {
  const before = drawn;
  port.apply({ hot: false, note: "", slices: 2 });
  expect(drawn).toBe(before);
});

test("what is typed is shared after a pause, in one change", () => {
  const { changes } = hosted();
  type("t");
  vi.advanceTimersByTime(100);
  type("th");
  vi.advanceTimersByTime(149);
  expect(changes).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(changes).toEqual([{ note: "th" }]);
});

test("a state that arrives while somebody types takes no characters away", () => {
  hosted();
  type("thin");
  vi.advanceTimersByTime(150);
  type("thin cr");
  port.apply({ slices: 6, note: "thin", hot: true });
  expect($("p").textContent).toBe("6 slices, thin");
  expect($("[name=note]").value).toBe("thin cr");
  expect($("[name=hot]").checked).toBe(true);
});

test("the caret stays where it is when the text changes under it", () => {
  const field = $("[name=note]");
  port.apply({ slices: 2, note: "crust", hot: false });
  field.focus();
  field.setSelectionRange(2, 2);
  port.apply({ slices: 2, note: "crust, thin", hot: false });
  expect([field.value, field.selectionStart]).toEqual(["crust, thin", 2]);
});

test("what this side changed to what it was already does not cover what somebody else says", () => {
  hosted();
  $("[name=slices]").value = "2";
  $("[name=slices]").dispatchEvent(new Event("input", { bubbles: true }));
  port.apply({ slices: 7, note: "", hot: false });
  expect($("[name=slices]").value).toBe("7");
});

test("a change that the log never says is given up", () => {
  hosted();
  type("lost");
  vi.advanceTimersByTime(150 + 4_000);
  expect($("[name=note]").value).toBe("");
});

test("what was typed goes along when somebody presses call me", () => {
  const { changes, callbacks } = hosted();
  type("olives");
  $("#call").click();
  expect(changes).toEqual([{ note: "olives" }]);
  expect(callbacks).toEqual([about("olives")]);
});

test("what does not have the shape of the first state is left out", () => {
  port.apply({ slices: "many", note: "fine", extra: 1 });
  expect(port.state).toEqual({ slices: 2, note: "fine", hot: false });
  port.apply("nonsense");
  expect(port.state).toEqual({ slices: 2, note: "", hot: false });
});

test("a half typed number is not shared and stays until the field is left", () => {
  const { changes } = hosted();
  const field = $("[name=slices]");
  field.focus();
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  port.apply({ slices: 5, note: "", hot: false });
  expect(field.value).toBe("");
  field.blur();
  expect(field.value).toBe("5");
  expect(changes).toEqual([]);
});

test("a state that is too large is refused, with its size", () => {
  const { changes } = hosted();
  $("[name=note]").value = "x".repeat(17_000);
  $("[name=note]").dispatchEvent(new Event("input", { bubbles: true }));
  expect(() => vi.advanceTimersByTime(150)).toThrow(/the state of test-pizza would be 170\d\d bytes of JSON, at most 16384/);
  expect(changes).toEqual([]);
  expect($("[name=note]").value).toBe("");
  $("#more").click();
  expect(changes).toEqual([{ slices: 3 }]);
});

test("when sharing ends, the widget keeps what is shown and is on its own again", () => {
  hosted();
  port.apply({ slices: 8, note: "", hot: false });
  port.host = null;
  $("#more").click();
  expect($("p").textContent).toBe("9 slices, ");
});
