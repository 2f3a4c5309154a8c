//! A display: the page that customer, agent and whoever joins see together while they talk.

mod fold;
mod looking;
mod sharing;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use self::fold::evolve;
pub use self::fold::experts;
use crate::{
    command::{Actor, refusals},
    contact,
    id::{
        AgentId, ConnectionId, ContactId, DisplayId, LanguageName, NodeName, PushId, StaffId,
        VisitId, WidgetName,
    },
    policy::consent::AgreedText,
    reservation::Party,
    sealed::Sealed,
    site::Draft,
    time::Timestamp,
};

/// Staff who look on at once.
pub const WATCHERS_MAX: usize = 20;
/// Connections of one display, the customer's tabs among them.
pub const CONNECTIONS_MAX: usize = 64;
/// Staff who are invited to one display.
pub const INVITED_MAX: usize = 40;
/// Shared widgets of one display.
pub const WIDGETS_MAX: usize = 16;
/// Changes of shared widgets that one display takes.
pub const WIDGET_CHANGES_MAX: u32 = 10_000;
/// Bytes of a shared widget's state as JSON (checked where it is sealed).
pub const WIDGET_BYTES_MAX: usize = 16 * 1024;

/// What the customer agrees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The page is seen while they talk.
    View,
    /// It may be looked at again after the contact.
    Record,
    /// Staff may act on the page, each after a grant.
    Control,
    /// Pages that staff open are opened without asking each time.
    Follow,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::View, Self::Record, Self::Control, Self::Follow];
}

/// How the page is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The customer's page as it stands, masked.
    Mirror,
    /// Each side loads the same address over its own connection.
    Together { url: Sealed<String> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The customer was asked.
    Offered,
    Shared {
        way: Way,
    },
    /// Nothing goes over until the customer resumes.
    Paused {
        way: Way,
    },
}

/// As whom a member of staff looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Supervisor,
    /// Invited by somebody who looks on.
    Expert,
}

/// A page or address that one side opened for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    pub push: PushId,
    pub by: Party,
    pub staff: Option<StaffId>,
    pub url: Sealed<String>,
    pub state: PushState,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushState {
    /// The customer has not answered.
    Proposed,
    Followed,
    Declined,
}

/// Who may act on the customer's page, or asks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    pub staff: StaffId,
    pub granted: bool,
    pub since: Timestamp,
}

/// A connection in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// `None`: the customer.
    pub watcher: Option<(StaffId, Role)>,
    pub address: Option<Sealed<String>>,
    /// The node that holds it.
    pub node: NodeName,
    pub since: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    pub version: u32,
    /// JSON.
    pub state: Sealed<String>,
}

/// An open display. It ends with the talk, whose deadline is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    pub contact: ContactId,
    pub visit: VisitId,
    pub agent: AgentId,
    pub state: State,
    pub scopes: BTreeSet<Scope>,
    pub invited: BTreeSet<StaffId>,
    pub connections: BTreeMap<ConnectionId, Connection>,
    pub push: Option<Push>,
    pub control: Option<Control>,
    pub widgets: BTreeMap<WidgetName, Widget>,
    pub widget_changes: u32,
}

