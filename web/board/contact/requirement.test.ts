// Requirements read as words.
import { expect, it } from "vitest";
import { requirementWords } from "./requirement";

it("skills are joined by and, or, not", () => {
  expect(requirementWords('"anybody"')).toBe("Anyone");
  expect(requirementWords('{"skill":{"name":"billing","level":2}}')).toBe("Billing 2");
  expect(
    requirementWords(
      '{"all":[{"skill":{"name":"billing","level":2}},{"any":[{"skill":{"name":"sales","level":1}},{"not":{"skill":{"name":"new_staff","level":1}}}]}]}',
    ),
  ).toBe("Billing 2 and (Sales 1 or not New staff 1)");
});

it("what is not understood is shown as it is", () => {
  expect(requirementWords("{oops")).toBe("{oops");
});
