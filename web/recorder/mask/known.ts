// Words that everybody knows: they say how something looks or is built, and nothing of a person.

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Words of CSS that stand only inside of functions, heads and descriptors, where no browser can be asked about them. */
export const inside = words(
  "to at from in of for and or not only all screen print important layer selector style circle ellipse closest-side farthest-side closest-corner farthest-corner " +
    "srgb srgb-linear display-p3 a98-rgb prophoto-rgb rec2020 lab oklab xyz hsl hwb lch oklch shorter longer increasing decreasing hue " +
    "jump-start jump-end jump-none jump-both start end nearest up down to-zero dense subgrid span infinite e pi r g b h s l c a x y w alpha auto-fill auto-fit " +
    "light dark scroll-position serif sans-serif monospace cursive fantasy system-ui ui-serif ui-sans-serif ui-monospace ui-rounded math emoji " +
    "p3 high fast slow enabled fullscreen standalone fine coarse hover more less custom landscape portrait " +
    "woff woff2 truetype opentype svg variations cyclic numeric alphabetic symbolic additive fixed extends swap optional true false " +
    "disc square decimal decimal-leading-zero lower-alpha upper-alpha lower-roman upper-roman lower-latin upper-latin lower-greek disclosure-open disclosure-closed",
);

/** Functions of CSS. */
export const functions =
  /^(var|env|attr|calc(-size)?|min|max|minmax|clamp|round|mod|rem|abs|sign|a?(sin|cos|tan)|atan2|pow|sqrt|hypot|log|exp|anchor(-size)?|url|src|image(-set)?|cross-fade|format|tech|local|(rgb|hsl)a?|hwb|(ok)?l(ab|ch)|color(-mix)?|light-dark|(repeating-)?(linear|radial|conic)-gradient|counters?|symbols|(translate|scale|rotate)([xyz]|3d)?|skew[xy]?|matrix(3d)?|perspective|blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia|inset|rect|xywh|circle|ellipse|polygon|path|shape|ray|repeat|fit-content|cubic-bezier|steps|linear|scroll|view|layer|supports|selector|style|scroll-state|font-(tech|format)|stylistic|styleset|character-variant|swash)$/;

/** What may be asked of a medium or of a container. */
export const features =
  /^(-webkit-)?(min-|max-)?(device-)?(width|height|(inline|block)-size|(aspect|pixel)-ratio|orientation|resolution|color(-gamut|-index)?|monochrome|grid|scan|update|overflow-(block|inline)|(any-)?(hover|pointer)|display-mode|scripting|(video-)?dynamic-range|prefers-(color-scheme|reduced-(motion|transparency|data)|contrast)|forced-colors|inverted-colors|transform-3d|stuck|snapped|scrollable)$/;

/** What is said in rules that are about no element. */
export const descriptors =
  /^(src|unicode-range|font-display|size-adjust|(ascent|descent|line-gap)-override|syntax|inherits|initial-value|system|symbols|additive-symbols|negative|prefix|suffix|range|pad|speak-as|fallback|base-palette|override-colors|navigation|types|size)$/;

/** Pseudo-classes and -elements that take something. */
export const takers =
  /^(is|where|not|has|matches|(-webkit-|-moz-)?any|host(-context)?|slotted|cue|nth-(last-)?(child|of-type)|lang|dir|part|state|highlight|(active-)?view-transition-(group|image-pair|old|new|type))$/;

/** Parts of the names of fonts that many systems or web sites have. */
export const fonts = words(
  "Arial Black Helvetica Neue Times New Roman Courier Georgia Verdana Tahoma Trebuchet MS Segoe UI Emoji Symbol Symbols Variable Roboto Mono Slab Noto Sans Serif " +
    "Text Color Oxygen Ubuntu Fira Code Open Lucida Grande Menlo Monaco Consolas DejaVu BlinkMacSystemFont SF Pro Apple " +
    "Inter Lato Montserrat Poppins Oswald Raleway Nunito Display Source IBM Plex Material Icons Font Awesome Free Brands FontAwesome",
);

/** Four letters that switch something of a font. */
export const font_tags = /^(kern|[cdh]?lig[a]?|calt|[tlop]num|c?smcp|c2sc|frac|zero|swsh|salt|case|ss[012]\d|cv\d\d|opsz|slnt|wdth|wght|ital|GRAD|FILL)$/;
