//! The key store in PostgreSQL, in the schema `keys`.

use deadpool_postgres::{Client, GenericClient, Transaction};
use domain::id::{StaffId, SubjectId};

use super::{
    pool::{Pool, PostgresError, Settings, Trouble},
    schema::Schema,
};
use crate::{
    keys::{Boxed, Keys, Rows, Stored, Wrapped},
    sealing::{Key, Master},
};

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    #[error(
        "the key store was made under another master key; give every process that seals or opens the one that belongs to it"
    )]
    OtherMaster,
}

pub type PostgresKeys = Keys<PostgresRows>;

impl PostgresKeys {
    /// `master` is the secret that wraps every key; the first process that may write leaves its mark.
    pub async fn open(settings: &Settings, master: [u8; 32]) -> Result<Self, KeysError> {
        let rows = PostgresRows { pool: Pool::new(settings, Schema::Keys)? };
        let master = Master::new(master);
        let mark = rows.pool.with(async |client| marked(client, &master.mark).await).await;
        match mark.map_err(Trouble::error)? {
            mark if mark != master.mark => Err(KeysError::OtherMaster),
            _ => Ok(Self::new(rows, master)),
        }
    }
}

/// The mark that is there, or this one if there was none.
async fn marked(client: &Client, mark: &Key) -> Result<Vec<u8>, Trouble> {
    let there = client.query_opt("SELECT mark FROM master", &[]).await?;
    if let Some(there) = there {
        return Ok(there.get(0));
    }
    let may = "SELECT has_table_privilege('master', 'INSERT')";
    if !client.query_one(may, &[]).await?.get::<_, bool>(0) {
        // Nothing was sealed yet, and this role only opens.
        return Ok(mark.to_vec());
    }
    let leave = "INSERT INTO master (mark) VALUES ($1) ON CONFLICT DO NOTHING";
    client.execute(leave, &[&&mark[..]]).await?;
    Ok(client.query_one("SELECT mark FROM master", &[]).await?.get(0))
}

pub struct PostgresRows {
    pool: Pool,
}

impl PostgresRows {
    async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Boxed> {
        let answer = self.pool.question(async |client| Ok(question(client).await?)).await;
        Ok(answer.map_err(Trouble::error)?)
    }

    /// All of `act` or nothing.
    async fn transact<T>(
        &self,
        act: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Boxed> {
        let acted = self.pool.question(async |client| {
            let transaction = client.transaction().await?;
            let acted = act(&transaction).await?;
            transaction.commit().await?;
            Ok(acted)
        });
        Ok(acted.await.map_err(Trouble::error)?)
    }
}

const KEY: &str = "SELECT key FROM subjects WHERE subject = $1";
const ADD: &str = "INSERT INTO subjects (subject, key) VALUES ($1, $2)";
const LOOK_UP: &str = "SELECT subject FROM lookups WHERE mac = $1";
/// Waits for whoever adds the same value at this moment.
const ADD_LOOKUP: &str =
    "INSERT INTO lookups (mac, subject) VALUES ($1, $2) ON CONFLICT (mac) DO NOTHING";
const FORGET_SUBJECT: &str = "DELETE FROM subjects WHERE subject = $1";
const FORGET_LOOKUPS: &str = "DELETE FROM lookups WHERE subject = $1";
const ERASE: &str = "INSERT INTO subjects (subject, key) VALUES ($1, NULL)
    ON CONFLICT (subject) DO UPDATE SET key = NULL";
const SET_LOGIN: &str = "INSERT INTO credentials (login, staff, hash) VALUES ($1, $2, $3)
    ON CONFLICT (login) DO UPDATE SET staff = excluded.staff, hash = excluded.hash";
const LOGIN: &str = "SELECT staff, hash FROM credentials WHERE login = $1";
const REMOVE_LOGINS: &str = "DELETE FROM credentials WHERE staff = $1";

async fn looked_up<C: GenericClient>(
    client: &C,
    mac: &Key,
) -> Result<Option<String>, tokio_postgres::Error> {
    let look_up = client.prepare_cached(LOOK_UP).await?;
    Ok(client.query_opt(&look_up, &[&&mac[..]]).await?.map(|row| row.get(0)))
}

impl Rows for PostgresRows {
    fn key(&self, subject: SubjectId) -> Stored<'_, Option<Wrapped>> {
        Box::pin(self.ask(async move |client| {
            let key = client.prepare_cached(KEY).await?;
            let row = client.query_opt(&key, &[&subject.to_string()]).await?;
            Ok(row.map(|row| row.get::<_, Option<_>>(0).map_or(Wrapped::Erased, Wrapped::Key)))
        }))
    }

    fn add(&self, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, ()> {
        Box::pin(self.ask(async move |client| {
            let add = client.prepare_cached(ADD).await?;
            client.execute(&add, &[&subject.to_string(), &wrapped]).await.map(drop)
        }))
    }

    fn looked_up(&self, mac: Key) -> Stored<'_, Option<SubjectId>> {
        Box::pin(async move {
            let found = self.ask(async move |client| looked_up(client, &mac).await).await?;
            Ok(found.map(|subject| subject.parse()).transpose()?)
        })
    }

    fn add_lookup(&self, mac: Key, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, SubjectId> {
        Box::pin(async move {
            let leads_to = self.transact(async move |transaction| {
                let fresh = subject.to_string();
                transaction.execute(ADD, &[&fresh, &wrapped]).await?;
                if transaction.execute(ADD_LOOKUP, &[&&mac[..], &fresh]).await? == 1 {
                    return Ok(fresh);
                }
                transaction.execute(FORGET_SUBJECT, &[&fresh]).await?;
                // It is committed: otherwise this transaction would have waited.
                Ok(looked_up(transaction, &mac).await?.unwrap_or(fresh))
            });
            Ok(leads_to.await?.parse()?)
        })
    }

    fn erase(&self, subject: SubjectId) -> Stored<'_, ()> {
        Box::pin(self.transact(async move |transaction| {
            let subject = subject.to_string();
            // The key first: its row is what others would wait for.
            transaction.execute(ERASE, &[&subject]).await?;
            transaction.execute(FORGET_LOOKUPS, &[&subject]).await.map(drop)
        }))
    }

    fn set_login(&self, login: String, staff: StaffId, hash: String) -> Stored<'_, ()> {
        Box::pin(self.ask(async move |client| {
            client.execute(SET_LOGIN, &[&login, &staff.to_string(), &hash]).await.map(drop)
        }))
    }

    fn login(&self, login: String) -> Stored<'_, Option<(StaffId, String)>> {
        Box::pin(async move {
            let found = self.ask(async move |client| client.query_opt(LOGIN, &[&login]).await);
            let Some(row) = found.await? else { return Ok(None) };
            Ok(Some((row.get::<_, String>(0).parse()?, row.get(1))))
        })
    }

    fn remove_logins(&self, staff: StaffId) -> Stored<'_, ()> {
        Box::pin(self.ask(async move |client| {
            client.execute(REMOVE_LOGINS, &[&staff.to_string()]).await.map(drop)
        }))
    }
}
