//! An agent's desk: what I am, what I am offered, whom I serve, and who is kept for me.

use std::sync::Arc;

use domain::{
    agent::Question,
    id::{
        AccountId, AgentId, Channel, ContactId, MatterId, PageName, QueueName, ReservationId,
        SubjectId, TopicName, VisitId,
    },
    time::{Deadline, Timestamp},
};

use crate::{
    board::{AgentRow, BookingRow, CallbackRow, agent_row, booking_row, callback_row},
    floor::{Contact, ContactState, Entitlement, Floor, Link},
};

#[derive(Clone, Debug)]
pub struct Desk {
    pub me: AgentRow,
    pub offers: Vec<DeskOffer>,
    pub contacts: Vec<DeskContact>,
    pub bookings: Vec<BookingRow>,
    /// Rejected without a reason: why?
    pub question: Option<Question>,
}

#[derive(Clone, Debug)]
pub struct DeskOffer {
    pub reservation: ReservationId,
    pub offered_at: Timestamp,
    pub until: Deadline,
    pub pop: Pop,
}

#[derive(Clone, Debug)]
pub struct DeskContact {
    pub state: ContactState,
    pub since: Timestamp,
    pub until: Option<Deadline>,
    pub link: Option<Link>,
    pub pop: Pop,
}

/// What a screen pop is made from: whoever shows it adds name, pages, services, tickets and history.
#[derive(Clone, Debug)]
pub struct Pop {
    pub contact: ContactId,
    pub matter: MatterId,
    pub channel: Channel,
    pub queue: QueueName,
    pub topic: TopicName,
    pub page: PageName,
    pub visit: Option<VisitId>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
    pub entitlement: Option<Arc<Entitlement>>,
    pub priority: u8,
    /// The customer's browser is gone.
    pub away_since: Option<Timestamp>,
    /// Until the talk began, or until now.
    pub waited_secs: i64,
    pub callback: Option<CallbackRow>,
}

/// `None`: the site does not know this agent.
pub fn desk(floor: &Floor, agent: AgentId) -> Option<Desk> {
    let me = agent_row(floor.agent(agent)?);
    let offers = floor.offers().filter(|offer| offer.agent == agent).filter_map(|offer| {
        Some(DeskOffer {
            reservation: offer.reservation,
            offered_at: offer.offered_at,
            until: offer.until,
            pop: pop(floor, floor.contact(offer.contact)?),
        })
    });
    let served = me.contacts.iter().filter_map(|id| floor.contact(*id));
    let contacts = served.filter(|contact| contact.state != ContactState::Offered).map(|contact| {
        DeskContact {
            state: contact.state,
            since: contact.since,
            until: contact.until,
            link: contact.link.clone(),
            pop: pop(floor, contact),
        }
    });
    let bookings = floor.bookings().filter(|booking| booking.agent == agent);
    Some(Desk {
        offers: offers.collect(),
        contacts: contacts.collect(),
        bookings: bookings.map(|booking| booking_row(floor, booking)).collect(),
        question: floor.agent(agent)?.question,
        me,
    })
}

pub fn pop(floor: &Floor, contact: &Contact) -> Pop {
    let waited = contact.talked_from.unwrap_or(floor.now()) - contact.queued_at;
    let callback = contact.callback.and_then(|id| floor.callback(id));
    Pop {
        contact: contact.contact,
        matter: contact.matter,
        channel: contact.channel,
        queue: floor.queue_at(contact.queue).name.clone(),
        topic: contact.topic.clone(),
        page: contact.page.clone(),
        visit: contact.visit,
        subject: contact.subject,
        account: contact.account,
        entitlement: contact.entitlement.clone(),
        priority: contact.priority,
        away_since: contact.away_since,
        waited_secs: waited.as_secs(),
        callback: callback.map(|callback| callback_row(floor, callback)),
    }
}
