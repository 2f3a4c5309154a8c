// Style sheets on their way out: what was masked once is remembered, and pictures go only where they are shown.
import { maskSheet, type Judge } from "./css/sheet";
import type { Slices } from "../slices";
import type { Memo, Policy } from "./policy";

export { maskDeclarations, maskProperty, propertyName } from "./css/sheet";

const remembered_chars_max = 4_000_000;
/** Elements of a rule that are looked at. */
const looked_at_max = 50;
/** Rules whose picture is kept back; they are looked at again when the page changes. */
const waiting_max = 200;
const again_ms = 500;

const remembered = new Map<string, string>();
let chars = 0;

export type Root = Document | ShadowRoot;
interface Waiting {
  root: WeakRef<Root>;
  selector: string;
}

export interface Sheets {
  /** `root` is where the sheet applies. */
  mask(css: string, base: string, root: Root, isPublic: boolean): string;
  /** Whether a picture that was kept back may be shown by now; asked often, it looks seldom. */
  turned(now: number): Slices<boolean>;
}

/** What a rule is about, whatever it does or is pointed at just now. */
const momentary = /::?(before|after|marker|backdrop|placeholder|selection|first-letter|first-line|file-selector-button|hover|active|focus(-visible|-within)?|visited|link|target|checked|open|-webkit-[\w-]+|-moz-[\w-]+)(?![\w-(])/g;

export function sheetsBy(policy: Policy): Sheets {
  const waiting: Waiting[] = [];
  let lookedAt = -Infinity;

  const isShown = (selector: string, root: Root, memo?: Memo): boolean => {
    if (/:host/.test(selector) && "host" in root) return policy.shows(root.host, memo);
    try {
      const found = root.querySelectorAll(selector.replace(momentary, "") || "*");
      return [...found].slice(0, looked_at_max).some((element) => policy.shows(element, memo));
    } catch {
      return false;
    }
  };
  return {
    mask(css, base, root, isPublic) {
      const key = `${isPublic ? "p" : "w"} ${base} ${css}`;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      let judged = false;
      const judge: Judge = (selector) => {
        judged = true;
        const shown = isShown(selector, root);
        if (!shown && waiting.length < waiting_max && !waiting.some((one) => one.selector === selector)) waiting.push({ root: new WeakRef(root), selector });
        return shown;
      };
      const masked = maskSheet(css, { base, isPublic, judge });
      if (!judged && chars + key.length <= remembered_chars_max) {
        chars += key.length + masked.length;
        remembered.set(key, masked);
      }
      return masked;
    },
    *turned(now) {
      if (waiting.length === 0 || now - lookedAt < again_ms) return false;
      lookedAt = now;
      for (const { root, selector } of waiting) {
        yield;
        const there = root.deref();
        if (there === undefined || !isShown(selector, there, new Map())) continue;
        waiting.length = 0;
        return true;
      }
      return false;
    },
  };
}
