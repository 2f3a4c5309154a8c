// The browser: a context a person, everything its console says, screenshots in light and dark, and axe on each screen.
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const wide = { width: 1440, height: 900 };
export const laptop = { width: 1280, height: 720 };
export const phone = { width: 390, height: 844 };

/** As much of a screen of 1440 × 900 as is shown at 200 %. */
const zoomed = { width: 720, height: 450 };

const patience_ms = 15_000;
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** `folder` takes the screenshots. */
export async function stageIn(folder) {
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-background-timer-throttling", "--disable-renderer-backgrounding"],
  });
  const complaints = [];
  let tolerated = [];
  let looked = 0;
  let besides;
  /** The states of each screen that axe has looked at. */
  const states = new Map();

  const listen = (who, page) => {
    const complain = (what) => {
      if (!tolerated.some((known) => known.test(what))) complaints.push(`${who}: ${what}`);
    };
    page.on("console", (message) => message.type() === "error" && complain(`${message.text()} ${message.location().url}`));
    page.on("pageerror", (error) => complain(error.stack ?? error.message));
  };

  /** What axe finds against the standards, or calls serious. */
  const violations = async (page) => {
    // Evaluated, not added as a script: pages have a content policy.
    await page.evaluate(axe);
    const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return found
      .filter(({ impact, tags }) => impact === "serious" || impact === "critical" || tags.some((tag) => standards.includes(tag)))
      .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ target, failureSummary }) => `    ${target.flat().join(" ")}\n      ${failureSummary?.replace(/\n\s*/g, " ")}`).join("\n")}`);
  };

  return {
    /** Somebody's own browser profile. */
    /** `colorScheme`: of everything in this browser; without it the browser is light, and its pages may frame dark ones. */
    async person(who, { size = laptop, colorScheme = null, network, scripts = true, browsesFrom, touch = false } = {}) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme,
        locale: "en-GB",
        timezoneId: browsesFrom ?? "Europe/London",
        reducedMotion: "reduce",
        javaScriptEnabled: scripts,
        hasTouch: touch,
        isMobile: touch,
        ...(network === undefined ? {} : { proxy: { server: network.server, bypass: "<-loopback>" } }),
      });
      context.setDefaultTimeout(patience_ms);
      context.on("page", (page) => listen(who, page));
      return { context, page: await context.newPage(), size };
    },
    /** A screen as it is, without a check. */
    async glance(name, page) {
      looked += 1;
      await page.screenshot({ path: join(folder, `${String(looked).padStart(2, "0")}-${name}.png`) });
    },
    /** A screen in light and dark at each size, for people; and with axe. */
    async look(name, page, sizes = [laptop]) {
      const before = page.viewportSize();
      looked += 1;
      const number = String(looked).padStart(2, "0");
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const size of sizes) {
          await page.setViewportSize(size);
          await page.screenshot({ path: join(folder, `${number}-${name}-${size.width}x${size.height}-${colorScheme}.png`) });
        }
      }
      await page.emulateMedia({ colorScheme: null });
      await this.examine(name, page);
      await page.setViewportSize(before);
    },
    /**
     * With axe: every state of a screen wide, the first one of each screen, and what is `full`, also smaller, dark and at
     * 200 %. What is found fails the story; `accepted` rules are to be broken.
     */
    async examine(name, page, { accepted = [], full = false } = {}) {
      const [, screen, state] = /^([^-]+)-?(.*)$/.exec(name);
      const before = page.viewportSize();
      const first = !states.has(screen);
      states.set(screen, [...(states.get(screen) ?? []), state || "as it is"]);
      const looks = [["1440", wide], ...(first || full ? [["1280", laptop], ["390", phone], ["dark", wide, "dark"], ["200 %", zoomed]] : [])];
      const met = new Set();
      const broken = [];
      for (const [how, size, colorScheme = "light"] of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        const all = await violations(page);
        const { width, shown } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, shown: innerWidth }));
        if (width > shown + 1) all.push(`width: the page is ${width} px wide, ${shown} px are shown`);
        for (const rule of accepted) if (all.some((one) => one.startsWith(`${rule}:`))) met.add(rule);
        const found = all.filter((one) => !accepted.some((rule) => one.startsWith(`${rule}:`)));
        if (found.length > 0) broken.push(`axe on ${name} (${how}):\n${found.join("\n")}`);
      }
      await page.emulateMedia({ colorScheme: null });
      await page.setViewportSize(before);
      if (broken.length > 0) throw new Error(broken.join("\n"));
      const unmet = accepted.filter((rule) => !met.has(rule));
      if (unmet.length > 0) throw new Error(`${name} breaks none of these, which are accepted: ${unmet.join(", ")}`);
    },
    /** What axe has looked at, as lines to print. */
    examined: () => [...states].map(([screen, all]) => `${screen}: ${[...new Set(all)].join(", ")}`),
    /** Screens beside each other in one picture, each with whose it is. */
    async sideBySide(name, screens, height = 640) {
      looked += 1;
      const pictures = await Promise.all(screens.map(async ([who, page]) => [who, (await page.screenshot({ type: "png" })).toString("base64")]));
      besides ??= await (await browser.newContext()).newPage();
      await besides.setContent(
        `<body style="margin:0;padding:12px;display:inline-flex;gap:12px;background:#30343c;color:#fff;font:600 20px system-ui">
          ${pictures.map(([who, data]) => `<figure style="margin:0"><figcaption>${who}</figcaption><img height="${height}" src="data:image/png;base64,${data}"></figure>`).join("")}
        </body>`,
      );
      const body = await besides.locator("body").boundingBox();
      await besides.setViewportSize({ width: Math.ceil(body.width), height: Math.ceil(body.height) });
      await besides.screenshot({ path: join(folder, `${String(looked).padStart(2, "0")}-${name}.png`) });
    },
    /** A page without scripts cannot run axe: it is looked at only. */
    async lookWithoutScripts(name, page, sizes = [laptop]) {
      looked += 1;
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.screenshot({ path: join(folder, `${String(looked).padStart(2, "0")}-${name}-${size.width}x${size.height}.png`) });
      }
    },
    /** While `work` runs, these messages of the console are part of the story. */
    async tolerating(patterns, work) {
      tolerated = patterns;
      try {
        return await work();
      } finally {
        tolerated = [];
      }
    },
    /** Every page as it is now, for when the story has failed. */
    async lastLook() {
      let n = 0;
      for (const context of browser.contexts()) {
        for (const page of context.pages()) await page.screenshot({ path: join(folder, `failed-${++n}.png`) }).catch(() => undefined);
      }
    },
    complaints,
    close: () => browser.close(),
  };
}
