//! A link: the second medium between agent and customer. Here: chat, and a phone call made by hand.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, ContactId, LinkId, MessageId, ReservationId},
    reservation::Party,
    sealed::Sealed,
    time::Deadline,
};

/// A chat text has at most this many characters (checked where it is sealed).
pub const MESSAGE_CHARS_MAX: usize = 2_000;
/// A link takes at most this many messages.
pub const MESSAGES_MAX: u32 = 2_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    Chat,
    /// The agent dials the number shown, and reports.
    ByHand {
        number: Sealed<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    CustomerHungUp,
    AgentHungUp,
    PlatformEnded,
    Transferred,
    Failed(String),
    Expired,
}

/// What the agent reports of a call made by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    Ringing,
    Answered,
    NoAnswer,
    Busy,
    Voicemail,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Say {
        link: LinkId,
        text: Sealed<String>,
    },
    Report {
        link: LinkId,
        report: Report,
    },
    /// Either side ends it.
    End {
        link: LinkId,
    },
}

events! { "link" =>
    Requested = "link.requested" @ 1 {
        link: LinkId, contact: ContactId, reservation: ReservationId, agent: AgentId, medium: Medium, until: Deadline,
    },
    Ringing = "link.ringing" @ 1 { link: LinkId, contact: ContactId },
    Answered = "link.answered" @ 1 { link: LinkId, contact: ContactId },
    Connected = "link.connected" @ 1 { link: LinkId, contact: ContactId },
    Held = "link.held" @ 1 { link: LinkId, contact: ContactId },
    Resumed = "link.resumed" @ 1 { link: LinkId, contact: ContactId },
    MessageSent = "link.message_sent" @ 1 { link: LinkId, contact: ContactId, message: MessageId, from: Party, text: Sealed<String> },
    Ended = "link.ended" @ 1 { link: LinkId, contact: ContactId, end: End },
}
