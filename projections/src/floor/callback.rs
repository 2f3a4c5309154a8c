//! A callback on the floor: what was promised, and how far it has come.

use std::sync::Arc;

use domain::{
    callback::{AttemptEnd, Completion, When},
    id::{
        AccountId, CallbackId, Channel, ContactId, MatterId, PageName, SubjectId, TopicName,
        VisitId,
    },
    sealed::Sealed,
    time::{Deadline, Timestamp},
};

use serde::{Deserialize, Serialize};

use super::{Ended, Entitlement, Floor, Request, happened::Happened};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// Waits for its time.
    Scheduled,
    /// Its contact waits in line.
    Queued,
    /// Its contact is offered to an agent.
    Routing,
    /// The customer is being called.
    Processing,
    Completed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Callback {
    pub callback: CallbackId,
    pub matter: MatterId,
    pub visit: VisitId,
    pub subject: SubjectId,
    pub account: Option<AccountId>,
    pub channel: Channel,
    pub topic: TopicName,
    pub page: PageName,
    pub number: Sealed<String>,
    /// What a shared widget sent along, as JSON.
    #[serde(default)]
    pub about: Option<Sealed<String>>,
    pub when: When,
    pub priority: u8,
    pub virtual_start: Timestamp,
    pub requested_at: Timestamp,
    /// Ends by itself then.
    pub until: Deadline,
    pub state: CallbackState,
    pub attempts: u8,
    pub last_attempt: Option<AttemptEnd>,
    /// When it joins the line (again).
    pub next_try: Option<Timestamp>,
    /// The contact of the attempt under way.
    pub contact: Option<ContactId>,
    pub reason: Option<Completion>,
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Of a callback for a time: what became of the agent's interval, and when.
    #[serde(default)]
    pub promise: Option<(Promise, Timestamp)>,
    pub entitlement: Option<Arc<Entitlement>>,
    pub(crate) queue: usize,
}

impl CallbackState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Routing => "routing",
            Self::Processing => "processing",
            Self::Completed => "completed",
        }
    }
}

/// What became of the interval that a callback for a time needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Promise {
    /// Kept in an agent's calendar.
    Booked,
    /// Nobody had it free: it joins the line at that time.
    NotBooked,
    /// Kept by another agent now.
    Moved,
    /// Given up by our side: it joins the line at that time.
    Released,
}

impl Callback {
    /// Its customer neither was reached nor ended it.
    pub fn ended_without_customer(&self) -> bool {
        match self.reason {
            None
            | Some(
                Completion::AgentConnected
                | Completion::CancelledByCustomer
                | Completion::Superseded,
            ) => false,
            Some(
                Completion::CancelledByStaff
                | Completion::Expired
                | Completion::AttemptsExhausted
                | Completion::NoConsent
                | Completion::DoNotCall
                | Completion::OutsideWindow
                | Completion::NumberUnreachable
                | Completion::NotEntitled,
            ) => true,
        }
    }

    pub fn is_open(&self) -> bool {
        self.state != CallbackState::Completed
    }
}

impl Floor {
    pub(super) fn callback_event(&mut self, happened: Happened<'_>, at: Timestamp) {
        match happened {
            Happened::CallbackRequested { .. } => self.callback_requested(happened, at),
            Happened::CallbackScheduled { callback, at: due } => {
                self.change_callback(callback, |known| {
                    known.state = CallbackState::Scheduled;
                    known.next_try = Some(due);
                    known.contact = None;
                    // Unless an interval is booked in the same decision.
                    known.promise = (known.attempts == 0).then_some((Promise::NotBooked, at));
                });
            }
            Happened::CallbackQueued { callback, contact } => {
                self.change_callback(callback, |known| {
                    known.state = CallbackState::Queued;
                    known.next_try = None;
                    known.contact = Some(contact);
                });
            }
            Happened::AttemptStarted { callback, attempt, contact } => {
                self.change_callback(callback, |known| {
                    known.state = CallbackState::Processing;
                    known.attempts = attempt;
                    known.contact = Some(contact);
                });
            }
            Happened::AttemptEnded { callback, end } => {
                self.change_callback(callback, |known| known.last_attempt = Some(end));
            }
            Happened::CallbackRescheduled { callback, when, until } => {
                self.change_callback(callback, |known| {
                    known.when = when;
                    known.until = until;
                    known.promise = None;
                });
            }
            Happened::CallbackCompleted { callback, reason } => {
                self.change_callback(callback, |known| {
                    known.state = CallbackState::Completed;
                    known.next_try = None;
                    known.reason = Some(reason);
                    known.ended_at = Some(at);
                });
                self.end(Ended::Callback(callback), at);
            }
            _ => {}
        }
    }

    fn callback_requested(&mut self, happened: Happened<'_>, at: Timestamp) {
        let Happened::CallbackRequested {
            callback,
            matter,
            visit,
            subject,
            account,
            channel,
            topic,
            page,
            number,
            about,
            when,
            queue,
            priority,
            virtual_start,
            until,
        } = happened
        else {
            return;
        };
        let Some(queue) = self.queue_named(queue) else { return };
        let asked = Callback {
            callback,
            matter,
            visit,
            subject,
            account,
            channel,
            topic,
            page,
            number,
            about,
            when,
            priority,
            virtual_start,
            requested_at: at,
            until,
            state: CallbackState::Scheduled,
            attempts: 0,
            last_attempt: None,
            next_try: None,
            contact: None,
            reason: None,
            ended_at: None,
            promise: None,
            entitlement: self.granted.clone(),
            queue,
        };
        self.callbacks.insert(callback, asked);
        self.remember_request(Request::Callback(callback), Some(visit), account);
        self.touched.queues.insert(queue);
        self.touched.callback(callback);
    }

    pub(super) fn change_callback(
        &mut self,
        callback: CallbackId,
        change: impl FnOnce(&mut Callback),
    ) {
        if let Some(known) = self.callbacks.get_mut(&callback) {
            change(known);
            self.touched.callback(callback);
        }
    }
}
