//! A callback: a promise to ring back, as soon as possible or at a time.

use serde::{Deserialize, Serialize};

use crate::{
    entitlement::Facts,
    id::{
        AccountId, AgentId, CallbackId, Channel, ContactId, MatterId, PageName, QueueName,
        SubjectId, TopicName, VisitId,
    },
    requirement::Requirement,
    sealed::Sealed,
    time::{Deadline, Timestamp},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Asap,
    /// The instant, and what the customer meant by it: local time in their zone.
    Scheduled {
        at: Timestamp,
        zone: String,
        local: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    AgentConnected,
    CancelledByCustomer,
    CancelledByStaff,
    Expired,
    AttemptsExhausted,
    NoConsent,
    DoNotCall,
    OutsideWindow,
    NumberUnreachable,
    Superseded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptEnd {
    Connected,
    Busy,
    NoAnswer,
    Voicemail,
    Failed,
    AgentRefused,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Request {
        visit: VisitId,
        subject: SubjectId,
        account: Option<AccountId>,
        channel: Channel,
        topic: TopicName,
        page: PageName,
        number: Sealed<String>,
        when: When,
        facts: Option<Box<Facts>>,
    },
    Cancel {
        callback: CallbackId,
    },
    Reschedule {
        callback: CallbackId,
        when: When,
    },
}

events! { "callback" =>
    Requested = "callback.requested" @ 1 {
        callback: CallbackId, matter: MatterId, visit: VisitId, subject: SubjectId, account: Option<AccountId>,
        channel: Channel, topic: TopicName, page: PageName, number: Sealed<String>, when: When,
        queue: QueueName, requirement: Requirement, policy_version: u32, priority: u8,
        /// Every attempt's contact waits from here.
        virtual_start: Timestamp,
        /// Ends by itself then.
        until: Deadline,
    },
    /// Waits for its time; `at` is when it joins the line.
    Scheduled = "callback.scheduled" @ 1 { callback: CallbackId, at: Deadline },
    Queued = "callback.queued" @ 1 { callback: CallbackId, contact: ContactId },
    AttemptStarted = "callback.attempt_started" @ 1 { callback: CallbackId, attempt: u8, contact: ContactId, agent: AgentId },
    AttemptEnded = "callback.attempt_ended" @ 1 { callback: CallbackId, attempt: u8, end: AttemptEnd },
    Rescheduled = "callback.rescheduled" @ 1 { callback: CallbackId, when: When, until: Deadline },
    /// The only end.
    Completed = "callback.completed" @ 1 { callback: CallbackId, reason: Completion },
}
