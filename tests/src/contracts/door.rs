//! What every way to the customer's door promises: what is asked arrives inside as it was asked, what is answered
//! arrives outside as it was answered, and who follows gets the latest, whole.

use std::{collections::VecDeque, net::IpAddr, sync::Mutex};

use api::{
    display::signal::{Recorded, Signal, SignalAct, SignalBy, Spot},
    door::{
        Act, Answer, CustomerCommand, CustomerDoor, DoorCode, DoorError, Following, Frames,
        OnDisplay, PageFrame, Pass, View, Visit, VisitAsk,
    },
    graphql::{
        contact::ContactState,
        display::{DisplayScope, DisplayWay},
        link::{Channel, Message, OwnLink, Party},
        outcome::{Done, NotKnownYet, Outcome, OutcomeState, Refused},
        own::{Asked, CallbackRequested, Denied, DeniedRule, Instead, Me, OwnContact, TicketFiled},
        policy::Topic,
        scalar::{Instant, Token},
        wait::{Availability, ExpectedWait},
    },
};
use domain::time::Timestamp;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;

use crate::scenario::PATIENCE;

/// What is followed inside: a state, or how it ends.
#[derive(Clone, Debug)]
enum Shown<T> {
    State(T),
    Error(DoorError),
    Over,
}

/// A door of paper: keeps what it was asked, and answers what it was told to.
pub struct Paper {
    asked: Mutex<Vec<Value>>,
    answers: Mutex<VecDeque<Answer>>,
    refusing: Mutex<Option<DoorError>>,
    me: watch::Sender<Shown<Me>>,
    availability: watch::Sender<Shown<Vec<Availability>>>,
    signals: watch::Sender<Shown<Vec<Signal>>>,
    followers: watch::Sender<usize>,
}

impl Default for Paper {
    fn default() -> Self {
        Self {
            asked: Mutex::default(),
            answers: Mutex::default(),
            refusing: Mutex::default(),
            me: watch::Sender::new(Shown::State(me(0, 0))),
            availability: watch::Sender::new(Shown::State(availability())),
            signals: watch::Sender::new(Shown::State(signals())),
            followers: watch::Sender::new(0),
        }
    }
}

impl Paper {
    fn shows(&self, state: Me) {
        self.me.send_replace(Shown::State(state));
    }

    /// Resolves when so many follow.
    pub async fn followed_by(&self, count: usize) {
        let mut followers = self.followers.subscribe();
        let reached = followers.wait_for(|followers| *followers == count);
        let last = *self.followers.borrow();
        timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("{last} follow")).unwrap();
    }

    /// All that was asked so far, once.
    pub fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn answer<T>(&self, question: Value, answer: impl FnOnce() -> T) -> Result<T, DoorError> {
        self.asked.lock().unwrap().push(question);
        match self.refusing.lock().unwrap().clone() {
            Some(error) => Err(error),
            None => Ok(answer()),
        }
    }

    fn now<T: Send + 'static>(
        &self,
        question: Value,
        answer: impl FnOnce() -> T,
    ) -> BoxFuture<'_, Result<T, DoorError>> {
        std::future::ready(self.answer(question, answer)).boxed()
    }

    fn follow<T: Clone + Send + Sync + 'static>(
        &self,
        question: Value,
        shown: &watch::Sender<Shown<T>>,
    ) -> Following<T> {
        if let Err(error) = self.answer(question, || ()) {
            return stream::once(std::future::ready(Err(error))).boxed();
        }
        let mut shown = shown.subscribe();
        shown.mark_changed();
        let follower = Follower::come(self.followers.clone());
        stream::unfold(Some((shown, follower)), |state| async {
            let (mut shown, follower) = state?;
            shown.changed().await.ok()?;
            let now = shown.borrow_and_update().clone();
            match now {
                Shown::State(now) => Some((Ok(now), Some((shown, follower)))),
                Shown::Error(error) => Some((Err(error), None)),
                Shown::Over => None,
            }
        })
        .boxed()
    }
}

/// Counted as long as it is held.
struct Follower(watch::Sender<usize>);

