// Light, dark, or as the system says; kept in this browser.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEPT_AS = "lockstep.theme";

function kept(): Theme {
  const value = localStorage.getItem(KEPT_AS);
  return value === "light" || value === "dark" ? value : "system";
}

export const theme = signal<Theme>(kept());
/** Counts up whenever the colours have changed: charts draw themselves again. */
export const colours = signal(0);

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/** Always names one of the two: Chromium leaves inherited `light-dark()` colours as they were when only the system's change. */
function show(): void {
  const system = systemIsDark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme.value === "system" ? system : theme.value;
  colours.value += 1;
}

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEPT_AS, next);
  show();
}

export function startTheme(): void {
  show();
  systemIsDark.addEventListener("change", show);
}

/** A token's colour as the browser paints it now. */
export function colourOf(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
