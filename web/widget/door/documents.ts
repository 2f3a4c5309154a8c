// Everything that the widget says to the edge in GraphQL.
import { graphql, type ResultOf } from "./graphql";

const Expected = graphql(`fragment Expected on ExpectedWait @_unmask{seconds lowSeconds highSeconds recent}`);
/** What a customer finds on a channel: before asking, and after a refusal. */
const Way = graphql(`fragment Way on Availability @_unmask{channel possibility rules until changes freeNow agentsAtWork expectedWait{...Expected}}`, [Expected]);
const Denial = graphql(`fragment Denial on Denied @_unmask{token topic rules{code} channels{...Way}}`, [Way]);

export const meSubscription = graphql(`subscription{me{
visit signedIn name contractTitle network tokens
contacts{id state channel topic topicTitle since wait position expectedWait{...Expected} booked{agentName expectedAt} agentName link{id medium state messages{id from at text}} canCancel canRate rated reason untilSeen display{...Display}}
callbacks{id state contact contactState call agentName topic topicTitle number numberShown asap at zone wait position expectedWait{...Expected} booked{agentName expectedAt} promise promiseSince attempts nextTry reason untilSeen canCancel canReschedule canRate rated display{...Display}}
services{id product label status source asOf}
tickets{id number topic topicTitle state text service openedAt changedAt notes{at state text}}
}}
fragment Display on OwnDisplay{id state scopes way url push{id url by byName state} control{staff name granted} watchers{name role} widgets{name version state}}`, [Expected]);

export const topicsQuery = graphql(`{topics{topic title}}`);

export const phoneQuery = graphql(`query($text:String!){phoneNumber(text:$text){valid national problem example}}`);

export const availabilitySubscription = graphql(`subscription($topic:String!,$page:String){availability(topic:$topic,page:$page){...Way}}`, [Way]);

/** One mutation each; a command id is added when it is sent. */
export const commands = {
  ask: graphql(`mutation($input:AskInput!){ask(input:$input){__typename ...on Asked{token contact} ...Denial ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`, [Denial]),
  requestCallback: graphql(`mutation($input:CallbackInput!){requestCallback(input:$input){__typename ...on CallbackRequested{token callback} ...Denial ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`, [Denial]),
  fileTicket: graphql(`mutation($input:TicketInput!){fileTicket(input:$input){__typename ...on TicketFiled{token ticket number} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
  cancelContact: graphql(`mutation($commandId:UUID,$contact:UUID!){cancelContact(commandId:$commandId,contact:$contact){__typename ...on Done{token} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
  cancelCallback: graphql(`mutation($commandId:UUID,$callback:UUID!){cancelCallback(commandId:$commandId,callback:$callback){__typename ...on Done{token} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
  rescheduleCallback: graphql(`mutation($commandId:UUID,$callback:UUID!,$at:Instant,$zone:String){rescheduleCallback(commandId:$commandId,callback:$callback,at:$at,zone:$zone){__typename ...on Done{token} ...Denial ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`, [Denial]),
  say: graphql(`mutation($commandId:UUID,$link:UUID!,$text:String!){say(commandId:$commandId,link:$link,text:$text){__typename ...on Done{token} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
  endLink: graphql(`mutation($commandId:UUID,$link:UUID!){endLink(commandId:$commandId,link:$link){__typename ...on Done{token} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
  rate: graphql(`mutation($commandId:UUID,$contact:UUID!,$stars:Int!){rate(commandId:$commandId,contact:$contact,stars:$stars){__typename ...on Done{token} ...on Refused{code data{name value}} ...on NotKnownYet{message}}}`),
};

export type CommandName = keyof typeof commands;
type Answers = { [Name in CommandName]: ResultOf<(typeof commands)[Name]> };
export type Answer<Name extends CommandName = CommandName> = {
  [N in Name]: N extends keyof Answers[N] ? Answers[N][N] : never;
}[Name];
export type Denied = Extract<Answer, { __typename: "Denied" }>;

export type Me = ResultOf<typeof meSubscription>["me"];
export type OwnContact = Me["contacts"][number];
export type OwnDisplay = NonNullable<OwnContact["display"]>;
export type OwnCallback = Me["callbacks"][number];
export type Message = NonNullable<OwnContact["link"]>["messages"][number];
export type ExpectedWait = NonNullable<OwnContact["expectedWait"]>;
export type Booked = NonNullable<OwnContact["booked"]>;
export type Topic = ResultOf<typeof topicsQuery>["topics"][number];
export type PhoneNumber = ResultOf<typeof phoneQuery>["phoneNumber"];
export type Availability = ResultOf<typeof availabilitySubscription>["availability"][number];