refusals! { "display" =>
    Over = "over", "this display has ended; begin another one";
    NoTalk = "no_talk", "a page is shared while customer and agent talk; wait until the talk has begun";
    NoVisit = "no_visit", "this customer is not on a page of ours, so there is nothing to share";
    NotYours = "not_yours", "this display belongs to somebody else's contact";
    NotShared = "not_shared", "the customer does not share the page now";
    ViewIsNeeded = "view_is_needed", "a page cannot be shared without being seen; agree to that too, or to nothing";
    TextNotInForce = "text_not_in_force", "this text is not in force; show the one that is, and ask again";
    NotInvited = "not_invited", "ask the agent of this contact to invite you";
    NotLooking = "not_looking", "join the display first";
    WatchersFull = "watchers_full", "as many people look on as one display takes; somebody has to leave first";
    ConnectionsFull = "connections_full", "this display has as many connections as it takes; close one first";
    InvitedFull = "invited_full", "as many people are invited as one display takes";
    PushOver = "push_over", "another page was opened meanwhile";
    ControlNotAgreed = "control_not_agreed", "the customer has not agreed that staff may act on the page";
    ControlTaken = "control_taken", "somebody else acts on the page; ask them to let go first";
    ControlNotAsked = "control_not_asked", "this person does not ask to act on the page any more";
    WidgetStale = "widget_stale", "somebody changed this a moment earlier; look at what they did, and change it again";
    WidgetsFull = "widgets_full", "this page has as many shared widgets as one display takes";
    ChangesFull = "changes_full", "the shared widgets of this display were changed as often as it takes; begin another display";
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    TalkEnded,
    /// The customer did not want to.
    Declined,
    /// The customer took the consent back.
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Asks the customer, or asks again.
    Offer {
        contact: ContactId,
    },
    /// Agrees, or agrees to more; begins a display if there is none.
    Consent {
        contact: ContactId,
        scopes: BTreeSet<Scope>,
        /// `None`: nobody knows this text.
        #[serde(default)]
        text: Option<AgreedText>,
    },
    /// Takes scopes back at once; without `View` the display ends.
    Revoke {
        display: DisplayId,
        scopes: BTreeSet<Scope>,
    },
    Pause {
        display: DisplayId,
    },
    Resume {
        display: DisplayId,
    },
    /// The customer's side says which way is on; staff go back to the mirror.
    Share {
        display: DisplayId,
        way: Way,
    },
    Invite {
        display: DisplayId,
        staff: StaffId,
    },
    /// Whoever was invited does not come.
    Decline {
        display: DisplayId,
    },
    /// A connection opens. `role` is attached by the door that knows it; a customer has none.
    Join {
        display: DisplayId,
        connection: ConnectionId,
        role: Option<Role>,
        node: NodeName,
        address: Option<Sealed<String>>,
    },
    /// It has closed.
    Leave {
        display: DisplayId,
        connection: ConnectionId,
    },
    Push {
        display: DisplayId,
        url: Sealed<String>,
    },
    Answer {
        display: DisplayId,
        push: PushId,
        follow: bool,
    },
    AskControl {
        display: DisplayId,
    },
    Grant {
        display: DisplayId,
        staff: StaffId,
    },
    /// By the customer, or by whoever holds it.
    ReleaseControl {
        display: DisplayId,
    },
    ChangeWidget {
        display: DisplayId,
        widget: WidgetName,
        based_on: u32,
        state: Sealed<String>,
    },
    /// Somebody looks at what was recorded of a contact.
    Replay {
        contact: ContactId,
    },
    /// What one gateway took in one minute, in one number.
    Digest {
        node: NodeName,
        minute: Timestamp,
        root: String,
        visits: u32,
        frames: u64,
    },
}

events! { "display" =>
    Offered = "display.offered" @ 1 { display: DisplayId, contact: ContactId, visit: VisitId, agent: AgentId },
    /// All that is agreed to from now on.
    Consented = "display.consented" @ 2 { display: DisplayId, contact: ContactId, scopes: BTreeSet<Scope>, text_version: String,
        /// `None`: from before texts had one.
        #[serde(default)]
        language: Option<LanguageName>,
    },
    /// What was taken back.
    Revoked = "display.revoked" @ 1 { display: DisplayId, contact: ContactId, scopes: BTreeSet<Scope> },
    Shared = "display.shared" @ 1 { display: DisplayId, contact: ContactId, way: Way },
    Paused = "display.paused" @ 1 { display: DisplayId, contact: ContactId },
    Invited = "display.invited" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId },
    InvitationDeclined = "display.invitation_declined" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId },
    /// A connection; `watcher` is nobody for the customer's own.
    Registered = "display.registered" @ 1 {
        display: DisplayId, contact: ContactId, connection: ConnectionId, watcher: Option<(StaffId, Role)>,
        node: NodeName, address: Option<Sealed<String>>,
    },
    /// The first connection of a member of staff.
    Joined = "display.joined" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId, role: Role },
    /// A connection closed.
    Left = "display.left" @ 1 { display: DisplayId, contact: ContactId, connection: ConnectionId },
    PagePushed = "display.page_pushed" @ 1 {
        display: DisplayId, contact: ContactId, push: PushId, by: Party, staff: Option<StaffId>, url: Sealed<String>,
        /// Opened at once; else the customer is asked.
        follows: bool,
    },
    PageAnswered = "display.page_answered" @ 1 { display: DisplayId, contact: ContactId, push: PushId, follow: bool },
    ControlAsked = "display.control_asked" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId },
    ControlGranted = "display.control_granted" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId },
    ControlRevoked = "display.control_revoked" @ 1 { display: DisplayId, contact: ContactId, staff: StaffId },
    WidgetChanged = "display.widget_changed" @ 1 {
        display: DisplayId, contact: ContactId, widget: WidgetName, version: u32, by: Party, staff: Option<StaffId>,
        state: Sealed<String>,
    },
    Replayed = "display.replayed" @ 1 { contact: ContactId, staff: StaffId },
    /// `root` is the Merkle root over the visits' digests, which lie in the activity log.
    Digested = "display.digested" @ 1 { node: NodeName, minute: Timestamp, root: String, visits: u32, frames: u64 },
    Ended = "display.ended" @ 1 { display: DisplayId, contact: ContactId, end: End },
}

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Offer { contact } => sharing::ask(draft, contact),
        Command::Consent { contact, scopes, text } => {
            sharing::consent(draft, contact, scopes, text)
        }
        Command::Revoke { display, scopes } => sharing::revoke(draft, display, &scopes),
        Command::Pause { display } => sharing::pause(draft, display),
        Command::Resume { display } => sharing::resume(draft, display),
        Command::Share { display, way } => sharing::share(draft, display, way),
        Command::Invite { display, staff } => looking::invite(draft, display, staff),
        Command::Decline { display } => looking::decline(draft, display),
        Command::Join { display, connection, role, node, address } => {
            looking::join(draft, display, connection, role, node, address)
        }
        Command::Leave { display, connection } => {
            looking::leave(draft, display, connection);
            Ok(())
        }
        Command::Push { display, url } => sharing::push(draft, display, url),
        Command::Answer { display, push, follow } => sharing::answer(draft, display, push, follow),
        Command::AskControl { display } => looking::ask_control(draft, display),
        Command::Grant { display, staff } => looking::grant(draft, display, staff),
        Command::ReleaseControl { display } => looking::release_control(draft, display),
        Command::ChangeWidget { display, widget, based_on, state } => {
            sharing::change_widget(draft, display, widget, based_on, state)
        }
        Command::Replay { contact } => looking::replay(draft, contact),
        Command::Digest { node, minute, root, visits, frames } => {
            draft.emit(Event::Digested { node, minute, root, visits, frames });
            Ok(())
        }
    }
}

