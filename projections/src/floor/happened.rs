//! What the folds of a site read of a record: the fields they show and no others; other kinds are not parsed.

use domain::{
    agent::{Capacity, Presence},
    booking,
    callback::{AttemptEnd, Completion, When},
    contact::Exit,
    event::DecodeError,
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, ContractId, LinkId,
        MatterId, MessageId, NetworkName, PageName, QueueName, ReasonCode, ReservationId,
        SubjectId, TopicName, VisitId,
    },
    link::{End, Medium},
    requirement::Skills,
    reservation::Party,
    sealed::Sealed,
    time::{Deadline, Timestamp},
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Everything of an offer but its `why` fits into this many bytes.
const OFFER_HEAD_MAX: usize = 512;

/// Declares the enum and its decoder: per variant the stored type name and the fields that are read.
macro_rules! happened {
    ($($variant:ident = $kind:literal { $($(#[$attr:meta])* $field:ident : $ty:ty),* $(,)? }),* $(,)?) => {
        #[allow(clippy::large_enum_variant, reason = "lives for the length of one fold")]
        pub(crate) enum Happened<'a> {
            $($variant { $($field: $ty),* },)*
            /// Nothing that anybody is shown.
            #[allow(dead_code, reason = "keeps the lifetime in use")]
            Other(std::marker::PhantomData<&'a ()>),
        }

        impl<'a> Happened<'a> {
            fn read_whole(kind: &str, data: &'a [u8]) -> Result<Self, DecodeError> {
                let torn = |source| DecodeError::Data { kind: kind.to_owned(), source };
                Ok(match kind {
                    $($kind => {
                        #[derive(Deserialize)]
                        struct Fields<'a> {
                            $($(#[$attr])* $field: $ty,)*
                            #[serde(skip)]
                            _of: std::marker::PhantomData<&'a ()>,
                        }
                        let Fields { $($field,)* .. } = serde_json::from_slice(data).map_err(torn)?;
                        Self::$variant { $($field),* }
                    })*
                    _ => Self::Other(std::marker::PhantomData),
                })
            }

        }
    };
}

/// Of an entitlement: what was checked, under which versions.
#[derive(Deserialize)]
pub(crate) struct FactsSeen {
    pub(crate) contract: ContractSeen,
    pub(crate) network: Option<NetworkSeen>,
    pub(crate) policy_version: u32,
}

#[derive(Deserialize)]
pub(crate) struct ContractSeen {
    pub(crate) contract: ContractId,
    pub(crate) version: u32,
}

#[derive(Deserialize)]
pub(crate) struct NetworkSeen {
    pub(crate) network: NetworkName,
    pub(crate) version: u32,
}

happened! {
    Enrolled = "agent.enrolled" { agent: AgentId, skills: Skills, capacity: Capacity },
    SignedIn = "agent.signed_in" { agent: AgentId },
    PresenceChanged = "agent.presence_changed" { agent: AgentId, presence: Presence, reason: Option<ReasonCode> },
    PresenceDeferred = "agent.presence_change_deferred" { agent: AgentId, presence: Presence },
    DeviceLost = "agent.device_lost" { agent: AgentId },
    DeviceReturned = "agent.device_returned" { agent: AgentId },
    StoppedResponding = "agent.stopped_responding" { agent: AgentId },
    RespondingAgain = "agent.responding_again" { agent: AgentId },
    Kept = "agent.kept" { agent: AgentId, booking: BookingId },
    SignedOut = "agent.signed_out" { agent: AgentId },
    Retired = "agent.retired" { agent: AgentId },
    AskedWhy = "reservation.asked_why" { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Explained = "reservation.explained" { agent: AgentId },

    BookingMade = "booking.made" { booking: BookingId, agent: AgentId, kind: booking::Kind, expected_at: Timestamp },
    BookingMoved = "booking.moved" { booking: BookingId, agent: AgentId, expected_at: Timestamp },
    BookingTaken = "booking.taken" { booking: BookingId },
    BookingReleased = "booking.released" { booking: BookingId },
    BookingLapsed = "booking.lapsed" { booking: BookingId },

    CallbackRequested = "callback.requested" {
        callback: CallbackId, matter: MatterId, visit: VisitId, subject: SubjectId, account: Option<AccountId>,
        channel: Channel, topic: TopicName, page: PageName, number: Sealed<String>, about: Option<Sealed<String>>, when: When,
        #[serde(borrow)] queue: &'a str, priority: u8, virtual_start: Timestamp, until: Deadline,
    },
    CallbackScheduled = "callback.scheduled" { callback: CallbackId, at: Deadline },
    CallbackQueued = "callback.queued" { callback: CallbackId, contact: ContactId },
    AttemptStarted = "callback.attempt_started" { callback: CallbackId, attempt: u8, contact: ContactId },
    AttemptEnded = "callback.attempt_ended" { callback: CallbackId, end: AttemptEnd },
    CallbackRescheduled = "callback.rescheduled" { callback: CallbackId, when: When, until: Deadline },
    CallbackCompleted = "callback.completed" { callback: CallbackId, reason: Completion },

    Queued = "contact.queued" {
        contact: ContactId, matter: MatterId, visit: Option<VisitId>, subject: Option<SubjectId>,
        account: Option<AccountId>, #[serde(borrow)] queue: &'a str, channel: Channel, topic: TopicName, page: PageName,
        priority: u8, virtual_start: Timestamp,
        #[serde(borrow)] requirement: &'a RawValue,
        callback: Option<CallbackId>, until: Deadline,
    },
    StepActivated = "contact.step_activated" { contact: ContactId, step: u8 },
    Prioritised = "contact.prioritised" { contact: ContactId, priority: u8, virtual_start: Timestamp },
    Reassigned = "contact.reassigned" { contact: ContactId, agent: Option<AgentId>, #[serde(default)] until: Option<Deadline> },
    AssignmentReleased = "contact.assignment_released" { contact: ContactId },
    HandedBack = "contact.handed_back" { contact: ContactId, until: Deadline },
    CustomerGone = "contact.customer_gone" { contact: ContactId },
    CustomerReturned = "contact.customer_returned" { contact: ContactId },
    Talking = "contact.talking" { contact: ContactId, until: Deadline },
    Held = "contact.held" { contact: ContactId, until: Deadline },
    Resumed = "contact.resumed" { contact: ContactId, until: Deadline },
    Left = "contact.left" { contact: ContactId, exit: Exit },
    Completed = "contact.completed" { contact: ContactId, disposition: String, notes: Option<Sealed<String>> },
    Rated = "contact.rated" { contact: ContactId, stars: u8 },

    Granted = "entitlement.granted" { facts: FactsSeen },

    LinkRequested = "link.requested" { link: LinkId, contact: ContactId, medium: Medium },
    LinkRinging = "link.ringing" { contact: ContactId },
    LinkAnswered = "link.answered" { contact: ContactId },
    LinkConnected = "link.connected" { contact: ContactId },
    LinkHeld = "link.held" { contact: ContactId },
    LinkResumed = "link.resumed" { contact: ContactId },
    MessageSent = "link.message_sent" { contact: ContactId, message: MessageId, from: Party, text: Sealed<String> },
    LinkEnded = "link.ended" { contact: ContactId, end: End },

    QueueDefined = "queue.defined" { queue: QueueName, definition: domain::queue::Definition },

    Offered = "reservation.offered" { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Accepted = "reservation.accepted" { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Rejected = "reservation.rejected" { reservation: ReservationId, contact: ContactId, agent: AgentId },
    TimedOut = "reservation.timed_out" { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Cancelled = "reservation.cancelled" { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Rescinded = "reservation.rescinded" { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Extended = "reservation.extended" { reservation: ReservationId, contact: ContactId, until: Deadline },
    Wrapping = "reservation.wrapping" { contact: ContactId, until: Deadline },
    ReservationCompleted = "reservation.completed" { contact: ContactId, agent: AgentId },
    Failed = "reservation.failed" { reservation: ReservationId, contact: ContactId, agent: AgentId },
}

impl<'a> Happened<'a> {
    pub(crate) fn read(kind: &str, data: &'a [u8]) -> Result<Self, DecodeError> {
        if kind == "reservation.offered"
            && let Some(offered) = offered_before_why(data)
        {
            return Ok(offered);
        }
        Self::read_whole(kind, data)
    }
}

/// An offer's data is mostly its `why`, which stands last and is read by nobody here. `None`: written otherwise.
fn offered_before_why<'a>(data: &[u8]) -> Option<Happened<'a>> {
    #[derive(Deserialize)]
    struct Fields {
        reservation: ReservationId,
        contact: ContactId,
        agent: AgentId,
        until: Deadline,
    }
    const WHY: &[u8] = b",\"why\":";
    let end = data.windows(WHY.len()).position(|window| window == WHY)?;
    let mut head = [b'}'; OFFER_HEAD_MAX];
    head.get_mut(..end)?.copy_from_slice(&data[..end]);
    let Fields { reservation, contact, agent, until } =
        serde_json::from_slice(head.get(..=end)?).ok()?;
    Some(Happened::Offered { reservation, contact, agent, until })
}
