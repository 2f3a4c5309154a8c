// Takes out of rrweb's recorder what is never switched on here: canvas, media, custom elements, frames of others.
import type { Plugin } from "vite";

const nothing = "return () => {};";
/** What each does instead. */
const functions: Record<string, string> = {
  initMediaInteractionObserver: nothing,
  initCustomElementObserver: nothing,
  initSelectionObserver: nothing,
  mergeHooks: "",
  needMaskingText: "return false;",
  getAbsoluteSrcsetString: 'return "";',
  slimDOMDefaults: "return arguments[0];",
  slimDOMExcluded: "return arguments[0].type === NodeType.Comment;",
};
const classes: Record<string, string> = {
  CanvasManager: "reset() {} freeze() {} unfreeze() {} lock() {} unlock() {}",
  CrossOriginIframeMirror: "reset() {}",
  BaseRRNode: "",
  IframeManager: "addIframe() {} attachIframe() {} addLoadListener() {}",
};
/** The build fails when rrweb has become another. */
export function trimmed(): Plugin {
  return {
    name: "trim-rrweb",
    transform(code, id) {
      if (!/@rrweb\/record\/dist\/record\.js/.test(id)) return null;
      const cut = (from: string, to: string, put: string) => {
        const begin = code.indexOf(from);
        const end = code.indexOf(to, begin);
        if (begin < 0 || end < 0) throw new Error(`rrweb's recorder has no "${from.trim()}" any more: look at recorder/trim.ts`);
        code = code.slice(0, begin) + put + code.slice(end + to.length);
      };
      for (const [name, put] of Object.entries(functions)) cut(`\nfunction ${name}(`, "\n}\n", `\nfunction ${name}() { ${put} }\n`);
      for (const [name, put] of Object.entries(classes)) cut(`\nclass ${name} {`, "\n}\n", `\nclass ${name} { ${put} }\n`);
      cut('\n  if (tagName === "canvas" && recordCanvas) {', "\n  if (!newlyAddedElement) {", "\n  if (!newlyAddedElement) {");
      const link = '\n  if (serializedNode.type === NodeType.Element && serializedNode.tagName === "link"';
      cut('\n  if (serializedNode.type === NodeType.Element && serializedNode.tagName === "iframe") {', link, link);
      cut("\nvar lookup =", "\n}\n", "\n");
      cut("\nlet _mirror =", "\n};\n", "\n");
      cut('\nif (typeof window !== "undefined" && window.Proxy', "\n}\n", "\n");
      // Numbers by their names, where nothing else is asked of the names.
      for (const [, kind, name, number] of [...code.matchAll(/\b(EventType|NodeType|IncrementalSource|PointerTypes)\d*\[\w+\["(\w+)"\] = (\d+)\]/g)]) {
        code = code.replaceAll(new RegExp(`\\b${String(kind)}\\.${String(name)}\\b`, "g"), String(number));
      }
      return { code, map: null };
    },
  };
}
