// Commands survive lost answers: one id, sent again, and the outcome is asked for.
import { describe, expect, it } from "vitest";
import { act, ActFields, type Sender } from "./act";
import { graphql } from "./desk";
import { ApiError } from "./document";

const SignIn = graphql(`mutation SignIn($commandId: UUID) { act: signIn(commandId: $commandId) { ...ActFields } }`, [
  ActFields,
]);

/** Answers in order; notes every commandId it was asked under. */
function sender(answers: unknown[]): { sender: Sender; ids: string[] } {
  const ids: string[] = [];
  return {
    ids,
    sender: {
      pause: () => Promise.resolve(),
      request: ((_document: unknown, variables: { commandId: string }) => {
        ids.push(variables.commandId);
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      }) as Sender["request"],
    },
  };
}

const notKnown = { act: { __typename: "NotKnownYet", commandId: "x", message: "not decided yet" } };
const done = { act: { __typename: "Done", commandId: "x", token: "site:demo@7" } };
const unknown = { outcome: { state: "UNKNOWN", token: null, refused: null } };

describe("a command", () => {
  it("that is done answers with its token", async () => {
    expect(await act(SignIn, {}, sender([done]).sender)).toEqual({ kind: "done", token: "site:demo@7" });
  });

  it("that is refused answers with the code of the refusal", async () => {
    const refused = { act: { __typename: "Refused", commandId: "x", code: "busy", data: [{ name: "most", value: "3" }] } };
    expect(await act(SignIn, {}, sender([refused]).sender)).toEqual({ kind: "refused", code: "busy", data: { most: "3" } });
  });

  it("whose answer was lost is asked for by outcome under the same id", async () => {
    const world = sender([
      new ApiError("gone", "network"),
      { outcome: { state: "DONE", token: "site:demo@9", refused: null } },
    ]);
    expect(await act(SignIn, {}, world.sender)).toEqual({ kind: "done", token: "site:demo@9" });
    expect(new Set(world.ids).size).toBe(1);
  });

  it("that nobody has decided is sent again under the same id", async () => {
    const world = sender([notKnown, unknown, done]);
    expect(await act(SignIn, {}, world.sender)).toEqual({ kind: "done", token: "site:demo@7" });
    expect(world.ids).toHaveLength(3);
    expect(new Set(world.ids).size).toBe(1);
  });

  it("that the server does not understand is not sent again", async () => {
    const world = sender([new ApiError("forbidden", "forbidden")]);
    expect(await act(SignIn, {}, world.sender)).toMatchObject({ kind: "failed" });
    expect(world.ids).toHaveLength(1);
  });

  it("gives up after a limited number of attempts and says so", async () => {
    const world = sender([notKnown, ...Array.from({ length: 5 }, () => [unknown, notKnown]).flat()]);
    expect(await act(SignIn, {}, world.sender)).toEqual({ kind: "failed", code: "undecided" });
  });
});
