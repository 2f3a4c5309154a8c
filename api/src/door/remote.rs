//! The customer's door at the edge: each request goes to a gateway over a stream of its own.

use std::{io, sync::Arc, time::Duration};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    time::timeout,
};
use uuid::Uuid;

pub use super::wire::ByteStream;
use super::{
    About, Answer, CustomerCommand, CustomerDoor, DoorCode, DoorError, Following, Frames, Pass,
    View, Visit, VisitAsk,
    wire::{ANSWER_BYTES_MAX, Ask, MORE, parse, read_frame, write_ask, write_frame},
};
use crate::{
    display::signal::Signal,
    graphql::{
        outcome::{NotKnownYet, Outcome},
        own::{Me, PhoneNumber},
        policy::{ConsentText, Topic},
        scalar::Token,
        wait::Availability,
    },
    limits,
};

/// Longer than a gateway takes for any answer, and not longer than a browser waits.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Streams to gateways, as the link supplies them.
pub trait Gateways: Send + Sync {
    /// `None`: no gateway is linked now.
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>>;
}

/// Holds nothing but the way to ask.
pub struct RemoteDoor {
    gateways: Arc<dyn Gateways>,
}

/// Why there is no answer.
enum NoAnswer {
    /// Nobody was asked.
    NotAsked,
    /// Somebody may have heard it.
    Lost,
}

impl From<NoAnswer> for DoorError {
    fn from(why: NoAnswer) -> Self {
        let message = match why {
            NoAnswer::NotAsked => {
                "the contact centre cannot be reached at the moment; try again soon"
            }
            NoAnswer::Lost => "the contact centre did not answer; try again in a moment",
        };
        Self::new(DoorCode::Unavailable, message)
    }
}

impl RemoteDoor {
    pub fn new(gateways: Arc<dyn Gateways>) -> Arc<Self> {
        Arc::new(Self { gateways })
    }

    async fn ask<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, DoorError> {
        self.answer(ask).await?
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        ask: Ask,
    ) -> Result<Result<T, DoorError>, NoAnswer> {
        let answered = async {
            let mut stream = self.gateways.open().await.ok_or(NoAnswer::NotAsked)?;
            let asked = async {
                write_frame(&mut stream, &write_ask(&ask)).await?;
                stream.shutdown().await?;
                parse(&read_frame(&mut BufReader::new(stream), ANSWER_BYTES_MAX).await?)
            };
            asked.await.map_err(|_: io::Error| NoAnswer::Lost)
        };
        timeout(ANSWER_WITHIN, answered).await.unwrap_or(Err(NoAnswer::Lost))
    }

    fn follow<T: DeserializeOwned + Send + 'static>(&self, ask: Ask) -> Following<T> {
        let begin = Follower::Begin { gateways: Arc::clone(&self.gateways), ask };
        stream::unfold(begin, |follower| async {
            match follower.next().await {
                Ok(next) => next.map(|(state, follower)| (Ok(state), follower)),
                Err(error) => Some((Err(error), Follower::Over)),
            }
        })
        .boxed()
    }
}

/// Ends with the first error, the loss of the link too: who followed begins anew with a whole state.
enum Follower {
    Begin { gateways: Arc<dyn Gateways>, ask: Ask },
    Under(BufReader<Box<dyn ByteStream>>),
    Over,
}

impl Follower {
    async fn next<T: DeserializeOwned>(self) -> Result<Option<(T, Self)>, DoorError> {
        let (mut stream, frame) = match self {
            Self::Over => return Ok(None),
            Self::Begin { gateways, ask } => {
                let begun = timeout(ANSWER_WITHIN, begin(&*gateways, &ask)).await;
                begun.unwrap_or(Err(NoAnswer::Lost))?
            }
            Self::Under(mut stream) => {
                let next = async {
                    stream.write_u8(MORE).await?;
                    stream.flush().await?;
                    read_frame(&mut stream, ANSWER_BYTES_MAX).await
                };
                let frame = next.await.map_err(|_| NoAnswer::Lost)?;
                (stream, frame)
            }
        };
        if frame.is_empty() {
            // The stream is over in both directions.
            drop(stream.shutdown().await);
            return Ok(None);
        }
        let state: Result<T, DoorError> = parse(&frame).map_err(|_| NoAnswer::Lost)?;
        state.map(|state| Some((state, Self::Under(stream))))
    }
}

