// What happened, phase by phase; routing's own steps open on demand.
import { ageWords, exactWords, secondWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { Empty } from "../../shared/ui/States";
import { say } from "../../shared/words/say";
import type { Chapter, Line, Phase } from "./happened";

const icons: Record<Phase, IconName> = { waiting: "hourglass", connecting: "link", talking: "talk", wrapUp: "pencil", after: "check" };

export function Timeline({ chapters }: { chapters: readonly Chapter[] }) {
  if (chapters.length === 0) return <Empty icon="history" title={say("board.contact.nothing")} />;
  return (
    <ol class="chapters">
      {chapters.map((chapter) => (
        <li key={chapter.key} class="chapter">
          <h3>
            <Icon name={icons[chapter.phase]} size={14} />
            {say(`board.phase.${chapter.phase}`)}
            {chapter.phase !== "after" && <span class="chapter-age tabular">{ageWords((chapter.to === undefined ? now.value : Date.parse(chapter.to)) - Date.parse(chapter.from))}</span>}
          </h3>
          <Lines lines={chapter.lines} />
          {chapter.messages > 0 && <p class="chapter-note">{say("board.phase.messages", { count: chapter.messages })}</p>}
          {chapter.routing.length > 0 && (
            <details class="chapter-routing">
              <summary>{say("board.phase.routing", { count: chapter.routing.length })}</summary>
              <Lines lines={chapter.routing} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <ol class="chapter-lines">
      {lines.map((line) => (
        <li key={line.key}>
          <time class="tabular" dateTime={line.at} title={say("board.phase.record", { time: exactWords(line.at), seq: line.seq })}>
            {secondWords(line.at)}
          </time>
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
