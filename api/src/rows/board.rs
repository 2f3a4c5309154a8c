//! The rows of the board.

use projections::{board, floor};

use super::{callback_state, completion_code, contact_state, exit_code, expected_wait};
use crate::graphql::{
    agent::{self, AgentRow, RoutingStatus},
    booking::BookingRow,
    callback::CallbackRow,
    contact::ContactRow,
    desk::{Board, BoardChange, Gone},
    metric::{ServiceLevel, Totals},
    queue::QueueRow,
    reservation::OfferRow,
    scalar::Token,
};
use crate::names::visitor_code;

fn routing_status(status: floor::RoutingStatus) -> RoutingStatus {
    match status {
        floor::RoutingStatus::OffQueue => RoutingStatus::OffQueue,
        floor::RoutingStatus::Idle => RoutingStatus::Idle,
        floor::RoutingStatus::Reserved => RoutingStatus::Reserved,
        floor::RoutingStatus::Interacting => RoutingStatus::Interacting,
        floor::RoutingStatus::AfterContactWork => RoutingStatus::AfterContactWork,
        floor::RoutingStatus::NotResponding => RoutingStatus::NotResponding,
    }
}

pub(crate) fn service_level(row: &board::LevelRow) -> ServiceLevel {
    ServiceLevel {
        formula: row.formula.to_owned(),
        version: row.version,
        target_seconds: row.target_secs,
        value: row.value,
    }
}

fn queue_row(row: board::QueueRow) -> QueueRow {
    QueueRow {
        title: row.title.unwrap_or_else(|| row.queue.to_string()),
        queue: row.queue.to_string(),
        waiting: row.waiting as u64,
        talking: row.talking as u64,
        longest_wait_since: row.longest_wait_since.map(Into::into),
        target_seconds: row.target_secs,
        service_level: row.service_levels.iter().map(service_level).collect(),
        expected_wait: row.expected_wait.map(expected_wait),
        offered: row.today.offered.into(),
        answered: row.today.answered.into(),
        abandoned: row.today.abandoned.into(),
        asa_seconds: row.asa_secs,
        free_agents: row.free_agents as u64,
    }
}

pub(crate) fn agent_row(row: board::AgentRow) -> AgentRow {
    AgentRow {
        id: row.agent.0,
        presence: row.presence.into(),
        reason: row.reason.map(|reason| reason.to_string()),
        deferred: row.deferred.map(Into::into),
        status: routing_status(row.status),
        since: row.since.into(),
        device_lost: row.device_lost,
        advises: row.advises.into_iter().map(|contact| contact.0).collect(),
        contacts: row.contacts.into_iter().map(|contact| contact.0).collect(),
        skills: agent::skills(&row.skills),
        capacity: agent::capacity(&row.capacity),
    }
}

pub(crate) fn contact_row(row: board::ContactRow) -> ContactRow {
    ContactRow {
        id: row.contact.0,
        state: contact_state(row.state),
        channel: row.channel.into(),
        queue: row.queue.to_string(),
        topic: row.topic.to_string(),
        priority: row.priority,
        queued_at: row.queued_at.into(),
        since: row.since.into(),
        until: row.until.map(Into::into),
        position: row.position.map(|position| position as u64),
        step: row.step,
        agent: row.agent.map(|agent| agent.0),
        visitor: row.visit.map(visitor_code),
        assigned_to: row.assigned.map(|(agent, _)| agent.0),
        assigned_until: row.assigned.and_then(|(_, until)| until).map(Into::into),
        customer_away_since: row.away_since.map(Into::into),
        can_cancel: row.possible.cancel,
        can_reassign: row.possible.reassign,
        can_prioritise: row.possible.prioritise,
        account: row.account.map(|account| account.0),
        callback: row.callback.map(|callback| callback.0),
        exit: row.exit.map(|exit| exit_code(exit).to_owned()),
        disposition: row.disposition,
    }
}

pub(crate) fn callback_row(row: board::CallbackRow) -> CallbackRow {
    use domain::callback::When;
    let at = match &row.when {
        When::Asap => None,
        When::Scheduled { at, .. } => Some((*at).into()),
    };
    CallbackRow {
        id: row.callback.0,
        state: callback_state(row.state),
        topic: row.topic.to_string(),
        queue: row.queue.to_string(),
        asap: at.is_none(),
        at,
        requested_at: row.requested_at.into(),
        attempts: row.attempts.into(),
        next_try: row.next_try.map(Into::into),
        reason: row.reason.map(|reason| completion_code(reason).to_owned()),
        contact: row.contact.map(|contact| contact.0),
        visitor: visitor_code(row.visit),
        sent_along: row.about,
        account: row.account,
    }
}

pub(crate) fn booking_row(row: &board::BookingRow) -> BookingRow {
    let kind = if row.contact.is_some() { "next" } else { "calendar" };
    BookingRow {
        id: row.booking.0,
        kind: kind.to_owned(),
        agent: row.agent.0,
        contact: row.contact.map(|contact| contact.0),
        callback: row.callback.map(|callback| callback.0),
        expected_at: row.expected_at.into(),
        until: row.until.map(Into::into),
        visitor: row.visit.map(visitor_code),
        account: row.account,
    }
}

fn offer_row(row: &board::OfferRow) -> OfferRow {
    OfferRow {
        reservation: row.reservation.0,
        contact: row.contact.0,
        agent: row.agent.0,
        until: row.until.into(),
    }
}

fn totals(totals: &board::Totals) -> Totals {
    let today = totals.today;
    Totals {
        offered: today.offered.into(),
        answered: today.answered.into(),
        abandoned: today.abandoned.into(),
        short_abandoned: today.short_abandoned.into(),
        callbacks_requested: today.callbacks_requested.into(),
        waiting: totals.waiting as u64,
        talking: totals.talking as u64,
        service_level: totals.service_levels.iter().map(service_level).collect(),
        asa_seconds: totals.asa_secs,
        rona: today.rona.into(),
    }
}

pub(crate) fn board(tokens: Vec<Token>, board: board::Board) -> Board {
    Board {
        tokens,
        now: board.now.into(),
        queues: board.queues.into_iter().map(queue_row).collect(),
        agents: board.agents.into_iter().map(agent_row).collect(),
        contacts: board.contacts.into_iter().map(contact_row).collect(),
        callbacks: board.callbacks.into_iter().map(callback_row).collect(),
        bookings: board.bookings.iter().map(booking_row).collect(),
        offers: board.offers.iter().map(offer_row).collect(),
        totals: totals(&board.totals),
    }
}

pub(crate) fn board_change(tokens: Vec<Token>, change: board::Board) -> BoardChange {
    let (version, snapshot) = (change.version, change.snapshot);
    let gone = change.gone.iter().map(gone).collect();
    let Board { tokens, now, queues, agents, contacts, callbacks, bookings, totals, .. } =
        board(tokens, change);
    BoardChange {
        version,
        tokens,
        now,
        snapshot,
        queues,
        agents,
        contacts,
        callbacks,
        bookings,
        gone,
        totals,
    }
}

fn gone(gone: &board::Gone) -> Gone {
    let (kind, id) = match gone {
        board::Gone::Agent(id) => ("agent", id.0),
        board::Gone::Contact(id) => ("contact", id.0),
        board::Gone::Callback(id) => ("callback", id.0),
        board::Gone::Booking(id) => ("booking", id.0),
    };
    Gone { kind: kind.to_owned(), id }
}
