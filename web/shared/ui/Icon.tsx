// Line icons on a 16 px grid; always beside a word, or named by `label`.

const paths = {
  alert: "M8 2.2 14.2 13H1.8L8 2.2ZM8 6.4v3.2M8 11.4v.1",
  bell: "M4 7a4 4 0 0 1 8 0c0 3.2 1.4 4 1.4 4H2.6S4 10.2 4 7ZM6.6 13.2a1.5 1.5 0 0 0 2.8 0",
  board: "M2.5 2.5h4.8v6H2.5zM8.7 2.5h4.8v3.4H8.7zM8.7 7.4h4.8v6.1H8.7zM2.5 10h4.8v3.5H2.5z",
  book: "M8 4c-1.4-1-3-1.3-5.5-1.3v9.6C5 12.3 6.6 12.6 8 13.6c1.4-1 3-1.3 5.5-1.3V2.7C11 2.7 9.4 3 8 4Zm0 0v9.6",
  chat: "M2.5 3h11v8H7l-3 2.5V11H2.5z",
  check: "m3 8.5 3.3 3.3L13 4.8",
  chevron: "m4.5 6.3 3.5 3.5 3.5-3.5",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.8V8l2.2 1.6",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  cup: "M3 5h8v4.5A3.5 3.5 0 0 1 7.5 13h-1A3.5 3.5 0 0 1 3 9.5zM11 6.2h1.2a1.6 1.6 0 0 1 0 3.3H11M5.5 1.8v1.4M8.5 1.8v1.4",
  data: "M2.5 4c0-1 2.5-1.7 5.5-1.7s5.5.7 5.5 1.7-2.5 1.7-5.5 1.7S2.5 5 2.5 4Zm0 0v8c0 1 2.5 1.7 5.5 1.7s5.5-.7 5.5-1.7V4M2.5 8c0 1 2.5 1.7 5.5 1.7s5.5-.7 5.5-1.7",
  dot: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z",
  exit: "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6",
  filter: "M2 3.5h12M4.5 8h7M6.7 12.5h2.6",
  globe: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2 8h12M8 2c2 2 2.4 4 2.4 6S10 12 8 14c-2-2-2.4-4-2.4-6S6 4 8 2Z",
  history: "M2.3 8a5.7 5.7 0 1 0 1.8-4.1L2.3 5.5m0-3.2v3.2h3.2M8 5v3.2l2 1.3",
  hourglass: "M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
  keyboard: "M1.8 4h12.4v8H1.8zM4.3 6.5h.1M7 6.5h.1M9.6 6.5h.1M12 6.5h.1M5 9.6h6",
  link: "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3A2.6 2.6 0 0 0 9 3.3l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8",
  lock: "M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
  mail: "M2 3.5h12v9H2zM2 4l6 5 6-5",
  minus: "M3.5 8h9",
  moon: "M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8Z",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  note: "M3 2.5h10v7.8L9.8 13.5H3zM9.8 13.5v-3.2H13M5.5 5.5h5M5.5 8h3",
  page: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  pencil: "m2.8 13.2.6-2.8 7.4-7.4 2.2 2.2-7.4 7.4z",
  phone: "M4.8 2.3 6.5 5.6 5.2 7c.8 1.7 2.1 3 3.8 3.8l1.4-1.3 3.3 1.7c0 1.5-1.1 2.5-2.4 2.5C6.7 13.7 2.3 9.3 2.3 4.7c0-1.3 1-2.4 2.5-2.4Z",
  play: "m5 3 7.5 5L5 13z",
  plus: "M8 3v10M3 8h10",
  power: "M8 2v5.5M4.6 4.3a5.2 5.2 0 1 0 6.8 0",
  refresh: "M13.7 8a5.7 5.7 0 1 1-1.8-4.1l1.8 1.6m0-3.2v3.2h-3.2",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3l3.4 3.4",
  shield: "M8 1.8 13 3.6v4c0 3.2-2 5.4-5 6.6-3-1.2-5-3.4-5-6.6v-4zM5.7 8l1.6 1.6 3-3.2",
  star: "m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
  talk: "M2 3h8v5.5H5.5L3.5 10.3V8.5H2zM12 6h2v5.5h-1.5v1.8l-2-1.8H7.5v-1",
  ticket: "M2 4h12v2.5a1.5 1.5 0 0 0 0 3V12H2V9.5a1.5 1.5 0 0 0 0-3zM9.5 4v8",
  unlink: "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l1-1M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7M9 3.3a2.6 2.6 0 0 1 3.7 3.7M2.5 2.5l11 11",
  user: "M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4ZM2.8 13.5c.5-2.5 2.5-3.8 5.2-3.8s4.7 1.3 5.2 3.8",
  users: "M6 3a2.4 2.4 0 1 0 0 4.8A2.4 2.4 0 0 0 6 3ZM1.5 13c.4-2.2 2.1-3.4 4.5-3.4s4.1 1.2 4.5 3.4M10.3 3.2a2.3 2.3 0 0 1 0 4.4M12 9.9c1.5.5 2.3 1.5 2.5 3.1",
  video: "M1.8 4h8.4v8H1.8zM10.2 7l4-2.2v6.4l-4-2.2z",
  x: "m4 4 8 8M12 4l-8 8",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16, label }: { name: IconName; size?: number; label?: string }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label === undefined ? undefined : "img"}
      aria-label={label}
      aria-hidden={label === undefined ? "true" : undefined}
    >
      <path d={paths[name]} />
    </svg>
  );
}
