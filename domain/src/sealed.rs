//! Personal data as it travels and rests: sealed under a key that can be destroyed.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

use crate::id::SubjectId;

/// A `T` that only the holder of the subject's key can read. Once that key is gone, so is the data.
///
/// `box` is base64 of nonce ‖ ciphertext; the subject's id is bound to it as associated data.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Sealed<T> {
    pub subject: SubjectId,
    #[serde(rename = "box")]
    pub boxed: String,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    pub fn new(subject: SubjectId, boxed: String) -> Self {
        Self { subject, boxed, of: PhantomData }
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self::new(self.subject, self.boxed.clone())
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject && self.boxed == other.boxed
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.subject)
    }
}
