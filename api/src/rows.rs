//! From the live views' rows to the words of the schema: one small function a row.

use domain::{
    callback::Completion, contact::Exit, display, id::ContactId, link::End, link::Medium,
    log::Recorded,
};
use projections::{
    board, desk,
    display::Shown,
    expected_wait,
    floor::{self, Link, LinkState},
};

use crate::{
    display::register::Register,
    graphql::{
        agent::{self, AgentRow, RoutingStatus},
        booking::BookingRow,
        callback::{CallbackRow, CallbackState},
        contact::{ContactRow, ContactState, DeskContact, DeskLink},
        contract::Entitlement,
        desk::{Board, BoardChange, Gone},
        display::{
            Display, DisplayConnection, DisplayControl, DisplayPerson, DisplayPush, DisplayState,
            DisplayWatcher, DisplayWay, SharedWidget,
        },
        metric::{ServiceLevel, Totals},
        queue::QueueRow,
        record::Record,
        reservation::{Offer, OfferRow, ScreenPop},
        scalar::Token,
        wait::ExpectedWait,
    },
    inside::Inside,
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

pub(crate) fn display_state(shown: &Shown) -> DisplayState {
    match (shown.end, &shown.display.state) {
        (Some(_), _) => DisplayState::Ended,
        (None, display::State::Offered) => DisplayState::Offered,
        (None, display::State::Shared { .. }) => DisplayState::Shared,
        (None, display::State::Paused { .. }) => DisplayState::Paused,
    }
}

pub(crate) fn display_way(state: &display::State) -> DisplayWay {
    match state {
        display::State::Shared { way: display::Way::Together { .. } }
        | display::State::Paused { way: display::Way::Together { .. } } => DisplayWay::Together,
        display::State::Offered | display::State::Shared { .. } | display::State::Paused { .. } => {
            DisplayWay::Mirror
        }
    }
}

/// As staff see it.
pub(crate) fn display(shown: &Shown, register: &Register) -> Display {
    use display::{End, State, Way};
    let of = &shown.display;
    let address = match &of.state {
        State::Shared { way: Way::Together { url } }
        | State::Paused { way: Way::Together { url } } => Some(url.clone()),
        State::Offered | State::Shared { .. } | State::Paused { .. } => None,
    };
    Display {
        id: shown.id.0,
        contact: of.contact.0,
        visit: of.visit.0,
        state: display_state(shown),
        since: shown.since.into(),
        scopes: of.scopes.iter().map(|scope| (*scope).into()).collect(),
        text_version: shown.text_version.clone(),
        way: display_way(&of.state),
        push: of.push.as_ref().map(|push| DisplayPush {
            id: push.push.0,
            by: push.by.into(),
            at: push.at.into(),
            state: push.state.into(),
            staff: push.staff,
            address: push.url.clone(),
        }),
        control: of.control.map(|control| DisplayControl {
            staff: control.staff.0,
            granted: control.granted,
            since: control.since.into(),
        }),
        watchers: shown
            .joined
            .iter()
            .map(|(staff, (role, since))| DisplayWatcher {
                staff: staff.0,
                role: (*role).into(),
                joined_at: (*since).into(),
            })
            .collect(),
        invited: of.invited.iter().map(|staff| DisplayPerson { staff: staff.0 }).collect(),
        connections: of
            .connections
            .iter()
            .map(|(id, connection)| DisplayConnection {
                id: id.0,
                staff: connection.watcher.map(|(staff, _)| staff.0),
                role: connection.watcher.map(|(_, role)| role.into()),
                node: connection.node.to_string(),
                since: connection.since.into(),
                last_frame: register.reached(*id).map(|(load, seq)| format!("{load}:{seq}")),
                from: connection.address.clone(),
            })
            .collect(),
        widgets: of
            .widgets
            .iter()
            .map(|(name, widget)| SharedWidget {
                name: name.to_string(),
                version: widget.version,
                sealed: widget.state.clone(),
            })
            .collect(),
        end_reason: shown.end.map(|end| {
            let code = match end {
                End::TalkEnded => "talk_ended",
                End::Declined => "declined",
                End::Revoked => "revoked",
            };
            code.to_owned()
        }),
        address,
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
    }
}

fn service_level(row: &board::LevelRow) -> ServiceLevel {
    ServiceLevel {
        formula: row.formula.to_owned(),
        version: row.version,
        target_seconds: row.target_secs,
        value: row.value,
    }
}

pub(crate) fn queue_row(row: board::QueueRow) -> QueueRow {
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
        to_dial: Some(row.number),
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
    pub fn pop(&self, pop: desk::Pop) -> ScreenPop {
        let entitlement = pop.entitlement.as_ref().map(|granted| {
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
        });
        ScreenPop {
            topic_title: self.topic_title(&pop.topic),
            topic: pop.topic.to_string(),
            entitlement,
            priority: pop.priority,
            waited_seconds: u32::try_from(pop.waited_secs.max(0)).unwrap_or(u32::MAX),
            callback: pop.callback.map(callback_row),
            contact: pop.contact,
            of_account: pop.account,
            of_visit: pop.visit,
        }
    }

    pub fn desk_offer(&self, offer: desk::DeskOffer) -> Offer {
        Offer {
            reservation: offer.reservation.0,
            contact: offer.pop.contact.0,
            channel: offer.pop.channel.into(),
            queue: offer.pop.queue.to_string(),
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
            since: contact.since.into(),
            until: contact.until.map(Into::into),
            link: contact.link.map(link),
            pop: self.pop(contact.pop),
        }
    }
}
