// Where the mirror is, and which origins the company's pages have: the desk's listener knows.
import { useEffect, useState } from "preact/hooks";

export interface DisplayConfig {
  mirror: string;
  origins: readonly string[];
}

let asked: Promise<DisplayConfig> | undefined;

async function load(): Promise<DisplayConfig> {
  const response = await fetch("/display-config", { credentials: "same-origin", headers: { accept: "application/json" } });
  const body = (await response.json()) as Partial<DisplayConfig>;
  if (!response.ok || typeof body.mirror !== "string") throw new Error(`the server answered ${response.status}`);
  return { mirror: new URL(body.mirror).origin, origins: body.origins ?? [] };
}

/** Undefined: not known yet; null: the server does not say. */
export function useDisplayConfig(): DisplayConfig | null | undefined {
  const [config, setConfig] = useState<DisplayConfig | null>();
  useEffect(() => {
    asked ??= load();
    asked.then(setConfig, () => {
      asked = undefined;
      setConfig(null);
    });
  }, []);
  return config;
}
