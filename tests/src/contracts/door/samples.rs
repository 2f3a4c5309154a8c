//! Something of every kind that goes through the door.

use std::net::IpAddr;

use api::{
    display::signal::{Recorded, Signal, SignalAct, SignalBy, Spot},
    door::{Act, Answer, CustomerCommand, Frames, OnDisplay, PageFrame, Pass, Visit},
    graphql::{
        contact::ContactState,
        display::{DisplayScope, DisplayWay},
        link::{Channel, Message, OwnLink, Party},
        outcome::{Datum, Done, NotKnownYet, Outcome, OutcomeState, Refused},
        own::{
            Asked, CallbackRequested, Denied, DeniedRule, Instead, Me, OwnContact, PhoneNumber,
            Promise, TicketFiled, Wait,
        },
        policy::{ConsentScope, ConsentText, Topic},
        scalar::{Instant, Token},
        wait::{Availability, Change, ExpectedWait, Possibility},
    },
};
use domain::time::Timestamp;
use uuid::Uuid;

pub fn pass() -> Pass {
    Pass { token: "a.visit's.token".to_owned(), address: IpAddr::from([192, 0, 2, 7]) }
}

pub(super) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(super) fn token(seq: u64) -> Token {
    Token::parse(&format!("site:demo@{seq}")).unwrap()
}

pub(super) fn at(secs: i64) -> Instant {
    Instant(Timestamp::from_secs(secs))
}

pub(super) fn visit() -> Visit {
    Visit { visit: id(1), token: "a.fresh.token".to_owned(), expires_at: at(1_800_000_000) }
}

pub(super) fn consent_text() -> ConsentText {
    let text = |text: &str| text.to_owned();
    ConsentText {
        version: text("5f0c"),
        language: text("de"),
        title: text("{name} diese Seite zeigen?"),
        what: text("Während Sie sprechen"),
        hidden: text("Was Sie schreiben"),
        scopes: vec![ConsentScope {
            scope: DisplayScope::View,
            title: text("Sehen"),
            text: text("Nötig"),
        }],
        in_force_since: at(1_800_000_000),
        replaced_at: None,
    }
}

pub(super) fn topics() -> Vec<Topic> {
    vec![Topic { topic: "billing".to_owned(), title: "Bills “and” money\n".to_owned() }]
}

pub(super) fn wait() -> ExpectedWait {
    let [method, basis] = ["ewt-1", "12 of the last hour"].map(str::to_owned);
    ExpectedWait { seconds: 240, low_seconds: 120, high_seconds: 360, method, basis, recent: 12 }
}

pub(super) fn availability() -> Vec<Availability> {
    let chat = Availability {
        channel: Channel::Chat,
        possibility: Possibility::NotNow,
        rules: vec!["contract_hours".to_owned()],
        until: Some(at(1_800_000_060)),
        zone: Some("Europe/London".to_owned()),
        changes: vec![Change::WhenOneEnds],
        agents_at_work: 2,
        allowed: true,
        free_now: false,
        message: "About 4 minutes".to_owned(),
        expected_wait: Some(wait()),
        opens_at: Some(at(1_800_000_060)),
    };
    let phone = Availability { channel: Channel::Phone, allowed: false, ..chat.clone() };
    vec![chat, phone]
}

pub(super) fn phone_number() -> PhoneNumber {
    let text = |text: &str| Some(text.to_owned());
    PhoneNumber {
        valid: true,
        e164: text("+441632960104"),
        national: text("01632 960104"),
        international: text("+44 1632 960104"),
        country: text("GB"),
        problem: None,
        example: "0121 234 5678".to_owned(),
    }
}

pub(super) fn signals() -> Vec<Signal> {
    let by = || SignalBy { staff: id(3), name: "Dana".to_owned() };
    let signal = |act| Signal { by: by(), what: Recorded { page_load: -7, act } };
    let spot = Spot { node: 17, x: 0.5, y: 0.25 };
    vec![
        signal(SignalAct::Pointer(spot)),
        signal(SignalAct::Highlight { node: None }),
        signal(SignalAct::Choose { node: 4, value: "ä".to_owned(), checked: Some(true) }),
    ]
}

pub(super) fn frames(bytes: usize) -> Frames {
    let frame = |seq: u32| PageFrame { seq, full: seq == 3, data: vec![255; bytes].into() };
    Frames { display: id(4), page_load: -7, frames: vec![frame(3), frame(4)] }
}

pub(super) fn outcome() -> Outcome {
    Outcome { state: OutcomeState::Refused, token: Some(token(3)), refused: Some(refused()) }
}

