/** @jsxImportSource react */
// The editor itself: GraphiQL with the explorer open. The one place that needs React.
import { explorerPlugin } from "@graphiql/plugin-explorer";
import "@graphiql/plugin-explorer/style.css";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import "graphiql/style.css";
import { createRoot } from "react-dom/client";
import type { Theme } from "../shared/lib/theme";
import { examples } from "./examples";
import { fetcher } from "./fetcher";
// The workers are bundled and served from here: nothing is loaded from elsewhere.
import "graphiql/setup-workers/vite";

/** Below it there is no room for the explorer beside the editor: it opens from the side bar. */
const NARROW_PX = 900;

const explorer = explorerPlugin();

export function mountEditor(host: HTMLElement): { show: (theme: Theme) => void; remove: () => void } {
  const root = createRoot(host);
  return {
    show: (theme) =>
      root.render(
        <GraphiQL
          fetcher={fetcher}
          plugins={[explorer, HISTORY_PLUGIN]}
          {...(innerWidth > NARROW_PX ? { visiblePlugin: explorer } : {})}
          defaultTabs={examples}
          defaultQuery={examples[0]?.query ?? ""}
          forcedTheme={theme}
          isHeadersEditorEnabled={false}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo> </GraphiQL.Logo>
        </GraphiQL>,
      ),
    remove: () => root.unmount(),
  };
}
