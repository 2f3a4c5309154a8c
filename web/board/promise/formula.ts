// The service level's formulas by name, and how a level is worded and judged.
import { signal } from "@preact/signals";
import type { ServiceLevel } from "../documents";

/** Of fewer offered contacts a level says nothing yet: one contact would decide. */
export const OFFERED_MIN = 5;
/** Below it the promise is broken. */
export const LEVEL_MIN = 0.8;
/** Below it the promise is in danger. */
export const LEVEL_CLOSE = 0.85;

export const formulas: Record<string, string> = {
  ignore: "answered in time ÷ (offered − abandoned in time)",
  positive: "(answered + abandoned in time) ÷ offered",
  negative: "answered in time ÷ offered",
  connect: "left the queue in time ÷ offered",
  genesys: "answered in time ÷ (answered + abandoned)",
  asterisk: "answered in time ÷ answered",
  asterisk2: "(answered + abandoned in time) ÷ (answered + abandoned)",
};

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
