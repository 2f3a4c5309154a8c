//! Who staff are: logins and passwords, kept in the key store and never in the log.

use domain::id::StaffId;
use futures::future::BoxFuture;

pub trait Credentials: Send + Sync {
    /// Sets (or replaces) a login; the password is kept as an argon2id hash only.
    fn set<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        staff: StaffId,
    ) -> BoxFuture<'a, Result<(), IdentityError>>;
    /// `None`: no such login, or another password; takes the same time either way.
    fn verify<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<StaffId>, IdentityError>>;
    fn remove(&self, staff: StaffId) -> BoxFuture<'_, Result<(), IdentityError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("the credential store is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
