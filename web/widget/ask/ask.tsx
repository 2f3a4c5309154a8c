// Asking, one decision a step: what about, then how, told beforehand who is free.
import { say } from "../../shared/words/say";
import type { Acts, Page } from "../page";
import { Loading } from "../parts/loading";
import { Ways } from "./ways";

export function Topics({ page, acts }: { page: Page; acts: Acts }) {
  return (
    <section>
      <h2 tabIndex={-1}>{say("widget.topics.title")}</h2>
      {page.topics === null ? (
        <Loading what={say("widget.topics.loading")} />
      ) : page.topics.length === 0 ? (
        <p class="soft">{say("widget.topics.none")}</p>
      ) : (
        <ul class="choices">
          {page.topics.map(({ topic, title }) => (
            <li key={topic}>
              <button type="button" class="choice" onClick={() => acts.go({ step: "how", topic })}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function How({ page, topic, acts }: { page: Page; topic: string; acts: Acts }) {
  const title = page.topics?.find((one) => one.topic === topic)?.title ?? topic;
  return (
    <section>
      <h2 tabIndex={-1}>{title}</h2>
      {page.availability === null ? (
        <Loading what={say("widget.way.loading")} />
      ) : (
        <Ways all={page.availability} topic={topic} page={page} acts={acts} />
      )}
    </section>
  );
}
