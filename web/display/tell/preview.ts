// Shows the customer what staff do not see: everything hidden, striped over the page.
import { isBoxed, hasRoom, own_elements } from "../../recorder/mask/box";
import { showsOption } from "../../recorder/mask/field";
import { isField, isLabelled, tagOf, type Memo, type Policy } from "../../recorder/mask/policy";

/** Nodes that are looked at for one picture. */
const nodes_max = 20_000;
const redraw_ms = 200;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The parts of `root` that staff do not see, as far as they are on the screen. */
export function hiddenBoxes(root: Node, policy: Policy, viewport: { width: number; height: number }): Box[] {
  const memo: Memo = new Map();
  const boxes: Box[] = [];
  let left = nodes_max;
  const put = (rects: Iterable<DOMRect>) => {
    for (const { left: x, top: y, width, height } of rects) {
      if (width > 0 && height > 0 && x < viewport.width && y < viewport.height && x + width > 0 && y + height > 0) {
        boxes.push({ left: x, top: y, width, height });
      }
    }
  };
  const visit = (node: Node) => {
    if (left-- <= 0) return;
    if (node.nodeType === 3) {
      if (node.nodeValue?.trim() === "" || policy.shows(node, memo)) return;
      const range = document.createRange();
      range.selectNodeContents(node);
      return put(range.getClientRects());
    }
    if (node.nodeType === 1) {
      const element = node as Element;
      if (element.matches(own_elements)) return;
      if (isBoxed(element)) {
        if (hasRoom(element) && !element.matches("[data-lockstep-shared]")) put([element.getBoundingClientRect()]);
        return;
      }
      if (isField(element)) {
        const shown = isLabelled(element) ? policy.shows(element, memo) : policy.showsField(element, memo);
        return shown ? undefined : put([element.getBoundingClientRect()]);
      }
      if (/^(img|svg)$/.test(tagOf(element))) return policy.shows(element, memo) ? undefined : put([element.getBoundingClientRect()]);
      if (tagOf(element) === "option" && showsOption(element, policy, memo)) return;
      if (/^(style|title|head)$/.test(tagOf(element))) return;
      if (element.shadowRoot !== null) for (const child of element.shadowRoot.childNodes) visit(child);
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(root);
  return boxes;
}

function paint(canvas: HTMLCanvasElement, boxes: readonly Box[]): void {
  const scale = devicePixelRatio;
  canvas.width = innerWidth * scale;
  canvas.height = innerHeight * scale;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 12;
  const stripe = tile.getContext("2d");
  if (stripe !== null) {
    stripe.fillStyle = "#f4c542";
    stripe.fillRect(0, 0, 12, 12);
    stripe.strokeStyle = "#3a3008";
    stripe.lineWidth = 3;
    stripe.beginPath();
    for (const from of [-6, 6, 18]) {
      stripe.moveTo(from - 9, 15);
      stripe.lineTo(from + 9, -3);
    }
    stripe.stroke();
  }
  context.scale(scale, scale);
  context.globalAlpha = 0.82;
  context.fillStyle = context.createPattern(tile, "repeat") ?? "#f4c542";
  for (const { left, top, width, height } of boxes) context.fillRect(left, top, width, height);
}

/** Returns how to take it away. */
export function showHidden(layer: HTMLElement, policy: Policy): () => void {
  const canvas = document.createElement("canvas");
  canvas.className = "hidden-parts";
  layer.prepend(canvas);
  let waiting = false;
  const draw = () => {
    waiting = false;
    paint(canvas, hiddenBoxes(document.body, policy, { width: innerWidth, height: innerHeight }));
  };
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  };
  soon();
  const timer = setInterval(soon, redraw_ms);
  addEventListener("scroll", soon, { capture: true, passive: true });
  return () => {
    clearInterval(timer);
    removeEventListener("scroll", soon, { capture: true });
    canvas.remove();
  };
}
