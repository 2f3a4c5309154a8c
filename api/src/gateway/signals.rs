//! What staff signal, on its way to the customer's page: read back from the log, opened, in handfuls.

use std::{collections::VecDeque, sync::Arc};

use domain::{
    frame::Author,
    id::{DisplayId, StaffId},
};
use futures::{
    FutureExt as _, StreamExt as _,
    stream::{self, BoxStream},
};
use projections::{
    live::Live,
    ports::activity::{ActivityReadError, FramePosition, FrameSeen, Watched},
    tail::{Changes, Heard},
};
use uuid::Uuid;

use super::{Gateway, Visitor, frames::not_at_hand};
use crate::{
    display::{
        register::{Joined, NotJoined},
        signal::{Recorded, SIGNALS_MAX, Signal, SignalBy, without_passed},
    },
    door::{DoorCode, DoorError, Following, Pass},
};

impl From<NotJoined> for DoorError {
    fn from(error: NotJoined) -> Self {
        let code = match &error {
            NotJoined::Refused(_) => DoorCode::Forbidden,
            NotJoined::NotKnownYet | NotJoined::Send(_) => DoorCode::Unavailable,
        };
        let told = Self::new(code, error.to_string());
        match &error {
            NotJoined::Refused(refusal) => told.because(refusal),
            NotJoined::NotKnownYet | NotJoined::Send(_) => told,
        }
    }
}

impl Gateway {
    pub(super) fn follow_signals_of(
        &self,
        pass: Pass,
        display: Uuid,
        page_load: i64,
    ) -> Following<Vec<Signal>> {
        let begin = Follower::begin(self.clone(), pass, display, page_load);
        stream::once(begin)
            .flat_map(|begun| match begun {
                Ok(follower) => {
                    let signals = stream::unfold(Some(follower), |follower| async {
                        let mut follower = follower?;
                        match follower.next().await {
                            Ok(Some(signals)) => Some((Ok(signals), Some(follower))),
                            Ok(None) => None,
                            Err(error) => Some((Err(error), None)),
                        }
                    });
                    stream::once(std::future::ready(Ok(Vec::new()))).chain(signals).boxed()
                }
                Err(error) => stream::once(std::future::ready(Err(error))).boxed(),
            })
            .boxed()
    }
}

struct Follower {
    gateway: Gateway,
    pass: Pass,
    display: DisplayId,
    page_load: i64,
    visitor: Visitor,
    watching: BoxStream<'static, Result<Watched, ActivityReadError>>,
    changes: Changes<Live>,
    seen: FramePosition,
    /// More than is handed on at once.
    waiting: VecDeque<Signal>,
    _joined: Joined,
}

impl Follower {
    async fn begin(
        gateway: Gateway,
        pass: Pass,
        display: Uuid,
        page_load: i64,
    ) -> Result<Self, DoorError> {
        let visitor = gateway.admit(&pass)?;
        // Listening begins before the first look, so that no end in between is missed.
        let changes = gateway.inside.ports.live.changes();
        let display = gateway.shared(&visitor, display)?;
        let address = gateway.seal(visitor.subject, &visitor.address.to_string()).await?;
        let joined =
            Joined::join(&gateway.inside, visitor.actor(), display, None, Some(address)).await?;
        let mut watching = gateway.inside.ports.activity_source.watch(visitor.visit, None);
        // What was signalled before was for who was connected then.
        let picture = watching.next().await.transpose();
        let picture = picture.map_err(|error| not_at_hand(&visitor, &error))?;
        let seen = picture.as_ref().and_then(|picture| picture.frames().last());
        Ok(Self {
            seen: seen.map(|last| last.position).unwrap_or_default(),
            _joined: joined.showing(visitor.visit, page_load),
            gateway,
            pass,
            display,
            page_load,
            visitor,
            watching,
            changes,
            waiting: VecDeque::new(),
        })
    }

    /// `None`: the server is going.
    async fn next(&mut self) -> Result<Option<Vec<Signal>>, DoorError> {
        while self.waiting.is_empty() {
            tokio::select! {
                watched = self.watching.next() => {
                    let Some(watched) = watched else { return Ok(None) };
                    let mut frames = self.fresh(watched)?;
                    while frames.len() < SIGNALS_MAX
                        && let Some(Some(watched)) = self.watching.next().now_or_never()
                    {
                        frames.extend(self.fresh(watched)?);
                    }
                    let signals = self.gateway.open_signals(&self.visitor, frames).await?;
                    self.waiting.extend(without_passed(signals));
                }
                heard = self.changes.next() => {
                    let concerned = match heard {
                        None => return Ok(None),
                        Some(Heard::Missed) => true,
                        Some(Heard::Changed(changed)) => changed.concerns_display(self.display),
                    };
                    if concerned {
                        self.gateway.shared(&self.gateway.visitor(&self.pass)?, self.display.0)?;
                    }
                }
            }
        }
        let at_once = self.waiting.len().min(SIGNALS_MAX);
        Ok(Some(self.waiting.drain(..at_once).collect()))
    }

    /// What was not handed on, of whatever kind it is.
    fn fresh(
        &mut self,
        watched: Result<Watched, ActivityReadError>,
    ) -> Result<Vec<(StaffId, Arc<FrameSeen>)>, DoorError> {
        let watched = watched.map_err(|error| not_at_hand(&self.visitor, &error))?;
        let mut fresh = Vec::new();
        for frame in watched.frames().iter().filter(|frame| frame.position > self.seen) {
            if let Author::Staff { staff, .. } = frame.author
                && frame.page_load == self.page_load
            {
                fresh.push((staff, Arc::clone(frame)));
            }
        }
        self.seen = watched.frames().last().map_or(self.seen, |last| last.position.max(self.seen));
        Ok(fresh)
    }
}

impl Gateway {
    async fn open_signals(
        &self,
        visitor: &Visitor,
        frames: Vec<(StaffId, Arc<FrameSeen>)>,
    ) -> Result<Vec<Signal>, DoorError> {
        let mut signals = Vec::with_capacity(frames.len());
        for (staff, frame) in frames {
            let opened = self.inside.ports.opener.open_bytes(&frame.data).await;
            let opened = opened.map_err(|error| not_at_hand(visitor, &error))?;
            // Of somebody who was erased meanwhile nothing is left.
            let Some(what) = opened.and_then(|json| serde_json::from_slice::<Recorded>(&json).ok())
            else {
                continue;
            };
            let name = self.inside.first_name(staff.into()).await?;
            signals.push(Signal { by: SignalBy { staff: staff.0, name }, what });
        }
        Ok(signals)
    }
}
