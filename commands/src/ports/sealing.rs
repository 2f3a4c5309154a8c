//! Sealing personal data under a subject's key, and destroying that key.

use domain::{id::SubjectId, sealed::Sealed};
use futures::future::BoxFuture;

pub trait Sealer: Send + Sync {
    /// A fresh subject with a key of its own, durable before this resolves.
    fn new_subject(&self) -> BoxFuture<'_, Result<SubjectId, SealError>>;
    /// The subject that a look-up value (an external customer id, a number, a visit) belongs to, made when it is new.
    /// Values are stored only as HMACs.
    fn subject_of<'a>(
        &'a self,
        kind: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<SubjectId, SealError>>;
    fn seal<'a>(
        &'a self,
        subject: SubjectId,
        text: &'a str,
    ) -> BoxFuture<'a, Result<Sealed<String>, SealError>>;
    /// Like `seal`, for what is no text.
    fn seal_bytes<'a>(
        &'a self,
        subject: SubjectId,
        bytes: &'a [u8],
    ) -> BoxFuture<'a, Result<Sealed<Vec<u8>>, SealError>>;
    /// Destroys the key, its look-up values and everything wrapped by it. Doing it twice is doing it once.
    fn erase(&self, subject: SubjectId) -> BoxFuture<'_, Result<(), SealError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("this person's data was erased; nothing new can be recorded about them")]
    Erased,
    #[error("the key store is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