/// The talk has begun: the customer is asked.
pub(crate) fn offer(draft: &mut Draft, contact: ContactId) {
    let site = &draft.site;
    let (Some(known), None) = (site.contacts.get(&contact), site.display_of(contact)) else {
        return;
    };
    let held = known.reservation().and_then(|id| site.reservations.get(&id));
    let (Some(visit), Some(agent)) = (known.visit, held.map(|held| held.agent)) else { return };
    let display = draft.new_id("display");
    draft.emit(Event::Offered { display, contact, visit, agent });
}

/// The talk is over, and with it the contact's display, if it has one.
pub(crate) fn end_of(draft: &mut Draft, contact: ContactId) {
    if let Some(display) = draft.site.display_of(contact) {
        draft.emit(Event::Ended { display, contact, end: End::TalkEnded });
    }
}

/// The display, if it is the acting customer's or the acting staff's to act on.
fn open_to_actor(draft: &Draft, id: DisplayId) -> Result<(Display, Party), Refusal> {
    let display = draft.site.displays.get(&id).ok_or(Refusal::Over)?;
    match &draft.context.actor {
        Actor::Customer(visit) if *visit == display.visit => Ok((display.clone(), Party::Customer)),
        Actor::Staff(_) => Ok((display.clone(), Party::Agent)),
        Actor::Customer(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Err(Refusal::NotYours)
        }
    }
}

/// The same for the customer alone.
fn customers(draft: &Draft, id: DisplayId) -> Result<Display, Refusal> {
    match open_to_actor(draft, id)? {
        (display, Party::Customer) => Ok(display),
        (_, Party::Agent) => Err(Refusal::NotYours),
    }
}

fn acting_staff(draft: &Draft) -> Option<StaffId> {
    match &draft.context.actor {
        Actor::Staff(staff) => Some(*staff),
        Actor::Customer(_) | Actor::Policy(_) | Actor::Timer | Actor::System => None,
    }
}

impl Display {
    /// As it is offered.
    pub fn new(contact: ContactId, visit: VisitId, agent: AgentId) -> Self {
        Self {
            contact,
            visit,
            agent,
            state: State::Offered,
            scopes: BTreeSet::new(),
            invited: BTreeSet::new(),
            connections: BTreeMap::new(),
            push: None,
            control: None,
            widgets: BTreeMap::new(),
            widget_changes: 0,
        }
    }

    pub fn is_shared(&self) -> bool {
        matches!(self.state, State::Shared { .. })
    }

    /// Whether this member of staff looks on now.
    pub fn is_watched_by(&self, staff: StaffId) -> bool {
        self.watchers().any(|(watcher, _)| watcher == staff)
    }

    /// One entry a connection.
    pub fn watchers(&self) -> impl Iterator<Item = (StaffId, Role)> + '_ {
        self.connections.values().filter_map(|connection| connection.watcher)
    }

    fn way(&self) -> Option<&Way> {
        match &self.state {
            State::Offered => None,
            State::Shared { way } | State::Paused { way } => Some(way),
        }
    }
}

/// What it means that the customer does not agree (any more).
fn end_of_consent(display: &Display) -> End {
    match display.state {
        State::Offered => End::Declined,
        State::Shared { .. } | State::Paused { .. } => End::Revoked,
    }
}

/// Whether customer and agent talk on this contact.
fn is_talk(draft: &Draft, contact: ContactId) -> Result<(), Refusal> {
    let known = draft.site.contacts.get(&contact).ok_or(Refusal::NoTalk)?;
    match known.state {
        contact::State::Talking { .. } | contact::State::Held { .. } => Ok(()),
        contact::State::Waiting
        | contact::State::Offered { .. }
        | contact::State::Linking { .. }
        | contact::State::Wrapping { .. } => Err(Refusal::NoTalk),
    }
}
