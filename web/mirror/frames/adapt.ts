// Selectors of what cannot be so in the mirror: nothing fills the screen there, and no element has states of its own.

/** Says that an element fills the customer's screen. */
export const FULL = "data-lockstep-full";
/** The states of a custom element, as words. */
export const STATE = "data-lockstep-state";

const full = /:(?:-webkit-full-screen|-moz-full-screen|fullscreen)(?![\w-])/g;
const state = /:state\(\s*([\w-]+)\s*\)/g;

export const adaptCss = (css: string): string => (css.includes(":") ? css.replace(full, `[${FULL}]`).replace(state, `[${STATE}~="$1"]`) : css);
