// The attributes that may leave the page, by what their values are.

const words = (text: string) => new Set(text.split(/\s+/));

/** How a thing looks and behaves: plain words and numbers of the page's making. */
export const plain_names = words(
  "dir lang hidden open width height colspan rowspan span align valign cellpadding cellspacing border bgcolor color face size cols rows wrap " +
    "start reversed type disabled readonly required multiple role slot part exportparts popover inert contenteditable media sizes scope loading " +
    "aria-hidden aria-current aria-expanded aria-disabled aria-busy aria-modal aria-invalid aria-orientation aria-haspopup aria-live aria-level " +
    "data-theme data-state data-open data-active data-side data-align data-orientation data-disabled data-variant data-size data-color-scheme data-mode " +
    "rr_open_mode rr_scrollLeft rr_scrollTop rr_width rr_height",
);

/** Shown where text is shown, else with dots. */
export const text_names = words("alt title placeholder label aria-label aria-description aria-placeholder aria-roledescription summary");

/** How a drawing is drawn. */
export const drawing_names = words(
  "d points x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy rotate offset transform viewBox preserveAspectRatio pathLength width height " +
    "fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-opacity stroke-miterlimit " +
    "opacity clip-path clip-rule mask filter color display visibility overflow vector-effect text-anchor dominant-baseline font-size font-family font-weight " +
    "letter-spacing stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternTransform patternContentUnits clipPathUnits " +
    "maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient marker-start marker-mid marker-end " +
    "in in2 result stdDeviation values mode operator k1 k2 k3 k4 flood-color flood-opacity xmlns xmlns:xlink",
);
/** Of these, what draws a picture: kept only where pictures are shown. */
export const shape_names = words("d points");

/** States of a control that is made of other elements. */
export const choice_names = words("aria-checked aria-selected aria-pressed aria-valuenow aria-valuetext");
