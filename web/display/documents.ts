// What the customer decides about the display, as mutations of the edge.
import { graphql, type ResultOf, type VariablesOf } from "../widget/door/graphql";
import type { Carried, Commands } from "../widget/door/command";

/** What is agreed to, in the page's language. */
export const textInForce = graphql(`query($language:String!){consentText(language:$language){version title what hidden scopes{scope title text}}}`);
export type ConsentText = ResultOf<typeof textInForce>["consentText"];

const documents = {
  consentDisplay: graphql(`mutation($commandId:UUID,$contact:UUID!,$scopes:[DisplayScope!]!,$textVersion:String!){consentDisplay(commandId:$commandId,contact:$contact,scopes:$scopes,textVersion:$textVersion){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  revokeConsent: graphql(`mutation($commandId:UUID,$display:UUID!,$scopes:[DisplayScope!]!){revokeConsent(commandId:$commandId,display:$display,scopes:$scopes){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  pauseDisplay: graphql(`mutation($commandId:UUID,$display:UUID!){pauseDisplay(commandId:$commandId,display:$display){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  resumeDisplay: graphql(`mutation($commandId:UUID,$display:UUID!){resumeDisplay(commandId:$commandId,display:$display){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  shareDisplay: graphql(`mutation($commandId:UUID,$display:UUID!,$way:DisplayWay!,$url:String){shareDisplay(commandId:$commandId,display:$display,way:$way,url:$url){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  answerPage: graphql(`mutation($commandId:UUID,$display:UUID!,$push:UUID!,$follow:Boolean!){answerPage(commandId:$commandId,display:$display,push:$push,follow:$follow){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  grantControl: graphql(`mutation($commandId:UUID,$display:UUID!,$staff:UUID!){grantControl(commandId:$commandId,display:$display,staff:$staff){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  revokeControl: graphql(`mutation($commandId:UUID,$display:UUID!){revokeControl(commandId:$commandId,display:$display){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
  changeWidget: graphql(`mutation($commandId:UUID,$display:UUID!,$widget:String!,$basedOn:Int!,$state:String!){changeWidget(commandId:$commandId,display:$display,widget:$widget,basedOn:$basedOn,state:$state){__typename ...on Done{token} ...on Refused{code message} ...on NotKnownYet{message}}}`),
};

type Name = keyof typeof documents;

export type Decide = <N extends Name>(name: N, variables: Omit<VariablesOf<(typeof documents)[N]>, "commandId">) => Promise<Carried>;

export const decideThrough = (commands: Commands): Decide => (name, variables) => commands.carry(name, documents[name], variables);
