// A shared widget: which tariff suits a home, worked out together.
import { defineShared, html } from "../../shared-widget";
import { bringType, look } from "./look";
import { cost, extras, inWords, needed, people_max, recommended, screens_max, tariffs, type Needs } from "./tariffs";

const initial: Needs = { people: 2, screens: 2, office: false, uploads: false, landline: false, wifi: false, address: false, note: "" };

const style = `${look}
  .card { display: grid; }
  .ask, .answer { display: grid; gap: 22px; align-content: start; padding: 26px 22px; }
  .answer { gap: 16px; background: var(--shore); }
  .name { color: var(--water-text); font-weight: 650; }
  .price strong { font-size: 40px; line-height: 1.1; letter-spacing: -0.03em; font-weight: 720; }
  .note { display: grid; gap: 6px; font-weight: 600; }
  .note input {
    width: 100%; min-height: 46px; padding: 8px 14px; border: 1.5px solid var(--control); border-radius: 12px;
    background: var(--paper); font-weight: 400;
  }
  .note .small { font-weight: 400; }
  .sum { display: grid; grid-template-columns: 1fr auto; gap: 6px 0; font-variant-numeric: tabular-nums; }
  .sum dd { text-align: right; }
  .sum .total { padding-top: 8px; border-top: 1px solid var(--line); font-weight: 650; }
  .meter { display: grid; gap: 6px; }
  .meter .bar { height: 10px; border-radius: 5px; background: var(--line); overflow: hidden; }
  .meter .bar span { display: block; height: 100%; border-radius: 5px; background: var(--water-text); transition: width 0.25s; }
  .scale { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
  .scale li { padding-top: 6px; border-top: 4px solid var(--line); font-size: 14px; color: var(--soft); }
  .scale [aria-current] { border-color: var(--water-text); color: var(--ink); font-weight: 650; }
  .actions { margin-top: 4px; }
  @container (width >= 620px) {
    .card { grid-template-columns: 1.1fr 1fr; }
    .ask, .answer { padding: 32px; }
  }
`;

const numbers = (least: number, most: number) => Array.from({ length: most - least + 1 }, (_, at) => least + at);

const choice = (question: string, name: keyof Needs, least: number, most: number) => html`
  <fieldset>
    <legend>${question}</legend>
    <div class="choice">
      ${numbers(least, most).map(
        (number) =>
          html`<label><input type="radio" name=${name} value=${number}><span>${number}${number === most && " or more"}</span></label>`,
      )}
    </div>
  </fieldset>
`;

const tick = (name: keyof Needs, label: string, more: string) =>
  html`<label class="tick"><input type="checkbox" name=${name}><span>${label} <span class="small">${more}</span></span></label>`;

/** The needs as a share of what the tariff carries, in percent. */
const load = (needs: Needs) => Math.round((100 * needed(needs)) / recommended(needs).least);

bringType(import.meta.url);
defineShared<Needs>({
  tag: "tariff-calculator",
  src: import.meta.url,
  initial,
  style,
  view(needs, { change, callMe }) {
    const { name, least } = recommended(needs);
    const { lines, monthly, connecting, firstYear } = cost(needs);
    return html`
      <section class="card" aria-labelledby="title">
        <div class="ask">
          <h2 id="title">Which tariff suits you?</h2>
          ${choice("How many people live with you, yourself included?", "people", 1, people_max)}
          ${choice("How many screens stream at the same time?", "screens", 0, screens_max)}
          <fieldset>
            <legend>What else does the line do?</legend>
            ${tick("office", "Somebody works from home", "video calls, remote desktop")}
            ${tick("uploads", "Large uploads", "video, photographs, backups")}
          </fieldset>
          <fieldset>
            <legend>Would you like extras?</legend>
            ${extras.map(({ key, name, monthly }) => tick(key, name, `£${monthly} a month`))}
          </fieldset>
        </div>
        <div class="answer">
          <div role="status">
            <p class="name">We suggest ${name}</p>
            <p class="price"><strong>£${monthly}</strong> a month</p>
          </div>
          <ul class="scale" aria-label="Our tariffs">
            ${tariffs.map((one) => html`<li aria-current=${one.name === name ? "true" : null}>${one.name}<br>£${one.monthly}</li>`)}
          </ul>
          <dl class="sum">
            ${lines.map((line) => html`<dt>${line.name}</dt><dd>£${line.monthly}</dd>`)}
            <dt class="total">A month</dt><dd class="total">£${monthly}</dd>
            <dt>Connecting you, once</dt><dd>${connecting === 0 ? "Free" : `£${connecting}`}</dd>
            <dt>Your first year</dt><dd><strong>£${firstYear}</strong></dd>
          </dl>
          <div class="meter">
            <p>You need about ${needed(needs)} Mbit/s at the busiest; ${name} never gives less than ${least}.</p>
            <div class="bar"><span style=${`width:${load(needs)}%`}></span></div>
          </div>
          <label class="note">Anything we should know?
            <input type="text" name="note" maxlength="300" placeholder="We have thick walls, we move in May…" autocomplete="off">
            <span class="small">While you share this page, whoever helps you reads it too.</span>
          </label>
          <div class="actions">
            <button type="button" class="button" @click=${() => callMe((newest) => ({ ...inWords(newest), topic: "tariffs" }))}>Call me about this</button>
            <button type="button" class="link" @click=${() => change(initial)}>Start again</button>
          </div>
          <p class="small">With VAT, and the same price for as long as you stay.</p>
        </div>
      </section>
    `;
  },
});
