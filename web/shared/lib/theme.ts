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

function show(): void {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  colours.value += 1;
}

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEPT_AS, next);
  show();
}

export function startTheme(): void {
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colours.value += 1;
  });
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
