// What the desk asks of the server: one live document and a command each.
import { graphql, type ResultOf } from "../shared/graphql/desk";
import { ActFields } from "../shared/graphql/act";

const PopFields = graphql(`
  fragment PopFields on ScreenPop @_unmask {
    topic topicTitle customerName visitor customerAwaySince signedIn address network priority waitedSeconds
    account { id name contractTitle source asOf }
    entitlement { contractTitle contractVersion tier network networkVersion policyVersion }
    callback { id state asap at requestedAt attempts nextTry reason about }
    pages { at page title url }
    services { id product label status source asOf }
    tickets { id number topic topicTitle state text service openedAt changedAt notes { at state text } }
    earlier { id }
  }
`);

export const DeskLive = graphql(
  `
    subscription Desk {
      desk {
        tokens
        now
        me { id name presence reason deferred status since deviceLost skills { name level } capacity { channel max } }
        offers { reservation contact channel queue offeredAt until pop { ...PopFields } }
        contacts {
          contact state channel queue since until
          pop { ...PopFields }
          link { id medium state number messages { id from at text } }
          display { id visit state since endReason }
        }
        bookings { id kind agent agentName contact callback expectedAt until customerName visitor }
        invitations { display contact visit customerName visitor topicTitle agentName since messages { id from at text } }
        dispositions { code title }
        reasons { code title }
        rejections { code title then }
        question { reservation contact until }
      }
    }
  `,
  [PopFields],
);

export type Desk = ResultOf<typeof DeskLive>["desk"];
export type Offer = Desk["offers"][number];
export type DeskContact = Desk["contacts"][number];
export type Link = NonNullable<DeskContact["link"]>;
export type Invitation = Desk["invitations"][number];
export type Message = Link["messages"][number];
export type Pop = ResultOf<typeof PopFields>;
export type Ticket = Pop["tickets"][number];
export type Presence = Desk["me"]["presence"];

export const SignOn = graphql(
  `mutation SignOn($commandId: UUID) { act: signIn(commandId: $commandId) { ...ActFields } }`,
  [ActFields],
);
export const SignOff = graphql(
  `mutation SignOff($commandId: UUID) { act: signOut(commandId: $commandId) { ...ActFields } }`,
  [ActFields],
);
export const SetPresence = graphql(
  `mutation SetPresence($commandId: UUID, $presence: Presence!, $reason: String) {
    act: setPresence(commandId: $commandId, presence: $presence, reason: $reason) { ...ActFields }
  }`,
  [ActFields],
);
export const Accept = graphql(
  `mutation Accept($commandId: UUID, $reservation: UUID!) {
    act: accept(commandId: $commandId, reservation: $reservation) { ...ActFields }
  }`,
  [ActFields],
);
export const Reject = graphql(
  `mutation Reject($commandId: UUID, $reservation: UUID!, $reason: String) {
    act: reject(commandId: $commandId, reservation: $reservation, reason: $reason) { ...ActFields }
  }`,
  [ActFields],
);
/** Why I rejected, told afterwards. */
export const ExplainRejection = graphql(
  `mutation ExplainRejection($commandId: UUID, $reservation: UUID!, $reason: String) {
    act: explainRejection(commandId: $commandId, reservation: $reservation, reason: $reason) { ...ActFields }
  }`,
  [ActFields],
);
export const DeclineInvitation = graphql(
  `mutation DeclineInvitation($commandId: UUID, $display: UUID!) {
    act: declineInvitation(commandId: $commandId, display: $display) { ...ActFields }
  }`,
  [ActFields],
);
export const EarlierContacts = graphql(`
  query EarlierContacts($contact: UUID!) {
    earlierContacts(contact: $contact) {
      canReplay
      notes
      row { id state channel topicTitle queuedAt agentName exit disposition }
    }
  }
`);
export type Earlier = ResultOf<typeof EarlierContacts>["earlierContacts"][number];

export const Say = graphql(
  `mutation Say($commandId: UUID, $link: UUID!, $text: String!) {
    act: say(commandId: $commandId, link: $link, text: $text) { ...ActFields }
  }`,
  [ActFields],
);
export const ReportCall = graphql(
  `mutation ReportCall($commandId: UUID, $link: UUID!, $report: CallReport!) {
    act: reportCall(commandId: $commandId, link: $link, report: $report) { ...ActFields }
  }`,
  [ActFields],
);
export const Hold = graphql(
  `mutation Hold($commandId: UUID, $contact: UUID!) { act: hold(commandId: $commandId, contact: $contact) { ...ActFields } }`,
  [ActFields],
);
export const Resume = graphql(
  `mutation Resume($commandId: UUID, $contact: UUID!) { act: resume(commandId: $commandId, contact: $contact) { ...ActFields } }`,
  [ActFields],
);
export const Finish = graphql(
  `mutation Finish($commandId: UUID, $contact: UUID!) { act: finish(commandId: $commandId, contact: $contact) { ...ActFields } }`,
  [ActFields],
);
export const WrapUpDone = graphql(
  `mutation WrapUp($commandId: UUID, $contact: UUID!, $disposition: String!, $notes: String) {
    act: wrapUp(commandId: $commandId, contact: $contact, disposition: $disposition, notes: $notes) { ...ActFields }
  }`,
  [ActFields],
);
export const ChangeTicket = graphql(
  `mutation ChangeTicket($commandId: UUID, $ticket: UUID!, $state: TicketState!, $note: String) {
    act: changeTicket(commandId: $commandId, ticket: $ticket, state: $state, note: $note) { ...ActFields }
  }`,
  [ActFields],
);
export const OpenTicket = graphql(
  `mutation OpenTicket($commandId: UUID, $account: UUID!, $topic: String!, $service: UUID, $text: String!) {
    act: openTicket(commandId: $commandId, account: $account, topic: $topic, service: $service, text: $text) { ...ActFields }
  }`,
  [ActFields],
);
