// For tests: what a browser knows of CSS, as far as they ask. The stories ask a real one.
import { vi } from "vitest";

const properties = /^(-webkit-)?(content|quotes|color|background|background-image|padding|margin|width|height|z-index|order|display|gap|opacity|filter|transform|font|font-family|font-feature-settings|list-style-type|animation|animation-name|grid-template-areas|grid-area|grid-column|counter-reset|container|transition|view-transition-name|position|fill|stroke|border-radius|mask-image|top|left|text-align)$/;
const values = /^(none|red|green|blue|block|flex|grid|auto|inherit|initial|solid|sans-serif|serif|bold|italic|ease|linear|both|forwards|relative|absolute|visible|hidden|center|normal|inline-size|right|left)$/;
const pseudos = /^selector\(::?(before|after|hover|focus|root|first-child|empty|checked)\)$/;

export function browserOfTests(): void {
  vi.stubGlobal("CSS", {
    supports: (property: string, value?: string) => (value === undefined ? pseudos.test(property) : value === "initial" ? properties.test(property) : properties.test(property) && values.test(value)),
    escape: (name: string) => name.replace(/^(\d)|[^\w\u0080-\uffff-]/g, (sign) => `\\${sign.charCodeAt(0).toString(16)} `),
  });
  // Without its own rules, the page has no properties to ask for.
  vi.stubGlobal("getComputedStyle", () => []);
}
