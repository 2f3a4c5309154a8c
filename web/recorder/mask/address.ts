// Addresses without what may be personal: no query, no parameters of the path, no fragment, no other scheme than the web's.

/** Longer than this is not an address. */
const address_max = 4_000;
/** `;jsessionid=…` and the like (RFC 3986, 3.3), also when it is encoded. */
const path_parameters = /(;|%3b)[^/]*/gi;
const inline_picture = /^data:(image|font)\/[\w.+-]+[;,]/i;

/** Null: it is not shown. */
export function plainAddress(address: string, base: string): string | null {
  if (address.length > address_max) return null;
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    return null;
  }
  return url.protocol === "http:" || url.protocol === "https:" ? url.origin + url.pathname.replace(path_parameters, "") : null;
}

/** A picture may also stand in the page itself. */
export const pictureAddress = (address: string, base: string): string | null =>
  inline_picture.test(address) ? address : plainAddress(address, base);
