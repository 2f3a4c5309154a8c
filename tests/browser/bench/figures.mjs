// Figures as every bench prints them: `name value unit`, one line each; behind it the goal, where there is one.

/** With `json` one object a line instead. Each name begins with `prefix`. */
export function figuresTo(json, prefix = "") {
  return {
    /** What is measured, and beside what: not a figure. */
    says(text) {
      if (!json) console.log(`# ${text}`);
    },
    figure(name, value, unit, atMost) {
      const goal = atMost === undefined ? undefined : { at_most: atMost };
      if (json) {
        console.log(JSON.stringify({ name: prefix + name, value, unit, goal }));
        return;
      }
      const beside = goal === undefined ? "" : ` (goal: at most ${atMost.toFixed(3)}, ${value <= atMost ? "met" : "missed"})`;
      console.log(`${prefix}${name} ${value.toFixed(3)} ${unit}${beside}`);
    },
  };
}

/** `part` of 100; the values need not be sorted. */
export function percentile(values, part) {
  if (values.length === 0) throw new Error("nothing was measured");
  return [...values].sort((a, b) => a - b)[Math.floor(((values.length - 1) * part) / 100)];
}

export const median = (values) => percentile(values, 50);
