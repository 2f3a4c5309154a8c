// Are we keeping our promise: the service level large, its trend beside it, and the day in figures.
import { useEffect, useState } from "preact/hooks";
import { now } from "../../shared/live/clock";
import { waitWords } from "../../shared/lib/time";
import { Icon } from "../../shared/ui/Icon";
import { Counter } from "../../shared/ui/Live";
import { Menu } from "../../shared/ui/Menu";
import { humanise } from "../../shared/words/state";
import type { Totals } from "../documents";
import { formula, formulas, judge, LEVEL_MIN, levelOf, percentWords, setFormula } from "./formula";
import "./promise.css";
import { addSample, keepSamples, keptSamples, type Sample } from "./trend";
import { TrendChart } from "./TrendChart";

const SAMPLE_EVERY_MS = 10_000;

export function PromisePanel({ totals }: { totals: Totals }) {
  const level = levelOf(totals.serviceLevel, formula.value);
  const tone = judge(level?.value, totals.offered);
  const samples = useTrend(level?.formula ?? "", level?.value ?? null, totals.waiting);
  return (
    <section class="card area-promise promise" aria-label="Service level">
      <div class="promise-level">
        <div class="promise-title">
          <h2>Service level today</h2>
          <Menu
            label="Formula"
            small
            quiet
            items={totals.serviceLevel.map((one) => ({
              label: `${humanise(one.formula)}: ${formulas[one.formula] ?? `version ${one.version}`}`,
              note: percentWords(one.value),
              checked: one.formula === level?.formula,
              run: () => setFormula(one.formula),
            }))}
          >
            by “{level?.formula ?? "none"}”
          </Menu>
        </div>
        <p class={`promise-figure promise-${tone}`}>
          <Counter value={level?.value} words={percentWords(level?.value)} />
        </p>
        <p class="promise-words">
          <Icon name={tone === "bad" ? "alert" : tone === "idle" ? "minus" : "check"} size={14} />
          {level?.value == null
            ? "Nobody has asked yet today"
            : tone === "idle"
              ? `Too few to judge: ${totals.offered} offered today`
            : tone === "bad"
              ? `Below the promise of ${percentWords(LEVEL_MIN)}`
              : tone === "warn"
                ? `Just above the promise of ${percentWords(LEVEL_MIN)}`
                : `The promise of ${percentWords(LEVEL_MIN)} is kept`}
        </p>
        <p class="promise-formula" title={formulas[level?.formula ?? ""]}>
          {formulas[level?.formula ?? ""] ?? ""}
        </p>
      </div>
      <TrendChart samples={samples} />
      <dl class="promise-figures">
        <Figure name="Waiting" value={totals.waiting} />
        <Figure name="Talking" value={totals.talking} />
        <Figure name="Offered" value={totals.offered} />
        <Figure name="Answered" value={totals.answered} />
        <Figure name="Abandoned" value={totals.abandoned} note={totals.shortAbandoned > 0 ? `${totals.shortAbandoned} short` : undefined} />
        <Figure name="Callbacks asked" value={totals.callbacksRequested} />
        <Figure name="Speed of answer" value={totals.asaSeconds} words={totals.asaSeconds == null ? "–" : waitWords(totals.asaSeconds)} />
        <Figure name="Offers missed" value={totals.rona} />
      </dl>
    </section>
  );
}

function Figure({ name, value, words, note }: { name: string; value: number | null; words?: string; note?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Counter value={value} {...(words === undefined ? {} : { words })} />
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** Samples on every change and at least every ten seconds. */
function useTrend(name: string, level: number | null, waiting: number): Sample[] {
  const [samples, setSamples] = useState<Sample[]>(() => keptSamples(name));
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setTick((n) => n + 1), SAMPLE_EVERY_MS);
    return () => clearInterval(ticking);
  }, []);
  useEffect(() => setSamples(keptSamples(name)), [name]);
  useEffect(() => {
    setSamples((before) => {
      const after = addSample(before, { at: Math.round(now.peek() / 1000), level, waiting });
      keepSamples(name, after);
      return after;
    });
  }, [name, level, waiting, tick]);
  return samples;
}
