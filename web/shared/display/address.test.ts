// Only the company's own pages are opened for all.
import { expect, it } from "vitest";
import { addressFrom } from "./AddressBar";

const origins = ["https://company.example", "http://127.0.0.1:7082"];
const from = (text: string, here = "https://company.example/help/wifi") => addressFrom(text, here, origins);

it("whole addresses, paths, and addresses without a scheme are understood", () => {
  expect(from("https://company.example/tariffs")).toBe("https://company.example/tariffs");
  expect(from("/tariffs")).toBe("https://company.example/tariffs");
  expect(from("slow-broadband")).toBe("https://company.example/help/slow-broadband");
  expect(from("company.example/tariffs")).toBe("https://company.example/tariffs");
  expect(from("/tariffs", "")).toBe("https://company.example/tariffs");
});

it.each(["javascript:alert(1)", "data:text/html,x", "https://evil.example/", "evil.example", "https://company.example.evil.example/", "https://company.example@evil.example/", "file:///etc/passwd", "http://"])(
  "%s is not",
  (text) => {
    expect(from(text)).toBeUndefined();
  },
);
