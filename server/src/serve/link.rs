//! The link between the two web servers, handed from the adapter that carries it to the door that speaks over it.

use std::sync::Arc;

use api::{
    door::{
        CustomerDoor,
        remote::{ByteStream, Gateways},
        served,
    },
    health::Check,
};
use futures::{FutureExt as _, future::BoxFuture};
use infra::link::{Dialler, DiallerState, Post, Posted, Serve};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{settings, tasks::Tasks};

/// The edge's end: the socket that waits for gateways.
pub(super) async fn listen(link: &settings::Link) -> anyhow::Result<Post> {
    let settings::Listening { at, from, terms } = link.listening()?;
    Ok(Post::bind(at, terms, from).await?)
}

/// What the edge's door asks through.
pub(super) struct Linked(pub(super) Posted);

impl Gateways for Linked {
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>> {
        async { self.0.open().await.map(|stream| Box::new(stream) as Box<dyn ByteStream>) }.boxed()
    }
}

impl Linked {
    pub(super) fn check(&self) -> Check {
        let links = self.0.count();
        let says = match links {
            0 => "no gateway is linked; it dials this edge, so look at its log".to_owned(),
            1 => "one gateway".to_owned(),
            more => format!("{more} gateways"),
        };
        Check { name: "link to a gateway".to_owned(), ok: links > 0, says }
    }
}

/// The gateway's end: an edge each, dialled once there is a door to serve.
pub(super) struct Dialled {
    diallers: Vec<Dialler>,
    pub(super) states: States,
}

/// How the links are, by the edge's address.
#[derive(Clone)]
pub(super) struct States(Arc<[(String, watch::Receiver<DiallerState>)]>);

impl Dialled {
    pub(super) async fn new(link: &settings::Link) -> anyhow::Result<Self> {
        let mut diallers = Vec::new();
        if let Some(terms) = link.dialling()? {
            for to in &link.dial {
                diallers.push(Dialler::new(to.clone(), terms.clone()).await?);
            }
        }
        let states = diallers.iter().map(|one| (one.to().to_owned(), one.state()));
        Ok(Self { states: States(states.collect()), diallers })
    }

    /// Serves `door` to every edge, until `stop` and what is then under way.
    pub(super) fn serve(
        self,
        door: &Arc<dyn CustomerDoor>,
        tasks: &mut Tasks,
        stop: &CancellationToken,
    ) {
        for dialler in self.diallers {
            let door = Arc::clone(door);
            let serve: Serve = Arc::new(move |stream, leaving| {
                let door = Arc::clone(&door);
                async move { served::serve(&*door, stream, leaving).await }.boxed()
            });
            let stop = stop.clone();
            tasks.spawn("link", async move {
                dialler.run(serve, stop).await;
                Ok(())
            });
        }
    }
}

impl States {
    /// One live edge is enough for customers to come in.
    pub(super) fn check(&self) -> Option<Check> {
        let states: Vec<_> =
            self.0.iter().map(|(to, state)| (to, state.borrow().clone())).collect();
        if states.is_empty() {
            return None;
        }
        let each = states.iter().map(|(to, state)| match state {
            DiallerState::Linked => format!("{to} is linked"),
            DiallerState::Down(why) => format!("{to} is not: {why}; trying again"),
        });
        let says = each.collect::<Vec<_>>().join(". ");
        let ok = states.iter().any(|(_, state)| *state == DiallerState::Linked);
        Some(Check { name: "link to an edge".to_owned(), ok, says })
    }
}
