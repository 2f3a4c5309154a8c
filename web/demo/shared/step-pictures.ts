// A picture for each step: the same colours by day and night, as a photograph would have.
import { html, type View } from "../../shared-widget";
import type { StepKey } from "./steps";

export const pictures: Record<StepKey, View> = {
  place: html`<svg viewBox="0 0 320 180" role="img" aria-label="A router high on a shelf, its waves reaching through the room">
    <rect width="320" height="180" fill="#e4efee"/><path d="M0 150h320v30H0z" fill="#c9b692"/>
    <path d="M118 72h96v7h-96z" fill="#9a7b4f"/><path d="M128 79v14M204 79v14" stroke="#9a7b4f" stroke-width="5"/>
    <rect x="140" y="54" width="52" height="18" rx="5" fill="#fff" stroke="#0b5c70" stroke-width="2.5"/><path d="M150 54V38M182 54V38" stroke="#0b5c70" stroke-width="4" stroke-linecap="round"/>
    <circle cx="150" cy="63" r="2.5" fill="#2a8c6a"/><circle cx="158" cy="63" r="2.5" fill="#2a8c6a"/><circle cx="166" cy="63" r="2.5" fill="#2a8c6a"/>
    <path d="M112 58a40 40 0 0 1 0-34M98 66a62 62 0 0 1 0-50M220 58a40 40 0 0 0 0-34M234 66a62 62 0 0 0 0-50" fill="none" stroke="#f2b84b" stroke-width="5" stroke-linecap="round"/>
    <path d="M30 112h58a8 8 0 0 1 8 8v30H22v-30a8 8 0 0 1 8-8z" fill="#3e7f78"/><path d="M34 96h50a6 6 0 0 1 6 6v18H28v-18a6 6 0 0 1 6-6z" fill="#57998f"/>
    <path d="M262 150v-46" stroke="#7d6440" stroke-width="4"/><path d="M242 78h40l8 28h-56z" fill="#f2b84b"/><path d="M246 146h32v6h-32z" fill="#7d6440"/>
  </svg>`,
  fibre: html`<svg viewBox="0 0 320 180" role="img" aria-label="A thin green plug going into the green socket of the router">
    <rect width="320" height="180" fill="#e4efee"/>
    <rect x="172" y="36" width="128" height="108" rx="14" fill="#fff" stroke="#0b5c70" stroke-width="3"/>
    <rect x="172" y="74" width="40" height="32" rx="4" fill="#1f7a4a"/><rect x="172" y="81" width="30" height="18" rx="2" fill="#0d3d24"/>
    <rect x="236" y="60" width="42" height="24" rx="3" fill="#f2b84b"/><rect x="236" y="96" width="42" height="24" rx="3" fill="#10262d"/>
    <path d="M0 150c48 0 40-60 84-60" fill="none" stroke="#f2b84b" stroke-width="4" stroke-linecap="round"/>
    <rect x="82" y="78" width="46" height="24" rx="5" fill="#2a8c6a"/><path d="M96 78l6-8h18v8z" fill="#1f7a4a"/><rect x="128" y="84" width="18" height="12" rx="2" fill="#dfe7e6" stroke="#71878e" stroke-width="1.5"/>
    <path d="M150 64h12m-5-5 5 5-5 5" fill="none" stroke="#0b5c70" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>
  </svg>`,
  power: html`<svg viewBox="0 0 320 180" role="img" aria-label="The white box on the wall and the router, each with a plug in a socket">
    <rect width="320" height="180" fill="#e4efee"/><path d="M0 150h320v30H0z" fill="#c9b692"/>
    <rect x="34" y="34" width="60" height="72" rx="8" fill="#fff" stroke="#0b5c70" stroke-width="3"/><circle cx="64" cy="92" r="4" fill="#2a8c6a"/><path d="M50 50h28M50 60h28" stroke="#d8e1e0" stroke-width="4" stroke-linecap="round"/>
    <rect x="174" y="110" width="112" height="38" rx="9" fill="#fff" stroke="#0b5c70" stroke-width="3"/><path d="M192 110V84M268 110V84" stroke="#0b5c70" stroke-width="5" stroke-linecap="round"/>
    <circle cx="192" cy="130" r="4.5" fill="#2a8c6a"/><circle cx="208" cy="130" r="4.5" fill="#b9c6c7"/><circle cx="224" cy="130" r="4.5" fill="#b9c6c7"/>
    <rect x="116" y="30" width="38" height="38" rx="6" fill="#fff" stroke="#71878e" stroke-width="2"/><circle cx="128" cy="49" r="3" fill="#10262d"/><circle cx="142" cy="49" r="3" fill="#10262d"/>
    <path d="M94 70c20 0 22-20 34-21M142 49c34 0 20 82 36 82" fill="none" stroke="#10262d" stroke-width="3.5" stroke-linecap="round"/>
  </svg>`,
  line: html`<svg viewBox="0 0 320 180" role="img" aria-label="The router's three lights, Power, Line and Wi-Fi; Line is green">
    <rect width="320" height="180" fill="#e4efee"/><rect x="28" y="42" width="264" height="96" rx="18" fill="#fff" stroke="#0b5c70" stroke-width="3"/>
    <circle cx="160" cy="76" r="24" fill="#2a8c6a" opacity=".18"/><circle cx="84" cy="76" r="11" fill="#2a8c6a"/><circle cx="160" cy="76" r="14" fill="#2a8c6a"/><circle cx="236" cy="76" r="11" fill="#2a8c6a"/>
    <g font-family="Inter Variable, system-ui, sans-serif" font-size="16" font-weight="600" fill="#10262d" text-anchor="middle"><text x="84" y="120">Power</text><text x="160" y="120">Line</text><text x="236" y="120">Wi-Fi</text></g>
  </svg>`,
  wifi: html`<svg viewBox="0 0 320 180" role="img" aria-label="A telephone reading the sticker below the router">
    <rect width="320" height="180" fill="#e4efee"/><rect x="36" y="46" width="142" height="88" rx="10" fill="#fff" stroke="#0b5c70" stroke-width="3"/>
    <path d="M52 66h50M52 82h62M52 98h40" stroke="#71878e" stroke-width="5" stroke-linecap="round"/>
    <path d="M126 62h14v14h-14zM148 62h14v14h-14zM126 84h14v14h-14zM150 86h6v6h-6zM158 94h6v6h-6zM146 98h6v6h-6z" fill="#10262d"/>
    <rect x="214" y="22" width="74" height="138" rx="12" fill="#10262d"/><rect x="220" y="32" width="62" height="116" rx="4" fill="#0f7189"/>
    <path d="M235 82c9-9 23-9 32 0M241 90c6-6 14-6 20 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="251" cy="98" r="3.5" fill="#fff"/>
    <path d="M210 84l-28-18M210 96l-28 22" stroke="#f2b84b" stroke-width="3" stroke-dasharray="5 5"/>
  </svg>`,
  measure: html`<svg viewBox="0 0 320 180" role="img" aria-label="A gauge whose needle points far to the right">
    <rect width="320" height="180" fill="#e4efee"/><path d="M70 136a90 90 0 0 1 180 0" fill="none" stroke="#c6d6d5" stroke-width="18" stroke-linecap="round"/>
    <path d="M70 136a90 90 0 0 1 148-69" fill="none" stroke="#0f7189" stroke-width="18" stroke-linecap="round"/>
    <path d="M160 136l46-52" stroke="#10262d" stroke-width="6" stroke-linecap="round"/><circle cx="160" cy="136" r="10" fill="#10262d"/>
    <circle cx="70" cy="160" r="4" fill="#71878e"/><circle cx="250" cy="160" r="4" fill="#71878e"/>
  </svg>`,
};
