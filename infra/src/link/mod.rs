//! The one link between the two web servers: authenticated, multiplexed byte streams, and nothing of what crosses them.
//!
//! The gateway inside dials ([`Dialler`]), the edge outside listens ([`Post`]); over TLS 1.3 each shows a certificate of
//! the operator's own authority, with its own name and for its own purpose. On top of it yamux carries many streams.
//! Only the edge opens them: one for a request, and one whose beats tell both sides that the other is there.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

mod dialler;
mod heard;
mod mux;
mod post;
mod pulse;
mod refused;
mod tls;

pub use dialler::{Dialler, DiallerState, Serve};
pub use mux::LinkStream;
pub use post::{Post, Posted};
pub use tls::{Terms, TlsFiles};

/// A connection is authenticated within this time, or dropped.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(3);
/// Each side says so often that it is there.
const BEAT_EVERY: Duration = Duration::from_secs(1);
/// A side from which nothing at all has come for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(3);
/// How the link itself works. Another number: another form of link.
const PROTOCOL: &str = "lockstep-link/1";
/// Requests and followers that are under way over one link.
pub const STREAMS_MAX: usize = 16 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("{path} cannot be read; check the settings of the link and that this user may read it")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    #[error("{path} has no certificate; it must be a PEM file with one")]
    NoCertificate { path: PathBuf },
    #[error("certificate, key and authority of the link do not fit together")]
    Unfit(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("`{name}` is not a name that a certificate can carry; write it as a host name")]
    NotAName { name: String },
    #[error("nothing can listen for the link at {address}; free it or choose another")]
    Taken {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("the other side cannot be reached")]
    Unreachable(#[source] io::Error),
    #[error("the other side did not answer within {} s", HANDSHAKE_WITHIN.as_secs())]
    TooSlow,
    #[error("the other side and this one did not accept each other")]
    NotAccepted(#[source] io::Error),
    #[error("the other side does not speak this version of the link; run the same version on both")]
    OtherVersion,
}

/// Why a link that stood does not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ended {
    #[error("the other side closed it")]
    Closed,
    #[error("nothing was heard for {} s", SILENT_MAX.as_secs())]
    Silent,
    #[error("the connection broke")]
    Broken,
    #[error("the other side did what it may not")]
    Misused,
    #[error("this side is stopping")]
    Stopped,
}

/// An error with its causes, for one line of a log or of a health page.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
