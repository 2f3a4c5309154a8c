//! A key store over rows of any technology: subjects' keys, look-up values, and the credentials of staff.

use std::sync::Arc;

use commands::ports::{
    identity::{Credentials, IdentityError},
    sealing::{SealError, Sealer},
};
use domain::{
    id::{StaffId, SubjectId},
    sealed::Sealed,
};
use futures::future::BoxFuture;
use projections::ports::opening::{OpenError, Opener};

use crate::{
    passwords, random,
    sealing::{self, Cache, Held, Key, Master},
};

pub(crate) type Boxed = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Stored<'a, T> = BoxFuture<'a, Result<T, Boxed>>;

/// A subject's key as it is stored.
pub(crate) enum Wrapped {
    Key(Vec<u8>),
    Erased,
}

/// What a technology stores; each call is one transaction that is durable when it resolves.
pub(crate) trait Rows: Send + Sync {
    /// `None`: there is no trace of this subject.
    fn key(&self, subject: SubjectId) -> Stored<'_, Option<Wrapped>>;
    fn add(&self, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, ()>;
    fn looked_up(&self, mac: Key) -> Stored<'_, Option<SubjectId>>;
    /// Adds subject and look-up value, or neither if somebody was quicker; the subject that it leads to then.
    fn add_lookup(&self, mac: Key, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, SubjectId>;
    /// Takes the key and the look-up values away and keeps that they were.
    fn erase(&self, subject: SubjectId) -> Stored<'_, ()>;
    fn set_login(&self, login: String, staff: StaffId, hash: String) -> Stored<'_, ()>;
    /// Whose login it is, and the password's hash.
    fn login(&self, login: String) -> Stored<'_, Option<(StaffId, String)>>;
    fn remove_logins(&self, staff: StaffId) -> Stored<'_, ()>;
}

/// Cloning it gives another handle on the same store.
pub struct Keys<R> {
    rows: Arc<R>,
    master: Arc<Master>,
    cache: Arc<Cache>,
}

impl<R> Clone for Keys<R> {
    fn clone(&self) -> Self {
        let Self { rows, master, cache } = self;
        Self { rows: Arc::clone(rows), master: Arc::clone(master), cache: Arc::clone(cache) }
    }
}

/// There is no trace of this subject: neither a key nor its erasure.
#[derive(Debug, thiserror::Error)]
#[error("subject {0} has no key although it was never erased; restore the key store from a copy")]
struct NoTrace(SubjectId);

/// The store's key box does not open under the master key.
#[derive(Debug, thiserror::Error)]
#[error("the key of subject {0} was altered; restore the key store from a copy")]
struct AlteredKey(SubjectId);

impl<R> Keys<R> {
    pub(crate) fn new(rows: R, master: Master) -> Self {
        Self { rows: Arc::new(rows), master: Arc::new(master), cache: Arc::default() }
    }

    fn fresh(&self) -> (SubjectId, Key, Vec<u8>) {
        let (subject, key) = (SubjectId(random::uuid()), sealing::new_key());
        (subject, key, self.master.wrap(subject, &key))
    }
}

#[expect(private_bounds, reason = "rows are added inside this crate only")]
impl<R: Rows> Keys<R> {
    async fn key(&self, subject: SubjectId) -> Result<Option<Held>, Boxed> {
        if let Some(held) = self.cache.get(subject) {
            return Ok(Some(held));
        }
        let held = match self.rows.key(subject).await? {
            None => return Ok(None),
            Some(Wrapped::Erased) => Held::Erased,
            Some(Wrapped::Key(wrapped)) => {
                let key = self.master.unwrap(subject, &wrapped);
                Held::Key(key.ok_or(AlteredKey(subject))?)
            }
        };
        self.cache.put(subject, held);
        Ok(Some(held))
    }

    async fn sealing_key(&self, subject: SubjectId) -> Result<Key, SealError> {
        match self.key(subject).await.map_err(SealError::Unreachable)? {
            Some(Held::Key(key)) => Ok(key),
            Some(Held::Erased) => Err(SealError::Erased),
            None => Err(SealError::Unreachable(NoTrace(subject).into())),
        }
    }

    /// `None`: the person was erased.
    async fn opening_key(&self, subject: SubjectId) -> Result<Option<Key>, OpenError> {
        match self.key(subject).await.map_err(OpenError::Unreachable)? {
            Some(Held::Key(key)) => Ok(Some(key)),
            Some(Held::Erased) => Ok(None),
            None => Err(OpenError::Unreachable(NoTrace(subject).into())),
        }
    }
}

impl<R: Rows> Sealer for Keys<R> {
    fn new_subject(&self) -> BoxFuture<'_, Result<SubjectId, SealError>> {
        Box::pin(async move {
            let (subject, key, wrapped) = self.fresh();
            self.rows.add(subject, wrapped).await.map_err(SealError::Unreachable)?;
            self.cache.put(subject, Held::Key(key));
            Ok(subject)
        })
    }

    fn subject_of<'a>(
        &'a self,
        kind: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<SubjectId, SealError>> {
        Box::pin(async move {
            let mac = self.master.lookup(kind, value);
            let known = self.rows.looked_up(mac).await.map_err(SealError::Unreachable)?;
            if let Some(subject) = known {
                return Ok(subject);
            }
            let (subject, _, wrapped) = self.fresh();
            self.rows.add_lookup(mac, subject, wrapped).await.map_err(SealError::Unreachable)
        })
    }

    fn seal<'a>(
        &'a self,
        subject: SubjectId,
        text: &'a str,
    ) -> BoxFuture<'a, Result<Sealed<String>, SealError>> {
        Box::pin(async move {
            let key = self.sealing_key(subject).await?;
            Ok(Sealed::new(subject, sealing::seal(&key, subject, text)))
        })
    }

    fn seal_bytes<'a>(
        &'a self,
        subject: SubjectId,
        bytes: &'a [u8],
    ) -> BoxFuture<'a, Result<Sealed<Vec<u8>>, SealError>> {
        Box::pin(async move {
            let key = self.sealing_key(subject).await?;
            Ok(Sealed::new(subject, sealing::seal_bytes(&key, subject, bytes)))
        })
    }

    fn erase(&self, subject: SubjectId) -> BoxFuture<'_, Result<(), SealError>> {
        Box::pin(async move {
            let erased = self.rows.erase(subject).await;
            // Gone from memory too: whatever becomes of the store, this process opens nothing any more.
            self.cache.put(subject, Held::Erased);
            erased.map_err(SealError::Unreachable)
        })
    }
}

