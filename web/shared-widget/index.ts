// The SDK for shared widgets: `docs/shared-widgets.md` says how to write one.
export { defineShared, type Acts, type SharedWidget } from "./define";
export { html, type View } from "./html";
export type { About, Host, SharedPort } from "./port";
