// What a callback is about, when a shared widget asked for it.

export interface About {
  title: string;
  text: string;
}

export function aboutOf(json: string | null | undefined): About | undefined {
  if (json == null) return undefined;
  try {
    const { title, text } = JSON.parse(json) as Partial<Record<keyof About, unknown>>;
    return typeof title === "string" ? { title, text: typeof text === "string" ? text : "" } : undefined;
  } catch {
    return undefined;
  }
}
