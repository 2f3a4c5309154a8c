//! Opened names: the one place where staff screens turn sealed texts into words, with a cache that forgets the erased.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::Result;
use domain::{
    id::{AccountId, AgentId, StaffId, SubjectId, VisitId},
    sealed::Sealed,
};
use projections::{directory::Directory, ports::opening::Opener, tail::Tail};

use crate::graphql::link::Message;

/// Names that are kept open at most; beyond it the cache begins anew.
const NAMES_MAX: usize = 50_000;

/// Letters and digits that are not taken for one another.
const LETTERS: &[u8; 28] = b"23456789ACDEFGHJKMNPQRTUVWXY";

/// A short name for a visitor who is not signed in: the same wherever and whenever this visit is shown.
pub(crate) fn visitor_code(visit: VisitId) -> String {
    // The last bits of a visit's id are chance; the first are the time.
    let mut left = visit.0.as_u128() & u128::from(u32::MAX);
    let mut code = String::with_capacity(4);
    for _ in 0..4 {
        let at = usize::try_from(left % 28).expect("it is below 28");
        code.push(char::from(LETTERS[at]));
        left /= 28;
    }
    code
}

pub struct Names {
    opener: Arc<dyn Opener>,
    tenant: Tail<Directory>,
    /// By subject and the sealed text itself: a changed name is another entry.
    opened: Mutex<HashMap<SubjectId, HashMap<String, Arc<str>>>>,
}

impl Names {
    pub fn new(opener: Arc<dyn Opener>, tenant: Tail<Directory>) -> Self {
        Self { opener, tenant, opened: Mutex::default() }
    }

    pub async fn agent(&self, agent: AgentId) -> Result<Option<String>> {
        self.staff(agent.into()).await
    }

    pub async fn staff(&self, staff: StaffId) -> Result<Option<String>> {
        let name = self.tenant.read(|tenant| tenant.staff(staff).map(|one| one.name.clone()));
        self.name(name).await
    }

    pub async fn account(&self, account: AccountId) -> Result<Option<String>> {
        let name = self.tenant.read(|tenant| tenant.account(account).map(|one| one.name.clone()));
        self.name(name).await
    }

    /// Opened once and kept: for what stands in many rows.
    async fn name(&self, sealed: Option<Sealed<String>>) -> Result<Option<String>> {
        let Some(sealed) = sealed else { return Ok(None) };
        if self.tenant.read(|tenant| tenant.is_erased(sealed.subject)) {
            self.forget(sealed.subject);
            return Ok(None);
        }
        if let Some(name) = self.cached(&sealed) {
            return Ok(Some(name.to_string()));
        }
        let opened = self.open(&sealed).await?;
        if let Some(name) = &opened {
            let mut cache = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            if cache.len() >= NAMES_MAX {
                cache.clear();
            }
            cache.entry(sealed.subject).or_default().insert(sealed.boxed, name.as_str().into());
        }
        // Erased while it was being opened: the cache must not keep it.
        if self.tenant.read(|tenant| tenant.is_erased(sealed.subject)) {
            self.forget(sealed.subject);
            return Ok(None);
        }
        Ok(opened)
    }

    fn cached(&self, sealed: &Sealed<String>) -> Option<Arc<str>> {
        let cache = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(&sealed.subject)?.get(&sealed.boxed).map(Arc::clone)
    }

    pub fn forget(&self, subject: SubjectId) {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&subject);
    }

    /// `None`: erased.
    pub async fn open(&self, sealed: &Sealed<String>) -> Result<Option<String>> {
        self.opener.open(sealed).await.map_err(|error| {
            tracing::error!(subject.id = %sealed.subject, error = %error, "sealed data did not open");
            crate::errors::coded("UNAVAILABLE", "stored personal data cannot be read now; try again, and tell the operator if it stays")
        })
    }

    pub async fn open_some(&self, sealed: Option<&Sealed<String>>) -> Result<Option<String>> {
        match sealed {
            Some(sealed) => self.open(sealed).await,
            None => Ok(None),
        }
    }

    pub async fn messages(&self, said: &[projections::floor::Message]) -> Result<Vec<Message>> {
        let mut messages = Vec::with_capacity(said.len());
        for message in said {
            messages.push(Message {
                id: message.message.0,
                from: message.from.into(),
                at: message.at.into(),
                text: self.open(&message.text).await?,
            });
        }
        Ok(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_has_a_short_name_that_stays() {
        let code = |n| visitor_code(VisitId(uuid::Uuid::from_u128(n)));
        assert_eq!(code(0), "2222");
        assert_eq!(code(29 + (7 << 64)), code(29));
        let codes: std::collections::BTreeSet<_> = (0..1_000).map(code).collect();
        assert_eq!(codes.len(), 1_000);
    }
}
