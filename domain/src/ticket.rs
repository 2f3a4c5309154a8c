//! A ticket: a trouble that a customer reported.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ServiceId, SubjectId, TicketId, TopicName},
    sealed::Sealed,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Pending,
    Solved,
    Closed,
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
