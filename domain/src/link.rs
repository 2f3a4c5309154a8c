//! A link: the second medium between agent and customer. Here: chat, and a phone call made by hand.

use serde::{Deserialize, Serialize};

use crate::{
    callback,
    command::{Actor, refusals},
    contact, display,
    id::{AgentId, ContactId, LinkId, MessageId, ReservationId, StaffId},
    reservation::{self, Party},
    sealed::Sealed,
    site::{Draft, Site},
    time::{Deadline, Span, Timestamp},
};

/// A chat text has at most this many characters (checked where it is sealed).
pub const MESSAGE_CHARS_MAX: usize = 2_000;
/// A link takes at most this many messages.
pub const MESSAGES_MAX: u32 = 2_000;

/// A call made by hand has so long to be dialled and answered; whoever reports that it rings has so long again.
pub const BY_HAND_TERM: Span = Span::secs(180);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    Chat,
    /// The agent dials the number shown, and reports.
    ByHand {
        number: Sealed<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Requested,
    Ringing,
    Connected,
    Held,
}

/// An open link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub contact: ContactId,
    pub reservation: ReservationId,
    pub agent: AgentId,
    pub medium: Medium,
    pub state: State,
    pub messages: u32,
}

refusals! { "link" =>
    Over = "over", "this link has ended";
    NotYours = "not_yours", "this link belongs to somebody else's contact";
    NotConnected = "not_connected", "the other side is not connected yet";
    NoText = "no_text", "this link carries no written messages";
    NotByHand = "not_by_hand", "only a call made by hand is reported";
    Full = "full", "this chat has as many messages as it can take; finish it and begin another";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    CustomerHungUp,
    AgentHungUp,
    PlatformEnded,
    Transferred,
    Failed(String),
    Expired,
}

/// What the agent reports of a call made by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    Ringing,
    Answered,
    NoAnswer,
    Busy,
    Voicemail,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Say {
        link: LinkId,
        text: Sealed<String>,
    },
    Report {
        link: LinkId,
        report: Report,
    },
    /// Either side ends it.
    End {
        link: LinkId,
    },
}

events! { "link" =>
    Requested = "link.requested" @ 1 {
        link: LinkId, contact: ContactId, reservation: ReservationId, agent: AgentId, medium: Medium, until: Deadline,
    },
    Ringing = "link.ringing" @ 1 { link: LinkId, contact: ContactId },
    Answered = "link.answered" @ 1 { link: LinkId, contact: ContactId },
    Connected = "link.connected" @ 1 { link: LinkId, contact: ContactId },
    Held = "link.held" @ 1 { link: LinkId, contact: ContactId },
    Resumed = "link.resumed" @ 1 { link: LinkId, contact: ContactId },
    MessageSent = "link.message_sent" @ 1 { link: LinkId, contact: ContactId, message: MessageId, from: Party, text: Sealed<String> },
    Ended = "link.ended" @ 1 { link: LinkId, contact: ContactId, end: End },
}

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Say { link, text } => say(draft, link, text),
        Command::Report { link, report } => reported(draft, link, report),
        Command::End { link } => end(draft, link),
    }
}

/// Sets up the link of a reservation that was just accepted.
pub(crate) fn request(draft: &mut Draft, id: ReservationId) {
    let Some(reservation) = draft.site.reservations.get(&id).cloned() else { return };
    let (contact, agent) = (reservation.contact, reservation.agent);
    let until =
        draft.now() + Span::secs(i64::from(draft.site.definition(&reservation.queue).linking_secs));
    let link = draft.new_id("link");
    let number = callback::number_of(draft.site, contact);
    if let Some(number) = number {
        callback::attempt_started(draft, contact, agent);
        draft.emit(Event::Requested {
            link,
            contact,
            reservation: id,
            agent,
            medium: Medium::ByHand { number },
            until,
        });
        draft.emit(reservation::Event::Connecting {
            reservation: id,
            contact,
            agent,
            party: Party::Customer,
        });
        reservation::extend_linking(draft, id, BY_HAND_TERM);
    } else {
        draft.emit(Event::Requested {
            link,
            contact,
            reservation: id,
            agent,
            medium: Medium::Chat,
            until,
        });
        connect(draft, link);
    }
}

/// Both sides are there: the talk begins.
fn connect(draft: &mut Draft, id: LinkId) {
    let Some(Link { contact, reservation, agent, .. }) = draft.site.links.get(&id).cloned() else {
        return;
    };
    let talk_max = draft
        .site
        .contacts
        .get(&contact)
        .map_or(0, |known| draft.site.definition(&known.queue).talk_secs_max);
    draft.emit(Event::Connected { link: id, contact });
    draft.emit(reservation::Event::Connected { reservation, contact, agent });
    let until = draft.now() + Span::secs(i64::from(talk_max));
    draft.emit(contact::Event::Talking { contact, reservation, agent, until });
    display::offer(draft, contact);
}

fn say(draft: &mut Draft, id: LinkId, text: Sealed<String>) -> Result<(), Refusal> {
    let (link, from) = open_to_actor(draft, id)?;
    match (&link.medium, link.state) {
        (Medium::ByHand { .. }, _) => Err(Refusal::NoText),
        (Medium::Chat, State::Requested | State::Ringing) => Err(Refusal::NotConnected),
        (Medium::Chat, State::Connected | State::Held) if link.messages >= MESSAGES_MAX => {
            Err(Refusal::Full)
        }
        (Medium::Chat, State::Connected | State::Held) => {
            let message = draft.new_id("message");
            draft.emit(Event::MessageSent { link: id, contact: link.contact, message, from, text });
            Ok(())
        }
    }
}

