// @vitest-environment happy-dom
import { beforeAll, expect, test } from "vitest";
import { pictureAddress, plainAddress } from "./address";
import { whole } from "../slices";
import { sheetsBy, maskDeclarations, maskProperty } from "./css";
import { browserOfTests } from "./css-here";
import { judgeIdsBy } from "./ids";
import { policyOf } from "./policy";
import { maskText, maskValue } from "./text";
import { classOf, mark, nameOf, tokenOf } from "./words";

beforeAll(browserOfTests);
const base = "https://x.example/shop/";
const policy = () => policyOf({ profile: "public-site", share: null, hide: null });
/** As a page writes it; as a file of the web's says it. */
const written = (css: string) => sheetsBy(policy()).mask(css, base, document, false);
const published = (css: string) => sheetsBy(policy()).mask(css, base, document, true);

test("letters and digits become dots, everything else stays", () => {
  expect(maskText("Ada, 12 Köln-Straße: ₤4.50\n")).toBe("•••, •• ••••-••••••: ₤•.••\n");
  expect(maskText("Здравствуй 世界")).toBe("•••••••••• ••");
  expect(maskValue("a b-1")).toBe("•••••");
});

test.each([
  ["/a?token=1#top", "https://x.example/a"],
  ["https://y.example/p?q=1", "https://y.example/p"],
  ["https://user:word@y.example/p", "https://y.example/p"],
  ["/account;jsessionid=ADA/x;y=1;z=2", "https://x.example/account/x"],
  ["/account%3Bjsessionid=ADA", "https://x.example/account"],
  ["javascript:alert(1)", null],
  ["mailto:ada@example.com", null],
  ["data:text/html,x", null],
  ["blob:https://x.example/1", null],
  ["http://", null],
])("the address %s leaves as %s", (address, plain) => {
  expect(plainAddress(address, base)).toBe(plain);
});

test("a picture may stand in the page itself", () => {
  expect(pictureAddress("data:image/png;base64,AA", base)).toBe("data:image/png;base64,AA");
  expect(pictureAddress("data:text/html,x", base)).toBeNull();
});

test("references lose their query; what is no address of the web is gone", () => {
  expect(published('a{background:url(/i.png?user=7)}@font-face{font-family:Inter;src:url("f.woff2?t=1#x") format("woff2")}')).toBe(
    'a{background:url("https://x.example/i.png");}@font-face {font-family:Inter;src:url("https://x.example/shop/f.woff2") format("woff2");}',
  );
  expect(published("a{background:url('javascript:x')}")).toBe("a{background:none;}");
  expect(written('@import "a.css?b=1";')).toBe('@import url("https://x.example/shop/a.css") ;');
});

/** Whatever the page writes between these, no word of it leaves. */
const page_written = [
  'a::before{content:"ada-byron"}',
  "a::before{content:'\\61 da-b\\79ron'}",
  'a{quotes:"ada" "byron"}',
  'a{list-style-type:"ada-byron"}',
  "a{list-style-type:ada-byron}",
  '@counter-style ada-byron{system:cyclic;symbols:"ada" byron;suffix:" ada "}',
  '[data-user="ada-byron"]{color:red}',
  "[ada-byron]{color:red}",
  '[class*="ada"],[id^="byron"],[data-x$=byron],[lang|=ada],[role~="byron" i]{color:red}',
  ".ada-byron,#byron,ada-byron,a:is(.ada),a:not(#byron),:lang(ada),::part(byron),:state(ada),:ada{color:red}",
  '@property --ada{syntax:"<length> | byron";inherits:false;initial-value:ada}',
  "a{--ada-byron:1;padding:var(--ada-byron,byron)}",
  'a{--x:ada-byron;--y:"byron";--z:{ada:byron}}',
  '@font-face{font-family:"ada byron";src:local("ada byron")}a{font-family:"ada byron",byron}',
  'a{font-feature-settings:"adab"}',
  "@keyframes ada-byron{from{color:red}}a{animation:ada-byron 2s}",
  '@keyframes "ada byron"{from{color:red}}',
  "@layer ada.byron;@layer ada{a{color:red}}",
  "@container ada (width > 10px){a{color:red}}",
  "@media (ada-byron){a{color:red}}",
  "@supports (ada: byron) and selector(.ada){a{color:red}}",
  '@namespace ada url("byron");@charset "ada";@unknown ada{byron:1}@apply ada;',
  "@page ada{size:byron}",
  'a{grid-template-areas:"ada byron"}b{grid-area:ada / byron-start}',
  "a{counter-reset:ada 471147;view-transition-name:byron;container:ada / inline-size}",
  "a{content:attr(data-ada) counter(byron, ada) counters(ada, 'byron')}",
  "a{ada-byron:red;color:ada;ada byron}",
  "a{background:url(/portraits/ada-byron.png)}",
  "a{background-image:image-set('ada.png' 1x)}",
  "a{mask-image:url(#ada)}",
  'a{color:red/*ada*/;content:"x"}/* byron */',
  "a{width:12ada;transform:byron(3px)}",
  "ada{b{c{.byron{color:red}}}}",
  'a{content:"ada',
  "@media screen{.ada{content:'byron'",
  'a{content:url("data:text/plain,ada")}',
  "@scope (.ada) to (#byron){a{color:red}}",
];
test.each(page_written)("nothing private is left of %s", (css) => {
  expect(written(css)).not.toMatch(/ada|byron|4711/i);
});

