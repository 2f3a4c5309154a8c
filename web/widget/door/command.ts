// Commands on their way: each keeps its id until an answer has arrived, over lost connections and reloads.
import { has, jsonOf, listed, parsed } from "../json";
import type { Kept } from "../kept";
import { backoff_ms } from "../retry";
import { store, type Store } from "../store";
import { commands, type Answer, type CommandName } from "./documents";
import type { VariablesOf } from "./graphql";
import type { Request } from "./request";
import { NotAccepted } from "./visit";

/** A wish older than this is not sent any more: the customer has moved on. */
export const patience_ms = 10 * 60_000;
const notKnownYet_ms = 1_000;
/** What was done is on the screen by then, however it got there. */
const shownWithin_ms = 3_000;

export interface Pending<Name extends CommandName = CommandName> {
  commandId: string;
  name: Name;
  variables: CommandVariables<Name>;
  at: number;
  /** The mutation, if it is none of the widget's own. */
  document?: object;
  /** Answered with this token; kept until the customer's own state shows it. */
  token?: string;
}

type Given = { [Name in CommandName]: VariablesOf<(typeof commands)[Name]> };
export type CommandVariables<Name extends CommandName> = Given[Name] extends { input: infer Input }
  ? { input: Omit<Input, "commandId"> }
  : Omit<Given[Name], "commandId">;

/** The edge's answer, or why there will be none. */
export type Settled<Name extends CommandName = CommandName> = Answer<Name> | { __typename: "Failed"; code: "failed" | "late"; message: string };

export interface Commands {
  readonly pending: Store<readonly Pending[]>;
  send<Name extends CommandName>(name: Name, variables: CommandVariables<Name>): Promise<Settled<Name>>;
  /** Sends a mutation that is none of the widget's own, in the same order and with the same patience. */
  carry(name: string, document: object, variables: object): Promise<Carried>;
  /** A visit begins: goes on with what was kept of it; what another visit wanted is not sent any more. */
  begin(): void;
  /** Forgets what the state, read up to `tokens`, already shows. */
  seen(tokens: readonly string[]): void;
}

/** The answer to a carried mutation. */
export interface Carried {
  __typename: string;
  code?: string;
  message?: string;
  token?: string;
}

interface CommandWorld {
  request: Request;
  kept: Pick<Kept, "getItem" | "setItem">;
  key: string;
  wait(milliseconds: number): Promise<void>;
  /** Every answer, also of commands that an earlier page sent. */
  answered(command: Pending, answer: Settled): void;
}

/** A random UUID, also on pages without a secure context: the browser names every blob by one. */
function newId(): string {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
}

function withId(variables: object, commandId: string): object {
  if ("input" in variables) return { input: { ...(variables.input as object), commandId } };
  return { ...variables, commandId };
}

/** Whether what was read up to `tokens` includes `token` (`partition@seq`). */
export function includes(tokens: readonly string[], token: string): boolean {
  const parts = (one: string) => [one.slice(0, one.lastIndexOf("@")), Number(one.slice(one.lastIndexOf("@") + 1))] as const;
  const [partition, seq] = parts(token);
  return tokens.some((read) => parts(read)[0] === partition && parts(read)[1] >= seq);
}

const late = { __typename: "Failed", code: "late", message: "not sent in time" } as const;

/** What was kept, if it is a command that may still be sent. */
function isLeft(kept: unknown): boolean {
  const one = kept as Pending;
  return (
    has(one, { commandId: "string", name: "string", variables: "object", at: "number" }) &&
    (one.variables as unknown) !== null &&
    (has(one, { document: "string" }) || Object.hasOwn(commands, one.name)) &&
    one.token === undefined &&
    Math.abs(Date.now() - one.at) < patience_ms
  );
}

export function commandsThrough(world: CommandWorld): Commands {
  const pending = store<readonly Pending[]>([]);
  let begun = false;
  pending.follow((all) => begun && world.kept.setItem(world.key, jsonOf(all)));
  const waiting = new Map<string, (answer: Settled) => void>();
  let read: readonly string[] = [];
  let working = false;

  const change = (commandId: string, to: Pending | null) =>
    pending.set(pending.value.flatMap((one) => (one.commandId !== commandId ? [one] : to === null ? [] : [to])));

  const ask = async (one: Pending): Promise<Settled> => {
    const wanted = () => pending.value.includes(one);
    for (let failures = 0; wanted() && Date.now() - one.at < patience_ms; failures++) {
      try {
        const data = await world.request<Record<string, Answer>>(one.document ?? commands[one.name], withId(one.variables, one.commandId), wanted);
        const answer = data[one.name];
        if (answer !== undefined && answer.__typename !== "NotKnownYet") return answer;
        await world.wait(notKnownYet_ms);
      } catch (cause) {
        if (cause instanceof NotAccepted) return { __typename: "Failed", code: "failed", message: cause.message };
        await world.wait(backoff_ms(failures));
      }
    }
    return late;
  };

  // One after the other, so that what a customer says arrives in the order in which it was said.
  const work = async () => {
    if (working) return;
    working = true;
    for (;;) {
      const one = pending.value.find((each) => each.token === undefined);
      if (one === undefined) break;
      const answer = await ask(one);
      if (!pending.value.includes(one)) continue;
      const token = answer.__typename !== "Denied" && "token" in answer ? answer.token : undefined;
      if (token !== undefined && !includes(read, token)) {
        change(one.commandId, { ...one, token });
        void world.wait(shownWithin_ms).then(() => change(one.commandId, null));
      } else change(one.commandId, null);
      world.answered(one, answer);
      waiting.get(one.commandId)?.(answer);
      waiting.delete(one.commandId);
    }
    working = false;
  };
  const queue = (name: string, document: object | undefined, variables: object) => {
    const commandId = newId();
    const answer = new Promise<Settled>((resolve) => waiting.set(commandId, resolve));
    pending.set([...pending.value, { commandId, name, document, variables, at: Date.now() } as Pending]);
    void work();
    return answer as never;
  };
  return {
    pending,
    send: (name, variables) => queue(name, undefined, variables),
    carry: queue,
    begin() {
      const kept = begun ? [] : [...listed<Pending>(parsed(world.kept.getItem(world.key)), isLeft), ...pending.value];
      begun = true;
      pending.set(kept);
      for (const [id, answered] of waiting) if (!kept.some(({ commandId }) => commandId === id)) answered(late);
      void work();
    },
    seen(tokens) {
      read = tokens;
      const open = pending.value.filter((one) => one.token === undefined || !includes(tokens, one.token));
      if (open.length !== pending.value.length) pending.set(open);
    },
  };
}
