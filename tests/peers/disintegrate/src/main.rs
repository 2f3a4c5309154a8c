//! Disintegrate's PostgreSQL listener, inserting one row per event; prints events a second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use async_trait::async_trait;
use disintegrate::{
    Event, EventListener, EventStore as _, PersistedEvent, StreamQuery, query, serde::json::Json,
};
use disintegrate_postgres::{
    PgEventId, PgEventListener, PgEventListenerConfig, PgEventListenerError, PgEventStore,
    RetryAction,
};
use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Notify;

/// Events stored at once.
const APPENDED: u64 = 1_000;
const CONNECTIONS: u32 = 8;

#[derive(Clone, Debug, PartialEq, Eq, Event, Serialize, Deserialize)]
enum ContactEvent {
    Happened {
        #[id]
        contact: String,
        n: i64,
        data: String,
    },
}

struct Rows {
    query: StreamQuery<PgEventId, ContactEvent>,
    pool: PgPool,
    events: u64,
    written: AtomicU64,
    done: Arc<Notify>,
}

#[async_trait]
impl EventListener<PgEventId, ContactEvent> for Rows {
    type Error = sqlx::Error;

    fn id(&self) -> &'static str {
        "rows"
    }

    fn query(&self) -> &StreamQuery<PgEventId, ContactEvent> {
        &self.query
    }

    async fn handle(
        &self,
        event: PersistedEvent<PgEventId, ContactEvent>,
    ) -> Result<(), Self::Error> {
        let seq = event.id();
        let ContactEvent::Happened { contact, data, .. } = event.into_inner();
        sqlx::query("INSERT INTO timeline (seq, contact, data) VALUES ($1, $2, $3)")
            .bind(seq)
            .bind(contact)
            .bind(data)
            .execute(&self.pool)
            .await?;
        if self.written.fetch_add(1, Ordering::Relaxed) + 1 == self.events {
            self.done.notify_one();
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let url = args.next().context("the first argument is the database's address")?;
    let events: u64 = args.next().context("the second is how many events")?.parse()?;
    let bytes: usize = args.next().context("the third is how long an event's data is")?.parse()?;
    // Functions are read when they are called: one is mended first.
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("check_function_bodies", "off")]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
    let store = PgEventStore::try_new(pool.clone(), Json::<ContactEvent>::default()).await?;
    mend(&pool).await?;
    sqlx::query(
        "CREATE TABLE timeline (seq BIGINT PRIMARY KEY, contact TEXT NOT NULL, data TEXT NOT NULL)",
    )
    .execute(&pool)
    .await?;
    sqlx::query("CREATE INDEX timeline_contact ON timeline (contact, seq)").execute(&pool).await?;
    append(&store, events, bytes).await?;

    let done = Arc::new(Notify::new());
    let rows = Rows {
        query: query!(ContactEvent),
        pool,
        events,
        written: AtomicU64::new(0),
        done: Arc::clone(&done),
    };
    // By itself a listener that fails stops without a word.
    let failed = |error: PgEventListenerError<sqlx::Error>, _: usize| -> RetryAction {
        eprintln!("the listener failed: {error:?}");
        std::process::exit(1)
    };
    let config = PgEventListenerConfig::poller(Duration::from_millis(10)).with_retry(failed);
    let begun = Instant::now();
    let told = Arc::clone(&done);
    let listener = PgEventListener::builder(store).register_listener(rows, config);
    listener.start_with_shutdown(async move { told.notified().await }).await?;
    println!("{}", events as f64 / begun.elapsed().as_secs_f64());
    Ok(())
}

/// A literal that PostgreSQL reads from version 16 on, written as every version reads it.
async fn mend(pool: &PgPool) -> anyhow::Result<()> {
    let function = "SELECT pg_get_functiondef('event_store_begin_epoch'::regproc)";
    let made: String = sqlx::query_scalar(function).fetch_one(pool).await?;
    sqlx::query(&made.replace("0xFFFFFFFF", "4294967295")).execute(pool).await?;
    Ok(())
}

async fn append(
    store: &PgEventStore<ContactEvent, Json<ContactEvent>>,
    events: u64,
    bytes: usize,
) -> anyhow::Result<()> {
    let data = "x".repeat(bytes);
    for first in (0..events).step_by(usize::try_from(APPENDED)?) {
        let batch = (first..events.min(first + APPENDED)).map(|n| ContactEvent::Happened {
            contact: format!("0193c7a0-0000-7000-8000-{:012x}", n / 10),
            n: i64::try_from(n).unwrap_or(i64::MAX),
            data: data.clone(),
        });
        store.append_without_validation(batch.collect()).await?;
    }
    Ok(())
}
