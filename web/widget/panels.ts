// Loads what stands in the panel, when it is needed; what could not be loaded is loaded again on demand.
import type * as Module from "./panel";

export interface Panel {
  readonly module: typeof Module | null;
  readonly loading: boolean;
  /** How often it could not be loaded. */
  readonly tries: number;
  load(): void;
}

/** `changed` is called after each change; `from` names the module, in a new way for each try: browsers remember failures. */
export function panelFrom(edge: string, changed: (panel: Panel) => void, from = (address: string): Promise<typeof Module> => import(/* @vite-ignore */ address)): Panel {
  const panel = {
    module: null as typeof Module | null,
    loading: false,
    tries: 0,
    load() {
      if (panel.loading || panel.module !== null) return;
      panel.loading = true;
      changed(panel);
      from(`${edge}/panel.js${panel.tries > 0 ? `?${panel.tries}` : ""}`)
        .then(async (module) => {
          await module.ready(edge);
          panel.module = module;
        })
        .catch(() => void (panel.tries += 1))
        .finally(() => {
          panel.loading = false;
          changed(panel);
        });
    },
  };
  return panel;
}
