//! Opening sealed data, where somebody entitled looks at it.

use domain::{id::SubjectId, sealed::Sealed};
use futures::future::BoxFuture;

pub trait Opener: Send + Sync {
    /// `None`: the person was erased.
    fn open<'a>(
        &'a self,
        sealed: &'a Sealed<String>,
    ) -> BoxFuture<'a, Result<Option<String>, OpenError>>;
    /// Like `open`, for what is no text.
    fn open_bytes<'a>(
        &'a self,
        sealed: &'a Sealed<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, OpenError>>;
    /// The log says that this person was erased, perhaps by another process: what is remembered of the key goes too.
    fn was_erased(&self, subject: SubjectId);
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("sealed data does not open under its subject's key: it was altered")]
    Altered,
    #[error("the key store is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
