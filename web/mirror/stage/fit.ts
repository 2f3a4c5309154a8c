// The customer's viewport inside the room there is: never enlarged, centred, on whole pixels.

export interface Size {
  width: number;
  height: number;
}

export interface Fit extends Size {
  scale: number;
  left: number;
  top: number;
}

export interface Point {
  x: number;
  y: number;
}

export function fit(room: Size, page: Size): Fit {
  if (page.width <= 0 || page.height <= 0 || room.width <= 0 || room.height <= 0) return { scale: 1, left: 0, top: 0, width: 0, height: 0 };
  const most = Math.min(1, room.width / page.width, room.height / page.height);
  const width = Math.max(1, Math.floor(page.width * most));
  const scale = width / page.width;
  const height = Math.min(Math.ceil(page.height * scale), room.height);
  return { scale, left: Math.floor((room.width - width) / 2), top: Math.floor((room.height - height) / 2), width, height };
}

/** From the mirror's own pixels to the customer's, and back. */
export const toPage = ({ scale, left, top }: Fit, { x, y }: Point): Point => ({ x: (x - left) / scale, y: (y - top) / scale });
export const toRoom = ({ scale, left, top }: Fit, { x, y }: Point): Point => ({ x: x * scale + left, y: y * scale + top });

interface Box extends Point, Size {}

const share = (value: number) => Math.min(1, Math.max(0, value));

/** Where in an element's box a point is, 0–1; the middle of what has no size. */
export function within(box: Box, { x, y }: Point): Point {
  return { x: box.width > 0 ? share((x - box.x) / box.width) : 0.5, y: box.height > 0 ? share((y - box.y) / box.height) : 0.5 };
}

export function inBox(box: Box, { x, y }: Point): Point {
  return { x: box.x + share(x) * box.width, y: box.y + share(y) * box.height };
}
