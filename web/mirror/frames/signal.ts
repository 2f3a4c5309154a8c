// A recorded signal, or what was decided at an instant, read with care: others wrote it, not this page.
import type { Act, Spot } from "../../shared/display/protocol";
import { isList, isRecord, parsed } from "./events";

const NAME_MAX = 60;
const POINTS_MAX = 500;

export interface Said {
  act: Act;
  name: string | undefined;
}

/** What of the decided state a replay shows. */
export interface Decided {
  way: "MIRROR" | "TOGETHER";
  url: string | null;
  widgets: { name: string; version: number; state: string | null }[];
}

export function decidedOf(json: string): Decided | undefined {
  const said = parsed(json);
  if (!isRecord(said) || said.kind !== "decided") return undefined;
  const widgets = isList(said.widgets) ? said.widgets.filter(isRecord) : [];
  return {
    way: said.way === "TOGETHER" ? "TOGETHER" : "MIRROR",
    url: typeof said.url === "string" ? said.url : null,
    widgets: widgets.map(({ name, version, state }) => ({
      name: String(name),
      version: Number(version) || 0,
      state: typeof state === "string" ? state : null,
    })),
  };
}

export function signalOf(json: string): Said | undefined {
  const said = parsed(json);
  if (!isRecord(said)) return undefined;
  const act = actOf(said);
  const name = isRecord(said.by) && typeof said.by.name === "string" ? said.by.name.slice(0, NAME_MAX) : undefined;
  return act && { act, name };
}

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;
const isSpot = (value: unknown): value is Spot => isRecord(value) && Number.isInteger(value.node) && isShare(value.x) && isShare(value.y);

/** Of remote control only the click leaves a mark; what it did is in the frames. */
function actOf(said: Record<string, unknown>): Act | undefined {
  switch (said.kind) {
    case "pointer":
    case "click":
      return isSpot(said) ? { kind: said.kind, node: said.node, x: said.x, y: said.y } : undefined;
    case "away":
      return { kind: "away" };
    case "highlight":
      return said.node === null || Number.isInteger(said.node) ? { kind: "highlight", node: said.node as number | null } : undefined;
    case "ink":
      if (typeof said.stroke !== "string" || !isList(said.points)) return undefined;
      return { kind: "ink", stroke: said.stroke, points: said.points.slice(0, POINTS_MAX).filter(isSpot) };
    default:
      return undefined;
  }
}
