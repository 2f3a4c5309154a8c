//! The activity log on Kafka: a topic of its own, a site's views in the partition that the registry names.
//!
//! What a visit looked at is folded in memory from the last day of the topic; nothing else is kept.

mod visits;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use commands::ports::{
    activity::{ActivityError, ActivityLog, PageView},
    clock::Clock as _,
};
use domain::{
    id::{SiteName, VisitId},
    log::Partition,
    time::Span,
};
use futures::future::{BoxFuture, try_join_all};
use projections::ports::activity::{ActivityReadError, ActivitySource, PageSeen};
use rdkafka::{
    Message,
    message::BorrowedMessage,
    producer::{FutureProducer, FutureRecord},
};
use tokio::{sync::watch, time::timeout};
use tracing::warn;

use self::visits::Visits;
use super::{
    client::{ANSWER_WITHIN, BrokerError, Context, Shared},
    registry::Registry,
    tail::{Feed, Tail},
};
use crate::{blocking::blocking, clock::Real};

pub(super) const TOPIC: &str = "activity";
/// Views older than this are not read at the start: a visit does not last so long.
const LOOK_BACK: Span = Span::secs(24 * 60 * 60);
/// A broker that takes a view no sooner than this has not taken it: the browser keeps it and sends it again.
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
            // Views come in batches and are much alike; nobody waits for one.
            config.set("compression.type", "lz4").set("linger.ms", "2");
            let producer =
                config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
            Ok(Self(Arc::new(Inner {
                registry,
                topic,
                tail,
                producer,
                visits: Arc::default(),
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

    async fn write(&self, site: &SiteName, views: &[PageView]) -> Result<(), BrokerError> {
        let partition = Partition::Site(site.clone());
        let Some(number) = self.0.registry.number_of(&partition) else {
            return Err(BrokerError::Unregistered { partition });
        };
        try_join_all(views.iter().map(|view| self.write_one(number, view))).await.map(drop)
    }

    async fn write_one(&self, number: i32, view: &PageView) -> Result<(), BrokerError> {
        let Inner { topic, producer, .. } = &*self.0;
        let key = view.visit.to_string();
        let value = serde_json::to_vec(view).expect("a page view is JSON");
        let record = FutureRecord::to(topic).partition(number).key(&key).payload(&value);
        match producer.send(record, Duration::ZERO).await {
            Ok(delivery) => {
                if let Some(followed) = self.0.followed().get_mut(&number) {
                    followed.needed = followed.needed.max(delivery.offset + 1);
                }
                Ok(())
            }
            Err((raw, _)) => {
                let doing = format!("write `{topic}`");
                Err(BrokerError::of(self.settings(), raw, &doing, &Context::new()))
            }
        }
    }

    fn settings(&self) -> &Shared {
        self.0.registry.settings()
    }

    /// Waits until what is needed is in memory.
    async fn caught_up(&self) -> Result<(), BrokerError> {
        let followed: Vec<_> = self.0.followed().values().cloned().collect();
        for Followed { needed, mut progress } in followed {
            let enough = |progress: &Progress| progress.next >= needed || progress.broken.is_some();
            match timeout(ANSWER_WITHIN, progress.wait_for(enough)).await {
                Ok(Ok(progress)) => progress.broken.clone().map_or(Ok(()), Err)?,
                Ok(Err(_)) => return Err(BrokerError::Closed),
                Err(_) => return Err(self.settings().unreachable()),
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
        let feed = Fold { visits: Arc::clone(&self.visits), told };
        self.tail.follow(number, from, Box::new(feed))
    }

    fn followed(&self) -> MutexGuard<'_, BTreeMap<i32, Followed>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Folds one partition into what is known of all visits.
struct Fold {
    visits: Arc<Mutex<Visits>>,
    told: watch::Sender<Progress>,
}

impl Feed for Fold {
    fn record(&mut self, record: &BorrowedMessage<'_>) {
        let view = serde_json::from_slice::<PageView>(record.payload().unwrap_or_default());
        if let Ok(view) = view {
            self.visits.lock().unwrap_or_else(PoisonError::into_inner).see(view);
        } else {
            warn!(offset = record.offset(), "a record in the activity log is no page view");
        }
    }

    fn fed(&mut self, next: i64) {
        self.told.send_modify(|progress| progress.next = next);
    }

    fn broken(&mut self, why: &BrokerError) {
        self.told.send_modify(|progress| progress.broken = Some(why.clone()));
    }
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
}

impl ActivitySource for KafkaActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        Box::pin(async move {
            self.caught_up().await.map_err(|error| ActivityReadError(error.into()))?;
            Ok(self.0.visits.lock().unwrap_or_else(PoisonError::into_inner).pages(visit, last))
        })
    }
}