impl<R: Rows> Opener for Keys<R> {
    fn open<'a>(
        &'a self,
        sealed: &'a Sealed<String>,
    ) -> BoxFuture<'a, Result<Option<String>, OpenError>> {
        Box::pin(async move {
            let Some(key) = self.opening_key(sealed.subject).await? else { return Ok(None) };
            let text = sealing::open(&key, sealed.subject, &sealed.boxed);
            text.map(Some).ok_or(OpenError::Altered)
        })
    }

    fn open_bytes<'a>(
        &'a self,
        sealed: &'a Sealed<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, OpenError>> {
        Box::pin(async move {
            let Some(key) = self.opening_key(sealed.subject).await? else { return Ok(None) };
            let bytes = sealing::open_bytes(&key, sealed.subject, &sealed.boxed);
            bytes.map(Some).ok_or(OpenError::Altered)
        })
    }

    fn was_erased(&self, subject: SubjectId) {
        self.cache.put(subject, Held::Erased);
    }
}

impl<R: Rows> Credentials for Keys<R> {
    fn set<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        staff: StaffId,
    ) -> BoxFuture<'a, Result<(), IdentityError>> {
        Box::pin(async move {
            let hash = passwords::hash(password).await;
            let set = self.rows.set_login(login.to_owned(), staff, hash).await;
            set.map_err(IdentityError::Unreachable)
        })
    }

    fn verify<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<StaffId>, IdentityError>> {
        Box::pin(async move {
            let found = self.rows.login(login.to_owned()).await;
            let (staff, hash) = found.map_err(IdentityError::Unreachable)?.unzip();
            let matches = passwords::matches(password, hash).await;
            Ok(staff.filter(|_| matches))
        })
    }

    fn remove(&self, staff: StaffId) -> BoxFuture<'_, Result<(), IdentityError>> {
        Box::pin(
            async move { self.rows.remove_logins(staff).await.map_err(IdentityError::Unreachable) },
        )
    }
}
