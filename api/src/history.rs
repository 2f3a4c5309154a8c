//! What staff look up beyond the moment: history, lists, records of the log.

use async_graphql::Result;
use domain::{
    id::{AccountId, ContactId},
    log::{Partition, Position, Seq},
};
use futures::StreamExt;
use projections::{board, desk};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    errors::coded,
    graphql::{
        callback::CallbackState,
        connection::{
            AccountConnection, CallbackConnection, ContactConnection, TicketConnection,
            cursor_error,
        },
        contact::{ContactDetail, ContactRow},
        projection::Projection,
        record::{LiveState, Record},
        scalar::Token,
        ticket::TicketState,
    },
    inside::Inside,
    rows,
};

impl Inside {
    pub fn accounts(&self, first: usize, after: Option<&str>) -> Result<AccountConnection> {
        let after = after
            .map(|after| after.parse::<AccountId>().map_err(|_| cursor_error()))
            .transpose()?;
        let ids: Vec<AccountId> = self.ports.directory.read(|directory| {
            directory.accounts_after(after).take(first + 1).map(|one| one.account).collect()
        });
        let rows = ids.into_iter().filter_map(|id| Some((id.to_string(), self.account(id)?)));
        Ok(AccountConnection::of(rows.collect(), first))
    }
}

impl Inside {
    pub async fn earlier(
        &self,
        contact: ContactId,
        account: Option<AccountId>,
        last: usize,
    ) -> Result<Vec<ContactRow>> {
        let Some(account) = account else { return Ok(Vec::new()) };
        Ok(self.ports.live.read(|live| {
            let floor = live.floor();
            let of_account = floor.contacts().filter(|one| {
                one.account == Some(account) && one.contact != contact && !one.is_open()
            });
            of_account
                .take(last)
                .map(|one| rows::contact_row(board::contact_row(floor, one)))
                .collect()
        }))
    }

    /// The decider's state as this process folds it: the text and its hash belong to the `seq` that comes with them.
    pub fn live_state(&self) -> LiveState {
        let (seq, json) = self.ports.live.read(|live| (live.floor().seq(), live.state_json()));
        let sha256 = hex_of(&Sha256::digest(json.as_bytes()));
        let tokens = vec![Token { partition: self.site_partition(), seq }];
        LiveState { tokens, seq, sha256, json }
    }

    pub async fn contact(&self, contact: ContactId) -> Result<Option<ContactDetail>> {
        let seen = self.ports.live.read(|live| {
            let floor = live.floor();
            let one = floor.contact(contact)?;
            Some((
                board::contact_row(floor, one),
                desk::pop(floor, one),
                one.link.clone(),
                one.notes.clone(),
            ))
        });
        Ok(seen.map(|(row, pop, link, noted)| ContactDetail {
            row: rows::contact_row(row),
            pop: self.pop(pop),
            timeline: Vec::new(),
            explain: Vec::new(),
            said: link.map(|link| link.messages).unwrap_or_default(),
            noted,
        }))
    }

    pub async fn contacts(
        &self,
        first: usize,
        _after: Option<&str>,
        queue: Option<String>,
        agent: Option<Uuid>,
        topic: Option<String>,
        exit: Option<String>,
    ) -> Result<ContactConnection> {
        let rows: Vec<_> = self.ports.live.read(|live| {
            let floor = live.floor();
            floor.contacts().map(|one| rows::contact_row(board::contact_row(floor, one))).collect()
        });
        let fits = |row: &ContactRow| {
            queue.as_ref().is_none_or(|queue| row.queue == *queue)
                && agent.is_none_or(|agent| row.agent == Some(agent))
                && topic.as_ref().is_none_or(|topic| row.topic == *topic)
                && exit.as_ref().is_none_or(|exit| row.exit.as_ref() == Some(exit))
        };
        let rows = rows.into_iter().filter(fits).map(|row| (row.id.to_string(), row)).collect();
        Ok(ContactConnection::of(rows, first))
    }

    pub async fn callbacks(
        &self,
        first: usize,
        _after: Option<&str>,
        state: Option<CallbackState>,
    ) -> Result<CallbackConnection> {
        let rows: Vec<_> = self.ports.live.read(|live| {
            let floor = live.floor();
            floor
                .callbacks()
                .map(|one| rows::callback_row(board::callback_row(floor, one)))
                .collect()
        });
        let rows = rows.into_iter().filter(|row| state.is_none_or(|state| row.state == state));
        Ok(CallbackConnection::of(rows.map(|row| (row.id.to_string(), row)).collect(), first))
    }

    pub async fn all_tickets(
        &self,
        first: usize,
        _after: Option<&str>,
        _state: Option<TicketState>,
    ) -> Result<TicketConnection> {
        Ok(TicketConnection::of(Vec::new(), first))
    }

    /// Valid records after `after`, read from the log itself.
    pub async fn records(
        &self,
        partition: Partition,
        after: Seq,
        first: usize,
    ) -> Result<Vec<Record>> {
        if partition != self.site_partition() && partition != self.tenant_partition() {
            return Err(coded(
                "NOT_FOUND",
                format!("`{partition}` is not a partition of this server"),
            ));
        }
        let unreadable = |error: projections::ports::source::SourceError| {
            coded("UNAVAILABLE", error.to_string())
        };
        let end = self.ports.source.end(&partition).await.map_err(unreadable)?.seq;
        let mut records = Vec::with_capacity(first);
        if after >= end {
            return Ok(records);
        }
        let mut decisions = self.ports.source.read(partition, Position::START);
        while let Some(whole) = decisions.next().await {
            let whole = whole.map_err(unreadable)?;
            for record in whole.records.iter().filter(|record| record.seq > after) {
                if records.len() == first {
                    return Ok(records);
                }
                records.push(Record {
                    seq: record.seq,
                    at: record.time.into(),
                    kind: record.kind.to_string(),
                    version: record.version,
                    actor: record.actor.to_string(),
                    command_id: record.command_id.0,
                    data_json: String::from_utf8_lossy(&record.data).into_owned(),
                    hash: record.hash().to_string(),
                });
            }
            if whole.position.seq >= end {
                break;
            }
        }
        Ok(records)
    }

    pub async fn projections(&self) -> Result<Vec<Projection>> {
        Ok(Vec::new())
    }
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
