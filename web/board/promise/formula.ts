// The service level's formulas by name, and how a level is worded and judged.
import { signal } from "@preact/signals";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";
import type { ServiceLevel } from "../documents";

/** Of fewer offered contacts a level says nothing yet: one contact would decide. */
export const OFFERED_MIN = 5;
/** Below it the promise is broken. */
export const LEVEL_MIN = 0.8;
/** Below it the promise is in danger. */
export const LEVEL_CLOSE = 0.85;

const known = say as (key: string) => string;

/** What it counts, in a few words; one that has none is called by its id. */
export function formulaName(id: string): string {
  return known(`board.formula.${id}`) || humanise(id);
}

export function formulaWords(id: string): string {
  return known(`board.formula.${id}.what`);
}

const KEPT_AS = "lockstep.formula";

export const formula = signal((typeof localStorage === "undefined" ? null : localStorage.getItem(KEPT_AS)) ?? "ignore");

export function setFormula(next: string): void {
  formula.value = next;
  localStorage.setItem(KEPT_AS, next);
}

export function levelOf(levels: readonly ServiceLevel[], name: string): ServiceLevel | undefined {
  return levels.find((one) => one.formula === name) ?? levels[0];
}

/** `82 %`; with a decimal where it decides. */
export function percentWords(value: number | null | undefined): string {
  if (value == null) return "–";
  const percent = value * 100;
  const near = Math.abs(percent - LEVEL_MIN * 100) < 1 && percent !== LEVEL_MIN * 100;
  return `${near ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function judge(value: number | null | undefined, offered: number): "good" | "warn" | "bad" | "idle" {
  if (value == null || offered < OFFERED_MIN) return "idle";
  if (value < LEVEL_MIN) return "bad";
  return value < LEVEL_CLOSE ? "warn" : "good";
}
