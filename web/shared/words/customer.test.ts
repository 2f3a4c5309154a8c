// Customers without a name can be told from each other, and are called the same on every screen.
import { expect, it } from "vitest";
import { customerWords } from "./customer";

const contact = "01a20ab1-e5f4-7790-8198-5cd8b23ca038";
const callback = "01a20ab1-e5f4-7790-8198-5cd8b23c71f2";

it("a name is shown as it is, without what cannot be seen", () => {
  expect(customerWords("Ada", { contact })).toBe("Ada");
  expect(customerWords("\u202eAda", { contact })).toBe("Ada");
});

it("visitors have a mark, and keep it from the callback to its attempts", () => {
  expect(customerWords(null, { contact })).toBe("Visitor A038");
  expect(customerWords("\u200b", { contact })).toBe("Visitor A038");
  expect(customerWords(null, { callback })).toBe("Visitor 71F2");
  expect(customerWords(null, { contact, callback })).toBe("Visitor 71F2");
  expect(customerWords(null, { visitor: "K7FQ", contact, callback })).toBe("Visitor K7FQ");
});
