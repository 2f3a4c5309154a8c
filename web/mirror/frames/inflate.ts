// The events of a frame: base64 of `deflate-raw` of a JSON array, within limits.

/** What a frame may be as JSON, in bytes. */
const JSON_MAX = 8 * 1024 * 1024;

/** Of what is no base64 nothing, which is no frame either. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0 ? atob(base64) : "";
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<unknown[]> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // Whatever goes wrong here, the reading side says it.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > JSON_MAX) {
      await reader.cancel();
      throw new Error(`frame is larger than ${JSON_MAX} bytes`);
    }
    text += decoder.decode(read.value, { stream: true });
  }
  const events: unknown = JSON.parse(text + decoder.decode());
  if (!Array.isArray(events)) throw new Error("frame is not a list of events");
  return events;
}
