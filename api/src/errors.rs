//! Errors as GraphQL carries them: a code for programs, words for people.

use async_graphql::{Error, ErrorExtensions};

use crate::door::DoorError;

pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

pub(crate) fn of_door(error: DoorError) -> Error {
    Error::new(error.message).extend_with(|_, extensions| {
        extensions.set("code", error.code.as_str());
        if let Some(secs) = error.retry_after_secs {
            extensions.set("retryAfterSecs", secs);
        }
    })
}
