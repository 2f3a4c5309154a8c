//! What staff look up beyond the moment: history and lists out of the stored views, records out of the log.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use async_graphql::{Error, Result};
use domain::{
    contact::Exit,
    id::{AccountId, AgentId, ContactId, SubjectId},
    log::{Partition, Position, Seq},
};
use futures::StreamExt;
use projections::{
    board, callback_list, checkpoint, contact_history, contact_timeline, desk, explain,
    floor::{ContactState as Live, Floor},
    page::{Cursor, Page},
    ports::{
        read_store::{ReadStoreError, TransactError},
        source::{Read, SourceError},
    },
    ticket_list,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    errors::coded,
    graphql::{
        callback::{CallbackRow, CallbackState},
        connection::{
            AccountConnection, CallbackConnection, ContactConnection, TicketConnection,
            cursor_error,
        },
        contact::{Candidate, ContactDetail, ContactRow, ContactState, Excluded, Explain},
        projection::Projection,
        record::{LiveState, Record},
        reservation::ScreenPop,
        scalar::Token,
        ticket::TicketState,
    },
    inside::Inside,
    memory::Customer,
    names::visitor_code,
    rows, timeline,
};

/// Places in logs that have been read up to: whoever reads on page by page does not begin at the beginning.
#[derive(Default)]
pub(crate) struct ReadTo(Mutex<BTreeMap<Partition, Position>>);

impl ReadTo {
    /// The place to read from for what comes after `seq`.
    fn before(&self, partition: &Partition, seq: Seq) -> Position {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.get(partition).filter(|place| place.seq <= seq);
        place.copied().unwrap_or(Position::START)
    }

    fn note(&self, partition: Partition, place: Position) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(partition, place);
    }
}

/// What a list of contacts is narrowed by.
#[derive(Default)]
pub struct Narrowed {
    pub queue: Option<String>,
    pub agent: Option<Uuid>,
    pub topic: Option<String>,
    pub exit: Option<String>,
}

impl Inside {
    pub fn accounts(&self, first: usize, after: Option<&str>) -> Result<AccountConnection> {
        let after = after
            .map(|after| after.parse::<AccountId>().map_err(|_| cursor_error()))
            .transpose()?;
        let ids: Vec<AccountId> = self.ports.directory.read(|directory| {
            directory.accounts_after(after).take(first + 1).map(|one| one.account).collect()
        });
        let has_next = ids.len() > first;
        let rows = ids.into_iter().take(first);
        let rows = rows.filter_map(|id| Some((id.to_string(), self.account(id)?)));
        Ok(AccountConnection::of(rows.collect(), has_next))
    }

    pub async fn contacts(
        &self,
        narrowed: Narrowed,
        first: usize,
        after: Option<&str>,
    ) -> Result<ContactConnection> {
        let exit = narrowed.exit.as_deref().map(exit_named).transpose()?;
        let filter = contact_history::Filter {
            queue: narrowed.queue,
            agent: narrowed.agent.map(AgentId),
            topic: narrowed.topic,
            exit,
            ..contact_history::Filter::default()
        };
        let after = cursor(after)?;
        let store = self.read_store()?;
        let page = contact_history::contacts(store, &filter, first, after.as_ref()).await;
        Ok(ContactConnection::from_page(page.map_err(|error| unreadable(&error))?, history_row))
    }

    /// What the same customer asked for before, newest first.
    pub async fn earlier(
        &self,
        contact: ContactId,
        account: Option<AccountId>,
        subject: Option<SubjectId>,
        last: usize,
    ) -> Result<Vec<ContactRow>> {
        let customer = Customer { account, subject, visit: None };
        let rows = self.earlier_rows(contact, customer, last).await?;
        Ok(rows.into_iter().map(history_row).collect())
    }

    pub async fn callbacks(
        &self,
        first: usize,
        after: Option<&str>,
        state: Option<CallbackState>,
    ) -> Result<CallbackConnection> {
        let after = cursor(after)?;
        let state = state.map(rows::callback_state_of);
        let store = self.read_store()?;
        let page = callback_list::callbacks(store, state, first, after.as_ref()).await;
        Ok(CallbackConnection::from_page(page.map_err(|error| unreadable(&error))?, callback_row))
    }

    pub async fn all_tickets(
        &self,
        first: usize,
        after: Option<&str>,
        state: Option<TicketState>,
    ) -> Result<TicketConnection> {
        let after = cursor(after)?;
        let store = self.read_store()?;
        let page = ticket_list::tickets(store, state.map(Into::into), first, after.as_ref()).await;
        let Page { rows: stored, has_next } = page.map_err(|error| unreadable(&error))?;
        let mut tickets = Vec::with_capacity(stored.len());
        for (cursor, row) in stored {
            // The list says which; the fold has their notes too.
            let known =
                self.ports.directory.read(|directory| directory.ticket(row.ticket).cloned());
            if let Some(known) = known {
                tickets.push((cursor.to_string(), self.ticket(known).await?));
            }
        }
        Ok(TicketConnection::of(tickets, has_next))
    }

