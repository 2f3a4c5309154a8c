//! The link between the customers' web server outside and the gateway inside.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use infra::link::{Terms, TlsFiles};
use ipnet::IpNet;

/// What `cargo xtask certificates` calls the two sides.
const EDGE_NAME: &str = "edge";
const GATEWAY_NAME: &str = "gateway";

/// An edge in a process of its own listens, its gateways dial it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Link {
    /// Edge: where it waits for its gateways
    #[arg(
        id = "link-listen",
        long = "link-listen",
        env = "LOCKSTEP_LINK_LISTEN",
        value_name = "ADDRESS",
        help_heading = "Link"
    )]
    pub(crate) listen: Option<SocketAddr>,
    /// Edge: the fixed addresses of its gateways; every other peer is refused unread
    #[arg(
        id = "link-from",
        long = "link-from",
        env = "LOCKSTEP_LINK_FROM",
        value_delimiter = ',',
        value_name = "CIDR",
        help_heading = "Link"
    )]
    pub(crate) from: Vec<IpNet>,
    /// Gateway: the edges that it serves
    #[arg(
        id = "link-dial",
        long = "link-dial",
        env = "LOCKSTEP_LINK_DIAL",
        value_delimiter = ',',
        value_name = "HOST:PORT",
        help_heading = "Link"
    )]
    pub(crate) dial: Vec<String>,
    /// The name that the other side's certificate must carry [default: `gateway` for who listens, `edge` for who dials]
    #[arg(
        id = "link-peer",
        long = "link-peer",
        env = "LOCKSTEP_LINK_PEER",
        value_name = "NAME",
        help_heading = "Link"
    )]
    pub(crate) peer: Option<String>,
    /// This side's certificate (PEM): an edge's for servers, a gateway's for clients. Read again at every connection, like the two below
    #[arg(
        id = "link-certificate",
        long = "link-certificate",
        env = "LOCKSTEP_LINK_CERTIFICATE",
        value_name = "FILE",
        help_heading = "Link"
    )]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(
        id = "link-key",
        long = "link-key",
        env = "LOCKSTEP_LINK_KEY",
        value_name = "FILE",
        help_heading = "Link"
    )]
    pub(crate) key: Option<PathBuf>,
    /// The authority that signs the certificates of the link and of nothing else (PEM)
    #[arg(
        id = "link-ca",
        long = "link-ca",
        env = "LOCKSTEP_LINK_CA",
        value_name = "FILE",
        help_heading = "Link"
    )]
    pub(crate) authority: Option<PathBuf>,
}

/// Of a process that is an edge and nothing else.
pub(crate) struct Listening {
    pub(crate) at: SocketAddr,
    pub(crate) from: Vec<IpNet>,
    pub(crate) terms: Terms,
}

impl Link {
    /// What an edge needs, all of it.
    pub(crate) fn listening(&self) -> anyhow::Result<Listening> {
        let at = self.listen.context(
            "an edge in a process of its own reaches nobody without its link; set --link-listen",
        )?;
        ensure!(
            self.dial.is_empty(),
            "an edge dials nobody: the gateway inside does; leave --link-dial out here"
        );
        ensure!(
            !self.from.is_empty(),
            "the edge must know where its gateways are; set --link-from to their addresses"
        );
        Ok(Listening { at, from: self.from.clone(), terms: self.terms(GATEWAY_NAME)? })
    }

    /// What a gateway needs to dial; `None` if there is nobody to dial.
    pub(crate) fn dialling(&self) -> anyhow::Result<Option<Terms>> {
        ensure!(
            self.listen.is_none(),
            "only an edge in a process of its own listens for the link; leave --link-listen out, or set --role edge"
        );
        if self.dial.is_empty() {
            return Ok(None);
        }
        self.terms(EDGE_NAME).map(Some)
    }

    fn terms(&self, peer: &str) -> anyhow::Result<Terms> {
        let file = |file: &Option<PathBuf>, flag: &str| {
            file.clone().with_context(|| {
                format!("the link is authenticated on both sides; set {flag} (`cargo xtask certificates` makes some for development)")
            })
        };
        let files = TlsFiles {
            certificate: file(&self.certificate, "--link-certificate")?,
            key: file(&self.key, "--link-key")?,
            authority: file(&self.authority, "--link-ca")?,
        };
        Ok(Terms {
            files,
            peer: self.peer.clone().unwrap_or_else(|| peer.to_owned()),
            carries: format!("door/{}", api::door::VERSION),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        link: Link,
    }

    const FILES: &str = "--link-certificate c --link-key k --link-ca a";

    fn link(flags: &str) -> Link {
        let flags = format!("lockstep {flags}");
        Cli::try_parse_from(flags.split_whitespace()).unwrap().link
    }

    fn error<T>(result: anyhow::Result<T>) -> String {
        result.err().expect("it lacks something").to_string()
    }

    #[test]
    fn an_edge_says_where_it_listens_and_for_whom() {
        let edge = |flags: &str| link(&format!("{FILES} {flags}")).listening();
        let listening =
            edge("--link-listen 0.0.0.0:7443 --link-from 10.0.0.7/32,10.0.1.7/32").unwrap();
        assert_eq!((listening.from.len(), &*listening.terms.peer), (2, "gateway"));
        assert!(error(edge("--link-from 10.0.0.7/32")).contains("--link-listen"));
        assert!(error(edge("--link-listen 0.0.0.0:7443")).contains("--link-from"));
        let both = "--link-listen 0.0.0.0:7443 --link-from 10.0.0.7/32 --link-dial edge:7443";
        assert!(error(edge(both)).contains("dials nobody"));
    }

    #[test]
    fn a_gateway_dials_and_listens_for_nothing() {
        assert!(link("").dialling().unwrap().is_none());
        let dialling = link(&format!("{FILES} --link-dial a:7443,b:7443")).dialling();
        assert_eq!(dialling.unwrap().unwrap().peer, "edge");
        assert!(error(link("--link-dial a:7443").dialling()).contains("--link-certificate"));
        let listens = link(&format!("{FILES} --link-listen 0.0.0.0:7443"));
        assert!(error(listens.dialling()).contains("--role edge"));
    }
}
