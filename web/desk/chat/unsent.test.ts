// @vitest-environment happy-dom
// What was on its way when another contact opened or the page was left is not lost, and not there twice.
import { beforeEach, expect, it } from "vitest";
import { session } from "../../shared/session/session";
import { stillPending, type Pending } from "./pending";
import { changePending, interrupted, pendingOf } from "./unsent";

const text = (id: string, after: number, state: Pending["state"] = "sending"): Pending => ({ id, text: id, after, state });

beforeEach(() => {
  sessionStorage.clear();
  session.value = { state: "in", staff: { id: "dana", name: "Dana", roles: ["AGENT"] } };
});

it("each contact has its own", () => {
  changePending("ada", (before) => [...before, text("Hello Ada", 0)]);
  changePending("ben", (before) => [...before, text("Hello Ben", 0)]);
  expect(pendingOf("ada")).toEqual([text("Hello Ada", 0)]);
});

it("after a reload it is shown as not sent, unless the transcript has it", () => {
  const kept = interrupted(JSON.stringify([text("a", 3), text("b", 4), text("c", 0, "failed")]));
  expect(stillPending(kept, 4).map(({ id, state }) => [id, state])).toEqual([
    ["b", "interrupted"],
    ["c", "failed"],
  ]);
});

it.each(["", "{", "null", "7", "[7]", '[{"id":1}]'])("%j is nothing", (json) => {
  expect(interrupted(json)).toEqual([]);
});
