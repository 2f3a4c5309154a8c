// What the board asks of the server: one live document, details on demand, and a command each.
import { graphql, type ResultOf } from "../shared/graphql/desk";
import { ActFields } from "../shared/graphql/act";

const ContactFields = graphql(`
  fragment ContactFields on ContactRow @_unmask {
    id state channel queue topic priority queuedAt since until position step
    agent agentName customerName visitor account callback exit disposition
    assignedTo assignedToName assignedUntil customerAwaySince canCancel canReassign canPrioritise
  }
`);

/** What analysts see: what happened, never who it happened to. */
const UnnamedContactFields = graphql(`
  fragment UnnamedContactFields on ContactRow @_unmask {
    id state channel queue topic priority queuedAt since until position step
    agent agentName visitor account callback exit disposition
    assignedTo assignedToName assignedUntil customerAwaySince canCancel canReassign canPrioritise
  }
`);

const LevelFields = graphql(`
  fragment LevelFields on ServiceLevel @_unmask { formula version targetSeconds value }
`);

export const BoardLive = graphql(
  `
    subscription Board {
      board {
        version
        tokens
        now
        snapshot
        queues {
          queue title waiting talking longestWaitSince targetSeconds
          serviceLevel { ...LevelFields }
          expectedWait { seconds lowSeconds highSeconds method basis }
          offered answered abandoned asaSeconds freeAgents
        }
        agents { id name presence reason deferred status since deviceLost contacts advises skills { name level } capacity { channel max } }
        contacts { ...ContactFields }
        callbacks { id state topic queue asap at requestedAt attempts nextTry reason contact customerName visitor }
        bookings { id kind agent agentName contact callback expectedAt until customerName visitor }
        gone { kind id }
        totals {
          offered answered abandoned shortAbandoned callbacksRequested waiting talking asaSeconds rona
          serviceLevel { ...LevelFields }
        }
      }
    }
  `,
  [ContactFields, LevelFields],
);

export type BoardChange = ResultOf<typeof BoardLive>["board"];
export type QueueRow = BoardChange["queues"][number];
export type AgentRow = BoardChange["agents"][number];
export type ContactRow = BoardChange["contacts"][number];
export type CallbackRow = BoardChange["callbacks"][number];
export type BookingRow = BoardChange["bookings"][number];
export type Totals = BoardChange["totals"];
export type ServiceLevel = Totals["serviceLevel"][number];
export type Presence = AgentRow["presence"];

export const ContactLive = graphql(
  `
    subscription Contact($id: UUID!) {
      contact(id: $id) {
        row { ...ContactFields }
        pop {
          topicTitle customerName signedIn address network priority waitedSeconds
          entitlement { contractTitle contractVersion tier network networkVersion policyVersion }
        }
        timeline { at seq kind actor actorName agentName routine facts { name value } }
        transcript { id from at text }
        explain {
          reservation at agent agentName queueVersion step requirementJson
          candidates { agent agentName idleSince proficiency }
          excluded { reason count }
        }
        notes
      }
    }
  `,
  [ContactFields],
);
export type ContactDetail = NonNullable<ResultOf<typeof ContactLive>["contact"]>;

export const UnnamedContactLive = graphql(
  `
    subscription UnnamedContact($id: UUID!) {
      contact(id: $id) {
        row { ...UnnamedContactFields }
        pop {
          topicTitle signedIn network priority waitedSeconds
          entitlement { contractTitle contractVersion tier network networkVersion policyVersion }
        }
        timeline { at seq kind actor actorName agentName routine facts { name value } }
        explain {
          reservation at agent agentName queueVersion step requirementJson
          candidates { agent agentName idleSince proficiency }
          excluded { reason count }
        }
      }
    }
  `,
  [UnnamedContactFields],
);

export const History = graphql(
  `
    query History($first: Int, $after: String, $queue: String, $agent: UUID, $topic: String, $exit: String) {
      contacts(first: $first, after: $after, queue: $queue, agent: $agent, topic: $topic, exit: $exit) {
        edges { cursor node { ...ContactFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ContactFields],
);

export const UnnamedHistory = graphql(
  `
    query UnnamedHistory($first: Int, $after: String, $queue: String, $agent: UUID, $topic: String, $exit: String) {
      contacts(first: $first, after: $after, queue: $queue, agent: $agent, topic: $topic, exit: $exit) {
        edges { cursor node { ...UnnamedContactFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [UnnamedContactFields],
);

export const StaffNames = graphql(`
  query StaffNames { staff { id name roles } }
`);

/** Today, for the chart beside the service level. */
export const TrendToday = graphql(
  `
    query TrendToday($minutes: Int!) {
      trend(minutes: $minutes) {
        zone from beginsAt endsAt minutes
        intervals { startsAt endsAt offered answered serviceLevel { ...LevelFields } }
      }
    }
  `,
  [LevelFields],
);
export type Trend = ResultOf<typeof TrendToday>["trend"];

export const ClockNow = graphql(`
  query ClockNow { clock { now } }
`);

export const Projections = graphql(`
  query Projections {
    projections { name version partition seq lag }
    clock { kind now nextDue }
  }
`);

export const ForcePresence = graphql(
  `mutation ForcePresence($commandId: UUID, $agent: UUID!, $presence: Presence!, $reason: String) {
    act: forcePresence(commandId: $commandId, agent: $agent, presence: $presence, reason: $reason) { ...ActFields }
  }`,
  [ActFields],
);
export const Reassign = graphql(
  `mutation Reassign($commandId: UUID, $contact: UUID!, $agent: UUID) {
    act: reassign(commandId: $commandId, contact: $contact, agent: $agent) { ...ActFields }
  }`,
  [ActFields],
);
export const CancelContact = graphql(
  `mutation CancelContact($commandId: UUID, $contact: UUID!) {
    act: cancelContact(commandId: $commandId, contact: $contact) { ...ActFields }
  }`,
  [ActFields],
);
export const CancelCallback = graphql(
  `mutation CancelCallback($commandId: UUID, $callback: UUID!) {
    act: cancelCallback(commandId: $commandId, callback: $callback) { ...ActFields }
  }`,
  [ActFields],
);
export const Prioritise = graphql(
  `mutation Prioritise($commandId: UUID, $contact: UUID!, $priority: Int!) {
    act: prioritise(commandId: $commandId, contact: $contact, priority: $priority) { ...ActFields }
  }`,
  [ActFields],
);