test.each(page_written)("of a style attribute neither: %s", (css) => {
  const declarations = /\{(.*)\}/s.exec(css)?.[1] ?? css;
  expect(maskDeclarations(declarations, base, false)).not.toMatch(/ada|byron|4711/i);
});

test("what makes the picture stays", () => {
  expect(written("a{padding:var(--g) 2px!important;color:rgb(1 2 3 / 50%);background:linear-gradient(to right, red 10%, #0af)}")).toBe(
    `a{padding:var(${nameOf("--g")}) 2px!important;color:rgb(1 2 3 / 50%);background:linear-gradient(to right, red 10%, #0af);}`,
  );
  expect(written("@media (min-width: 600px) and (prefers-color-scheme: dark){a:hover > b:nth-child(2n+1)::before{color:red}}")).toBe(
    "@media (min-width: 600px) and (prefers-color-scheme: dark){a:hover > b:nth-child(2n+1)::before{color:red;}}",
  );
  expect(written('.i::before{content:"\\e900";font-family:"Font Awesome 6 Free"}')).toBe(`.${classOf("i")}::before{content:"\\e900 ";font-family:"Font Awesome 6 Free";}`);
  expect(written("a{--n:1050;--m:4711;z-index:4711;width:calc(100% - 4711px)}")).toBe(
    `a{${nameOf("--n")}:1050;${nameOf("--m")}:4710;z-index:4711;width:calc(100% - 4711px);}`,
  );
  expect(written('[type="text"],[hidden],[data-state=open]{color:red}')).toBe('[type="text"], [hidden], [data-state="open"]{color:red;}'.replaceAll(", ", ","));
});

test("one name is one token wherever it stands", () => {
  const [, frames, used] = /@keyframes (\w+)\{.*animation-name:(\w+)/.exec(written("@keyframes turn-ada{from{color:red}}a{animation-name:turn-ada}")) ?? [];
  expect(frames).toBe(used);
  expect(frames).toMatch(/^ls/);
  expect(written('a{grid-template-areas:"side-ada x"}b{grid-column:side-ada-start}')).toContain(`grid-column:${tokenOf("side-ada")}-start`);
  expect(maskProperty("--Own", "1", base, true)?.property).toBe(nameOf("--Own"));
  mark("basic, plus");
  expect(classOf("basic")).toBe("basic");
  mark(null);
});

test("an id is itself where it is shown, and a token where it is not", () => {
  document.body.innerHTML = '<main><p id="seen">a</p><p id="unseen" data-private>b</p></main>';
  judgeIdsBy(policy().shows);
  expect(written("#seen{color:red}")).toBe("#seen{color:red;}");
  expect(written("#unseen{fill:url(#unseen)}")).toBe(`#${tokenOf("#unseen")}{fill:url("#${tokenOf("#unseen")}");}`);
});

test("a picture of a rule is shown where one of its elements is", () => {
  document.body.innerHTML = '<main><p class="open">a</p><p class="shut" data-private>b</p></main>';
  const sheets = sheetsBy(policy());
  const css = ".open:hover{background:url(/a.png)}.shut{background:url(/b.png)}.later{background:url(/c.png)}";
  const masked = sheets.mask(css, base, document, false);
  expect([masked.includes("a.png"), masked.includes("b.png"), masked.includes("c.png")]).toEqual([true, false, false]);
  expect(whole(sheets.turned(1))).toBe(false);
  document.querySelector("main")?.insertAdjacentHTML("beforeend", '<p class="later">c</p>');
  expect(whole(sheets.turned(10))).toBe(false);
  expect(whole(sheets.turned(1_000))).toBe(true);
  expect(sheets.mask(css, base, document, false)).toContain("c.png");
});

test("a published file keeps its texts where texts are shown, and nowhere else", () => {
  expect(published('a::before{content:"→ new"}[data-x="ada"]{color:red}')).toMatch(/^a::before\{content:"→ new";\}\[data-lockstep-matches~="ls\w+"\]\{color:red;\}$/);
});

test("rules that nest for ever are cut", () => {
  expect(written("a{".repeat(5_000))).toBe("a{".repeat(32) + "}".repeat(32));
});