impl Follower {
    fn come(count: watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl CustomerDoor for Paper {
    fn visit(&self, ask: VisitAsk) -> BoxFuture<'_, Result<Visit, DoorError>> {
        self.now(json!({ "visit": ask }), visit)
    }

    fn check<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<(), DoorError>> {
        self.now(json!({ "check": pass }), || ())
    }

    fn submit<'a>(
        &'a self,
        pass: &'a Pass,
        command: CustomerCommand,
    ) -> BoxFuture<'a, Result<Answer, DoorError>> {
        let next = || self.answers.lock().unwrap().pop_front().expect("an answer was prepared");
        let answer = self.answer(json!({ "submit": [pass, command] }), next);
        std::future::ready(answer).boxed()
    }

    fn activity<'a>(
        &'a self,
        pass: &'a Pass,
        views: Vec<View>,
    ) -> BoxFuture<'a, Result<usize, DoorError>> {
        let count = views.len();
        self.now(json!({ "activity": [pass, views] }), move || count)
    }

    fn me<'a>(
        &'a self,
        pass: &'a Pass,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Me, DoorError>> {
        let now = self.me.borrow().clone();
        let Shown::State(now) = now else { panic!("nothing is shown any more") };
        self.now(json!({ "me": [pass, at_least] }), || now)
    }

    fn follow_me(&self, pass: Pass, at_least: Vec<Token>) -> Following<Me> {
        self.follow(json!({ "follow_me": [pass, at_least] }), &self.me)
    }

    fn topics<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<Vec<Topic>, DoorError>> {
        self.now(json!({ "topics": pass }), topics)
    }

    fn availability<'a>(
        &'a self,
        pass: &'a Pass,
        topic: String,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Vec<Availability>, DoorError>> {
        self.now(json!({ "availability": [pass, topic, at_least] }), availability)
    }

    fn follow_availability(&self, pass: Pass, topic: String) -> Following<Vec<Availability>> {
        self.follow(json!({ "follow_availability": [pass, topic] }), &self.availability)
    }

    fn outcome<'a>(
        &'a self,
        pass: &'a Pass,
        command_id: Uuid,
    ) -> BoxFuture<'a, Result<Outcome, DoorError>> {
        self.now(json!({ "outcome": [pass, command_id] }), outcome)
    }

    fn next_frame<'a>(
        &'a self,
        pass: &'a Pass,
        display: Uuid,
        page_load: i64,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        self.now(json!({ "next_frame": [pass, display, page_load] }), || 7)
    }

    fn frames<'a>(
        &'a self,
        pass: &'a Pass,
        frames: Frames,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        let last = frames.frames.last().map(|frame| frame.seq).unwrap_or_default();
        self.now(json!({ "frames": [pass, frames] }), move || last)
    }

    fn follow_signals(&self, pass: Pass, display: Uuid, page_load: i64) -> Following<Vec<Signal>> {
        self.follow(json!({ "follow_signals": [pass, display, page_load] }), &self.signals)
    }
}

