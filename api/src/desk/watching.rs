//! Looking on at a display: joined for as long as it is followed, the picture first, then everything as it comes.

use std::sync::Arc;

use async_graphql::Result;
use domain::{
    command::Actor,
    display::Role as As,
    frame::Author,
    id::{DisplayId, VisitId},
    staff::Role,
    time::Timestamp,
};
use futures::{
    FutureExt as _, Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use projections::ports::activity::{ActivityReadError, FramePosition, FrameSeen, Watched};

use super::{
    display::role_in,
    live::{Ears, News, Session, forbidden},
    mutation::serving::seal_error,
    session::Who,
};
use crate::{
    display::register::{Joined, NotJoined},
    errors::{coded, coded_because},
    graphql::frame::{DisplayFrame, DisplayNews, FrameKind},
    inside::Inside,
    rows,
};

/// Frames that one piece of news has at most.
const AT_ONCE_MAX: usize = 256;

pub(super) async fn follow(
    session: Session,
    visit: VisitId,
    since: Option<FramePosition>,
) -> Result<impl Stream<Item = Result<DisplayNews>> + use<>> {
    let follower = Follower::begin(session, visit, since).await?;
    Ok(stream::unfold(Some(follower), |follower| async {
        let mut follower = follower?;
        match follower.next().await {
            Ok(Some(news)) => {
                let next = (!follower.over).then_some(follower);
                Some((Ok(news), next))
            }
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    }))
}

struct Follower {
    session: Session,
    display: DisplayId,
    visit: VisitId,
    ears: Ears,
    watching: BoxStream<'static, Result<Watched, ActivityReadError>>,
    joined: Joined,
    position: FramePosition,
    /// The decided state was told.
    told: bool,
    /// It has ended, and that was told.
    over: bool,
}

impl Follower {
    async fn begin(session: Session, visit: VisitId, since: Option<FramePosition>) -> Result<Self> {
        let who = session.who(&[Role::Agent, Role::Supervisor])?;
        let inside = Arc::clone(session.inside());
        // Listening begins before the first look, so that no end in between is missed.
        let ears = Ears::new(&inside);
        let found = inside.ports.live.read(|live| {
            let shown = live.displays().of_visit(visit).filter(|shown| shown.is_open())?;
            Some((shown.id, role_in(shown, &who)))
        });
        let (display, role) = found.ok_or_else(no_display)?;
        let role = role.ok_or_else(not_invited)?;
        let joined = join(&inside, &session, &who, display, role).await?;
        let watching = inside.ports.activity_source.watch(visit, since);
        // Whoever goes on where they were is told the state at once, whether anything comes or not.
        let position = since.unwrap_or_default();
        Ok(Self {
            session,
            display,
            visit,
            ears,
            watching,
            joined,
            position,
            told: false,
            over: false,
        })
    }

    /// `None`: the server is going.
    async fn next(&mut self) -> Result<Option<DisplayNews>> {
        if !self.told && self.position > 0 {
            return self.news(false, Vec::new(), true).await.map(Some);
        }
        loop {
            tokio::select! {
                watched = self.watching.next() => {
                    let Some(watched) = watched else { return Ok(None) };
                    let (reset, frames) = self.gather(watched)?;
                    let told = self.told;
                    return self.news(reset, frames, !told || reset).await.map(Some);
                }
                news = self.ears.next() => {
                    let concerned = match news {
                        None => return Ok(None),
                        Some(News::Live(Some(changed))) => changed.concerns_display(self.display),
                        Some(News::Live(None) | News::Directory(_)) => true,
                    };
                    if concerned && self.told {
                        return self.news(false, Vec::new(), true).await.map(Some);
                    }
                }
            }
        }
    }

    /// What is at hand; whether it begins anew.
    fn gather(
        &mut self,
        first: Result<Watched, ActivityReadError>,
    ) -> Result<(bool, Vec<Arc<FrameSeen>>)> {
        let (mut next, mut reset, mut all) = (Some(first), false, Vec::new());
        while let Some(watched) = next {
            match watched.map_err(|error| not_at_hand(self.visit, &error))? {
                Watched::Picture(frames) => (reset, all) = (true, frames),
                Watched::Next(frames) => all.extend(frames),
            }
            next = if all.len() < AT_ONCE_MAX {
                self.watching.next().now_or_never().flatten()
            } else {
                None
            };
        }
        Ok((reset, all))
    }

    async fn news(
        &mut self,
        reset: bool,
        frames: Vec<Arc<FrameSeen>>,
        tells_state: bool,
    ) -> Result<DisplayNews> {
        let who = self.session.who(&[Role::Agent, Role::Supervisor])?;
        let inside = Arc::clone(self.session.inside());
        if let Some(last) = frames.last() {
            self.position = last.position;
        }
        let seen = inside.ports.live.read(|live| {
            let shown = live.displays().get(self.display)?;
            role_in(shown, &who)?;
            let state = tells_state.then(|| rows::display(shown, &inside.register));
            Some((shown.shared_at, shown.is_open(), state))
        });
        let (shared_at, is_open, display) = seen.ok_or_else(forbidden)?;
        let frames = inside.frames_since(self.visit, shared_at, &frames).await?;
        if let Some(last) = frames.iter().rev().find(|frame| frame.kind == FrameKind::Frame) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it was made of whole milliseconds"
            )]
            self.joined.reached((last.page_load as i64, last.seq));
        }
        (self.told, self.over) = (true, !is_open);
        Ok(DisplayNews { position: self.position.to_string(), reset, display, frames })
    }
}

