//! From the live views' rows to the words of the schema: one small function a row.

mod board;
mod desk;
mod display;

use domain::{
    callback::{AttemptEnd, Completion},
    contact::Exit,
    link::End,
    link::Medium,
    log::Recorded,
};
use projections::{
    expected_wait,
    floor::{self, LinkState},
    own,
};

pub(crate) use self::{
    board::{
        agent_row, board, board_change, booking_row, callback_row, contact_row, service_level,
    },
    display::{display, display_state, display_way},
};
use crate::graphql::{
    callback::CallbackState,
    contact::ContactState,
    own::{Call, Promise, Wait},
    record::Record,
    wait::ExpectedWait,
};

pub(crate) fn contact_state(state: floor::ContactState) -> ContactState {
    match state {
        floor::ContactState::Waiting => ContactState::Waiting,
        floor::ContactState::Offered => ContactState::Offered,
        floor::ContactState::Linking => ContactState::Linking,
        floor::ContactState::Talking => ContactState::Talking,
        floor::ContactState::Held => ContactState::Held,
        floor::ContactState::Wrapping => ContactState::Wrapping,
        floor::ContactState::Completed => ContactState::Completed,
        floor::ContactState::Left => ContactState::Left,
    }
}

pub(crate) fn callback_state(state: floor::CallbackState) -> CallbackState {
    match state {
        floor::CallbackState::Scheduled => CallbackState::Scheduled,
        floor::CallbackState::Queued => CallbackState::Queued,
        floor::CallbackState::Routing => CallbackState::Routing,
        floor::CallbackState::Processing => CallbackState::Processing,
        floor::CallbackState::Completed => CallbackState::Completed,
    }
}

pub(crate) fn callback_state_of(state: CallbackState) -> floor::CallbackState {
    match state {
        CallbackState::Scheduled => floor::CallbackState::Scheduled,
        CallbackState::Queued => floor::CallbackState::Queued,
        CallbackState::Routing => floor::CallbackState::Routing,
        CallbackState::Processing => floor::CallbackState::Processing,
        CallbackState::Completed => floor::CallbackState::Completed,
    }
}

pub(crate) fn record(record: &Recorded) -> Record {
    Record {
        seq: record.seq,
        at: record.time.into(),
        kind: record.kind.to_string(),
        version: record.version,
        actor: record.actor.to_string(),
        command_id: record.command_id.0,
        data_json: String::from_utf8_lossy(&record.data).into_owned(),
        hash: record.hash().to_string(),
    }
}

pub(crate) fn wait(wait: own::Wait) -> Wait {
    match wait {
        own::Wait::InLine => Wait::InLine,
        own::Wait::Booked => Wait::Booked,
        own::Wait::NobodyHere => Wait::NobodyHere,
    }
}

pub(crate) fn call(call: own::Call) -> Call {
    match call {
        own::Call::Accepted => Call::Accepted,
        own::Call::Ringing => Call::Ringing,
        own::Call::Talking => Call::Talking,
    }
}

pub(crate) fn promise(promise: floor::Promise) -> Promise {
    match promise {
        floor::Promise::Booked => Promise::Booked,
        floor::Promise::NotBooked => Promise::NotBooked,
        floor::Promise::Moved => Promise::Moved,
        floor::Promise::Released => Promise::Released,
    }
}

pub(crate) fn attempt_code(end: AttemptEnd) -> &'static str {
    match end {
        AttemptEnd::Connected => "connected",
        AttemptEnd::Busy => "busy",
        AttemptEnd::NoAnswer => "no_answer",
        AttemptEnd::Voicemail => "voicemail",
        AttemptEnd::Failed => "failed",
        AttemptEnd::AgentRefused => "agent_refused",
        AttemptEnd::Unknown => "unknown",
    }
}

pub(crate) fn exit_code(exit: Exit) -> &'static str {
    match exit {
        Exit::Answered => "answered",
        Exit::Abandoned => "abandoned",
        Exit::ShortAbandoned => "short_abandoned",
        Exit::TimedOut => "timed_out",
        Exit::Overflowed => "overflowed",
        Exit::Withdrawn => "withdrawn",
        Exit::CallbackRequested => "callback_requested",
    }
}

pub(crate) fn completion_code(reason: Completion) -> &'static str {
    match reason {
        Completion::AgentConnected => "agent_connected",
        Completion::CancelledByCustomer => "cancelled_by_customer",
        Completion::CancelledByStaff => "cancelled_by_staff",
        Completion::Expired => "expired",
        Completion::AttemptsExhausted => "attempts_exhausted",
        Completion::NoConsent => "no_consent",
        Completion::DoNotCall => "do_not_call",
        Completion::OutsideWindow => "outside_window",
        Completion::NumberUnreachable => "number_unreachable",
        Completion::Superseded => "superseded",
        Completion::NotEntitled => "not_entitled",
    }
}

pub(crate) fn medium_code(medium: &Medium) -> &'static str {
    match medium {
        Medium::Chat => "chat",
        Medium::ByHand { .. } => "by_hand",
    }
}

pub(crate) fn link_state_code(state: &LinkState) -> &'static str {
    match state {
        LinkState::Requested => "requested",
        LinkState::Ringing => "ringing",
        LinkState::Answered => "answered",
        LinkState::Connected => "connected",
        LinkState::Held => "held",
        LinkState::Ended(End::CustomerHungUp) => "ended_by_customer",
        LinkState::Ended(End::AgentHungUp) => "ended_by_agent",
        LinkState::Ended(End::PlatformEnded) => "ended_by_platform",
        LinkState::Ended(End::Transferred) => "transferred",
        LinkState::Ended(End::Failed(_)) => "failed",
        LinkState::Ended(End::Expired) => "expired",
    }
}

pub(crate) fn expected_wait(wait: expected_wait::ExpectedWait) -> ExpectedWait {
    ExpectedWait {
        seconds: wait.seconds,
        low_seconds: wait.low_seconds,
        high_seconds: wait.high_seconds,
        method: wait.method.to_owned(),
        basis: wait.basis,
        recent: wait.recent,
    }
}
