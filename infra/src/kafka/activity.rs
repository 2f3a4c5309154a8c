//! The activity log on Kafka: a topic of its own, a site's views in the partition that the registry names.
//!
//! What a visit looked at, and the picture of its display, are folded in memory from the last day of the topic; older
//! frames are read where somebody asks for them.

mod audit;
mod excerpts;
mod parts;
mod pictures;
mod visits;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use commands::ports::{
    activity::{ActivityError, ActivityLog, Frame, PageView},
    clock::Clock as _,
};
use domain::{
    frame::FramesDigest,
    id::{SiteName, VisitId},
    log::Partition,
    time::Span,
};
use futures::{
    future::{BoxFuture, try_join_all},
    stream::BoxStream,
};
use projections::ports::activity::{
    ActivityAudit, ActivityReadError, ActivitySource, Excerpt, FramePosition, FrameSeen, Kept,
    PageSeen, Recorded, Watched,
};
use rdkafka::{
    Message,
    message::{BorrowedMessage, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use tokio::{sync::watch, time::timeout};
use tracing::warn;

use self::{
    excerpts::Places,
    parts::{Joiner, Piece},
    pictures::{Picture, Pictures},
    visits::Visits,
};
use super::{
    client::{ANSWER_WITHIN, BrokerError, Context, Shared},
    registry::Registry,
    tail::{Feed, Tail},
};
use crate::{
    blocking::{blocking, streamed},
    clock::Real,
    watchers::{self, Pictured, Watchers},
};

pub(super) const TOPIC: &str = "activity";
/// What is older than this is not read at the start: a visit does not last so long.
const LOOK_BACK: Span = Span::secs(24 * 60 * 60);
/// A broker that takes a record no sooner than this has not taken it: the browser keeps it and sends it again.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);

/// Cloning it gives another handle on the same log.
#[derive(Clone)]
pub struct KafkaActivity(Arc<Inner>);

struct Inner {
    registry: Registry,
    topic: String,
    tail: Tail,
    producer: FutureProducer<Context>,
    visits: Arc<Mutex<Visits>>,
    pictures: Arc<Mutex<Pictures>>,
    watchers: Arc<Watchers>,
    places: Places,
    /// The partitions that are read.
    followed: Mutex<BTreeMap<i32, Followed>>,
}

#[derive(Clone)]
struct Followed {
    /// Nobody is answered before so much is in memory: what stood there at the start, and what this process wrote.
    needed: i64,
    progress: watch::Receiver<Progress>,
}

/// How much of a partition is in memory.
#[derive(Clone, Debug)]
struct Progress {
    next: i64,
    broken: Option<BrokerError>,
}

impl KafkaActivity {
    /// Connects; the topic must be there.
    pub async fn open(registry: &Registry) -> Result<Self, BrokerError> {
        let registry = registry.clone();
        blocking(move || {
            let settings = registry.settings();
            let topic = settings.named(TOPIC);
            let tail = Tail::start(settings, &topic)?;
            tail.partitions_of(&topic)?;
            let mut config = settings.writer(TAKEN_WITHIN);
            // Views come in batches and are much alike.
            config.set("compression.type", "lz4");
            let producer =
                config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
            Ok(Self(Arc::new(Inner {
                registry,
                topic,
                tail,
                producer,
                visits: Arc::default(),
                pictures: Arc::default(),
                watchers: Arc::default(),
                places: Places::default(),
                followed: Mutex::default(),
            })))
        })
        .await
    }

    /// Reads along with what visits of a site look at, once the site is registered.
    pub async fn follow(&self, site: &SiteName) -> Result<(), BrokerError> {
        let number = self.0.registry.wait_for(&Partition::Site(site.clone())).await?;
        let inner = Arc::clone(&self.0);
        blocking(move || inner.follow(number)).await
    }

    fn number_of(&self, site: &SiteName) -> Result<i32, BrokerError> {
        let partition = Partition::Site(site.clone());
        let number = self.0.registry.number_of(&partition);
        number.ok_or(BrokerError::Unregistered { partition })
    }

    async fn write(&self, site: &SiteName, views: &[PageView]) -> Result<(), BrokerError> {
        let number = self.number_of(site)?;
        let written = views.iter().map(|view| {
            let value = serde_json::to_vec(view).expect("a page view is JSON");
            self.write_one(number, view.visit, OwnedHeaders::new(), value)
        });
        try_join_all(written).await.map(drop)
    }

    /// One after the other: none is written behind one that was not.
    async fn write_frames(&self, site: &SiteName, frames: &[Frame]) -> Result<(), BrokerError> {
        let (number, source) = (self.number_of(site)?, Partition::Site(site.clone()).to_string());
        for frame in frames {
            let parts = parts::parts(frame, &source).into_iter();
            let written =
                parts.map(|(headers, value)| self.write_one(number, frame.visit, headers, value));
            try_join_all(written).await?;
        }
        Ok(())
    }

    async fn write_digests(
        &self,
        site: &SiteName,
        digests: &[FramesDigest],
    ) -> Result<(), BrokerError> {
        let (number, source) = (self.number_of(site)?, Partition::Site(site.clone()).to_string());
        let written = digests.iter().map(|digest| {
            let value = serde_json::to_vec(digest).expect("a digest is JSON");
            self.write_one(number, digest.visit, parts::digest_headers(&source), value)
        });
        try_join_all(written).await.map(drop)
    }

    async fn write_one(
        &self,
        number: i32,
        visit: VisitId,
        headers: OwnedHeaders,
        value: Vec<u8>,
    ) -> Result<(), BrokerError> {
        let Inner { topic, producer, .. } = &*self.0;
        let key = visit.to_string();
        let record = FutureRecord::to(topic).partition(number).key(&key).headers(headers);
        match producer.send(record.payload(&value), Duration::ZERO).await {
            Ok(delivery) => {
                if let Some(followed) = self.0.followed().get_mut(&number) {
                    followed.needed = followed.needed.max(delivery.offset + 1);
                }
                Ok(())
            }
            Err((raw, _)) => {
                let doing = format!("write `{topic}`");
                Err(BrokerError::of(self.0.settings(), raw, &doing, &Context::new()))
            }
        }
    }

    fn pictures(&self) -> MutexGuard<'_, Pictures> {
        self.0.pictures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until what is needed is in memory.
    async fn caught_up(&self) -> Result<(), BrokerError> {
        let followed: Vec<_> = self.0.followed().values().cloned().collect();
        for Followed { needed, mut progress } in followed {
            let enough = |progress: &Progress| progress.next >= needed || progress.broken.is_some();
            match timeout(ANSWER_WITHIN, progress.wait_for(enough)).await {
                Ok(Ok(progress)) => progress.broken.clone().map_or(Ok(()), Err)?,
                Ok(Err(_)) => return Err(BrokerError::Closed),
                Err(_) => return Err(self.0.settings().unreachable()),
            }
        }
        Ok(())
    }
}

impl Inner {
    fn follow(&self, number: i32) -> Result<(), BrokerError> {
        let broken = |followed: &Followed| followed.progress.borrow().broken.is_some();
        if self.followed().get(&number).is_some_and(|followed| !broken(followed)) {
            return Ok(());
        }
        let needed = self.tail.ends(number)?.1;
        let from = self.tail.offset_at(number, Real.now() - LOOK_BACK)?;
        let (told, progress) = watch::channel(Progress { next: from, broken: None });
        self.followed().insert(number, Followed { needed, progress });
        let feed = Fold {
            visits: Arc::clone(&self.visits),
            pictures: Arc::clone(&self.pictures),
            watchers: Arc::clone(&self.watchers),
            joiner: Joiner::default(),
            told,
        };
        self.tail.follow(number, from, Box::new(feed))
    }

    fn settings(&self) -> &Shared {
        self.registry.settings()
    }

    fn followed(&self) -> MutexGuard<'_, BTreeMap<i32, Followed>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Folds one partition into what is known of all visits.
struct Fold {
    visits: Arc<Mutex<Visits>>,
    pictures: Arc<Mutex<Pictures>>,
    watchers: Arc<Watchers>,
    joiner: Joiner,
    told: watch::Sender<Progress>,
}

impl Feed for Fold {
    fn record(&mut self, record: &BorrowedMessage<'_>) {
        match self.joiner.piece(record) {
            Piece::Part | Piece::Digest(_) => {}
            Piece::Whole { begins, frame } => {
                let visit = frame.visit;
                let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(seen) = pictures.see(begins, record.offset(), frame) {
                    self.watchers.tell(visit, seen);
                }
            }
            Piece::Other => match serde_json::from_slice(record.payload().unwrap_or_default()) {
                Ok(view) => {
                    let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some((visit, seen)) = visits.see(view) {
                        self.watchers.tell_view(visit, seen);
                    }
                }
                Err(_) => unreadable(record),
            },
            Piece::Unreadable => unreadable(record),
        }
    }

    fn fed(&mut self, next: i64) {
        self.told.send_modify(|progress| progress.next = next);
    }

    fn broken(&mut self, why: &BrokerError) {
        self.told.send_modify(|progress| progress.broken = Some(why.clone()));
    }
}

fn unreadable(record: &BorrowedMessage<'_>) {
    warn!(offset = record.offset(), "a record in the activity log is neither page view nor frame");
}

impl ActivityLog for KafkaActivity {
    fn append<'a>(
        &'a self,
        site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let written = self.write(site, &views).await;
            written.map_err(|error| ActivityError::Unreachable(error.into()))
        })
    }

    fn append_frames<'a>(
        &'a self,
        site: &'a SiteName,
        frames: Vec<Frame>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let written = self.write_frames(site, &frames).await;
            written.map_err(|error| ActivityError::Unreachable(error.into()))
        })
    }

    fn append_digests<'a>(
        &'a self,
        site: &'a SiteName,
        digests: Vec<FramesDigest>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let written = self.write_digests(site, &digests).await;
            written.map_err(|error| ActivityError::Unreachable(error.into()))
        })
    }
}

