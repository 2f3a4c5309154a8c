//! What every way to the customer's door promises: what is asked arrives inside as it was asked, what is answered
//! arrives outside as it was answered, and who follows gets the latest, whole.

mod paper;
mod samples;

use api::{
    door::{About, Act, CustomerDoor, DoorCode, DoorError, Following, View, VisitAsk},
    graphql::scalar::Token,
};
use futures::StreamExt as _;
use serde_json::json;
use tokio::time::timeout;

pub use self::{
    paper::Paper,
    samples::{me, pass},
};
use self::{
    paper::Shown,
    samples::{
        acts, answers, availability, command, consent_text, frames, id, outcome, phone_number,
        signals, token, topics, visit,
    },
};
use crate::scenario::PATIENCE;

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
    let text = door.consent_text(&pass, "de".to_owned()).await;
    assert_eq!(text.unwrap(), consent_text());
    let about = About { topic: "billing".to_owned(), page: Some("/bills".to_owned()) };
    let seen = door.availability(&pass, about.clone(), Vec::new()).await.unwrap();
    assert_eq!(seen, availability());
    assert_eq!(door.outcome(&pass, id(2)).await.unwrap(), outcome());
    let first = door.follow_me(pass.clone(), vec![token(5)]).next().await.unwrap();
    assert_eq!(first.unwrap(), me(0, 0));
    let first = door.follow_availability(pass.clone(), about.clone()).next().await.unwrap();
    assert_eq!(first.unwrap(), availability());
    let number = "01632 960104".to_owned();
    assert_eq!(door.phone_number(&pass, number.clone()).await.unwrap(), phone_number());
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
            json!({ "consent_text": { "pass": pass, "language": "de" } }),
            json!({ "availability": [pass, about, none] }),
            json!({ "outcome": [pass, id(2)] }),
            json!({ "follow_me": [pass, [token(5)]] }),
            json!({ "follow_availability": [pass, about] }),
            json!({ "phone_number": [pass, number] }),
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
    let mut other =
        door.follow_availability(pass(), About { topic: "billing".to_owned(), page: None });
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
