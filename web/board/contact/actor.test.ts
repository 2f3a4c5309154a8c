// Actors read as who they are, never as an id.
import { expect, it } from "vitest";
import { actorWords } from "./actor";

const noor = "a9dba065-7771-8750-a764-3487055d5421";

it("staff are named, customers are customers, the rest is the system", () => {
  expect(actorWords(`agent:${noor}`, new Map([[noor, "Noor"]]))).toBe("Noor");
  expect(actorWords(`agent:${noor}`, new Map())).toBe("The agent");
  expect(actorWords("customer:01a20ab1-e5f4-7790-8198-5cd8b23ca038", new Map())).toBe("The customer");
  expect(actorWords("policy:enroll_agent", new Map())).toBe("Lockstep");
  expect(actorWords("timer", new Map())).toBe("Lockstep");
});
