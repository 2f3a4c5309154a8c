//! A door of paper: it keeps what it was asked and answers what it was told to.

use std::{collections::VecDeque, sync::Mutex};

use api::{
    display::signal::Signal,
    door::{
        About, Answer, CustomerCommand, CustomerDoor, DoorError, Following, Frames, Pass, View,
        Visit, VisitAsk,
    },
    graphql::{
        outcome::Outcome,
        own::{Me, PhoneNumber},
        policy::{ConsentText, Topic},
        scalar::Token,
        wait::Availability,
    },
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;

use super::samples::{
    availability, consent_text, me, outcome, phone_number, signals, topics, visit,
};
use crate::scenario::PATIENCE;

/// What is followed inside: a state, or how it ends.
#[derive(Clone, Debug)]
pub(super) enum Shown<T> {
    State(T),
    Error(DoorError),
    Over,
}

/// A door of paper: keeps what it was asked, and answers what it was told to.
pub struct Paper {
    asked: Mutex<Vec<Value>>,
    pub(super) answers: Mutex<VecDeque<Answer>>,
    pub(super) refusing: Mutex<Option<DoorError>>,
    pub(super) me: watch::Sender<Shown<Me>>,
    pub(super) availability: watch::Sender<Shown<Vec<Availability>>>,
    pub(super) signals: watch::Sender<Shown<Vec<Signal>>>,
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
    pub(super) fn shows(&self, state: Me) {
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

    pub(super) fn answer<T>(
        &self,
        question: Value,
        answer: impl FnOnce() -> T,
    ) -> Result<T, DoorError> {
        self.asked.lock().unwrap().push(question);
        match self.refusing.lock().unwrap().clone() {
            Some(error) => Err(error),
            None => Ok(answer()),
        }
    }

    pub(super) fn now<T: Send + 'static>(
        &self,
        question: Value,
        answer: impl FnOnce() -> T,
    ) -> BoxFuture<'_, Result<T, DoorError>> {
        std::future::ready(self.answer(question, answer)).boxed()
    }

    pub(super) fn follow<T: Clone + Send + Sync + 'static>(
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

    fn consent_text<'a>(
        &'a self,
        pass: &'a Pass,
        language: String,
    ) -> BoxFuture<'a, Result<ConsentText, DoorError>> {
        self.now(json!({ "consent_text": { "pass": pass, "language": language } }), consent_text)
    }

    fn topics<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<Vec<Topic>, DoorError>> {
        self.now(json!({ "topics": pass }), topics)
    }

    fn availability<'a>(
        &'a self,
        pass: &'a Pass,
        about: About,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Vec<Availability>, DoorError>> {
        self.now(json!({ "availability": [pass, about, at_least] }), availability)
    }

    fn follow_availability(&self, pass: Pass, about: About) -> Following<Vec<Availability>> {
        self.follow(json!({ "follow_availability": [pass, about] }), &self.availability)
    }

    fn phone_number<'a>(
        &'a self,
        pass: &'a Pass,
        text: String,
    ) -> BoxFuture<'a, Result<PhoneNumber, DoorError>> {
        self.now(json!({ "phone_number": [pass, text] }), phone_number)
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