pub(super) fn refused() -> Refused {
    let [code, message] = ["chat.over", "The chat has ended."].map(str::to_owned);
    let data = vec![Datum { name: "number".to_owned(), value: "7".to_owned() }];
    Refused { command_id: id(2), code, message, data }
}

/// At `seq`, with so many messages in the chat.
pub fn me(seq: u64, messages: usize) -> Me {
    let said = |n| Message {
        id: id(n as u128),
        from: if n % 2 == 0 { Party::Customer } else { Party::Agent },
        at: at(1_800_000_000),
        text: Some(format!("Message {n}: ä, \u{1F44B}, \"quoted\"")),
    };
    let link = OwnLink {
        id: id(5),
        medium: "chat".to_owned(),
        state: "connected".to_owned(),
        messages: (0..messages).map(said).collect(),
    };
    let contact = OwnContact {
        id: id(6),
        state: ContactState::Talking,
        channel: Channel::Chat,
        topic: "billing".to_owned(),
        topic_title: "Bills".to_owned(),
        since: at(1_800_000_000),
        handed_back_at: None,
        wait: Some(Wait::InLine),
        position: Some(1),
        expected_wait: Some(wait()),
        booked: None,
        agent_name: Some("Dana".to_owned()),
        link: Some(link),
        can_cancel: false,
        can_rate: true,
        rated: Some(5),
        reason: Some("answered".to_owned()),
        ended_at: Some(at(1_800_000_000)),
        until_seen: false,
        display: None,
    };
    Me {
        visit: id(1),
        signed_in: true,
        country: "GB".to_owned(),
        name: Some("Ada".to_owned()),
        contract_title: None,
        network: Some("home".to_owned()),
        tokens: vec![token(seq)],
        contacts: vec![contact],
        callbacks: Vec::new(),
        services: Vec::new(),
        tickets: Vec::new(),
    }
}

/// One of each kind.
pub(super) fn answers() -> Vec<Answer> {
    let (command_id, token) = (id(2), token(9));
    let text = |text: &str| text.to_owned();
    vec![
        Answer::Done(Done { command_id, token: token.clone() }),
        Answer::Asked(Asked { command_id, token: token.clone(), contact: id(6) }),
        Answer::CallbackRequested(CallbackRequested {
            command_id,
            token: token.clone(),
            callback: id(7),
            promise: Some(Promise::NotBooked),
        }),
        Answer::TicketFiled(TicketFiled {
            command_id,
            token: token.clone(),
            ticket: id(8),
            number: 12,
        }),
        Answer::Denied(Denied {
            command_id,
            token,
            channel: Channel::Chat,
            topic: text("billing"),
            channels: availability(),
            message: text("This is not covered."),
            rules: vec![DeniedRule {
                code: text("contract_hours"),
                by: text("contract"),
                message: text("It is late."),
            }],
            instead: vec![Instead {
                channel: Some(Channel::Email),
                at: Some(at(1_800_000_000)),
                change: Some(Change::SignIn),
                message: text("Write to us."),
            }],
            contract_title: Some(text("Basic")),
            contract_version: 3,
            network: None,
            network_version: None,
        }),
        Answer::Refused(refused()),
        Answer::NotKnownYet(NotKnownYet { command_id, message: text("ask later") }),
    ]
}

pub(super) fn command(act: Act) -> CustomerCommand {
    CustomerCommand { command_id: Some(id(2)), act }
}

/// One of each kind.
pub(super) fn acts() -> Vec<Act> {
    let text = |text: &str| text.to_owned();
    let when = Some(at(1_800_003_600));
    vec![
        Act::Ask {
            topic: text("billing"),
            channel: domain::id::Channel::Chat,
            page: Some(text("/bills")),
        },
        Act::RequestCallback {
            topic: text("billing"),
            number: text("+49301234567"),
            at: when,
            zone: Some(text("Europe/Berlin")),
            page: None,
            about: Some(text("{\"widget\":\"tariffs\"}")),
        },
        Act::CancelContact { contact: id(6) },
        Act::CancelCallback { callback: id(7) },
        Act::RescheduleCallback { callback: id(7), at: when, zone: None },
        Act::Say { link: id(5), text: text("Hello, “you”\u{0}") },
        Act::EndLink { link: id(5) },
        Act::FileTicket {
            topic: text("billing"),
            service: Some(id(9)),
            text: text("It is broken."),
        },
        Act::Rate { contact: id(6), stars: 5 },
        Act::Display(OnDisplay::Consent {
            contact: id(6),
            scopes: vec![DisplayScope::View, DisplayScope::Follow],
            text_version: text("1"),
        }),
        Act::Display(OnDisplay::Share {
            display: id(4),
            way: DisplayWay::Together,
            url: Some(text("https://a.example/")),
        }),
    ]
}
