// In which language customers are spoken to: that of the page, else that of their browser, else English.
import { others } from "virtual:languages";
import english from "./en.json";
import { speakIn, type Catalogue } from "./say";

/** Resolves when the words are there. A language that cannot be loaded now is English. */
export async function speakTheirs(edge: string): Promise<void> {
  for (const tag of [document.documentElement.lang, ...navigator.languages]) {
    const language = tag.slice(0, 2).toLowerCase();
    // A language alone does not say how a day is written.
    if (language === "en") return speakIn(tag.length > 2 ? tag : "en-GB", english);
    const file = others[language];
    if (file === undefined) continue;
    const answer = await fetch(`${edge}/${file}`).catch(() => null);
    if (answer?.ok) speakIn(tag, (await answer.json()) as Catalogue);
    return;
  }
}