async fn join(
    inside: &Arc<Inside>,
    session: &Session,
    who: &Who,
    display: DisplayId,
    role: As,
) -> Result<Joined> {
    let subject = inside
        .ports
        .directory
        .read(|directory| directory.staff(who.staff).map(|staff| staff.name.subject));
    let address = match subject {
        Some(subject) => {
            let address = session.address().to_string();
            let sealed = inside.ports.sealer.seal(subject, &address).await;
            Some(sealed.map_err(|error| seal_error(&error))?)
        }
        None => None,
    };
    let joined = Joined::join(inside, Actor::Staff(who.staff), display, Some(role), address).await;
    joined.map_err(|error| match error {
        NotJoined::Refused(refusal) => {
            coded_because("FORBIDDEN", &refusal, refusal.message.clone())
        }
        NotJoined::NotKnownYet | NotJoined::Send(_) => coded("UNAVAILABLE", error.to_string()),
    })
}

impl Inside {
    /// Those that belong to a display, opened: what an earlier one of the same visit showed is not for this one.
    pub(super) async fn frames_since(
        &self,
        visit: VisitId,
        shared_at: Option<Timestamp>,
        frames: &[Arc<FrameSeen>],
    ) -> Result<Vec<DisplayFrame>> {
        let Some(from) = shared_at else { return Ok(Vec::new()) };
        let mut opened = Vec::with_capacity(frames.len());
        for frame in frames.iter().filter(|frame| frame.time >= from) {
            let data = self.open_frame(visit, frame).await?;
            opened.push(display_frame(frame, data.as_deref()));
        }
        Ok(opened)
    }
}

pub(super) fn display_frame(frame: &FrameSeen, data: Option<&str>) -> DisplayFrame {
    let (kind, staff) = match frame.author {
        Author::Customer => (FrameKind::Frame, None),
        Author::Staff { staff, .. } => (FrameKind::Signal, Some(staff.0)),
    };
    DisplayFrame {
        position: frame.position.to_string(),
        page_load: frame.page_load as f64,
        seq: frame.seq,
        site_seq: frame.site_seq,
        at: frame.time.into(),
        kind,
        full: frame.full,
        staff,
        data: data.map(str::to_owned),
    }
}

pub(super) fn not_at_hand(visit: VisitId, error: &ActivityReadError) -> async_graphql::Error {
    tracing::warn!(visit.id = %visit, error = %error, "a display's frames were not read");
    coded("UNAVAILABLE", "what the page shows cannot be read now; try again in a moment")
}

fn no_display() -> async_graphql::Error {
    coded("NOT_FOUND", "this customer shares no page now; ask them to, or wait until they do")
}

pub(super) fn not_invited() -> async_graphql::Error {
    coded("FORBIDDEN", "ask the agent of this contact to invite you")
}
