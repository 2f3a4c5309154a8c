//! The key store in memory: gone with the process, and all it sealed with it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::ports::{
    identity::{Credentials, IdentityError},
    sealing::{SealError, Sealer},
};
use domain::{
    id::{StaffId, SubjectId},
    sealed::Sealed,
};
use futures::future::{BoxFuture, ready};
use projections::ports::opening::{OpenError, Opener};

use crate::{
    passwords, random,
    sealing::{self, Held, Key, Master},
};

/// Cloning it gives another handle on the same store.
#[derive(Clone)]
pub struct MemoryKeys {
    master: Arc<Master>,
    held: Arc<Mutex<HeldKeys>>,
}

#[derive(Default)]
struct HeldKeys {
    subjects: HashMap<SubjectId, Held>,
    lookups: HashMap<Key, SubjectId>,
    credentials: HashMap<String, (StaffId, String)>,
}

impl HeldKeys {
    fn add(&mut self) -> SubjectId {
        let subject = SubjectId(random::uuid());
        self.subjects.insert(subject, Held::Key(sealing::new_key()));
        subject
    }
}

#[derive(Debug, thiserror::Error)]
#[error("subject {0} has no key although it was never erased")]
struct NoTrace(SubjectId);

impl Default for MemoryKeys {
    fn default() -> Self {
        Self { master: Arc::new(Master::new(sealing::new_key())), held: Arc::default() }
    }
}

impl MemoryKeys {
    fn locked(&self) -> MutexGuard<'_, HeldKeys> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, subject: SubjectId) -> Option<Held> {
        self.locked().subjects.get(&subject).copied()
    }

    fn sealing_key(&self, subject: SubjectId) -> Result<Key, SealError> {
        match self.key(subject) {
            Some(Held::Key(key)) => Ok(key),
            Some(Held::Erased) => Err(SealError::Erased),
            None => Err(SealError::Unreachable(NoTrace(subject).into())),
        }
    }

    /// What `open` makes of the box; `None`: the person was erased.
    fn opened<T>(
        &self,
        sealed: &Sealed<T>,
        open: impl FnOnce(&Key, SubjectId, &str) -> Option<T>,
    ) -> Result<Option<T>, OpenError> {
        match self.key(sealed.subject) {
            Some(Held::Key(key)) => {
                open(&key, sealed.subject, &sealed.boxed).map(Some).ok_or(OpenError::Altered)
            }
            Some(Held::Erased) => Ok(None),
            None => Err(OpenError::Unreachable(NoTrace(sealed.subject).into())),
        }
    }
}

impl Sealer for MemoryKeys {
    fn new_subject(&self) -> BoxFuture<'_, Result<SubjectId, SealError>> {
        Box::pin(ready(Ok(self.locked().add())))
    }

    fn subject_of<'a>(
        &'a self,
        kind: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<SubjectId, SealError>> {
        let mac = self.master.lookup(kind, value);
        let mut held = self.locked();
        let subject = held.lookups.get(&mac).copied().unwrap_or_else(|| held.add());
        held.lookups.insert(mac, subject);
        Box::pin(ready(Ok(subject)))
    }

    fn seal<'a>(
        &'a self,
        subject: SubjectId,
        text: &'a str,
    ) -> BoxFuture<'a, Result<Sealed<String>, SealError>> {
        let key = self.sealing_key(subject);
        Box::pin(ready(key.map(|key| Sealed::new(subject, sealing::seal(&key, subject, text)))))
    }

    fn seal_bytes<'a>(
        &'a self,
        subject: SubjectId,
        bytes: &'a [u8],
    ) -> BoxFuture<'a, Result<Sealed<Vec<u8>>, SealError>> {
        let key = self.sealing_key(subject);
        let sealed = |key| Sealed::new(subject, sealing::seal_bytes(&key, subject, bytes));
        Box::pin(ready(key.map(sealed)))
    }

    fn erase(&self, subject: SubjectId) -> BoxFuture<'_, Result<(), SealError>> {
        let mut held = self.locked();
        held.lookups.retain(|_, of| *of != subject);
        held.subjects.insert(subject, Held::Erased);
        Box::pin(ready(Ok(())))
    }
}

impl Opener for MemoryKeys {
    fn open<'a>(
        &'a self,
        sealed: &'a Sealed<String>,
    ) -> BoxFuture<'a, Result<Option<String>, OpenError>> {
        Box::pin(ready(self.opened(sealed, sealing::open)))
    }

    fn open_bytes<'a>(
        &'a self,
        sealed: &'a Sealed<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, OpenError>> {
        Box::pin(ready(self.opened(sealed, sealing::open_bytes)))
    }

    /// Nobody else can have erased it.
    fn was_erased(&self, _: SubjectId) {}
}

impl Credentials for MemoryKeys {
    fn set<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        staff: StaffId,
    ) -> BoxFuture<'a, Result<(), IdentityError>> {
        Box::pin(async move {
            let hash = passwords::hash(password).await;
            self.locked().credentials.insert(login.to_owned(), (staff, hash));
            Ok(())
        })
    }

    fn verify<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<StaffId>, IdentityError>> {
        Box::pin(async move {
            let (staff, hash) = self.locked().credentials.get(login).cloned().unzip();
            let matches = passwords::matches(password, hash).await;
            Ok(staff.filter(|_| matches))
        })
    }

    fn remove(&self, staff: StaffId) -> BoxFuture<'_, Result<(), IdentityError>> {
        self.locked().credentials.retain(|_, (of, _)| *of != staff);
        Box::pin(ready(Ok(())))
    }
}
