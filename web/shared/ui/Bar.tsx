// The top of every staff page: where I am, how fresh it is, who I am.
import type { ComponentChildren } from "preact";
import { setTheme, theme, type Theme } from "../lib/theme";
import { has, mayOpenBoard, session, signOut } from "../session/session";
import { say } from "../words/say";
import "./bar.css";
import { Icon, type IconName } from "./Icon";
import { Menu } from "./Menu";
import { Name } from "./Name";
import { Person } from "./Person";
import { ShortcutHelp } from "./ShortcutHelp";

type Page = "desk" | "board" | "graphiql";

const themes: { value: Theme; icon: IconName }[] = [
  { value: "system", icon: "dot" },
  { value: "light", icon: "sun" },
  { value: "dark", icon: "moon" },
];

interface Props {
  page: Page;
  /** Asked before signing out; answers whether one may go. */
  leave?: () => Promise<boolean>;
  children?: ComponentChildren;
}

export function Bar({ page, leave, children }: Props) {
  const goOut = async () => {
    if (leave === undefined || (await leave())) await signOut();
  };
  const pages = [
    { page: "desk", href: "/", icon: "talk", seen: has("AGENT") },
    { page: "board", href: "/board", icon: "board", seen: mayOpenBoard() },
    { page: "graphiql", href: "/graphiql", icon: "data", seen: true },
  ] as const;
  const me = session.value.state === "in" ? session.value.staff : undefined;
  return (
    <header class="bar">
      <a class="bar-brand" href={page === "board" ? "/board" : "/"} aria-label={say("staff.brand")}>
        <Mark />
        <span>{say("staff.brand")}</span>
      </a>
      <nav class="bar-pages" aria-label={say("staff.page.all")}>
        {pages
          .filter((one) => one.seen || one.page === page)
          .map((one) => (
            <a key={one.page} href={one.href} aria-current={one.page === page ? "page" : undefined}>
              <Icon name={one.icon} size={14} />
              <span>{say(`staff.page.${one.page}`)}</span>
            </a>
          ))}
      </nav>
      <div class="bar-middle">{children}</div>
      <div class="bar-end">
        <ShortcutHelp />
        <Menu
          label={say("staff.theme.title")}
          quiet
          icon={themes.find((one) => one.value === theme.value)?.icon === "moon" ? "moon" : "sun"}
          items={themes.map(({ value, icon }) => ({
            label: say(`staff.theme.${value}`),
            icon,
            checked: theme.value === value,
            run: () => setTheme(value),
          }))}
        />
        {me && (
          <Menu
            label={say("staff.me.title")}
            quiet
            items={[
              ...me.roles.map((role) => ({ label: say(`state.role.${role}`), icon: "shield" as const, run: () => undefined })),
              { label: say("staff.me.out"), icon: "exit" as const, apart: true, run: () => void goOut() },
            ]}
          >
            <Person name={me.name} />
            <span class="bar-name truncate">
              <Name of={me.name} />
            </span>
          </Menu>
        )}
      </div>
    </header>
  );
}

/** Two steps at once. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="var(--color-accent-fill)" />
      <path d="M5 13.5h3.2v-3.4h3.2V6.7H15" transform="translate(0 -2)" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
      <path d="M5 13.5h3.2v-3.4h3.2V6.7H15" transform="translate(0 2.2)" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
