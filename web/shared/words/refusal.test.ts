// Refusals and failures become words by their codes.
import { expect, it } from "vitest";
import { failureWords, refusalWords } from "./refusal";

it("a known code has its own words, an unknown one a general sentence", () => {
  expect(refusalWords({ code: "reservation.over" })).toBe("That offer is gone. It ran out or the customer left.");
  expect(refusalWords({ code: "reservation.nobody_wrote_this" })).toBe("That didn't work. Try again, or ask a supervisor.");
  expect(refusalWords({ code: "text.too_long", data: { what: "the notes", chars: "5001", most: "4000" } })).toBe("That's 5001 characters. The limit is 4000.");
  expect(failureWords("network")).toMatch(/can't reach the server/);
  expect(failureWords("RATE_LIMITED")).toBe(failureWords("429"));
  expect(failureWords("418")).toBe("Something went wrong. Try again in a moment.");
});