fn reported(draft: &mut Draft, id: LinkId, report: Report) -> Result<(), Refusal> {
    let (link, _) = open_to_actor(draft, id)?;
    if link.medium == Medium::Chat {
        return Err(Refusal::NotByHand);
    }
    let contact = link.contact;
    match (report, link.state) {
        (Report::Ringing, State::Requested) => {
            draft.emit(Event::Ringing { link: id, contact });
            reservation::extend_linking(draft, link.reservation, BY_HAND_TERM);
        }
        (Report::Ringing, State::Ringing) => {
            reservation::extend_linking(draft, link.reservation, BY_HAND_TERM);
        }
        (Report::Answered, State::Requested | State::Ringing) => {
            draft.emit(Event::Answered { link: id, contact });
            connect(draft, id);
            callback::attempt_ended(draft, contact, callback::AttemptEnd::Connected);
        }
        (Report::NoAnswer, State::Requested | State::Ringing) => {
            not_reached(draft, id, &link, callback::AttemptEnd::NoAnswer, "no_answer");
        }
        (Report::Busy, State::Requested | State::Ringing) => {
            not_reached(draft, id, &link, callback::AttemptEnd::Busy, "busy");
        }
        (Report::Voicemail, State::Requested | State::Ringing) => {
            not_reached(draft, id, &link, callback::AttemptEnd::Voicemail, "voicemail");
        }
        (
            Report::Ringing
            | Report::Answered
            | Report::NoAnswer
            | Report::Busy
            | Report::Voicemail,
            State::Connected | State::Held,
        ) => {}
    }
    Ok(())
}

/// The attempt ends; the agent is free at once, the callback tries again or is exhausted.
pub(crate) fn not_reached(
    draft: &mut Draft,
    id: LinkId,
    link: &Link,
    end: callback::AttemptEnd,
    cause: &str,
) {
    let (contact, agent, reservation) = (link.contact, link.agent, link.reservation);
    draft.emit(Event::Ended { link: id, contact, end: End::Failed(cause.to_owned()) });
    draft.emit(contact::Event::Completed {
        contact,
        agent,
        disposition: cause.to_owned(),
        notes: None,
    });
    reservation::fail(draft, reservation, cause);
    callback::attempt_failed(draft, contact, end);
}

/// The link was not set up in time.
pub(crate) fn time_out(draft: &mut Draft, reservation: ReservationId) {
    let found = draft.site.links.iter().find(|(_, link)| link.reservation == reservation);
    match found.map(|(id, link)| (*id, link.clone())) {
        Some((id, link)) => {
            not_reached(draft, id, &link, callback::AttemptEnd::Unknown, "not_reported");
        }
        None => reservation::fail(draft, reservation, "no_link"),
    }
}

fn end(draft: &mut Draft, id: LinkId) -> Result<(), Refusal> {
    if !draft.site.links.contains_key(&id) {
        return Ok(());
    }
    let (link, from) = open_to_actor(draft, id)?;
    match (link.state, from) {
        (State::Connected | State::Held, Party::Customer) => {
            contact::end_talk(draft, link.contact, End::CustomerHungUp);
        }
        (State::Connected | State::Held, Party::Agent) => {
            contact::end_talk(draft, link.contact, End::AgentHungUp);
        }
        (State::Requested | State::Ringing, Party::Customer | Party::Agent) => {
            return Err(Refusal::NotConnected);
        }
    }
    Ok(())
}

/// Ends the contact's link, if it has one.
pub(crate) fn end_of(draft: &mut Draft, contact: ContactId, end: End) {
    if let Some(link) = draft.site.link_of(contact) {
        draft.emit(Event::Ended { link, contact, end });
    }
}

pub(crate) fn hold(draft: &mut Draft, contact: ContactId) {
    if let Some(link) = draft.site.link_of(contact) {
        draft.emit(Event::Held { link, contact });
    }
}

pub(crate) fn resume(draft: &mut Draft, contact: ContactId) {
    if let Some(link) = draft.site.link_of(contact) {
        draft.emit(Event::Resumed { link, contact });
    }
}

fn open_to_actor(draft: &Draft, id: LinkId) -> Result<(Link, Party), Refusal> {
    let link = draft.site.links.get(&id).ok_or(Refusal::Over)?;
    let contact = draft.site.contacts.get(&link.contact);
    match &draft.context.actor {
        Actor::Customer(by) if contact.is_some_and(|contact| contact.is_of(*by)) => {
            Ok((link.clone(), Party::Customer))
        }
        Actor::Staff(staff) if *staff == StaffId::from(link.agent) => {
            Ok((link.clone(), Party::Agent))
        }
        Actor::Customer(_) | Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Err(Refusal::NotYours)
        }
    }
}

pub(crate) fn evolve(site: &mut Site, event: &Event, _at: Timestamp) {
    let (link, state) = match event {
        Event::Requested { link, contact, reservation, agent, medium, .. } => {
            let (contact, reservation, agent) = (*contact, *reservation, *agent);
            let added = Link {
                contact,
                reservation,
                agent,
                medium: medium.clone(),
                state: State::Requested,
                messages: 0,
            };
            site.links.insert(*link, added);
            site.link_by_contact.insert(contact, *link);
            return;
        }
        Event::Ended { link, contact, .. } => {
            site.links.remove(link);
            site.link_by_contact.remove(contact);
            return;
        }
        Event::MessageSent { link, .. } => {
            if let Some(link) = site.links.get_mut(link) {
                link.messages += 1;
            }
            return;
        }
        Event::Ringing { link, .. } | Event::Answered { link, .. } => (link, State::Ringing),
        Event::Connected { link, .. } | Event::Resumed { link, .. } => (link, State::Connected),
        Event::Held { link, .. } => (link, State::Held),
    };
    if let Some(link) = site.links.get_mut(link) {
        link.state = state;
    }
}
