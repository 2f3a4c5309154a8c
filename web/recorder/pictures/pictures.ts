// Pictures whose address may not leave the page, because it has a query or means something in this browser alone: what
// is painted of them goes over instead, as data. Only of pictures that are shown, and nobody is asked for one twice.

/** One picture, and all of a page, as data in a frame. */
const picture_chars_max = 400_000;
const all_chars_max = 1_200_000;
const pictures_max = 200;
const waiting_max = 500;
const side_max = 1_600;
const fetch_ms = 10_000;
const quality = 0.85;

const shown_types = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|svg\+xml)\b/;

export interface Pictures {
  /** As data. Null: `changed` is called once it is known. Undefined: it cannot be had, whoever looks on may try the address. */
  of(address: string, asks: Asks): string | null | undefined;
}

interface Asks {
  /** Called at most once. */
  changed(): void;
  /** What already paints it. */
  painted?: HTMLImageElement | undefined;
}

interface Kept {
  data: string | null | undefined;
  waiting: (() => void)[];
}

/** Whether a picture of this address is not the one that whoever looks on would load. */
export function needsData(address: string): boolean {
  if (address.startsWith("blob:")) return true;
  return /^https?:/.test(address) && URL.canParse(address) && new URL(address).search !== "";
}

export function picturesOf(): Pictures {
  const kept = new Map<string, Kept>();
  let chars = 0;

  const done = (address: string, data: string | null) => {
    const one = kept.get(address);
    if (one === undefined) return;
    const fits = data !== null && data.length <= picture_chars_max && chars + data.length <= all_chars_max && shown_types.test(data.slice("data:".length));
    if (fits) chars += data.length;
    kept.set(address, { data: fits ? data : undefined, waiting: [] });
    for (const tell of one.waiting) tell();
  };
  return {
    of(address, { changed, painted }) {
      const known = kept.get(address);
      if (known !== undefined) {
        if (known.data === null && known.waiting.length < waiting_max) known.waiting.push(changed);
        return known.data;
      }
      if (kept.size >= pictures_max) return undefined;
      // A picture that is still on its way is asked for again when it has come.
      if (painted !== undefined && !(painted.complete && painted.naturalWidth > 0)) return null;
      kept.set(address, { data: null, waiting: [changed] });
      void drawn(painted)
        .then((data) => data ?? (isOwn(address) ? fetched(address) : null))
        .then((data) => done(address, data))
        .catch(() => done(address, null));
      return null;
    },
  };
}

/** Others may not let themselves be read, and every try is an error in the page's console. */
const isOwn = (address: string): boolean => address.startsWith("blob:") || new URL(address).origin === location.origin;

/** From what is painted; null: this cannot be read, or would be read worse than it is. */
async function drawn(image: HTMLImageElement | undefined): Promise<string | null> {
  if (image === undefined || /\.svg(?:$|\?)/.test(image.currentSrc)) return null;
  const { naturalWidth, naturalHeight } = image;
  const scale = Math.min(1, side_max / Math.max(naturalWidth, naturalHeight));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(naturalWidth * scale)), Math.max(1, Math.round(naturalHeight * scale)));
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  try {
    return await dataOf(await canvas.convertToBlob({ type: "image/webp", quality }));
  } catch {
    // Of another origin, which has not said that it may be read.
    return null;
  }
}

async function fetched(address: string): Promise<string | null> {
  const response = await fetch(address, { cache: "force-cache", signal: AbortSignal.timeout(fetch_ms) });
  const blob = await response.blob();
  if (!response.ok || !shown_types.test(blob.type)) return null;
  if (blob.size < (picture_chars_max * 3) / 4) return dataOf(blob);
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, side_max / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return dataOf(await canvas.convertToBlob({ type: "image/webp", quality }));
}

const dataOf = (blob: Blob): Promise<string> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error as Error);
    reader.readAsDataURL(blob);
  });
