// What happened, as a list that a person can read: scenes, steps with their times, and how late each screen was.
import { writeFile } from "node:fs/promises";

/** Everything live is on every screen within this time of its event. */
export const within_ms = 1000;

export function journalOf() {
  const began = performance.now();
  const lines = [];
  const latenesses = [];
  let at = "";

  const print = (line) => {
    lines.push(line);
    console.log(line);
  };
  const since = (from) => Math.round(performance.now() - from);
  const clock = () => `${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s`;

  return {
    scene(title) {
      print(`\n${title}`);
    },
    /** Says what is being done, does it, and says how long it took. */
    async step(what, work) {
      at = what;
      const from = performance.now();
      const result = await work();
      print(`${clock()}  ${what}  (${since(from)} ms)`);
      return result;
    },
    /** How late a screen showed an event, from the event's own time; later than a second fails the story. */
    late(what, ms) {
      latenesses.push(ms);
      print(`${clock()}    ${what}: ${Math.round(ms)} ms after the event`);
      if (ms > within_ms) throw new Error(`${what} was shown ${Math.round(ms)} ms after the event; at most ${within_ms} ms are promised`);
    },
    note(what) {
      print(`${clock()}    ${what}`);
    },
    get at() {
      return at;
    },
    end() {
      if (latenesses.length === 0) return;
      const sorted = [...latenesses].sort((a, b) => a - b);
      const middle = sorted[Math.floor(sorted.length / 2)];
      print(`\n${sorted.length} screens were timed against their events: median ${Math.round(middle)} ms, slowest ${Math.round(sorted.at(-1))} ms.`);
    },
    save: (file) => writeFile(file, `${lines.join("\n").trim()}\n`),
  };
}
