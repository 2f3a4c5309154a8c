//! What staff follow live.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};
use domain::{
    id::{AgentId, ContactId, VisitId},
    staff::Role,
};
use futures::{Stream, StreamExt, stream};
use uuid::Uuid;

use super::{
    devices,
    hub::Pinned,
    live::{APART, Ears, News, Session},
    recording,
    session::Who,
    watching,
};
use crate::{
    errors::of_door,
    graphql::{
        contact::ContactDetail,
        desk::{BoardChange, Desk},
        frame::DisplayNews,
        scalar::Token,
    },
    inside::Inside,
    rows,
};

pub struct Subscriptions;

#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// The whole first, then again whenever it changes (latest wins).
    async fn desk(
        &self,
        ctx: &Context<'_>,
        at_least: Option<Vec<Token>>,
    ) -> Result<impl Stream<Item = Result<Desk>> + use<>> {
        let session = ctx.data_unchecked::<Session>().clone();
        let inside = Arc::clone(ctx.data_unchecked::<Arc<Inside>>());
        inside.at_least(&at_least.unwrap_or_default()).await.map_err(of_door)?;
        let agent = AgentId::from(ctx.data_unchecked::<Who>().staff);
        let concerns = move |news: &News| match news {
            News::Live(Some(changed)) => changed.concerns_agent(agent),
            News::Live(None) | News::Directory(_) => true,
        };
        let here = devices::stays(inside, agent);
        let states = again(session, &[Role::Agent], concerns, move |inside| inside.desk(agent));
        Ok(states.take_until(here))
    }

    /// Snapshot first, then keyed upserts with a version.
    async fn board(
        &self,
        ctx: &Context<'_>,
        at_least: Option<Vec<Token>>,
    ) -> Result<impl Stream<Item = Result<BoardChange>> + use<>> {
        let inside = Arc::clone(ctx.data_unchecked::<Arc<Inside>>());
        inside.at_least(&at_least.unwrap_or_default()).await.map_err(of_door)?;
        if let Some(Pinned(change)) = ctx.data_opt::<Pinned>() {
            let change = rows::board_change(inside.tokens(), (**change).clone());
            return Ok(stream::once(std::future::ready(Ok(change))).boxed());
        }
        let session = ctx.data_unchecked::<Session>().clone();
        let concerns = |_: &News| true;
        // Beside other fields in one document: the whole each time, which is right and costs more.
        let look = |inside: &Inside| {
            let tokens = inside.tokens();
            Ok(rows::board_change(tokens, inside.ports.live.read(projections::live::Live::board)))
        };
        Ok(again(session, &[Role::Supervisor], concerns, look))
    }

    /// The picture first (`reset`), then what comes; `since` goes on after a position.
    async fn display(
        &self,
        ctx: &Context<'_>,
        visit: Uuid,
        since: Option<String>,
    ) -> Result<impl Stream<Item = Result<DisplayNews>> + use<>> {
        let session = ctx.data_unchecked::<Session>().clone();
        watching::follow(session, VisitId(visit), recording::position(since.as_deref())?).await
    }

    async fn contact(
        &self,
        ctx: &Context<'_>,
        id: Uuid,
    ) -> Result<impl Stream<Item = Result<Option<ContactDetail>>> + use<>> {
        let session = ctx.data_unchecked::<Session>().clone();
        let contact = ContactId(id);
        let any = [Role::Supervisor, Role::Analyst, Role::Agent];
        let ears = Ears::new(session.inside());
        Ok(stream::unfold(Some((session, ears, true)), move |state| async move {
            let (session, mut ears, first) = state?;
            let concerns = |news: &News| match news {
                News::Live(Some(changed)) => changed.concerns_contact(contact),
                News::Live(None) | News::Directory(_) => true,
            };
            if !first {
                while !concerns(&ears.next().await?) {}
                tokio::time::sleep(APART).await;
            }
            let detail = match session.who(&any) {
                Ok(who) => session.inside().contact_for(&who, contact).await,
                Err(error) => Err(error),
            };
            let next = detail.is_ok().then_some((session, ears, false));
            Some((detail, next))
        }))
    }
}

type Look<T> = Arc<dyn Fn(&Inside) -> Result<T> + Send + Sync>;

/// The state now, and again after each piece of news that concerns it, as long as the session holds the role.
fn again<T: Send + 'static>(
    session: Session,
    any: &'static [Role],
    concerns: impl Fn(&News) -> bool + Send + Sync + 'static,
    look: impl Fn(&Inside) -> Result<T> + Send + Sync + 'static,
) -> futures::stream::BoxStream<'static, Result<T>> {
    let ears = Ears::new(session.inside());
    let concerns: Arc<dyn Fn(&News) -> bool + Send + Sync> = Arc::new(concerns);
    let look: Look<T> = Arc::new(look);
    stream::unfold(Some((session, ears, true)), move |state| {
        let (concerns, look) = (Arc::clone(&concerns), Arc::clone(&look));
        async move {
            let (session, mut ears, first) = state?;
            if !first {
                // A directory's news may be that the role is gone.
                while !concerns(&ears.next().await?) && session.who(any).is_ok() {}
                tokio::time::sleep(APART).await;
            }
            let seen = session.who(any).and_then(|_| look(session.inside()));
            let next = seen.is_ok().then_some((session, ears, false));
            Some((seen, next))
        }
    })
    .boxed()
}