impl ActivitySource for KafkaActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        Box::pin(async move {
            self.caught_up().await.map_err(ActivityReadError::of)?;
            Ok(self.0.visits.lock().unwrap_or_else(PoisonError::into_inner).pages(visit, last))
        })
    }

    fn watch(
        &self,
        visit: VisitId,
        since: Option<FramePosition>,
    ) -> BoxStream<'static, Result<Watched, ActivityReadError>> {
        watchers::watch(self.clone(), visit, since)
    }

    fn recorded(&self) -> BoxStream<'static, Recorded> {
        self.0.watchers.recorded()
    }

    fn frames(
        &self,
        excerpt: Excerpt,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            blocking(move || inner.excerpt(excerpt)).await.map_err(ActivityReadError::of)
        })
    }

    fn next_seq(
        &self,
        visit: VisitId,
        page_load: i64,
    ) -> BoxFuture<'_, Result<u32, ActivityReadError>> {
        Box::pin(async move {
            self.caught_up().await.map_err(ActivityReadError::of)?;
            Ok(self.pictures().next_seq(visit, page_load))
        })
    }
}

impl ActivityAudit for KafkaActivity {
    fn kept(&self, site: &SiteName) -> BoxStream<'static, Result<Kept, ActivityReadError>> {
        let (activity, site) = (self.clone(), site.clone());
        streamed(move |each| {
            let read = activity.number_of(&site).and_then(|number| activity.0.kept(number, each));
            read.map_err(ActivityReadError::of)
        })
    }
}

impl Pictured for KafkaActivity {
    fn watchers(&self) -> &Watchers {
        &self.0.watchers
    }

    fn picture(
        &self,
        visit: VisitId,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        Box::pin(async move {
            self.caught_up().await.map_err(ActivityReadError::of)?;
            let picture = self.pictures().picture(visit);
            match picture {
                Picture::Here(frames) => Ok(frames),
                Picture::InTheLog(begins) => {
                    let inner = Arc::clone(&self.0);
                    let read = blocking(move || inner.picture_from(visit, begins));
                    read.await.map_err(ActivityReadError::of)
                }
            }
        })
    }
}