pub fn pass() -> Pass {
    Pass { token: "a.visit's.token".to_owned(), address: IpAddr::from([192, 0, 2, 7]) }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn token(seq: u64) -> Token {
    Token::parse(&format!("site:demo@{seq}")).unwrap()
}

fn at(secs: i64) -> Instant {
    Instant(Timestamp::from_secs(secs))
}

fn visit() -> Visit {
    Visit { visit: id(1), token: "a.fresh.token".to_owned(), expires_at: at(1_800_000_000) }
}

fn topics() -> Vec<Topic> {
    vec![Topic { topic: "billing".to_owned(), title: "Bills “and” money\n".to_owned() }]
}

fn wait() -> ExpectedWait {
    let [method, basis] = ["ewt-1", "12 of the last hour"].map(str::to_owned);
    ExpectedWait { seconds: 240, low_seconds: 120, high_seconds: 360, method, basis }
}

fn availability() -> Vec<Availability> {
    let chat = Availability {
        channel: Channel::Chat,
        allowed: true,
        free_now: false,
        message: "About 4 minutes".to_owned(),
        expected_wait: Some(wait()),
        opens_at: Some(at(1_800_000_060)),
    };
    let phone = Availability { channel: Channel::Phone, allowed: false, ..chat.clone() };
    vec![chat, phone]
}

fn signals() -> Vec<Signal> {
    let by = || SignalBy { staff: id(3), name: "Dana".to_owned() };
    let signal = |act| Signal { by: by(), what: Recorded { page_load: -7, act } };
    let spot = Spot { node: 17, x: 0.5, y: 0.25 };
    vec![
        signal(SignalAct::Pointer(spot)),
        signal(SignalAct::Highlight { node: None }),
        signal(SignalAct::Choose { node: 4, value: "ä".to_owned(), checked: Some(true) }),
    ]
}

fn frames(bytes: usize) -> Frames {
    let frame = |seq: u32| PageFrame { seq, full: seq == 3, data: vec![255; bytes].into() };
    Frames { display: id(4), page_load: -7, frames: vec![frame(3), frame(4)] }
}

fn outcome() -> Outcome {
    Outcome { state: OutcomeState::Refused, token: Some(token(3)), refused: Some(refused()) }
}

fn refused() -> Refused {
    let [code, message] = ["chat.over", "The chat has ended."].map(str::to_owned);
    Refused { command_id: id(2), code, message }
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
        position: Some(1),
        expected_wait: Some(wait()),
        booked: None,
        agent_name: Some("Dana".to_owned()),
        link: Some(link),
        can_cancel: false,
        rated: Some(5),
        display: None,
    };
    Me {
        visit: id(1),
        signed_in: true,
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
fn answers() -> Vec<Answer> {
    let (command_id, token) = (id(2), token(9));
    let text = |text: &str| text.to_owned();
    vec![
        Answer::Done(Done { command_id, token: token.clone() }),
        Answer::Asked(Asked { command_id, token: token.clone(), contact: id(6) }),
        Answer::CallbackRequested(CallbackRequested {
            command_id,
            token: token.clone(),
            callback: id(7),
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
            message: text("This is not covered."),
            rules: vec![DeniedRule {
                code: text("contract_hours"),
                by: text("contract"),
                message: text("It is late."),
            }],
            instead: vec![Instead {
                channel: Some(Channel::Email),
                at: Some(at(1_800_000_000)),
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

fn command(act: Act) -> CustomerCommand {
    CustomerCommand { command_id: Some(id(2)), act }
}

/// One of each kind.
fn acts() -> Vec<Act> {
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

pub async fn questions_and_answers_arrive_as_they_are(door: &dyn CustomerDoor, paper: &Paper) {
    let pass = pass();
    let ask = VisitAsk {
        site: "demo".to_owned(),
        identity: Some("the company's word".to_owned()),
        token: None,
        address: pass.address,
    };
    assert_eq!(door.visit(ask.clone()).await.unwrap(), visit());
    door.check(&pass).await.unwrap();
    let view =
        View { page_load: -7, seq: 3, url: "https://a.example".to_owned(), title: String::new() };
    assert_eq!(door.activity(&pass, vec![view.clone(); 2]).await.unwrap(), 2);
    assert_eq!(door.me(&pass, vec![token(4)]).await.unwrap(), me(0, 0));
    assert_eq!(door.topics(&pass).await.unwrap(), topics());
    let billing = "billing".to_owned();
    let seen = door.availability(&pass, billing.clone(), Vec::new()).await.unwrap();
    assert_eq!(seen, availability());
    assert_eq!(door.outcome(&pass, id(2)).await.unwrap(), outcome());
    let first = door.follow_me(pass.clone(), vec![token(5)]).next().await.unwrap();
    assert_eq!(first.unwrap(), me(0, 0));
    let first = door.follow_availability(pass.clone(), billing.clone()).next().await.unwrap();
    assert_eq!(first.unwrap(), availability());
    assert_eq!(door.next_frame(&pass, id(4), -7).await.unwrap(), 7);
    assert_eq!(door.frames(&pass, frames(3)).await.unwrap(), 4);
    let first = door.follow_signals(pass.clone(), id(4), -7).next().await.unwrap();
    assert_eq!(first.unwrap(), signals());
    let none: [Token; 0] = [];
    assert_eq!(
        paper.asked(),
        [
            json!({ "visit": ask }),
            json!({ "check": pass }),
            json!({ "activity": [pass, [view, view]] }),
            json!({ "me": [pass, [token(4)]] }),
            json!({ "topics": pass }),
            json!({ "availability": [pass, billing, none] }),
            json!({ "outcome": [pass, id(2)] }),
            json!({ "follow_me": [pass, [token(5)]] }),
            json!({ "follow_availability": [pass, billing] }),
            json!({ "next_frame": [pass, id(4), -7] }),
            json!({ "frames": [pass, frames(3)] }),
            json!({ "follow_signals": [pass, id(4), -7] }),
        ]
    );
}

pub async fn every_kind_of_command_and_answer_arrives(door: &dyn CustomerDoor, paper: &Paper) {
    let answers = answers();
    for (act, answer) in acts().into_iter().zip(answers.iter().cycle()) {
        paper.answers.lock().unwrap().push_back(answer.clone());
        let command = command(act);
        assert_eq!(door.submit(&pass(), command.clone()).await.unwrap(), *answer);
        assert_eq!(paper.asked(), [json!({ "submit": [pass(), command] })]);
    }
}

pub async fn an_error_arrives_with_its_code_and_words(door: &dyn CustomerDoor, paper: &Paper) {
    let codes = [
        DoorCode::Unauthenticated,
        DoorCode::Forbidden,
        DoorCode::BadInput,
        DoorCode::NotFound,
        DoorCode::TokenForeign,
        DoorCode::TokenAhead,
        DoorCode::Unavailable,
    ];
    let errors = codes.map(|code| DoorError::new(code, format!("because of {code:?}")));
    for error in errors.into_iter().chain([DoorError::rate_limited(17)]) {
        *paper.refusing.lock().unwrap() = Some(error.clone());
        let pass = pass();
        let say = Act::Say { link: id(5), text: "Hello".to_owned() };
        assert_eq!(door.check(&pass).await, Err(error.clone()));
        assert_eq!(door.submit(&pass, command(say)).await, Err(error.clone()));
        assert_eq!(door.me(&pass, Vec::new()).await, Err(error.clone()));
        let followed: Vec<_> = door.follow_me(pass, Vec::new()).collect().await;
        assert_eq!(followed, [Err(error)]);
    }
}

async fn next<T>(following: &mut Following<T>) -> Option<Result<T, DoorError>> {
    timeout(PATIENCE, following.next()).await.expect("something comes, or the end")
}

pub async fn who_follows_sees_the_whole_first_and_then_each_change(
    door: &dyn CustomerDoor,
    paper: &Paper,
) {
    paper.shows(me(1, 1));
    let mut following = door.follow_me(pass(), Vec::new());
    for seq in 1..20 {
        assert_eq!(next(&mut following).await, Some(Ok(me(seq, 1))));
        paper.shows(me(seq + 1, 1));
    }
    let mut another = door.follow_me(pass(), Vec::new());
    assert_eq!(next(&mut another).await, Some(Ok(me(20, 1))));
}

/// However far away the follower is, no more than one state waits on the way.
pub async fn who_reads_slowly_gets_the_latest(door: &dyn CustomerDoor, paper: &Paper) {
    const STATES: u64 = 2_000;
    let mut following = door.follow_me(pass(), Vec::new());
    assert!(next(&mut following).await.is_some());
    for seq in 1..=STATES {
        paper.shows(me(seq, 5));
        tokio::task::yield_now().await;
    }
    let mut stale = 0;
    while next(&mut following).await != Some(Ok(me(STATES, 5))) {
        stale += 1;
    }
    assert!(stale <= 1, "{stale} states were waiting");
}

pub async fn who_stops_following_is_let_go(door: &dyn CustomerDoor, paper: &Paper) {
    let mut followings: Vec<_> = (0..3).map(|_| door.follow_me(pass(), Vec::new())).collect();
    for following in &mut followings {
        assert!(next(following).await.is_some());
    }
    paper.followed_by(3).await;
    followings.pop();
    paper.followed_by(2).await;
    drop(followings);
    paper.followed_by(0).await;
}

pub async fn what_ends_inside_ends_outside(door: &dyn CustomerDoor, paper: &Paper) {
    let mut following = door.follow_me(pass(), Vec::new());
    let mut other = door.follow_availability(pass(), "billing".to_owned());
    assert!(next(&mut following).await.is_some());
    assert!(next(&mut other).await.is_some());
    paper.me.send_replace(Shown::Over);
    assert_eq!(next(&mut following).await, None);
    let error = DoorError::new(DoorCode::Unauthenticated, "the visit has expired");
    paper.availability.send_replace(Shown::Error(error.clone()));
    assert_eq!(next(&mut other).await, Some(Err(error)));
    assert_eq!(next(&mut other).await, None);
    paper.followed_by(0).await;
}

/// More than one page of anything, and more at a time than any window of the way.
pub async fn long_answers_and_many_at_once_arrive(door: &dyn CustomerDoor, paper: &Paper) {
    const AT_ONCE: usize = 400;
    let large = frames(api::limits::FRAMES_BYTES_MAX / 2);
    assert_eq!(door.frames(&pass(), large).await.unwrap(), 4);
    let long = me(1, 10_000);
    paper.shows(long.clone());
    assert_eq!(door.me(&pass(), Vec::new()).await.unwrap(), long);
    let mut following = door.follow_me(pass(), Vec::new());
    assert_eq!(next(&mut following).await, Some(Ok(long)));
    drop(following);

    paper.shows(me(2, 3));
    let followers = (0..AT_ONCE).map(|_| async {
        let mut following = door.follow_me(pass(), Vec::new());
        assert_eq!(next(&mut following).await, Some(Ok(me(2, 3))));
        assert_eq!(door.topics(&pass()).await.unwrap(), topics());
        following
    });
    let followers = timeout(PATIENCE, futures::future::join_all(followers)).await.unwrap();
    paper.followed_by(AT_ONCE).await;
    drop(followers);
    paper.followed_by(0).await;
}
