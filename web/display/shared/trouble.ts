// Why this page cannot be shown, told to whoever looks on as one of the display's shared states.
import { parsed } from "../../widget/json";
import type { OwnDisplay } from "../../widget/door/documents";

export const page_trouble = "page-trouble";

export interface Trouble {
  pageLoad: number;
  /** Null: nothing any more. */
  trouble: "too_large" | "stopped" | null;
}

/** What was told last and still stands; null: nothing. */
export function troubleOf({ widgets }: Pick<OwnDisplay, "widgets">): Trouble | null {
  const state = widgets.find(({ name }) => name === page_trouble)?.state;
  const told = parsed(state ?? null) as Partial<Trouble> | null | undefined;
  const known = told?.trouble === "too_large" || told?.trouble === "stopped" ? told.trouble : null;
  return known !== null && typeof told?.pageLoad === "number" ? { pageLoad: told.pageLoad, trouble: known } : null;
}
