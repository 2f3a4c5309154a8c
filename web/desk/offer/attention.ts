// What calls the agent back to this tab: the title flashes, the tab's icon gets a mark, a sound if wanted.
import { signal } from "@preact/signals";

const KEPT_AS = "lockstep.sound";
const FLASH_MS = 900;
const SOUND_EVERY_MS = 3_000;

export const sound = signal(localStorage.getItem(KEPT_AS) === "on");

export function setSound(on: boolean): void {
  sound.value = on;
  localStorage.setItem(KEPT_AS, on ? "on" : "off");
  if (on) ring();
}

/** Until the returned function is called. */
export function callForAttention(words: string): () => void {
  const title = document.title;
  let on = false;
  const flash = () => {
    on = !on;
    document.title = on ? `● ${words}` : title;
  };
  flash();
  icon(true);
  if (sound.value) ring();
  const flashing = setInterval(flash, FLASH_MS);
  const ringing = setInterval(() => sound.value && ring(), SOUND_EVERY_MS);
  return () => {
    clearInterval(flashing);
    clearInterval(ringing);
    document.title = title;
    icon(false);
  };
}

function icon(marked: boolean): void {
  const mark = marked ? "<circle cx='15' cy='5' r='5' fill='%23d33a31'/>" : "";
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) return;
  link.href = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'><rect width='20' height='20' rx='5' fill='%234f46c8'/><path d='M5 11.5h3.2v-3.4h3.2V4.7H15' fill='none' stroke='white' stroke-width='1.8'/><path d='M5 15.7h3.2v-3.4h3.2V8.9H15' fill='none' stroke='white' stroke-opacity='.55' stroke-width='1.8'/>${mark}</svg>`;
}

/** Two short notes. */
function ring(): void {
  const audio = new AudioContext();
  for (const [index, pitch] of [660, 880].entries()) {
    const note = audio.createOscillator();
    const loudness = audio.createGain();
    const start = audio.currentTime + index * 0.16;
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.12, start);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.15);
    note.connect(loudness).connect(audio.destination);
    note.start(start);
    note.stop(start + 0.16);
  }
  setTimeout(() => void audio.close(), 600);
}
