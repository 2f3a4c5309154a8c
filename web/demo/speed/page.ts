// The page "Test your line": its gauge, its button and its results. It goes without Lockstep's widget on purpose.
import file from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import { enoughFor, marks, measure, share, shown, type Line, type Result } from "./measure";

const results_max = 10;

const find = <Kind extends Element>(which: string): Kind => {
  const found = document.querySelector<Kind>(which);
  if (found === null) throw new Error(`the page has no ${which}`);
  return found;
};
const needle = find<SVGPathElement>("[data-needle]");
const full = find<SVGPathElement>("[data-full]");
const reading = find<HTMLElement>("[data-reading]");
const verdict = find<HTMLElement>("[data-verdict]");
const start = find<HTMLButtonElement>("[data-start]");
const results = find<HTMLElement>("[data-results]");

const line: Line = {
  now: () => performance.now(),
  async download() {
    const response = await fetch(file, { cache: "no-store" });
    if (!response.ok) throw new Error(`the file answers ${response.status}`);
    return (await response.arrayBuffer()).byteLength;
  },
};

function point(mbits: number) {
  needle.style.transform = `rotate(${180 * share(mbits) - 90}deg)`;
  full.style.strokeDashoffset = String(100 - 100 * share(mbits));
  reading.textContent = shown(mbits);
}

function list({ mbits, delayMs }: Result) {
  const row = document.createElement("tr");
  const time = new Date().toLocaleTimeString("en-GB");
  for (const text of [time, `${shown(mbits)} Mbit/s`, `${delayMs.toFixed(1)} ms`, enoughFor(mbits)]) {
    row.append(Object.assign(document.createElement("td"), { textContent: text }));
  }
  const rows = results.querySelector("tbody");
  rows?.prepend(row);
  rows?.children[results_max]?.remove();
  results.hidden = false;
  find<HTMLElement>("[data-none]").hidden = true;
}

async function test() {
  start.disabled = true;
  start.textContent = "Measuring…";
  verdict.textContent = "Five seconds, please.";
  try {
    const result = await measure(line, point);
    point(result.mbits);
    list(result);
    verdict.textContent = `Enough for ${enoughFor(result.mbits)}.`;
  } catch {
    point(0);
    verdict.textContent = "The line broke while we measured. Please try again.";
  }
  start.disabled = false;
  start.textContent = "Test again";
}

find("[data-marks]").innerHTML = marks
  .map((mark) => {
    const angle = Math.PI * (1 - share(mark));
    const at = (radius: number) => [200 + radius * Math.cos(angle), 210 - radius * Math.sin(angle)].map(Math.round);
    const [x = 0, y = 0] = at(104);
    return `<text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="middle">${mark.toLocaleString("en-GB")}</text>`;
  })
  .join("");
point(0);
start.addEventListener("click", () => void test());