async fn begin(
    gateways: &dyn Gateways,
    ask: &Ask,
) -> Result<(BufReader<Box<dyn ByteStream>>, Vec<u8>), NoAnswer> {
    let stream = gateways.open().await.ok_or(NoAnswer::NotAsked)?;
    let mut stream = BufReader::new(stream);
    let asked = async {
        write_frame(&mut stream, &write_ask(ask)).await?;
        read_frame(&mut stream, ANSWER_BYTES_MAX).await
    };
    let frame = asked.await.map_err(|_| NoAnswer::Lost)?;
    Ok((stream, frame))
}

impl CustomerDoor for RemoteDoor {
    fn visit(&self, ask: VisitAsk) -> BoxFuture<'_, Result<Visit, DoorError>> {
        self.ask(Ask::Visit(ask)).boxed()
    }

    fn check<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<(), DoorError>> {
        self.ask(Ask::Check(pass.clone())).boxed()
    }

    /// A command whose answer is lost may have been done: that is never told as a failure.
    fn submit<'a>(
        &'a self,
        pass: &'a Pass,
        command: CustomerCommand,
    ) -> BoxFuture<'a, Result<Answer, DoorError>> {
        let command_id = limits::command_id(command.command_id);
        let command = CustomerCommand { command_id: Some(command_id), ..command };
        async move {
            match self.answer(Ask::Submit { pass: pass.clone(), command }).await {
                Ok(answer) => answer,
                Err(NoAnswer::NotAsked) => Err(NoAnswer::NotAsked.into()),
                Err(NoAnswer::Lost) => Ok(Answer::NotKnownYet(not_known_yet(command_id))),
            }
        }
        .boxed()
    }

    fn activity<'a>(
        &'a self,
        pass: &'a Pass,
        views: Vec<View>,
    ) -> BoxFuture<'a, Result<usize, DoorError>> {
        self.ask(Ask::Activity { pass: pass.clone(), views }).boxed()
    }

    fn me<'a>(
        &'a self,
        pass: &'a Pass,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Me, DoorError>> {
        self.ask(Ask::Me { pass: pass.clone(), at_least }).boxed()
    }

    fn follow_me(&self, pass: Pass, at_least: Vec<Token>) -> Following<Me> {
        self.follow(Ask::FollowMe { pass, at_least })
    }

    fn consent_text<'a>(
        &'a self,
        pass: &'a Pass,
        language: String,
    ) -> BoxFuture<'a, Result<ConsentText, DoorError>> {
        self.ask(Ask::ConsentText { pass: pass.clone(), language }).boxed()
    }

    fn topics<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<Vec<Topic>, DoorError>> {
        self.ask(Ask::Topics(pass.clone())).boxed()
    }

    fn availability<'a>(
        &'a self,
        pass: &'a Pass,
        about: About,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Vec<Availability>, DoorError>> {
        self.ask(Ask::Availability { pass: pass.clone(), about, at_least }).boxed()
    }

    fn follow_availability(&self, pass: Pass, about: About) -> Following<Vec<Availability>> {
        self.follow(Ask::FollowAvailability { pass, about })
    }

    fn phone_number<'a>(
        &'a self,
        pass: &'a Pass,
        text: String,
    ) -> BoxFuture<'a, Result<PhoneNumber, DoorError>> {
        self.ask(Ask::PhoneNumber { pass: pass.clone(), text }).boxed()
    }

    fn outcome<'a>(
        &'a self,
        pass: &'a Pass,
        command_id: Uuid,
    ) -> BoxFuture<'a, Result<Outcome, DoorError>> {
        self.ask(Ask::Outcome { pass: pass.clone(), command_id }).boxed()
    }

    fn next_frame<'a>(
        &'a self,
        pass: &'a Pass,
        display: Uuid,
        page_load: i64,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        self.ask(Ask::NextFrame { pass: pass.clone(), display, page_load }).boxed()
    }

    fn frames<'a>(
        &'a self,
        pass: &'a Pass,
        frames: Frames,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        self.ask(Ask::Frames { pass: pass.clone(), frames }).boxed()
    }

    fn follow_signals(&self, pass: Pass, display: Uuid, page_load: i64) -> Following<Vec<Signal>> {
        self.follow(Ask::FollowSignals { pass, display, page_load })
    }
}

fn not_known_yet(command_id: Uuid) -> NotKnownYet {
    NotKnownYet {
        command_id,
        message: "the line to the contact centre broke before the answer came; ask for the outcome later, or send the same command id again".to_owned(),
    }
}
