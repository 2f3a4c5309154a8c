// What a shared widget sent along with a callback.
import { expect, it } from "vitest";
import { aboutOf } from "./about";

it("a title and a text are shown", () => {
  expect(aboutOf('{"widget":"tariff-calculator","title":"Fibre 500","text":"4 people"}')).toEqual({ title: "Fibre 500", text: "4 people" });
  expect(aboutOf('{"title":"Fibre 500"}')).toEqual({ title: "Fibre 500", text: "" });
});

it.each([null, undefined, "", "{", "null", "[]", '{"text":"x"}'])("%j says nothing", (json) => {
  expect(aboutOf(json)).toBeUndefined();
});
