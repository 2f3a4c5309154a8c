// The page by keys: from one thing that can be used to the next, in the order of the page.
import type { Stage } from "../stage/stage";

const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=tab], [tabindex]:not([tabindex='-1'])";

/** The next one that is in sight, by the recorder's number; from the last one on to the first. Null: there is none. */
export function stepFrom(stage: Pick<Stage, "document" | "idOf" | "boxOf">, room: Pick<HTMLElement, "clientWidth" | "clientHeight">, from: number | null, by: 1 | -1): number | null {
  const all = [...(stage.document()?.querySelectorAll(usable) ?? [])].flatMap((element) => {
    const id = stage.idOf(element);
    const box = id === undefined ? undefined : stage.boxOf(id);
    if (id === undefined || box === undefined || box.width === 0 || box.height === 0) return [];
    return box.right > 0 && box.bottom > 0 && box.x < room.clientWidth && box.y < room.clientHeight ? [id] : [];
  });
  const at = from === null ? -1 : all.indexOf(from);
  const next = at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length;
  return all[next] ?? null;
}
