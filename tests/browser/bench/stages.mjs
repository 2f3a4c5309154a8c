// Where the time of a change goes: recorder, edge and log, subscription, desk, mirror, paint.
import { median } from "./figures.mjs";
import { clockAhead, noted } from "./inside.mjs";

/** `took` are changes of a quiet page: the first note of each kind after a change is that change's. */
export async function stages(figure, desk, { customer, copy, ahead }, took) {
  const desk_ahead = await desk.evaluate(clockAhead);
  const after = (notes, off, time) => notes.map((at) => at + off).find((at) => at >= time);
  const [sending, news, hearing] = [await customer.evaluate(noted), await desk.evaluate(noted), await copy.evaluate(noted)];
  const passed = took.map(({ changed, applied, painted }) => {
    const sent = after(sending.sent, ahead.customer, changed);
    const taken = after(sending.taken, ahead.customer, sent);
    const told = after(news.news, desk_ahead, sent);
    const heard = after(hearing.heard, ahead.copy, sent);
    return { recorder: sent - changed, taken: taken - sent, subscription: told - sent, desk: heard - told, mirror: applied - heard, paint: painted - applied };
  });
  for (const [stage, name] of [
    ["recorder", "stage_change_to_sent"],
    ["taken", "stage_sent_to_taken"],
    ["subscription", "stage_sent_to_desk"],
    ["desk", "stage_desk_to_mirror"],
    ["mirror", "stage_mirror_to_applied"],
    ["paint", "stage_applied_to_painted"],
  ]) {
    figure(`${name}_p50`, median(passed.map((one) => one[stage])), "ms");
  }
}
