//! A contact: one piece of work for an agent, from the queue to the wrap-up.

use serde::{Deserialize, Serialize};

use crate::{
    entitlement::Facts,
    id::{
        AccountId, AgentId, CallbackId, Channel, ContactId, MatterId, PageName, QueueName,
        ReservationId, SubjectId, TopicName, VisitId,
    },
    requirement::Requirement,
    sealed::Sealed,
    time::{Deadline, Timestamp},
};

/// How a contact left its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    Answered,
    Abandoned,
    ShortAbandoned,
    TimedOut,
    Overflowed,
    Withdrawn,
    CallbackRequested,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// The customer asks to talk now. `facts` are attached inside, never by the customer.
    Ask {
        visit: VisitId,
        subject: Option<SubjectId>,
        account: Option<AccountId>,
        channel: Channel,
        topic: TopicName,
        page: PageName,
        facts: Option<Box<Facts>>,
    },
    /// The customer no longer wants it (or staff cancel it).
    Cancel {
        contact: ContactId,
    },
    Prioritise {
        contact: ContactId,
        priority: u8,
    },
    /// The next match gives it to this agent, who must qualify; `None` lifts that.
    Reassign {
        contact: ContactId,
        agent: Option<AgentId>,
    },
    Hold {
        contact: ContactId,
    },
    Resume {
        contact: ContactId,
    },
    /// Ends the talk by the agent's side; the wrap-up begins.
    Finish {
        contact: ContactId,
    },
    /// Ends the wrap-up.
    WrapUp {
        contact: ContactId,
        disposition: String,
        notes: Option<Sealed<String>>,
    },
    Rate {
        contact: ContactId,
        stars: u8,
    },
}

events! { "contact" =>
    Queued = "contact.queued" @ 1 {
        contact: ContactId, matter: MatterId, visit: Option<VisitId>, subject: Option<SubjectId>,
        account: Option<AccountId>, queue: QueueName, channel: Channel, topic: TopicName, page: PageName,
        priority: u8,
        /// Waiting is counted from here: arrival less the head start of the priority.
        virtual_start: Timestamp,
        requirement: Requirement, policy_version: u32,
        callback: Option<CallbackId>,
        /// Leaves the queue by itself then.
        until: Deadline,
    },
    StepActivated = "contact.step_activated" @ 1 { contact: ContactId, step: u8, requirement: Requirement, until: Option<Deadline> },
    StepExpired = "contact.step_expired" @ 1 { contact: ContactId, step: u8 },
    Prioritised = "contact.prioritised" @ 1 { contact: ContactId, priority: u8, virtual_start: Timestamp },
    Reassigned = "contact.reassigned" @ 1 { contact: ContactId, agent: Option<AgentId> },
    Talking = "contact.talking" @ 1 { contact: ContactId, reservation: ReservationId, agent: AgentId, until: Deadline },
    Held = "contact.held" @ 1 { contact: ContactId, until: Deadline },
    Resumed = "contact.resumed" @ 1 { contact: ContactId, until: Deadline },
    /// Terminal: out of the queue without an agent having talked.
    Left = "contact.left" @ 1 { contact: ContactId, exit: Exit },
    /// Terminal. `disposition` is a code; `default` when the wrap-up ended by time.
    Completed = "contact.completed" @ 1 { contact: ContactId, agent: AgentId, disposition: String, notes: Option<Sealed<String>> },
    Rated = "contact.rated" @ 1 { contact: ContactId, stars: u8 },
}
