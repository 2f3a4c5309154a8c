import { expect, test } from "vitest";
import { settingsFrom } from "./settings";

const from = (attributes: Record<string, string>) => (name: string) => attributes[name];

test("the edge is where the script came from", () => {
  expect(settingsFrom("https://help.example.com/widget.js?v=3", from({})).edge).toBe("https://help.example.com");
});

test("the element's attributes go before those of the script tag", () => {
  const settings = settingsFrom(
    "http://127.0.0.1:7080/widget.js",
    from({ "data-site": "shop", "data-colour": "teal", "data-title": "Ask" }),
    from({ colour: "navy", "data-radius": "4px" }),
  );
  expect(settings).toMatchObject({ site: "shop", colour: "navy", radius: "4px", title: "Ask", font: null, identityUrl: null, theme: "auto" });
});
