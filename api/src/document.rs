//! From text to a document that is executed: the one way in, for both schemas, HTTP and sockets.
//!
//! The parser descends once for each bracket that is open, and the checks behind it spread every fragment wherever
//! it stands. So brackets are counted before the parser sees the text, and selections before anything else sees
//! the document.

mod count;
mod nesting;

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use async_graphql::{
    ErrorExtensionValues, Request, Response, ServerError,
    parser::{parse_query, types::ExecutableDocument},
};

use crate::reasons::{self, Because};

/// Brackets that are open at the same place; the standard introspection stays well below.
pub const NESTING_MAX: usize = 32;
/// Fields, spreads and inline fragments of one document, with all fragments spread.
pub const SELECTIONS_MAX: usize = 2_000;
/// What one request does: fields at the root of a mutation.
pub const ACTS_MAX: usize = 10;

/// What is refused before it is executed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "brackets are open {NESTING_MAX} deep at most; ask for less at once, or send values as variables"
    )]
    TooDeep,
    #[error("a string that begins here has no end on its line; close it, or use a block string")]
    Unended,
    #[error(
        "at most {SELECTIONS_MAX} fields, with every fragment spread, fit in one request; ask for less at once"
    )]
    TooLarge,
    #[error("a mutation has at most {ACTS_MAX} fields; send the others in another request")]
    TooManyActs,
}

impl From<&Refused> for Because {
    fn from(refused: &Refused) -> Self {
        match refused {
            Refused::TooDeep => reasons::DOCUMENT_TOO_DEEP.with(&[("most", &NESTING_MAX)]),
            Refused::Unended => reasons::DOCUMENT_UNENDED.into(),
            Refused::TooLarge => reasons::DOCUMENT_TOO_LARGE.with(&[("most", &SELECTIONS_MAX)]),
            Refused::TooManyActs => reasons::DOCUMENT_TOO_MANY_ACTS.with(&[("most", &ACTS_MAX)]),
        }
    }
}

/// The document that a text is, if it is within its limits; and how many acts it asks for, at least one.
pub fn read(text: &str) -> Result<(ExecutableDocument, NonZeroU32), ServerError> {
    nesting::check(text).map_err(|refused| error(&refused))?;
    let document = parse_query(text)?;
    let acts = count::check(&document).map_err(|refused| error(&refused))?;
    let acts = u32::try_from(acts).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
    Ok((document, acts))
}

fn error(refused: &Refused) -> ServerError {
    let because = Because::from(refused);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "BAD_INPUT");
    extensions.set("reason", because.reason);
    let mut error = ServerError::new(refused.to_string(), None);
    error.extensions = Some(extensions);
    error
}

/// A request whose text has been read.
pub(crate) struct Document {
    request: Request,
    parsed: ExecutableDocument,
    acts: NonZeroU32,
}

impl Document {
    pub(crate) fn read(request: Request) -> Result<Self, Box<Response>> {
        match read(&request.query) {
            Ok((parsed, acts)) => Ok(Self { request, parsed, acts }),
            Err(error) => Err(Box::new(Response::from_errors(vec![error]))),
        }
    }

    pub(crate) fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// What a rate counts.
    pub(crate) fn acts(&self) -> NonZeroU32 {
        self.acts
    }

    /// The same question once more.
    pub(crate) fn again(&self) -> Self {
        let mut request =
            Request::new(self.request.query.clone()).variables(self.request.variables.clone());
        request.operation_name.clone_from(&self.request.operation_name);
        Self { request, parsed: self.parsed.clone(), acts: self.acts }
    }

    /// For an executor; it does not parse again.
    pub(crate) fn into_request(mut self) -> Request {
        self.request.set_parsed_query(self.parsed);
        self.request
    }
}
