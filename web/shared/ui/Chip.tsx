// A word with its colour and icon: colour never speaks alone.
import type { Word, Tone } from "../words/state";
import "./chip.css";
import { Icon, type IconName } from "./Icon";

export function Chip({ word, tone, icon, title }: { word: string; tone: Tone; icon?: IconName; title?: string }) {
  return (
    <span class={`chip chip-${tone}`} title={title}>
      {icon && <Icon name={icon} size={12} />}
      <span class="chip-word">{word}</span>
    </span>
  );
}

export function WordChip({ of, title }: { of: Word; title?: string }) {
  return <Chip word={of.word} tone={of.tone} icon={of.icon} {...(title === undefined ? {} : { title })} />;
}
