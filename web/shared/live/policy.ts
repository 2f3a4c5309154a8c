// What the policy calls things: topics and outcomes have one title on every screen.
import { graphql } from "../graphql/desk";
import { say } from "../words/say";
import { humanise } from "../words/state";
import { useQuery } from "./query";

const PolicyTitles = graphql(`
  query PolicyTitles {
    policy { topics { topic title } dispositions { code title } reasons { code title } }
  }
`);

export interface Titles {
  topics: ReadonlyMap<string, string>;
  topic: (code: string) => string;
  disposition: (code: string) => string;
  reasons: readonly { code: string; title: string }[];
}

/** What is no longer in the policy is named by its code. */
export function useTitles(): Titles {
  const { data } = useQuery(PolicyTitles, {});
  const topics = new Map(data?.policy.topics.map((one) => [one.topic, one.title]));
  const dispositions = new Map(data?.policy.dispositions.map((one) => [one.code, one.title]));
  return {
    topics,
    topic: (code) => topics.get(code) ?? humanise(code),
    disposition: (code) => (code === "default" ? say("state.disposition.default") : (dispositions.get(code) ?? humanise(code))),
    reasons: data?.policy.reasons ?? [],
  };
}
