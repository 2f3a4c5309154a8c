// What the company's shared widgets look like: the site's colours and type again, because a widget stands alone wherever it is shown.

const family = "Inter Variable";

/** On the site's pages it is there already; elsewhere it stands beside the module. Without it the system's own is used. */
export function bringType(module: string): void {
  if ([...document.fonts].some((face) => face.family.replaceAll('"', "") === family)) return;
  const face = new FontFace(family, `url("${new URL("inter.woff2", module).href}")`, { weight: "100 900", display: "swap" });
  document.fonts.add(face);
  face.load().catch(() => document.fonts.delete(face));
}

export const look = `
  :host {
    color-scheme: light dark;
    --paper: light-dark(#fff, #172126);
    --shore: light-dark(#eef4f3, #122027);
    --ink: light-dark(#10262d, #e9f0f0);
    --soft: light-dark(#48616a, #a9bcc1);
    --line: light-dark(#d8e1e0, #2b3b42);
    --control: light-dark(#71878e, #7d939a);
    --water: light-dark(#0b5c70, #0f7189);
    --water-text: light-dark(#0b5c70, #7fcfe2);
    --sun: light-dark(#f2b84b, #e3a93f);
    --good: light-dark(#176b3c, #71d39b);
    --good-back: light-dark(#e3f4e9, #12301f);
    --slow: light-dark(#7d4d00, #f2bd6c);
    --slow-back: light-dark(#fdf0d6, #38290b);
    container-type: inline-size;
    color: var(--ink);
    font: 400 16px/1.5 "${family}", system-ui, sans-serif;
    text-align: left;
  }
  *, *::before, *::after { box-sizing: border-box; }
  h2, h3, p, ul, ol, dl, dd, fieldset, legend { margin: 0; padding: 0; border: 0; min-width: 0; }
  h2 { font-size: 24px; line-height: 1.2; letter-spacing: -0.015em; font-weight: 680; text-wrap: balance; }
  h3 { font-size: 18px; line-height: 1.3; font-weight: 650; }
  ol, ul { list-style: none; }
  button, input { font: inherit; color: inherit; }
  :focus-visible { outline: 3px solid var(--sun); outline-offset: 2px; border-radius: 6px; }
  .card { border: 1px solid var(--line); border-radius: 20px; background: var(--paper); overflow: hidden; }
  .soft { color: var(--soft); }
  .small { font-size: 14px; color: var(--soft); }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .button {
    padding: 10px 20px; border: 2px solid var(--water); border-radius: 14px; background: var(--water); color: #fff;
    font-weight: 620; line-height: 1.3; cursor: pointer;
  }
  .button:hover { filter: brightness(1.1); }
  .button.plain { background: none; color: var(--water-text); }
  .button[aria-pressed="true"] { background: var(--good-back); border-color: var(--good); color: var(--good); }
  .button.slow[aria-pressed="true"] { background: var(--slow-back); border-color: var(--slow); color: var(--slow); }
  .link {
    padding: 4px 0; border: 0; background: none; color: var(--water-text); text-decoration: underline;
    text-underline-offset: 3px; cursor: pointer;
  }
  .actions { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 18px; }
  fieldset { display: grid; gap: 8px; }
  legend { padding-bottom: 8px; font-weight: 600; }
  .choice { display: flex; flex-wrap: wrap; gap: 6px; }
  .choice label { position: relative; cursor: pointer; }
  .choice input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
  .choice span {
    display: block; min-width: 46px; padding: 8px 14px; border: 1.5px solid var(--control); border-radius: 12px;
    text-align: center; font-variant-numeric: tabular-nums;
  }
  .choice label:hover span { background: var(--shore); }
  .choice input:checked + span { border-color: var(--water); background: var(--water); color: #fff; font-weight: 620; }
  .choice input:focus-visible + span { outline: 3px solid var(--sun); outline-offset: 2px; }
  .tick { display: grid; grid-template-columns: 22px 1fr; gap: 0 10px; align-items: start; padding: 4px 0; cursor: pointer; }
  .tick input { width: 20px; height: 20px; margin: 2px 0 0; accent-color: var(--water); cursor: pointer; }
  @media (prefers-reduced-motion: reduce) { *, *::before { transition: none !important; } }
`;
