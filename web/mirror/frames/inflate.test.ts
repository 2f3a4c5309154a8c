// Frames come compressed, from a network that one does not trust.
import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { bytesOf, inflate } from "./inflate";

const packed = (text: string | Buffer) => bytesOf(deflateRawSync(text).toString("base64"));

it("a frame is a list of events", async () => {
  expect(await inflate(packed('[{"type":2}]'))).toEqual([{ type: 2 }]);
});

it.each([
  ["no list", packed("{}")],
  ["no JSON", packed("[")],
  ["not compressed", bytesOf(Buffer.from("garbage").toString("base64"))],
  ["no base64", bytesOf("####")],
  ["nothing", bytesOf("")],
])("%s is refused", async (_, bytes) => {
  await expect(inflate(bytes)).rejects.toThrow();
});

it("a frame that grows beyond its limit is refused", async () => {
  await expect(inflate(packed(Buffer.alloc(9 * 1024 * 1024, 32)))).rejects.toThrow(/larger than/);
});
