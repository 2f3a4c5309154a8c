// Are we keeping our promise: the service level large, its trend beside it, and the day in figures.
import { measuredWords } from "../../shared/lib/time";
import { Icon } from "../../shared/ui/Icon";
import { Counter } from "../../shared/ui/Live";
import { Menu } from "../../shared/ui/Menu";
import { say } from "../../shared/words/say";
import type { Totals } from "../documents";
import { formula, formulaName, formulaWords, judge, LEVEL_MIN, levelOf, percentWords, setFormula } from "./formula";
import "./promise.css";
import { TrendChart } from "./TrendChart";

export function PromisePanel({ totals }: { totals: Totals }) {
  const level = levelOf(totals.serviceLevel, formula.value);
  const tone = judge(level?.value, totals.offered);
  return (
    <section class="card area-promise promise" aria-label={say("board.promise.title")}>
      <div class="promise-level">
        <div class="promise-title">
          <h2>{say("board.promise.today")}</h2>
          <Menu
            label={say("board.promise.formula")}
            small
            quiet
            items={totals.serviceLevel.map((one) => ({
              label: say("board.formula.label", { name: formulaName(one.formula), what: formulaWords(one.formula) }),
              note: percentWords(one.value),
              checked: one.formula === level?.formula,
              run: () => setFormula(one.formula),
            }))}
          >
            {formulaName(level?.formula ?? formula.value)}
          </Menu>
        </div>
        <p class={`promise-figure promise-${tone}`}>
          <Counter value={level?.value} words={percentWords(level?.value)} />
        </p>
        <p class="promise-words">
          <Icon name={tone === "bad" ? "alert" : tone === "idle" ? "minus" : "check"} size={14} />
          {level?.value == null
            ? say("board.promise.none")
            : tone === "idle"
              ? say("board.promise.few", { count: totals.offered })
            : tone === "bad"
              ? say("board.promise.bad", { promise: percentWords(LEVEL_MIN) })
              : tone === "warn"
                ? say("board.promise.close", { promise: percentWords(LEVEL_MIN) })
                : say("board.promise.good", { promise: percentWords(LEVEL_MIN) })}
        </p>
        <p class="promise-formula" title={formulaWords(level?.formula ?? formula.value)}>
          {formulaWords(level?.formula ?? formula.value)}
        </p>
      </div>
      <TrendChart totals={totals} formula={level?.formula ?? formula.value} />
      <dl class="promise-figures">
        <Figure name={say("board.promise.waiting")} value={totals.waiting} />
        <Figure name={say("board.promise.talking")} value={totals.talking} />
        <Figure name={say("board.promise.offered")} value={totals.offered} />
        <Figure name={say("board.promise.answered")} value={totals.answered} />
        <Figure name={say("board.promise.abandoned")} value={totals.abandoned} note={totals.shortAbandoned > 0 ? say("board.promise.short", { count: totals.shortAbandoned }) : undefined} />
        <Figure name={say("board.promise.callbacks")} value={totals.callbacksRequested} />
        <Figure name={say("board.promise.speed")} value={totals.asaSeconds} words={totals.asaSeconds == null ? "–" : measuredWords(totals.asaSeconds)} />
        <Figure name={say("board.promise.missed")} value={totals.rona} />
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
