//! A ticket: a trouble that a customer reported.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    command::{Context, refusals},
    id::{AccountId, ServiceId, SubjectId, TicketId, TopicName},
    sealed::Sealed,
    tenant::Tenant,
    time::Timestamp,
};

/// Tickets of one account that are not closed.
pub const OPEN_PER_ACCOUNT_MAX: usize = 50;
pub const NOTES_MAX: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Pending,
    Solved,
    Closed,
}

/// A ticket as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub number: u32,
    pub account: AccountId,
    pub subject: SubjectId,
    pub service: Option<ServiceId>,
    pub topic: TopicName,
    pub text: Sealed<String>,
    pub state: State,
    pub notes: Vec<Note>,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
}

/// What staff told the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: Timestamp,
    pub text: Sealed<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tickets {
    by_id: BTreeMap<TicketId, Ticket>,
    by_account: BTreeMap<AccountId, Vec<TicketId>>,
    last_number: u32,
}

impl Tickets {
    pub fn get(&self, ticket: TicketId) -> Option<&Ticket> {
        self.by_id.get(&ticket)
    }

    pub fn iter(&self) -> impl Iterator<Item = (TicketId, &Ticket)> {
        self.by_id.iter().map(|(id, ticket)| (*id, ticket))
    }

    /// The oldest first.
    pub fn of(&self, account: AccountId) -> impl DoubleEndedIterator<Item = (TicketId, &Ticket)> {
        self.by_account.get(&account).into_iter().flatten().map(|id| (*id, &self.by_id[id]))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Open {
        account: AccountId,
        subject: SubjectId,
        service: Option<ServiceId>,
        topic: TopicName,
        text: Sealed<String>,
    },
    /// `note` is shown to the customer.
    Change { ticket: TicketId, state: State, note: Option<Sealed<String>> },
}

events! { "ticket" =>
    Opened = "ticket.opened" @ 1 {
        ticket: TicketId,
        /// Counts up within the tenant; what people call it by.
        number: u32,
        account: AccountId, subject: SubjectId, service: Option<ServiceId>, topic: TopicName, text: Sealed<String>,
    },
    Changed = "ticket.changed" @ 1 { ticket: TicketId, state: State, note: Option<Sealed<String>> },
    Closed = "ticket.closed" @ 1 { ticket: TicketId, note: Option<Sealed<String>> },
}

refusals! { "ticket" =>
    UnknownAccount { account: AccountId } = "unknown_account", "account {account} is not known here; record it first";
    UnknownService { service: ServiceId } = "unknown_service", "this account has no service {service}; choose one of its own, or none";
    UnknownTopic { topic: TopicName } = "unknown_topic", "`{topic}` is not a topic here; choose one of those offered";
    TooManyOpen with { most = OPEN_PER_ACCOUNT_MAX } = "too_many_open", "this account has {OPEN_PER_ACCOUNT_MAX} open tickets; add to one of them, or wait until one is closed";
    Unknown { ticket: TicketId } = "unknown", "there is no ticket {ticket}";
    Closed { number: u32 } = "closed", "ticket {number} is closed; open a new one";
    Full { number: u32 } with { most = NOTES_MAX } = "full", "ticket {number} has {NOTES_MAX} notes; close it and open a new one";
}

pub(crate) fn decide(
    tenant: &Tenant,
    context: &Context,
    command: Command,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Open { account, subject, service, topic, text } => {
            if tenant.account(account).is_none() {
                return Err(Refusal::UnknownAccount { account });
            }
            if let Some(service) = service
                && tenant.services().get(service).is_none_or(|held| held.account != account)
            {
                return Err(Refusal::UnknownService { service });
            }
            if tenant.policy().is_none_or(|policy| policy.definition.topic(&topic).is_none()) {
                return Err(Refusal::UnknownTopic { topic });
            }
            let tickets = tenant.tickets();
            let open = tickets.of(account).filter(|(_, held)| held.state != State::Closed).count();
            if open >= OPEN_PER_ACCOUNT_MAX {
                return Err(Refusal::TooManyOpen);
            }
            let (ticket, number) = (context.new_id("ticket", 0), tickets.last_number + 1);
            Ok(vec![Event::Opened { ticket, number, account, subject, service, topic, text }])
        }
        Command::Change { ticket, state, note } => {
            let held = tenant.tickets().get(ticket).ok_or(Refusal::Unknown { ticket })?;
            change(ticket, held, state, note)
        }
    }
}

fn change(
    ticket: TicketId,
    held: &Ticket,
    state: State,
    note: Option<Sealed<String>>,
) -> Result<Vec<Event>, Refusal> {
    if note.is_some() && held.notes.len() >= NOTES_MAX {
        return Err(Refusal::Full { number: held.number });
    }
    match (held.state, state) {
        (State::Closed, State::Closed) if note.is_none() => Ok(vec![]),
        (State::Closed, State::Open | State::Pending | State::Solved | State::Closed) => {
            Err(Refusal::Closed { number: held.number })
        }
        (State::Open | State::Pending | State::Solved, State::Closed) => {
            Ok(vec![Event::Closed { ticket, note }])
        }
        (before, State::Open | State::Pending | State::Solved)
            if before == state && note.is_none() =>
        {
            Ok(vec![])
        }
        (
            State::Open | State::Pending | State::Solved,
            State::Open | State::Pending | State::Solved,
        ) => Ok(vec![Event::Changed { ticket, state, note }]),
    }
}

