// Links in what people write.
import { describe, expect, it } from "vitest";
import { piecesOf } from "./links";

const own = "https://desk.brightwater.example";
const hrefs = (text: string) => piecesOf(text, own).flatMap((piece) => (typeof piece === "string" ? [] : [piece.href]));
const said = (text: string) =>
  piecesOf(text, own)
    .map((piece) => (typeof piece === "string" ? piece : piece.shown))
    .join("");

describe("an address in a text", () => {
  it.each([
    ["See https://brightwater.example/help.", ["https://brightwater.example/help"]],
    ["(https://brightwater.example/help)", ["https://brightwater.example/help"]],
    ["https://en.wikipedia.example/wiki/Fibre_(optic), or not?", ["https://en.wikipedia.example/wiki/Fibre_(optic)"]],
    ["http://a.example/?q=1&r=2#top https://b.example", ["http://a.example/?q=1&r=2#top", "https://b.example/"]],
    ["HTTPS://A.example/x", ["https://a.example/x"]],
    ["https://desk.brightwater.example:8443/x", ["https://desk.brightwater.example:8443/x"]],
    ["عنوان https://a.example/x هنا", ["https://a.example/x"]],
  ])("%s is a link", (text, found) => {
    expect(hrefs(text)).toEqual(found);
    expect(said(text)).toBe(text);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,hello",
    "ftp://a.example",
    "mailto:ada@example.org",
    "//a.example",
    "www.a.example",
    "https://",
    "https://brightwater.example@evil.example/",
    "https://user:secret@evil.example/",
    `${own}/session`,
    "https://desk.brightwater.example.evil.example/",
    "https://desk.brightwater.example-login.example/",
    `https://a.example/${"x".repeat(1_001)}`,
  ])("%s is text", (text) => {
    expect(hrefs(text)).toEqual([]);
    expect(said(text)).toBe(text);
  });

  it("that is spelt with lookalikes says where it goes", () => {
    expect(piecesOf("https://brіghtwater.example/pay", own)).toEqual([
      { href: "https://xn--brghtwater-y2i.example/pay", shown: "https://xn--brghtwater-y2i.example/pay" },
    ]);
  });

  it("ends where a character turns the direction", () => {
    expect(hrefs("https://a.example/\u202Egpj.exe")).toEqual(["https://a.example/"]);
  });
});
