//! Answers in the customer's words: what was decided, and a denial with what is possible instead.

use domain::{
    entitlement::{self, Event, Rule},
    id::Channel,
    site::Requester,
};
use projections::outcomes::Made;
use uuid::Uuid;

use super::{Gateway, availability::Asks};
use crate::{
    door::Answer,
    graphql::{
        outcome::Done,
        own::{Asked, CallbackRequested, Denied, DeniedRule, Instead, TicketFiled},
        scalar::Token,
        wait::Change,
    },
    rows,
    sent::{Decided, What, not_known_yet, refused},
};

impl Gateway {
    pub(super) fn answer(&self, Decided { command_id, what }: Decided) -> Answer {
        match what {
            What::Refused(refusal) => Answer::Refused(refused(command_id, refusal)),
            What::NotKnownYet | What::Lost => Answer::NotKnownYet(not_known_yet(command_id)),
            What::Done { token, made: None } => Answer::Done(Done { command_id, token }),
            What::Done { token, made: Some(made) } => self.answer_made(command_id, token, made),
        }
    }

    fn answer_made(&self, command_id: Uuid, token: Token, made: Made) -> Answer {
        match made {
            Made::Contact(contact) => {
                Answer::Asked(Asked { command_id, token, contact: contact.0 })
            }
            Made::Callback(callback) => {
                let promise =
                    self.inside.ports.live.read(|live| {
                        live.floor().callback(callback).and_then(|known| known.promise)
                    });
                Answer::CallbackRequested(CallbackRequested {
                    command_id,
                    token,
                    callback: callback.0,
                    promise: promise.map(|(promise, _)| rows::promise(promise)),
                })
            }
            Made::Ticket { ticket, number } => {
                Answer::TicketFiled(TicketFiled { command_id, token, ticket: ticket.0, number })
            }
            Made::Denied(event) => match &*event {
                Event::Denied { visit, account, channel, topic, facts, rules, instead } => {
                    let asks = Asks { requester: Requester::of(*account, *visit), topic, facts };
                    Answer::Denied(self.denied(command_id, token, *channel, &asks, rules, instead))
                }
                Event::Granted { .. } => Answer::Done(Done { command_id, token }),
            },
        }
    }

    fn denied(
        &self,
        command_id: Uuid,
        token: Token,
        channel: Channel,
        asks: &Asks<'_>,
        rules: &[Rule],
        instead: &[entitlement::Instead],
    ) -> Denied {
        let facts = asks.facts;
        let contract_title = self.inside.ports.directory.read(|directory| {
            directory.contract(facts.contract.contract).map(|contract| contract.title.clone())
        });
        Denied {
            command_id,
            token,
            channel: channel.into(),
            topic: asks.topic.to_string(),
            channels: self.ways(asks),
            message: rules.first().map_or("This is not covered.", |rule| rule.text()).to_owned(),
            rules: rules.iter().map(|rule| denied_rule(*rule)).collect(),
            instead: instead.iter().map(|one| told_instead(one, channel)).collect(),
            contract_title,
            contract_version: facts.contract.version,
            network: facts.network.as_ref().map(|network| network.network.to_string()),
            network_version: facts.network.as_ref().map(|network| network.version),
        }
    }
}

fn told_instead(instead: &entitlement::Instead, asked: Channel) -> Instead {
    let just = |change, message: &str| Instead {
        channel: None,
        at: None,
        change: Some(change),
        message: message.to_owned(),
    };
    match instead {
        entitlement::Instead::Channel(channel) => {
            let message = format!("This is possible by {} now.", channel_in_words(*channel));
            Instead { channel: Some((*channel).into()), at: None, change: None, message }
        }
        entitlement::Instead::At(at) => {
            let message = "This is possible again then.".to_owned();
            Instead { channel: Some(asked.into()), at: Some((*at).into()), change: None, message }
        }
        entitlement::Instead::OtherNetwork => {
            just(Change::OtherNetwork, "This is possible from another network.")
        }
        entitlement::Instead::WhenOneEnds => {
            just(Change::WhenOneEnds, "This is possible when an open request has ended.")
        }
        entitlement::Instead::SignIn => {
            just(Change::SignIn, "This is possible for customers who are signed in.")
        }
        entitlement::Instead::OtherTopic => {
            just(Change::OtherTopic, "This is possible about another topic.")
        }
    }
}

fn denied_rule(rule: Rule) -> DeniedRule {
    let by = match rule {
        Rule::ContractChannel
        | Rule::ContractTopic
        | Rule::ContractHours
        | Rule::ContractConcurrent => "contract",
        Rule::NetworkChannel | Rule::NetworkTopic => "network",
    };
    DeniedRule { code: rule.code().to_owned(), by: by.to_owned(), message: rule.text().to_owned() }
}

fn channel_in_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "phone",
        Channel::Chat => "chat",
        Channel::Email => "e-mail",
        Channel::WebCall => "web call",
        Channel::WebVideo => "web video",
        Channel::Data => "data link",
    }
}
