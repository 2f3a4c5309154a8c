// A person's mark: two letters.
import { initials } from "../words/state";

export function Person({ name, large = false }: { name: string | null | undefined; large?: boolean }) {
  return (
    <span class={large ? "person person-large" : "person"} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
