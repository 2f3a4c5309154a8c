// A text shows once: first as sent by hand, then as the transcript has it.
import { expect, it } from "vitest";
import { sent, stillPending, type Pending } from "./pending";

const text = (id: string, after: number, state: Pending["state"] = "sending"): Pending => ({ id, text: id, after, state });

it("what the transcript has is no longer pending", () => {
  const pending = [text("a", 2), text("b", 3)];
  expect(stillPending(pending, 2)).toHaveLength(2);
  expect(stillPending(pending, 3).map((one) => one.id)).toEqual(["b"]);
  expect(stillPending(pending, 4)).toEqual([]);
});

it("what failed stays until it is sent again", () => {
  const pending = sent([text("a", 0)], "a", false);
  expect(stillPending(pending, 9)).toEqual([text("a", 0, "failed")]);
});

it("what is done waits for the transcript", () => {
  const pending = sent([text("a", 0)], "a", true);
  expect(stillPending(pending, 0)).toHaveLength(1);
  expect(stillPending(pending, 1)).toHaveLength(0);
});