    pub async fn contact(&self, contact: ContactId) -> Result<Option<ContactDetail>> {
        let store = self.read_store()?;
        let live = self.ports.live.read(|live| {
            let floor = live.floor();
            let one = floor.contact(contact)?;
            Some((row_on(floor, one), desk::pop(floor, one), one.link.clone(), one.notes.clone()))
        });
        let (row, mut pop, said, noted) = if let Some((row, pop, link, noted)) = live {
            (row, self.pop(pop), link.map(|link| link.messages), noted)
        } else {
            let past = contact_history::contact(store, contact).await;
            let Some(past) = past.map_err(|error| unreadable(&error))? else { return Ok(None) };
            let (pop, noted) = (self.past_pop(&past), past.notes.clone());
            (history_row(past), pop, None, noted)
        };
        let callback = row.callback.map(domain::id::CallbackId);
        let entries = contact_timeline::timeline(store, contact, callback)
            .await
            .map_err(|error| unreadable(&error))?;
        if pop.entitlement.is_none() {
            // Off the floor: what it was granted by stands in its history.
            let granted = contact_timeline::granted(&entries);
            pop.entitlement = granted.map(|granted| self.entitlement(&granted));
        }
        Ok(Some(ContactDetail {
            row,
            pop,
            said: said.unwrap_or_else(|| contact_timeline::transcript(&entries)),
            noted,
            explain: explain::explain(&entries).into_iter().map(explained).collect(),
            timeline: timeline::entries(entries),
        }))
    }

    /// Of a contact that has left the floor: what it was, without what held at the moment.
    fn past_pop(&self, past: &contact_history::HistoryRow) -> ScreenPop {
        let waited = past.answered_at.or(past.ended_at).unwrap_or(past.since) - past.queued_at;
        ScreenPop {
            topic: past.topic.to_string(),
            topic_title: self.topic_title(&past.topic),
            queue: past.queue.to_string(),
            queue_title: self.title_of_queue(past.queue.as_str()),
            customer_away_since: None,
            visitor: past.visit.map(visitor_code),
            entitlement: None,
            priority: past.priority,
            waited_seconds: u32::try_from(waited.as_secs().max(0)).unwrap_or(u32::MAX),
            callback: None,
            contact: past.contact,
            of_account: past.account,
            of_subject: past.subject,
            of_visit: past.visit,
        }
    }

    /// The decider's state as this process folds it: the text and its hash belong to the `seq` that comes with them.
    pub fn live_state(&self) -> LiveState {
        let (seq, json) = self.ports.live.read(|live| (live.floor().seq(), live.state_json()));
        let sha256 = hex_of(&Sha256::digest(json.as_bytes()));
        let tokens = vec![Token { partition: self.site_partition(), seq }];
        LiveState { tokens, seq, sha256, json }
    }

    /// Valid records after `after`, read from the log itself.
    pub async fn records(
        &self,
        partition: Partition,
        after: Seq,
        first: usize,
    ) -> Result<Vec<Record>> {
        if partition != self.site_partition() && partition != self.tenant_partition() {
            let message = format!(
                "`{partition}` is not a partition of this server; ask for `{}` or `{}`",
                self.site_partition(),
                self.tenant_partition()
            );
            return Err(coded("NOT_FOUND", message));
        }
        let unreadable = |error: SourceError| coded("UNAVAILABLE", error.to_string());
        let mut records = Vec::with_capacity(first);
        let mut place = self.read_to.before(&partition, after);
        let mut reads = self.ports.source.read(partition.clone(), place);
        while let Some(read) = reads.next().await {
            let Read::Whole(whole) = read.map_err(unreadable)? else { break };
            let wanted = whole.records.iter().filter(|record| record.seq > after);
            records.extend(wanted.take(first - records.len()).map(rows::record));
            let shown = records.last().map_or(after, |record: &Record| record.seq);
            if whole.position.seq <= shown {
                place = whole.position;
            }
            if records.len() == first {
                break;
            }
        }
        self.read_to.note(partition, place);
        Ok(records)
    }

