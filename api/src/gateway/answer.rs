//! Answers in the customer's words: what was decided, and a denial with what is possible instead.

use domain::{
    entitlement::{self, Event, Facts, Rule},
    id::Channel,
};
use projections::outcomes::Made;
use uuid::Uuid;

use super::Gateway;
use crate::{
    door::Answer,
    graphql::{
        outcome::Done,
        own::{Asked, CallbackRequested, Denied, DeniedRule, Instead, TicketFiled},
        scalar::Token,
    },
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
            Made::Callback(callback) => Answer::CallbackRequested(CallbackRequested {
                command_id,
                token,
                callback: callback.0,
            }),
            Made::Ticket { ticket, number } => {
                Answer::TicketFiled(TicketFiled { command_id, token, ticket: ticket.0, number })
            }
            Made::Denied(event) => match &*event {
                Event::Denied { facts, rules, instead, .. } => {
                    Answer::Denied(self.denied(command_id, token, facts, rules, instead))
                }
                Event::Granted { .. } => Answer::Done(Done { command_id, token }),
            },
        }
    }

    fn denied(
        &self,
        command_id: Uuid,
        token: Token,
        facts: &Facts,
        rules: &[Rule],
        instead: &[entitlement::Instead],
    ) -> Denied {
        let contract_title = self.inside.ports.directory.read(|directory| {
            directory.contract(facts.contract.contract).map(|contract| contract.title.clone())
        });
        Denied {
            command_id,
            token,
            message: rules.first().map_or("This is not covered.", |rule| rule.text()).to_owned(),
            rules: rules.iter().map(|rule| denied_rule(*rule)).collect(),
            instead: instead.iter().map(|one| self.instead(one, facts)).collect(),
            contract_title,
            contract_version: facts.contract.version,
            network: facts.network.as_ref().map(|network| network.network.to_string()),
            network_version: facts.network.as_ref().map(|network| network.version),
        }
    }

    fn instead(&self, instead: &entitlement::Instead, facts: &Facts) -> Instead {
        let just = |message: &str| Instead { channel: None, at: None, message: message.to_owned() };
        match instead {
            entitlement::Instead::Channel(channel) => {
                let message = format!("You can reach us by {}.", channel_in_words(*channel));
                Instead { channel: Some((*channel).into()), at: None, message }
            }
            entitlement::Instead::At(at) => {
                let zone = facts.contract.terms.hours.as_ref().map(|hours| hours.zone.as_str());
                let words = self.opening_in_words(*at, zone);
                let message = format!("We are here again {words}.");
                Instead { channel: None, at: Some((*at).into()), message }
            }
            entitlement::Instead::OtherNetwork => {
                just("From another network, such as your home connection, this is possible.")
            }
            entitlement::Instead::WhenOneEnds => {
                just("As soon as one of your open requests has ended, you can ask again.")
            }
        }
    }
}

fn denied_rule(rule: Rule) -> DeniedRule {
    let (code, by) = match rule {
        Rule::ContractChannel => ("contract_channel", "contract"),
        Rule::ContractTopic => ("contract_topic", "contract"),
        Rule::ContractHours => ("contract_hours", "contract"),
        Rule::ContractConcurrent => ("contract_concurrent", "contract"),
        Rule::NetworkChannel => ("network_channel", "network"),
        Rule::NetworkTopic => ("network_topic", "network"),
    };
    DeniedRule { code: code.to_owned(), by: by.to_owned(), message: rule.text().to_owned() }
}

pub(super) fn channel_in_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "phone",
        Channel::Chat => "chat",
        Channel::Email => "e-mail",
        Channel::WebCall => "web call",
        Channel::WebVideo => "web video",
        Channel::Data => "data link",
    }
}
