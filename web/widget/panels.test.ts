// What stands in the panel is loaded once, and again after a failure.
import { expect, test } from "vitest";
import { panelFrom } from "./panels";

test("a module that was not loaded is loaded again on demand, under another address", async () => {
  const asked: string[] = [];
  const answers = [() => Promise.reject(new Error("away")), () => Promise.resolve({ ready: () => Promise.resolve() } as never)];
  let changes = 0;
  const panel = panelFrom("https://edge", () => (changes += 1), (address) => {
    asked.push(address);
    return answers.shift()?.() ?? Promise.reject(new Error("no more"));
  });
  const settled = () => new Promise((done) => setTimeout(done));
  panel.load();
  panel.load();
  expect(panel.loading).toBe(true);
  await settled();
  expect([panel.loading, panel.tries, panel.module]).toEqual([false, 1, null]);
  panel.load();
  await settled();
  panel.load();
  expect(asked).toEqual(["https://edge/panel.js", "https://edge/panel.js?1"]);
  expect(panel.module).not.toBeNull();
  expect(changes).toBe(4);
});
