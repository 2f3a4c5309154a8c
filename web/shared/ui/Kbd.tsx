// The name of a key, as it stands on it.

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const names: Record<string, string> = { Mod: isMac ? "⌘" : "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", Enter: "⏎" };

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd class="kbd" aria-hidden="true">
      {keys
        .split("+")
        .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(" ")}
    </kbd>
  );
}
