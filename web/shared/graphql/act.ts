// Commands: one client-chosen id each, sent again under the same id until the server's answer is known.
import { freshId } from "../lib/id";
import { graphql, type ResultOf } from "./desk";
import { ApiError, type Document } from "./document";
import { request } from "./request";

const ATTEMPTS_MAX = 6;
const PAUSE_MS = 400;

export const ActFields = graphql(`
  fragment ActFields on ActPayload @_unmask {
    __typename
    ... on Done { commandId token }
    ... on Refused { commandId code data { name value } }
    ... on NotKnownYet { commandId }
  }
`);

const OutcomeOf = graphql(`
  query Outcome($commandId: UUID!) {
    outcome(commandId: $commandId) { state token refused { code data { name value } } }
  }
`);

type Payload = ResultOf<typeof ActFields>;

export type Acted =
  | { kind: "done"; token: string }
  /** The domain's no, and what its rule is about. */
  | { kind: "refused"; code: string; data: Readonly<Record<string, string>> }
  /** The world failed: nobody knows, or it never happened. */
  | { kind: "failed"; code: string };

export interface Sender {
  request: typeof request;
  pause: (milliseconds: number) => Promise<void>;
}

const real: Sender = {
  request,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Sends a mutation whose field is aliased `act`. */
export async function act<Variables extends { commandId?: string | null }>(
  document: Document<{ act: Payload }, Variables>,
  variables: Omit<Variables, "commandId">,
  sender: Sender = real,
): Promise<Acted> {
  const commandId = freshId();
  const whole = { ...variables, commandId } as unknown as Variables;
  let trouble = "undecided";
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (attempt > 0) {
      await sender.pause(PAUSE_MS * attempt);
      const known = await outcome(commandId, sender);
      if (known !== "unknown") return known;
    }
    try {
      const { act: payload } = await sender.request(document, whole);
      if (payload.__typename === "Done") return { kind: "done", token: payload.token };
      if (payload.__typename === "Refused") return refused(payload);
      trouble = "undecided";
    } catch (error) {
      if (!(error instanceof ApiError) || !mayHaveArrived(error)) {
        return { kind: "failed", code: error instanceof ApiError ? error.code : "page" };
      }
      trouble = error.code;
    }
  }
  return { kind: "failed", code: trouble };
}

function refused({ code, data }: { code: string; data: readonly { name: string; value: string }[] }): Acted {
  return { kind: "refused", code, data: Object.fromEntries(data.map(({ name, value }) => [name, value])) };
}

function mayHaveArrived(error: ApiError): boolean {
  return error.code === "network" || /^5\d\d$/.test(error.code);
}

async function outcome(commandId: string, sender: Sender): Promise<Acted | "unknown"> {
  try {
    const { outcome: known } = await sender.request(OutcomeOf, { commandId });
    if (known.state === "DONE" && known.token != null) return { kind: "done", token: known.token };
    if (known.state === "REFUSED" && known.refused != null) return refused(known.refused);
    if (known.state === "NEVER") return { kind: "failed", code: "late" };
  } catch {
    // Not reachable: the next attempt asks again.
  }
  return "unknown";
}
