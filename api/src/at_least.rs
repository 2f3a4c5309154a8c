//! Read your writes: waiting until the live views have reached the tokens that a client has seen.

use std::time::Duration;

use crate::{
    door::{DoorCode, DoorError},
    graphql::scalar::Token,
    inside::Inside,
};
use projections::tail::WaitError;

/// How long a door waits for the log to reach a token.
pub(crate) const REACH_WITHIN: Duration = Duration::from_secs(5);
/// Tokens of one request.
pub(crate) const TOKENS_MAX: usize = 8;

impl Inside {
    pub async fn at_least(&self, tokens: &[Token]) -> Result<(), DoorError> {
        if tokens.len() > TOKENS_MAX {
            return Err(DoorError::new(
                DoorCode::BadInput,
                format!(
                    "{} tokens in atLeast; send at most {TOKENS_MAX}: the latest of each partition",
                    tokens.len()
                ),
            ));
        }
        for token in tokens {
            let reached = if token.partition == self.site_partition() {
                self.ports.live.wait_for(token.seq, REACH_WITHIN).await
            } else if token.partition == self.tenant_partition() {
                self.ports.directory.wait_for(token.seq, REACH_WITHIN).await
            } else {
                return Err(DoorError::new(
                    DoorCode::TokenForeign,
                    format!(
                        "`{token}` is of a partition that is not served here; use the tokens of this server's answers"
                    ),
                ));
            };
            reached.map_err(|error| match error {
                WaitError::NotReached { .. } => DoorError::new(
                    DoorCode::TokenAhead,
                    format!("`{token}` is ahead of the log after {} s; leave atLeast out if the log was restored", REACH_WITHIN.as_secs()),
                ),
                WaitError::Stopped { .. } => DoorError::new(DoorCode::Unavailable, error.to_string()),
            })?;
        }
        Ok(())
    }

    /// Where both live views stand now.
    pub fn tokens(&self) -> Vec<Token> {
        vec![
            Token { partition: self.site_partition(), seq: self.ports.live.position().seq },
            Token { partition: self.tenant_partition(), seq: self.ports.directory.position().seq },
        ]
    }
}
