// A page whose library changed what every object can do, as Prototype 1.6 and its time did it.
import { html, main } from "../html.mjs";

const library = `
  function methodized(does) { return function (...given) { return does(this, ...given); }; }
  Object.extend = function (to, from) { for (var name in from) to[name] = from[name]; return to; };
  Object.keys = function (object) { var keys = []; for (var name in object) keys.push(name); return keys; };
  Object.values = function (object) { var values = []; for (var name in object) values.push(object[name]); return values; };
  Object.extend(Object.prototype, { inspectAll: function () { return "[object]"; }, each: function () { return this; } });
  Object.extend(Array.prototype, {
    toJSON: function () { return "[" + this.join(", ") + "]"; },
    reduce: function () { return this.length > 1 ? this : this[0]; },
    entries: function () { return [].concat(this); }, toArray: function () { return [].concat(this); },
    clear: function () { this.length = 0; return this; }, first: function () { return this[0]; }, size: function () { return this.length; },
    reverse: function (inline) { var out = []; for (var n = this.length; n--; ) out.push(this[n]); return out; },
  });
  String.prototype.toJSON = function () { return '"' + this + '"'; };
  Number.prototype.toJSON = function () { return isFinite(this) ? this.toString() : "null"; };
  Date.prototype.toJSON = function () { return '"' + this.getUTCFullYear() + '"'; };
  Array.from = function (iterable) { if (!iterable) return []; if (iterable.toArray) return iterable.toArray(); var length = iterable.length || 0, out = new Array(length); while (length--) out[length] = iterable[length]; return out; };
  Function.prototype.bind = function (to) { if (arguments.length < 2 && to === undefined) return this; var method = this, rest = [].slice.call(arguments, 1); return function () { return method.apply(to, rest.concat([].slice.call(arguments))); }; };
  Element.prototype.remove = methodized(function (element) { element.parentNode.removeChild(element); return element; });
  Element.prototype.append = methodized(function (element, html) { element.innerHTML += html; return element; });
  Element.prototype.select = methodized(function (element, css) { return element.querySelectorAll(css); });
`;

export default ({ edge }) => ({
  name: "prototypes",
  title: "Prototypes of another time",
  files: { "/prototypes": html(edge, "Prototypes", { head: `<script>${library}</script>`, body: main("Prototypes of another time", '<p id="later">Not yet.</p>') }) },
  acts: [
    {
      what: "The page changes, and replaces JSON itself",
      does: ({ page }) =>
        page.evaluate(() => {
          document.querySelector("#later").innerHTML = "Now, <b>with another JSON</b>.";
          window.JSON = { encode: () => "", decode: () => null };
        }),
      // What is asked of the page by the story goes through the page's own JSON.
    },
  ],
});
