// What desk and board ask of the server about a display: one subscription, the recording, and a command each.
import { ActFields } from "../graphql/act";
import { graphql, type ResultOf } from "../graphql/desk";

const DisplayFields = graphql(`
  fragment DisplayFields on Display @_unmask {
    id contact visit state since scopes textVersion way url endReason
    push { id url by byName at state }
    control { staff name granted since }
    watchers { staff name role joinedAt }
    invited { staff name }
    connections { id staff name role address node since lastFrame }
    widgets { name version state }
  }
`);

const FrameFields = graphql(`
  fragment FrameFields on DisplayFrame @_unmask { position pageLoad seq siteSeq at kind full staff data }
`);

export const DisplayLive = graphql(
  `
    subscription Display($visit: UUID!, $since: String) {
      display(visit: $visit, since: $since) {
        position
        reset
        display { ...DisplayFields }
        frames { ...FrameFields }
      }
    }
  `,
  [DisplayFields, FrameFields],
);

export type Display = ResultOf<typeof DisplayFields>;
export type Frame = ResultOf<typeof FrameFields>;
export type Scope = Display["scopes"][number];
export type Watcher = Display["watchers"][number];

export const DisplayOf = graphql(
  `
    query DisplayOf($contact: UUID!) {
      display(contact: $contact) { ...DisplayFields }
    }
  `,
  [DisplayFields],
);

export const Recording = graphql(
  `
    query Recording($contact: UUID!, $after: String, $first: Int) {
      displayRecording(contact: $contact, after: $after, first: $first) {
        edges { node { ...FrameFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [FrameFields],
);

export const Colleagues = graphql(`
  query Colleagues { colleagues { staff name } }
`);

export const SendSignals = graphql(`
  mutation SendSignals($display: UUID!, $signals: [String!]!) { signalDisplay(display: $display, signals: $signals) }
`);

export const OfferDisplay = graphql(
  `mutation OfferDisplay($commandId: UUID, $contact: UUID!) {
    act: offerDisplay(commandId: $commandId, contact: $contact) { ...ActFields }
  }`,
  [ActFields],
);
export const InviteToDisplay = graphql(
  `mutation InviteToDisplay($commandId: UUID, $display: UUID!, $staff: UUID!) {
    act: inviteToDisplay(commandId: $commandId, display: $display, staff: $staff) { ...ActFields }
  }`,
  [ActFields],
);
export const PushPage = graphql(
  `mutation PushPage($commandId: UUID, $display: UUID!, $url: String!) {
    act: pushPage(commandId: $commandId, display: $display, url: $url) { ...ActFields }
  }`,
  [ActFields],
);
export const EndTogether = graphql(
  `mutation EndTogether($commandId: UUID, $display: UUID!) {
    act: endTogether(commandId: $commandId, display: $display) { ...ActFields }
  }`,
  [ActFields],
);
export const AskControl = graphql(
  `mutation AskControl($commandId: UUID, $display: UUID!) {
    act: askControl(commandId: $commandId, display: $display) { ...ActFields }
  }`,
  [ActFields],
);
export const ReleaseControl = graphql(
  `mutation ReleaseControl($commandId: UUID, $display: UUID!) {
    act: releaseControl(commandId: $commandId, display: $display) { ...ActFields }
  }`,
  [ActFields],
);
export const ChangeWidget = graphql(
  `mutation ChangeWidget($commandId: UUID, $display: UUID!, $widget: String!, $basedOn: Int!, $state: String!) {
    act: changeWidget(commandId: $commandId, display: $display, widget: $widget, basedOn: $basedOn, state: $state) { ...ActFields }
  }`,
  [ActFields],
);
