// The pages, one file each, in the order in which they are played.
import adopted from "./pages/adopted.mjs";
import fights from "./pages/fights.mjs";
import images from "./pages/images.mjs";
import large from "./pages/large.mjs";
import prototypes from "./pages/prototypes.mjs";
import react from "./pages/react.mjs";
import rules from "./pages/rules.mjs";
import shorthands from "./pages/shorthands.mjs";
import strict from "./pages/strict.mjs";
import swaps from "./pages/swaps.mjs";
import top from "./pages/top.mjs";
import transformed from "./pages/transformed.mjs";
import vue from "./pages/vue.mjs";
import written from "./pages/written.mjs";

const all = [prototypes, swaps, written, rules, transformed, strict, top, react, vue, shorthands, adopted, images, fights];

/**
 * Each page: `name` (its path), `title`, `files` of the company's server, `acts` (`what` happens, what `does` it, whether
 * what is ours `stands` on the page afterwards), `judged: false` where the mirror is not looked at, `byPointer` where the
 * widget is used with the pointer. `ready` waits until the page is what it will be.
 */
export function pagesOf({ edge, apps, large: alsoLarge }) {
  return [...all, ...(alsoLarge ? [large] : [])].map((page) => page({ edge, app: (name) => apps[name] ?? "" }));
}
