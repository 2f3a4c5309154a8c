// Fonts are read with care: others wrote what is added.
import { expect, it } from "vitest";
import { facesOf } from "./fonts";

const good = { family: "Company Sans", source: "data:font/woff2;base64,d09GMg==", weight: "700", onload: "x" };

it("a face has a family, a source and descriptors that are known", () => {
  expect(facesOf(JSON.stringify([good]))).toEqual([{ family: "Company Sans", source: good.source, descriptors: { weight: "700" } }]);
  expect(facesOf(JSON.stringify([{ ...good, source: "https://company.example/a.woff2" }]))).toHaveLength(1);
});

it.each([
  ["no JSON", "{"],
  ["no list", "{}"],
  ["a family that ends itself", JSON.stringify([{ ...good, family: 'a"; src: url(x)' }])],
  ["a script", JSON.stringify([{ ...good, source: "javascript:alert(1)" }])],
  ["an address with a query", JSON.stringify([{ ...good, source: "https://evil.example/?told" }])],
  ["an address that ends itself", JSON.stringify([{ ...good, source: 'https://evil.example/a") , url("x' }])],
  ["another kind of data", JSON.stringify([{ ...good, source: "data:text/html;base64,AAAA" }])],
])("%s is not added", (_, json) => expect(facesOf(json)).toEqual([]));
