import { expect, test } from "vitest";
import { plainAddress, pictureAddress } from "./address";
import { maskCss, plainCss } from "./css";
import { maskText, maskValue } from "./text";

const base = "https://x.example/shop/";

test("letters and digits become dots, everything else stays", () => {
  expect(maskText("Ada, 12 Köln-Straße: ₤4.50\n")).toBe("•••, •• ••••-••••••: ₤•.••\n");
  expect(maskText("Здравствуй 世界")).toBe("•••••••••• ••");
  expect(maskValue("a b-1")).toBe("•••••");
});

test.each([
  ["/a?token=1#top", "https://x.example/a"],
  ["https://y.example/p?q=1", "https://y.example/p"],
  ["https://user:word@y.example/p", "https://y.example/p"],
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

test("references in styles lose their query; what is no address of the web is gone", () => {
  expect(plainCss('a{background:url(/i.png?user=7)}b{src:url("f.woff2?t=1#x") format("woff2")}', base)).toBe(
    'a{background:url("https://x.example/i.png")}b{src:url("https://x.example/shop/f.woff2") format("woff2")}',
  );
  expect(plainCss("a{background:url('javascript:x')}", base)).toBe("a{background:none}");
  expect(plainCss('@import "a.css?b=1";', base)).toBe('@import url("https://x.example/shop/a.css");');
  expect(plainCss("a{fill:url(#grad)}", base)).toBe('a{fill:url("#grad")}');
});

test("texts that a page writes into its styles are masked; signs of icon fonts stay", () => {
  expect(maskCss('a::before{content:"Ada 12";color:red}', base)).toBe('a::before{content:"••• ••";color:red}');
  expect(maskCss(".i::before{content:'\\e900'}", base)).toBe(".i::before{content:'\\e900'}");
  expect(maskCss('--name: "Ada"; --font-body: "Inter"', base)).toBe('--name: "•••"; --font-body: "Inter"');
  expect(maskCss("background:url(/me.jpg)", base, false)).toBe("background:none");
  expect(maskCss("--who: Ada; --no:01632960417;--w: calc(2 * var(--x)) #1a2b3c 4.5rem", base, false)).toBe(
    "--who: •••; --no:•••••••••••;--w: calc(2 * var(--x)) #1a2b3c 4.5rem",
  );
});
