// What was a password once stays one, however the page turns it: noticed from the page's load on, long before anything is shown.
import type { Settings } from "./settings";

const secret = /password|cc-|one-time/;

export function noticeSecrets(settings: Settings): void {
  const secrets = (settings.secrets = new WeakSet());
  const names = (settings.secretNames = new Set());
  const notice = (field: Partial<HTMLInputElement>, was: string | null | undefined) => {
    if (!secret.test(was ?? "")) return;
    secrets.add(field as Node);
    if (was === "password" && field.name) names.add(field.name);
  };
  new MutationObserver((changes) => changes.forEach(({ target, oldValue }) => notice(target as HTMLInputElement, oldValue))).observe(document, {
    subtree: true,
    attributeFilter: ["type", "autocomplete"],
    attributeOldValue: true,
  });
  // In shadow roots, and before the page puts another field in its place.
  addEventListener("focusin", (event) => {
    const [field] = event.composedPath() as HTMLInputElement[];
    if (field) notice(field, field.type);
  });
}
