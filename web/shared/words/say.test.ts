// Texts are filled in, and numbers choose their form.
import { afterEach, expect, it } from "vitest";
import english from "./en.json";
import { locale, say, speakIn } from "./say";

afterEach(() => speakIn("en-GB", english));

it("a number chooses the form of its language", () => {
  expect(say("widget.launcher.unread", { count: 1 })).toBe("1 new message");
  expect(say("widget.launcher.unread", { count: 3 })).toBe("3 new messages");
  speakIn("pl", { "widget.launcher.unread": { one: "{count} nowa", few: "{count} nowe", many: "{count} nowych", other: "{count} nowej" } });
  expect([1, 2, 5].map((count) => say("widget.launcher.unread", { count }))).toEqual(["1 nowa", "2 nowe", "5 nowych"]);
  expect(locale()).toBe("pl");
});
