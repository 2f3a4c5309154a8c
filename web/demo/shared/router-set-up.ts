// A shared widget: setting up a router, ticked off together.
import { defineShared, html, type Acts, type View } from "../../shared-widget";
import { bringType, look } from "./look";
import { pictures } from "./step-pictures";
import { done, doneCount, initial, inWords, isStuck, lights, shownStep, steps, stuck, type SetUp } from "./steps";

const style = `${look}
  .head, .foot { display: grid; gap: 12px; padding: 24px 22px; }
  .foot { background: var(--shore); border-top: 1px solid var(--line); }
  .bar { height: 10px; border-radius: 5px; background: var(--line); overflow: hidden; }
  .bar span { display: block; height: 100%; border-radius: 5px; background: var(--good); transition: width 0.25s; }
  .step { border-top: 1px solid var(--line); }
  .open {
    display: grid; grid-template-columns: 32px 1fr auto; gap: 14px; align-items: center; width: 100%; padding: 14px 22px;
    border: 0; background: none; text-align: left; cursor: pointer;
  }
  .open:hover { background: var(--shore); }
  .open:focus-visible { outline-offset: -3px; }
  .number {
    width: 32px; height: 32px; border-radius: 50%; background: var(--water); color: #fff; font-weight: 650; line-height: 32px;
    text-align: center;
  }
  .is-done .number { background: var(--good-back); color: var(--good); }
  .is-stuck .number { background: var(--slow-back); color: var(--slow); }
  .title { font-weight: 620; }
  .is-done .title { color: var(--soft); }
  .state { font-size: 14px; font-weight: 600; color: var(--good); }
  .is-stuck .state { color: var(--slow); }
  .body { display: grid; gap: 16px; padding: 2px 22px 24px; }
  .body svg { width: 100%; height: auto; border-radius: 14px; }
  .told { display: grid; gap: 14px; align-content: start; }
  .hints { display: grid; gap: 10px; padding: 14px 16px; border-radius: 14px; background: var(--slow-back); }
  .hints ul { display: grid; gap: 6px; padding-left: 20px; list-style: disc; }
  .well { padding: 12px 16px; border-radius: 14px; background: var(--good-back); color: var(--good); font-weight: 600; }
  @container (width >= 560px) {
    .head, .foot { padding: 28px 32px; }
    .open { padding-inline: 32px; }
    .body { grid-template-columns: 250px 1fr; gap: 24px; padding: 4px 32px 28px; }
  }
`;

const words: Record<string, string> = { done: "Done", stuck: "Does not work" };

/** Only while Line does not turn green. */
const light = (setUp: SetUp) => html`
  <fieldset>
    <legend>What does Line show?</legend>
    <div class="choice">
      ${lights.map(({ name, label }) => html`<label><input type="radio" name="light" value=${name}><span>${label}</span></label>`)}
    </div>
  </fieldset>
  <p role="status">${lights.find(({ name }) => name === setUp.light)?.advice}</p>
`;

const hints = (all: readonly string[], more: View | false) => html`
  <div class="hints">
    <h3>Try this</h3>
    <ul>${all.map((hint) => html`<li>${hint}</li>`)}</ul>
    ${more}
  </div>
`;

function body(step: (typeof steps)[number], setUp: SetUp, change: Acts<SetUp>["change"]) {
  const { key, text } = step;
  return html`
    <div class="body">
      ${pictures[key]}
      <div class="told">
        <p>${text}</p>
        <div class="actions">
          <button type="button" class="button plain" aria-pressed=${setUp[key] === "done"} @click=${() => change(done(key))}>Done</button>
          <button type="button" class="button plain slow" aria-pressed=${setUp[key] === "stuck"} @click=${() => change(stuck(key))}>It does not work</button>
        </div>
        ${setUp[key] === "stuck" && hints(step.hints, key === "line" && light(setUp))}
      </div>
    </div>
  `;
}

function item(step: (typeof steps)[number], at: number, setUp: SetUp, change: Acts<SetUp>["change"]) {
  const answer = setUp[step.key];
  const shown = shownStep(setUp) === step.key;
  return html`
    <li class="step is-${answer}">
      <button type="button" class="open" aria-expanded=${shown} @click=${() => change({ at: step.key })}>
        <span class="number" aria-hidden="true">${answer === "done" ? "✓" : answer === "stuck" ? "!" : at + 1}</span>
        <span class="title">${step.title}</span>
        <span class="state">${words[answer]}</span>
      </button>
      ${shown && body(step, setUp, change)}
    </li>
  `;
}

bringType(import.meta.url);
defineShared<SetUp>({
  tag: "router-set-up",
  src: import.meta.url,
  initial,
  style,
  view(setUp, { change, callMe }) {
    const count = doneCount(setUp);
    return html`
      <section class="card" aria-labelledby="title">
        <div class="head">
          <h2 id="title">Set up your router</h2>
          <p class="soft" role="status">${count} of ${steps.length} steps done</p>
          <div class="bar"><span style=${`width:${Math.round((100 * count) / steps.length)}%`}></span></div>
        </div>
        <ol>${steps.map((step, at) => item(step, at, setUp, change))}</ol>
        <div class="foot">
          ${count === steps.length && html`<p class="well">You are online. Enjoy the line, and tell us if it is ever slow.</p>`}
          ${isStuck(setUp) && html`<p>Somebody who knows routers reads what you have ticked, and rings you.</p>`}
          <div class="actions">
            <button type="button" class=${isStuck(setUp) ? "button" : "button plain"} @click=${() => callMe((newest) => ({ ...inWords(newest), topic: "fault" }))}>Call me about this</button>
            <button type="button" class="link" @click=${() => change(initial)}>Start again</button>
          </div>
        </div>
      </section>
    `;
  },
});
