import { expect, test } from "vitest";
import type { Carried } from "../../widget/door/command";
import { again_max, changesOf, stale_code } from "./changes";

function queue() {
  const sent: { basedOn: number; state: object; answer(carried: Carried): Promise<void> }[] = [];
  const problems: string[] = [];
  const changes = changesOf({
    send: (basedOn, state) =>
      new Promise((resolve) =>
        sent.push({
          basedOn,
          state,
          async answer(carried) {
            resolve(carried);
            await Promise.resolve();
            await Promise.resolve();
          },
        }),
      ),
    onProblem: (message) => problems.push(message),
  });
  return { sent, problems, changes };
}
const done = { __typename: "Done" };
const stale = { __typename: "Refused", code: stale_code, message: "stale" };

test("a part is merged into the newest state; one change at a time", async () => {
  const { sent, changes } = queue();
  changes.heard({ version: 3, state: { a: 1, b: 1 } });
  changes.change({ a: 2 });
  changes.change({ b: 2 });
  changes.change({ b: 3 });
  expect(sent.map(({ basedOn, state }) => ({ basedOn, state }))).toEqual([{ basedOn: 3, state: { a: 2, b: 1 } }]);
  await sent[0]?.answer(done);
  expect(sent).toHaveLength(1);
  changes.heard({ version: 4, state: { a: 2, b: 1 } });
  expect(sent[1]).toMatchObject({ basedOn: 4, state: { a: 2, b: 3 } });
});

test("a change that was too late is made again on what the log says by then", async () => {
  const { sent, changes, problems } = queue();
  changes.change({ a: 2 });
  await sent[0]?.answer(stale);
  expect(sent).toHaveLength(1);
  changes.heard({ version: 1, state: { b: 9 } });
  expect(sent[1]).toMatchObject({ basedOn: 1, state: { a: 2, b: 9 } });
  expect(problems).toEqual([]);
});

test("what the state said before the answer came is used at once", async () => {
  const { sent, changes } = queue();
  changes.change({ a: 2 });
  changes.heard({ version: 1, state: { b: 9 } });
  await sent[0]?.answer(stale);
  expect(sent[1]).toMatchObject({ basedOn: 1, state: { a: 2, b: 9 } });
});

test("it is not made again for ever, and another refusal is told", async () => {
  const { sent, changes, problems } = queue();
  changes.change({ a: 1 });
  for (let n = 0; n <= again_max; n++) {
    await sent[n]?.answer(stale);
    changes.heard({ version: n + 1, state: {} });
  }
  expect(sent).toHaveLength(again_max + 1);
  changes.change({ a: 2 });
  await sent.at(-1)?.answer({ __typename: "Refused", code: "display.widget_too_large", message: "too large" });
  expect(problems).toHaveLength(2);
});