pub(crate) fn evolve(tickets: &mut Tickets, event: &Event, at: Timestamp) {
    match event.clone() {
        Event::Opened { ticket, number, account, subject, service, topic, text } => {
            let opened = Ticket {
                number,
                account,
                subject,
                service,
                topic,
                text,
                state: State::Open,
                notes: vec![],
                opened_at: at,
                changed_at: at,
            };
            tickets.by_id.insert(ticket, opened);
            tickets.by_account.entry(account).or_default().push(ticket);
            tickets.last_number = tickets.last_number.max(number);
        }
        Event::Changed { ticket, state, note } => tickets.set(ticket, state, note, at),
        Event::Closed { ticket, note } => tickets.set(ticket, State::Closed, note, at),
    }
}

impl Tickets {
    fn set(&mut self, ticket: TicketId, state: State, note: Option<Sealed<String>>, at: Timestamp) {
        if let Some(held) = self.by_id.get_mut(&ticket) {
            held.state = state;
            held.changed_at = at;
            held.notes.extend(note.map(|text| Note { at, text }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::{
        TenantEvent,
        tests::{DANA, Given, HOME, given, publish, record_account, sealed},
    };

    fn open(topic: &str) -> Command {
        Command::Open {
            account: HOME,
            subject: DANA,
            service: None,
            topic: TopicName::parse(topic).unwrap(),
            text: sealed(DANA),
        }
    }

    fn opened(tenant: &mut Given) -> (TicketId, u32) {
        match tenant.must(open("outage")).as_slice() {
            [TenantEvent::Ticket(Event::Opened { ticket, number, .. })] => (*ticket, *number),
            other => panic!("not one opened ticket but {other:?}"),
        }
    }

    #[test]
    fn numbers_count_up_and_each_ticket_has_an_id_of_its_own() {
        let mut tenant = given(&[record_account(), publish()]);
        let (first, second) = (opened(&mut tenant), opened(&mut tenant));
        assert_eq!((first.1, second.1), (1, 2));
        assert_ne!(first.0, second.0);
        let ids: Vec<_> = tenant.tickets().of(HOME).map(|(id, _)| id).collect();
        assert_eq!(ids, [first.0, second.0]);
    }

    #[test]
    fn every_state_answers_every_change() {
        use State::{Closed, Open, Pending, Solved};
        for before in [Open, Pending, Solved, Closed] {
            for after in [Open, Pending, Solved, Closed] {
                for noted in [false, true] {
                    let mut tenant = given(&[record_account(), publish()]);
                    let (ticket, _) = opened(&mut tenant);
                    tenant.must(Command::Change { ticket, state: before, note: None });
                    let note = noted.then(|| sealed(DANA));
                    let command = Command::Change { ticket, state: after, note };
                    if before == Closed && (after != Closed || noted) {
                        assert_eq!(tenant.refused(command), "ticket.closed");
                        continue;
                    }
                    let events = usize::from(before != after || noted);
                    assert_eq!(tenant.must(command).len(), events, "{before:?} to {after:?}");
                    let held = tenant.tickets().get(ticket).unwrap();
                    assert_eq!((held.state, held.notes.len()), (after, usize::from(noted)));
                }
            }
        }
    }

    #[test]
    fn what_a_ticket_is_about_must_be_known() {
        let mut tenant = given(&[publish()]);
        assert_eq!(tenant.refused(open("outage")), "ticket.unknown_account");
        tenant.must(record_account());
        assert_eq!(tenant.refused(open("poetry")), "ticket.unknown_topic");
        let Command::Open { account, subject, topic, text, .. } = open("outage") else {
            unreachable!("open opens")
        };
        let service = Some(ServiceId(uuid::Uuid::from_u128(404)));
        let command = Command::Open { account, subject, service, topic, text };
        assert_eq!(tenant.refused(command), "ticket.unknown_service");
        let ticket = TicketId(uuid::Uuid::from_u128(404));
        let command = Command::Change { ticket, state: State::Solved, note: None };
        assert_eq!(tenant.refused(command), "ticket.unknown");
    }

    #[test]
    fn tickets_and_notes_have_limits() {
        let mut tenant = given(&[record_account(), publish()]);
        let (ticket, _) = opened(&mut tenant);
        for _ in 1..OPEN_PER_ACCOUNT_MAX {
            tenant.must(open("outage"));
        }
        assert_eq!(tenant.refused(open("outage")), "ticket.too_many_open");
        let note = || Command::Change { ticket, state: State::Open, note: Some(sealed(DANA)) };
        for _ in 0..NOTES_MAX {
            tenant.must(note());
        }
        assert_eq!(tenant.refused(note()), "ticket.full");
        tenant.must(Command::Change { ticket, state: State::Closed, note: None });
        assert_eq!(tenant.must(open("outage")).len(), 1);
    }
}