    pub async fn projections(&self) -> Result<Vec<Projection>> {
        let progress = checkpoint::progress(self.read_store()?).await;
        let progress = progress.map_err(|error| match error {
            TransactError::Store(error) => unreadable(&error),
            error @ TransactError::NotAsManyRows { .. } => coded("UNAVAILABLE", error.to_string()),
        })?;
        let (site, tenant) =
            (self.site_partition().to_string(), self.tenant_partition().to_string());
        Ok(progress
            .into_iter()
            .map(|one| {
                let seq = u64::try_from(one.seq).unwrap_or_default();
                let end = match one.partition {
                    ref of if *of == site => self.ports.live.position().seq,
                    ref of if *of == tenant => self.ports.directory.position().seq,
                    _ => seq,
                };
                Projection {
                    name: one.view,
                    version: u32::try_from(one.version).unwrap_or_default(),
                    partition: one.partition,
                    seq,
                    lag: end.saturating_sub(seq),
                }
            })
            .collect())
    }
}

fn row_on(floor: &Floor, contact: &projections::floor::Contact) -> ContactRow {
    rows::contact_row(board::contact_row(floor, contact))
}

fn cursor(after: Option<&str>) -> Result<Option<Cursor>> {
    let parsed = after.map(str::parse::<Cursor>).transpose();
    parsed.map_err(|error| coded("BAD_INPUT", error.to_string()))
}

pub(crate) fn unreadable(error: &ReadStoreError) -> Error {
    tracing::warn!(error = %error, "a stored view was not read");
    coded("UNAVAILABLE", format!("{error}; what is live is not affected"))
}

fn exit_named(name: &str) -> Result<Exit> {
    const ALL: [Exit; 7] = [
        Exit::Answered,
        Exit::Abandoned,
        Exit::ShortAbandoned,
        Exit::TimedOut,
        Exit::Overflowed,
        Exit::Withdrawn,
        Exit::CallbackRequested,
    ];
    ALL.into_iter().find(|exit| rows::exit_code(*exit) == name).ok_or_else(|| {
        let known = ALL.map(rows::exit_code).join(", ");
        coded("BAD_INPUT", format!("`{name}` is not a way out of a queue; use one of {known}"))
    })
}

pub(crate) fn history_row(row: contact_history::HistoryRow) -> ContactRow {
    ContactRow {
        id: row.contact.0,
        state: state_named(&row.state),
        channel: row.channel.into(),
        queue: row.queue.to_string(),
        topic: row.topic.to_string(),
        priority: row.priority,
        queued_at: row.queued_at.into(),
        since: row.since.into(),
        until: None,
        position: None,
        step: 0,
        agent: row.agent.map(|agent| agent.0),
        assigned_to: None,
        assigned_until: None,
        customer_away_since: None,
        can_cancel: false,
        can_reassign: false,
        can_prioritise: false,
        visitor: row.visit.map(visitor_code),
        account: row.account.map(|account| account.0),
        callback: row.callback.map(|callback| callback.0),
        // Whoever talks has left the queue by being answered.
        exit: row
            .exit
            .or(row.answered_at.map(|_| Exit::Answered))
            .map(|exit| rows::exit_code(exit).to_owned()),
        disposition: row.disposition,
    }
}

fn state_named(state: &str) -> ContactState {
    rows::contact_state(match state {
        "offered" => Live::Offered,
        "linking" => Live::Linking,
        "talking" => Live::Talking,
        "held" => Live::Held,
        "wrapping" => Live::Wrapping,
        "completed" => Live::Completed,
        "left" => Live::Left,
        _ => Live::Waiting,
    })
}

fn callback_row(row: callback_list::CallbackListRow) -> CallbackRow {
    let next_try = row.next_try;
    rows::callback_row(board::CallbackRow {
        about: None,
        callback: row.callback,
        state: row.state,
        topic: row.topic,
        queue: row.queue,
        when: row.when,
        number: row.number,
        requested_at: row.requested_at,
        attempts: row.attempts,
        next_try,
        reason: row.reason,
        contact: row.contact,
        visit: row.visit,
        subject: row.subject,
        account: row.account,
    })
}

fn explained(explained: explain::Explained) -> Explain {
    let why = explained.why;
    Explain {
        reservation: explained.reservation.0,
        at: explained.at.into(),
        agent: explained.agent.0,
        queue_version: why.queue_version,
        step: why.step,
        requirement_json: serde_json::to_string(&why.requirement)
            .expect("what was read from JSON is JSON"),
        candidates: why
            .candidates
            .into_iter()
            .map(|one| Candidate {
                agent: one.agent.0,
                idle_since: one.idle_since.into(),
                proficiency: one.proficiency,
            })
            .collect(),
        excluded: why
            .excluded
            .into_iter()
            .map(|(reason, count)| Excluded { reason, count })
            .collect(),
    }
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
