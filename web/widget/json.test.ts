// JSON on pages whose libraries have changed what JSON is.
import { afterEach, expect, test, vi } from "vitest";
import { has, jsonOf, listed, parsed } from "./json";

const data = { views: [{ url: "https://x.example/a", seq: 1, title: 'Ä "quoted"\n\u2028\u0000😀', none: null, left: undefined, yes: true }], empty: [], nested: { deep: [[1, -2.5, NaN], [undefined]] } };
const right = JSON.stringify(data);
const pure = JSON;

afterEach(() => {
  for (const prototype of [Array, Object, String, Number, Boolean, Date]) delete (prototype.prototype as { toJSON?: unknown; each?: unknown }).toJSON;
  delete (Object.prototype as { each?: unknown }).each;
  vi.unstubAllGlobals();
});

test("plain data is what JSON says it is, whatever prototypes have been given", () => {
  expect(jsonOf(data)).toBe(right);
  // As Prototype 1.6 does it.
  const theirs = [
    [Array, () => "[]"],
    [String, () => '"x"'],
    [Number, () => "1"],
    [Boolean, () => "true"],
    [Object, () => ({})],
  ] as const;
  for (const [type, toJSON] of theirs) {
    Object.assign(type.prototype, { toJSON });
    expect(jsonOf(data), type.name).toBe(right);
    expect(parsed(jsonOf(data))).toEqual(JSON.parse(right));
  }
});

test("members that every object has are no data", () => {
  Object.assign(Object.prototype, { each: () => undefined, toJSON: () => "spoiled" });
  expect(jsonOf({ a: [{ b: "c" }] })).toBe('{"a":[{"b":"c"}]}');
});

test("where JSON itself was replaced, another is taken", () => {
  const child = { contentWindow: { JSON: pure } };
  const root = { appendChild: () => undefined, removeChild: () => undefined };
  vi.stubGlobal("document", { createElement: () => child, documentElement: root });
  for (const replaced of [{}, undefined, { encode: pure.stringify, decode: pure.parse }, { stringify: () => "x", parse: () => null }, { stringify: String, parse: String }]) {
    vi.stubGlobal("JSON", replaced);
    expect(jsonOf(data)).toBe(right);
    expect(parsed('{"a":[1]}')).toEqual({ a: [1] });
  }
});

test("what is no JSON is absent, and what has not what it needs is not taken", () => {
  for (const text of [null, "", "{", '{"visit":"01a2', "undefined", "[1,", "\u0000"]) expect(parsed(text) ?? undefined).toBeUndefined();
  for (const value of [null, undefined, 1, "x", [], {}, { a: 1 }, { a: null }]) expect(has(value, { a: "string" })).toBe(false);
  expect(has({ a: "", b: 1, more: 1 }, { a: "string", b: "number" })).toBe(true);
  expect(listed({ length: 1, 0: "x" }, () => true)).toEqual([]);
});
