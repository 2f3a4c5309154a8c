// What a name may do to the words around it: nothing.
import { describe, expect, it } from "vitest";
import { nameIn, plainName } from "./name";

describe("a name", () => {
  it.each(["Ada", "Noor van Dijk", "Müller-Lüdenscheidt", "李小龍", "عائشة", "👩‍🚀 Zoë", "O'Neill (sales)", "7"])("%s stays as it is", (name) => {
    expect(plainName(name)).toBe(name);
  });

  it.each([
    ["\u202Eada", "ada"],
    ["Ada\u0000", "Ada"],
    ["\u2066Ada\u2069 Byron", "Ada Byron"],
    ["Ada\n\tByron", "Ada Byron"],
    ["\u200FBen\u061C", "Ben"],
    ["\uFEFFBen\u00AD", "Ben"],
  ])("%j loses what cannot be seen", (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });

  it.each([null, undefined, "", " ", "\u200b", "\u202e\u2066", "\u0000", "\u0301"])("%j is no name", (name) => {
    expect(plainName(name)).toBeUndefined();
  });

  it("is isolated in a sentence only where it runs the other way", () => {
    expect(nameIn("Ada")).toBe("Ada");
    expect(nameIn("דנה")).toBe("\u2068דנה\u2069");
    expect(nameIn("\u202Eعائشة")).toBe("\u2068عائشة\u2069");
  });
});
