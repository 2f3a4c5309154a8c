// Why this page cannot be shown, told to whoever looks on as one of the display's shared states.
import type { OwnDisplay } from "../../widget/door/documents";

export const page_trouble = "page-trouble";

export interface Trouble {
  pageLoad: number;
  /** A sentence for the screen. */
  trouble: string | null;
}

/** What was told last and still stands; null: nothing. */
export function troubleOf({ widgets }: Pick<OwnDisplay, "widgets">): Trouble | null {
  const state = widgets.find(({ name }) => name === page_trouble)?.state;
  const told = state == null ? null : (JSON.parse(state) as Partial<Trouble>);
  return typeof told?.trouble === "string" && typeof told.pageLoad === "number" ? { pageLoad: told.pageLoad, trouble: told.trouble } : null;
}
