//! The rows of an agent's desk.

use domain::{id::ContactId, link::Medium};
use projections::{
    desk,
    floor::{self, Link},
};

use super::{callback_row, contact_state, display, link_state_code, medium_code};
use crate::{
    graphql::{
        contact::{DeskContact, DeskLink},
        contract::Entitlement,
        display::Display,
        reservation::{Offer, ScreenPop},
    },
    inside::Inside,
    names::visitor_code,
};

pub(crate) fn link(link: Link) -> DeskLink {
    let to_dial = match &link.medium {
        Medium::ByHand { number } => Some(number.clone()),
        Medium::Chat => None,
    };
    DeskLink {
        id: link.link.0,
        medium: medium_code(&link.medium).to_owned(),
        state: link_state_code(&link.state).to_owned(),
        to_dial,
        said: link.messages,
    }
}

impl Inside {
    /// What a request was granted by, with the names that hold now.
    pub fn entitlement(&self, granted: &floor::Entitlement) -> Entitlement {
        let contract = self.ports.directory.read(|directory| {
            directory
                .contract(granted.contract)
                .map(|contract| (contract.title.clone(), contract.tier.to_string()))
        });
        let (contract_title, tier) = contract.unwrap_or_default();
        Entitlement {
            contract_title,
            contract_version: granted.contract_version,
            tier,
            network: granted.network.as_ref().map(|(network, _)| network.to_string()),
            network_version: granted.network.as_ref().map(|(_, version)| *version),
            policy_version: granted.policy_version,
        }
    }

    pub fn pop(&self, pop: desk::Pop) -> ScreenPop {
        let entitlement = pop.entitlement.as_ref().map(|granted| self.entitlement(granted));
        ScreenPop {
            topic_title: self.topic_title(&pop.topic),
            topic: pop.topic.to_string(),
            queue_title: self.title_of_queue(pop.queue.as_str()),
            queue: pop.queue.to_string(),
            customer_away_since: pop.away_since.map(Into::into),
            visitor: pop.visit.map(visitor_code),
            entitlement,
            priority: pop.priority,
            waited_seconds: u32::try_from(pop.waited_secs.max(0)).unwrap_or(u32::MAX),
            callback: pop.callback.map(callback_row),
            contact: pop.contact,
            of_account: pop.account,
            of_subject: pop.subject,
            of_visit: pop.visit,
        }
    }

    pub fn desk_offer(&self, offer: desk::DeskOffer) -> Offer {
        Offer {
            reservation: offer.reservation.0,
            contact: offer.pop.contact.0,
            channel: offer.pop.channel.into(),
            queue: offer.pop.queue.to_string(),
            queue_title: self.title_of_queue(offer.pop.queue.as_str()),
            offered_at: offer.offered_at.into(),
            until: offer.until.into(),
            pop: self.pop(offer.pop),
        }
    }

    /// The display of a contact, as staff see it.
    pub fn display_of(&self, contact: ContactId) -> Option<Display> {
        self.ports.live.read(|live| {
            live.displays().of_contact(contact).map(|shown| display(shown, &self.register))
        })
    }

    pub fn desk_contact(&self, contact: desk::DeskContact) -> DeskContact {
        DeskContact {
            display: self.display_of(contact.pop.contact),
            contact: contact.pop.contact.0,
            state: contact_state(contact.state),
            channel: contact.pop.channel.into(),
            queue: contact.pop.queue.to_string(),
            queue_title: self.title_of_queue(contact.pop.queue.as_str()),
            since: contact.since.into(),
            until: contact.until.map(Into::into),
            link: contact.link.map(link),
            pop: self.pop(contact.pop),
        }
    }
}
