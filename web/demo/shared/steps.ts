// Setting up a router, step by step: what to do, what to try if it does not work, and how far somebody is.

export const steps = [
  {
    key: "place",
    title: "Find a good place",
    text: "High and free, near the middle of your home: a shelf is better than the floor, and a cupboard is worst.",
    hints: [
      "The cable from the box on the wall may be fifteen metres long: we bring one for free.",
      "Keep it a metre away from fish tanks, mirrors and the television.",
    ],
  },
  {
    key: "fibre",
    title: "Plug in the thin green plug",
    text: "It goes from the white box on your wall into the green socket of the router, until it clicks at both ends.",
    hints: [
      "The nose on the plug points up. Do not force it: it slides in.",
      "Take off the small dust cap first, and do not touch the glass tip.",
      "Never bend the fibre tighter than a jam jar.",
    ],
  },
  {
    key: "power",
    title: "Switch on the box and the router",
    text: "Plug in the box on the wall first, then the router. The light named Power turns green.",
    hints: ["Try another socket, without a timer or a switch.", "Press the round button on the back of the router until it clicks."],
  },
  {
    key: "line",
    title: "Wait until Line is green",
    text: "It blinks amber while it connects. Three minutes are normal, ten when it updates itself.",
    hints: ["Tell us below what the light named Line shows."],
  },
  {
    key: "wifi",
    title: "Join the Wi-Fi",
    text: "Its name and password are on the sticker below the router. Most telephones can read the square code beside them.",
    hints: [
      "Capital and small letters matter; a zero has a dot in it.",
      "If the name does not appear, hold your telephone beside the router and wait a minute.",
    ],
  },
  {
    key: "measure",
    title: "See how fast it is",
    text: "Open “Test your line” on our help page, once beside the router and once in the room where you work.",
    hints: ["Fast beside the router and slow elsewhere? Then it is the walls, and a second Wi-Fi point helps.", "Slow beside the router too? Measure by cable at the yellow socket."],
  },
] as const;

export type StepKey = (typeof steps)[number]["key"];

/** What Line can show: the table of the page "What the router's lights mean". */
export const lights = [
  { name: "green", label: "Green", advice: "Then you are connected: carry on with the next step." },
  { name: "slow", label: "Amber, blinking slowly", advice: "It is connecting. Wait three minutes." },
  { name: "fast", label: "Amber, blinking fast", advice: "It updates itself. Leave it plugged in for ten minutes." },
  { name: "red", label: "Red", advice: "There is no light in the fibre. Check that the green plug clicks at both ends, then let us call you." },
  { name: "off", label: "Off", advice: "The box on the wall does not answer. Unplug that box for a minute, then let us call you." },
] as const;

/** Also what is shared: each step is `open`, `done` or `stuck`. */
export interface SetUp extends Record<StepKey, string> {
  /** The step that is shown in full; empty: the first that is not done. */
  at: string;
  /** What Line shows, a name of `lights`; empty: nobody has said it. */
  light: string;
}

export const initial: SetUp = { at: "", place: "open", fibre: "open", power: "open", line: "open", wifi: "open", measure: "open", light: "" };

const titles = (setUp: SetUp, answer: string) => steps.filter(({ key }) => setUp[key] === answer).map(({ title }) => title);

export const doneCount = (setUp: SetUp): number => titles(setUp, "done").length;
export const isStuck = (setUp: SetUp): boolean => titles(setUp, "stuck").length > 0;

/** The step that is shown in full; null: all are done. */
export function shownStep(setUp: SetUp): StepKey | null {
  const asked = steps.find(({ key }) => key === setUp.at);
  return (asked ?? steps.find(({ key }) => setUp[key] !== "done"))?.key ?? null;
}

/** A step is done, and the next that is not is shown. */
export function done(step: StepKey): (newest: Readonly<SetUp>) => Partial<SetUp> {
  return (newest) => (newest[step] === "done" ? { [step]: "open", at: step } : { [step]: "done", at: "" });
}

export function stuck(step: StepKey): (newest: Readonly<SetUp>) => Partial<SetUp> {
  return (newest) => ({ [step]: newest[step] === "stuck" ? "open" : "stuck", at: step });
}

/** For whoever calls back. */
export function inWords(setUp: SetUp): { title: string; text: string } {
  const list = (all: string[]) => (all.length === 0 ? "nothing yet" : all.join(", "));
  const light = lights.find(({ name }) => name === setUp.light);
  const [first] = titles(setUp, "stuck");
  return {
    title: first === undefined ? "Setting up the router" : `Router: stuck at “${first}”`,
    text:
      `Done: ${list(titles(setUp, "done"))}.` +
      (first === undefined ? "" : ` Does not work: ${list(titles(setUp, "stuck"))}.`) +
      (light === undefined ? "" : ` Line shows: ${light.label.toLowerCase()}.`),
  };
}
