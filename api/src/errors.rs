//! Errors as GraphQL carries them: a code for programs, a reason with data for words, a message for
//! developers.

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions, Value};
use domain::refusal::Data;

use crate::{door::DoorError, reasons::Because};

pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", code);
        extensions.set("reason", code.to_ascii_lowercase());
    })
}

/// Like [`coded`], with a reason that is finer than the code.
pub(crate) fn coded_because(
    code: &'static str,
    because: impl Into<Because>,
    message: impl Into<String>,
) -> Error {
    let Because { reason, data } = because.into();
    coded(code, message).extend_with(|_, extensions| give_reason(extensions, &reason, &data))
}

pub(crate) fn of_door(error: DoorError) -> Error {
    let reason = error.reason().into_owned();
    Error::new(error.message).extend_with(|_, extensions| {
        extensions.set("code", error.code.as_str());
        give_reason(extensions, &reason, &error.data);
        if let Some(secs) = error.retry_after_secs {
            extensions.set("retryAfterSecs", secs);
        }
    })
}

fn give_reason(extensions: &mut ErrorExtensionValues, reason: &str, data: &Data) {
    extensions.set("reason", reason);
    if !data.is_empty() {
        let data = data
            .iter()
            .map(|(name, value)| (async_graphql::Name::new(name), Value::from(value.as_str())));
        extensions.set("data", Value::Object(data.collect()));
    }
}
