// What a browser leaves out of its rules is found in their source.
import { expect, test } from "vitest";
import { isLossy, unveiled, veiled } from "./lossless";

test.each([
  [".a { padding-top: ; padding-right: ; padding-left: ; padding-bottom: 3px; }", true],
  [".a { margin-top: !important; margin-left: 1px; }", true],
  ["@media print { .a { color: red; font-style: ; } }", true],
  ["padding-top: ; padding-bottom: 3px;", true],
  [".a { padding: 1px; --empty: ; }", false],
  [".a:hover { padding: var(--g); }", false],
  ["", false],
])("%s: lossy is %s", (css, lossy) => expect(isLossy(css)).toBe(lossy));

test.each([
  [".a{padding:var(--g);padding-bottom:3px}", ".a{--lockstep-kept-0-padding:var(--g);padding-bottom:3px}"],
  [".a{ font : italic env(x) serif }", ".a{ --lockstep-kept-0-font : italic env(x) serif }"],
  // Nested rules, of which some begin like a declaration.
  ["a{margin:var(--m);font:hover{color:var(--c)}&:hover{inset:var(--i)}border:var(--b)}", "a{--lockstep-kept-0-margin:var(--m);font:hover{--lockstep-kept-1-color:var(--c)}&:hover{--lockstep-kept-2-inset:var(--i)}--lockstep-kept-3-border:var(--b)}"],
  ["a{--own:var(--x);content:';}var(';background:url(data:image/png;base64,a) var(--y)}", "a{--own:var(--x);content:';}var(';--lockstep-kept-0-background:url(data:image/png;base64,a) var(--y)}"],
  ["a{/* padding:var(--secret); */margin:/*x*/var(--m)/*y*/}", "a{--lockstep-kept-0-margin: var(--m) }"],
  ['@charset "utf-8";@import url("a;b.css") layer(x);@layer y{a{gap:var(--g)}}', ";;@layer y{a{--lockstep-kept-0-gap:var(--g)}}"],
  ["@supports (padding:var(--x)){a{padding:1px}}", "@supports (padding:var(--x)){a{padding:1px}}"],
  ["a{padding:--mine(2px)}", "a{--lockstep-kept-0-padding:--mine(2px)}"],
  ["a\\{b{padding:var(--g) !important", "a\\{b{--lockstep-kept-0-padding:var(--g) !important"],
])("%s is veiled", (source, css) => expect(veiled(source)).toBe(css));

test("names come back, whatever the browser has made of the white space", () => {
  expect(unveiled(".a { --lockstep-kept-0-padding: var(--g); --lockstep-kept-12--webkit-mask : var(--m); padding-bottom: 3px; }")).toBe(
    ".a { padding: var(--g); -webkit-mask : var(--m); padding-bottom: 3px; }",
  );
});

test("what is broken ends", () => {
  for (const source of ["a{padding:var(--g", "/* never closed", "a{content:'never closed", "a{b:url(never", "}}}{{{;;;", "\\"]) expect(typeof veiled(source)).toBe("string");
});
