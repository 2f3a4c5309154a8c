// Waits until two sides show the same, and says how long that took and how much there was to compare.
import { differences, tallyOf, wordsOf } from "./compare.mjs";
import { until } from "./ground.mjs";

/** A page with less than this was not there. */
const elements_min = 20;
const patience_ms = 8_000;

/** Compares two pictures until they are equal; a story that waits longer than its patience has failed. */
export async function alike(page, what, mine, theirs, least = elements_min) {
  const from = performance.now();
  let last = ["nothing was compared"];
  let here;
  await until(
    page,
    what,
    async () => {
      try {
        const [one, other] = await Promise.all([mine(), theirs()]);
        here = one;
        last = one.items.length < least ? [`only ${one.items.length} things are painted`] : differences(one, other);
      } catch (cause) {
        // A page that is just being left or built cannot be asked.
        last = [cause instanceof Error ? cause.message : String(cause)];
      }
      return last.length === 0;
    },
    patience_ms,
  ).catch(() => {
    throw new Error(`${what}: not the same\n    ${last.join("\n    ")}`);
  });
  return { took_ms: performance.now() - from, words: wordsOf(tallyOf(here)), picture: here };
}

/** The customer's page, and every shared widget on it, on the screens of all these staff. */
export async function allSee(note, what, customer, staff, { widgets = [] } = {}) {
  let picture;
  for (const one of staff) {
    const { took_ms, words, picture: seen } = await alike(one.page, `${what}, ${one.who}'s screen beside ${customer.who}'s`, () => customer.painted(), () => one.painted());
    picture = seen;
    note(`${one.who} sees what ${customer.who} sees: ${words}  (${Math.round(took_ms)} ms)`);
    for (const name of widgets) {
      const found = await alike(one.page, `${what}, the widget ${name} at ${one.who}'s`, () => customer.paintedInside(`[data-lockstep-shared="${name}"]`), () => one.paintedWidget(name), 5);
      note(`  and in the shared widget ${name}: ${found.words}  (${Math.round(found.took_ms)} ms)`);
    }
  }
  return picture;
}
