// Which tariff suits whom, and what it costs: the prices of the page "Tariffs".

/** The calculator's answers; also what is shared. */
export interface Needs {
  /** 5: five or more. */
  people: number;
  /** That stream at the same time; 4: four or more. */
  screens: number;
  office: boolean;
  uploads: boolean;
  landline: boolean;
  wifi: boolean;
  address: boolean;
  note: string;
}

export const people_max = 5;
export const screens_max = 4;

/** Pounds a month. */
interface Line {
  name: string;
  monthly: number;
}

/** `connecting` once, in pounds; `least` is what the line carries at the least, in Mbit/s. */
export const tariffs = [
  { name: "Fibre 50", monthly: 24, connecting: 39, least: 45 },
  { name: "Fibre 250", monthly: 32, connecting: 39, least: 225 },
  { name: "Fibre 1000", monthly: 44, connecting: 0, least: 850 },
] as const;

export const extras = [
  { key: "landline", name: "Landline with your number", monthly: 6 },
  { key: "wifi", name: "Second Wi-Fi point", monthly: 3 },
  { key: "address", name: "Fixed address", monthly: 4 },
] as const;

/** Mbit/s that each needs at the busiest moment. */
const mbits = { person: 5, screen: 15, office: 30, uploads: 150 };

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, Math.round(value)));

export function needed({ people, screens, office, uploads }: Needs): number {
  return (
    within(people, 1, people_max) * mbits.person +
    within(screens, 0, screens_max) * mbits.screen +
    (office ? mbits.office : 0) +
    (uploads ? mbits.uploads : 0)
  );
}

export function recommended(needs: Needs): (typeof tariffs)[number] {
  return tariffs.find(({ least }) => needed(needs) <= least) ?? tariffs[2];
}

export function cost(needs: Needs) {
  const { name, monthly: base, connecting } = recommended(needs);
  const lines: Line[] = [{ name, monthly: base }, ...extras.filter(({ key }) => needs[key])];
  const monthly = lines.reduce((sum, line) => sum + line.monthly, 0);
  return { lines, monthly, connecting, firstYear: 12 * monthly + connecting };
}

/** For whoever calls back. */
export function inWords(needs: Needs): { title: string; text: string } {
  const { lines, monthly, firstYear } = cost(needs);
  const people = within(needs.people, 1, people_max);
  const screens = within(needs.screens, 0, screens_max);
  const home = [
    `${people}${people === people_max ? " or more" : ""} ${people === 1 ? "person" : "people"}`,
    screens === 0 ? "no streaming" : `${screens}${screens === screens_max ? " or more" : ""} ${screens === 1 ? "screen" : "screens"} at once`,
    ...(needs.office ? ["work from home"] : []),
    ...(needs.uploads ? ["large uploads"] : []),
  ];
  const note = needs.note.trim();
  return {
    title: `${lines.map(({ name }) => name).join(", ")}: £${monthly} a month`,
    text: `At home: ${home.join(", ")}; about ${needed(needs)} Mbit/s at the busiest. First year £${firstYear}.${note === "" ? "" : ` They add: ${note}`}`,
  };
}
