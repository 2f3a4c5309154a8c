// Everything that one page shares: the visit, the line to the edge, and the customer's own state.
import { hear } from "../hear";
import { jsonOf } from "../json";
import { ofThisTab, shared } from "../kept";
import { watchAddress } from "../activity/address";
import { viewsTo, withoutQuery } from "../activity/views";
import { store, type Store } from "../store";
import type { Settings } from "../settings";
import { commandsThrough, type Commands, type Pending, type Settled } from "./command";
import { availabilitySubscription, meSubscription, phoneQuery, topicsQuery, type Availability, type Me, type PhoneNumber, type Topic } from "./documents";
import { requestsTo } from "./request";
import { subscriptionsOver, type Connection } from "./socket";
import { NotAccepted, Unreachable, visitsOf, type Visit, type Visits } from "./visit";
import { backoff_ms } from "../retry";

export interface Door {
  readonly visits: Visits;
  readonly connection: Store<Connection>;
  readonly me: Store<Me | null>;
  readonly commands: Commands;
  /** The last answer that a command got. */
  readonly answers: Store<{ command: Pending; answer: Settled } | null>;
  /** Follows the customer's own state from now on; without this the page only reports what was viewed. */
  join(): void;
  /** Something is open that the customer wants to hear about, as far as this browser knows. */
  readonly somethingOpen: boolean;
  topics(): Promise<readonly Topic[]>;
  phoneNumber(text: string): Promise<PhoneNumber>;
  availability(topic: string, next: (all: readonly Availability[]) => void): () => void;
  identify(): Promise<void>;
}

const wait = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

export function openDoor(settings: Settings): Door {
  const { edge, site } = settings;
  const visits = visitsOf(settings, shared);
  const request = requestsTo(edge, visits);
  const subscriptions = subscriptionsOver({
    url: `${edge.replace(/^http/, "ws")}/graphql`,
    token: () => visits.token(),
    renew: (token) => visits.renew(token),
    connect: (url) => new WebSocket(url, "graphql-transport-ws"),
  });
  const me = store<Me | null>(null);
  const answers = store<Door["answers"]["value"]>(null);
  const commands = commandsThrough({
    request,
    kept: ofThisTab,
    key: `lockstep.${site}.pending`,
    wait,
    answered: (command, answer) => answers.set({ command, answer }),
  });
  const openKey = `lockstep.${site}.open`;

  const views = viewsTo({
    async post(batch, wanted) {
      const send = async (token: string) => {
        if (!wanted()) throw new NotAccepted();
        return fetch(`${edge}/activity`, {
          method: "POST",
          keepalive: true,
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body: jsonOf({ views: batch }),
        });
      };
      const token = await visits.token();
      let response = await send(token);
      if (response.status === 401) response = await send(await visits.renew(token));
      // What the edge will never take is not sent for ever.
      if (response.status >= 500 || response.status === 429) throw new Unreachable(`the edge answered ${response.status}`);
    },
    kept: ofThisTab,
    key: `lockstep.${site}.views`,
    pageLoad: Math.round(performance.timeOrigin),
    after: (milliseconds, work) => void setTimeout(work, milliseconds),
  });
  views.saw(location.href, document.title);
  watchAddress((url) => views.saw(url, document.title));
  hear(window, "pagehide", () => views.hurry());
  hear(window, "pageshow", (event) => {
    if (!event.persisted) return;
    views.saw(location.href, document.title);
    visits.identify().catch(() => undefined);
  });

  let joined = false;
  /** Whose state is followed: another visit, or another customer of the same visit, is another's. */
  let known: Visit | null = null;
  const join = () => {
    if (joined) return;
    joined = true;
    subscriptions.subscribe<{ me: Me }>(meSubscription, {}, (data) => {
      // The last words of the visit before this one.
      if (data.me.visit !== known?.visit) return;
      me.set(data.me);
      commands.seen(data.me.tokens);
      const open = data.me.contacts.length + data.me.callbacks.length > 0;
      shared.setItem(openKey, open ? data.me.visit : null);
    });
  };
  visits.current.follow((visit) => {
    const before = known;
    if (visit === null || (visit.visit === before?.visit && visit.customer === before.customer)) return;
    known = visit;
    if (visit.visit !== before?.visit) {
      for (const kept of [shared, ofThisTab]) kept.bind(`lockstep.${site}.`, visit.visit);
      commands.begin();
      views.begin();
      if (before !== null) views.saw(location.href, document.title);
    }
    if (before === null) return;
    me.set(null);
    if (joined) subscriptions.restart();
  });

  let topics: Promise<readonly Topic[]> | null = null;
  const askTopics = async () => {
    for (let failures = 0; ; failures++) {
      try {
        return (await request<{ topics: Topic[] }>(topicsQuery)).topics;
      } catch (cause) {
        if (cause instanceof NotAccepted) throw cause;
        await wait(backoff_ms(failures));
      }
    }
  };

  return {
    visits,
    connection: subscriptions.connection,
    me,
    commands,
    answers,
    join,
    get somethingOpen() {
      return shared.getItem(openKey) !== null || commands.pending.value.length > 0;
    },
    topics() {
      topics ??= askTopics().catch((cause: unknown) => {
        topics = null;
        throw cause;
      });
      return topics;
    },
    phoneNumber: async (text) => (await request<{ phoneNumber: PhoneNumber }>(phoneQuery, { text })).phoneNumber,
    availability: (topic, next) =>
      subscriptions.subscribe<{ availability: Availability[] }>(availabilitySubscription, { topic, page: thisPage() }, (data) => next(data.availability)),
    identify: () => visits.identify(),
  };
}

/** Where the customer is, as the rules for pages read it. */
export const thisPage = (): string => withoutQuery(location.href);
