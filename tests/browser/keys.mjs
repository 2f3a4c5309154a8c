// How people put something into a field: they go there and press keys.
import assert from "node:assert/strict";

/** Empties a field and writes in it. */
export async function type(field, text) {
  await field.click();
  await field.press("ControlOrMeta+a");
  await field.press("Delete");
  await field.pressSequentially(text);
}

/** Chooses in a closed list by writing the choice. */
export async function choose(list, label) {
  await list.press("Home");
  await list.pressSequentially(label);
  const chosen = await list.evaluate(({ selectedOptions: [option] }) => option.label);
  assert.equal(chosen, label, "the keys did not lead to the choice");
}

const monthName = (number) => new Date(Date.UTC(2000, number - 1)).toLocaleDateString("en", { month: "long", timeZone: "UTC" });

/** What is written into the parts of such a field, in the order in which Chromium shows them in American English. */
const parts = {
  date(value) {
    const [year, month, day] = value.split("-");
    return [month, day, year];
  },
  time(value) {
    const [hours, ...rest] = value.split(":");
    const twelve = String(hours % 12 || 12).padStart(2, "0");
    return [twelve, ...rest, hours < 12 ? "A" : "P"];
  },
  month(value) {
    const [year, month] = value.split("-");
    return [monthName(month), year];
  },
  week: (value) => value.split("-W").reverse(),
  "datetime-local"(value) {
    const [date, time] = value.split("T");
    return [...parts.date(date), ...parts.time(time)];
  },
};
/** So many parts has none. */
const parts_max = 8;

/** Writes a date or a time, part by part; `value` as the field keeps it. */
export async function typeWhen(field, value) {
  const kind = await field.getAttribute("type");
  const press = async (key, times) => {
    for (let n = 0; n < times; n += 1) await field.press(key);
  };
  for (const [n, part] of parts[kind](value).entries()) {
    await press("ArrowLeft", parts_max);
    await press("ArrowRight", n);
    await field.pressSequentially(part);
  }
  assert.equal(await field.inputValue(), value, "the keys did not lead to the value");
}

/** Goes with a slider to the step at or after `at`: a press near it, then arrows. */
export async function slide(slider, at) {
  const read = () => slider.evaluate(({ min, max, step, value }) => ({ min: Number(min), max: Number(max), step: Number(step), value: Number(value) }));
  const { min, max } = await read();
  const { width, height } = await slider.boundingBox();
  await slider.click({ position: { x: Math.max(1, Math.min(width - 1, (width * (at - min)) / (max - min))), y: height / 2 } });
  // What is read when somebody begins to rewind moves the slider's ends.
  for (let last = ""; ; ) {
    const now = await read();
    const steps = Math.ceil((at - now.min) / now.step) - Math.round((now.value - now.min) / now.step);
    if (steps === 0 && JSON.stringify(now.min) === last) return;
    last = JSON.stringify(now.min);
    for (let n = 0; n < Math.abs(steps); n += 1) await slider.press(steps > 0 ? "ArrowRight" : "ArrowLeft");
  }
}
