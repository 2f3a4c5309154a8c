//! A cable between two processes that a test can cut, hold still, and mend: a relay of TCP connections.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Whole,
    /// Nothing crosses, and nobody is told: as when a cable is pulled.
    Still,
    /// What was connected is closed, what comes is turned away: as when a firewall says no.
    Closed,
}

pub struct Cable {
    address: SocketAddr,
    cut: watch::Sender<Cut>,
    _relay: JoinSet<()>,
}

impl Cable {
    /// To whom connects to it, the cable is `to`.
    pub async fn lay(to: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let cut = watch::Sender::new(Cut::Whole);
        let mut relay = JoinSet::new();
        let watched = cut.subscribe();
        relay.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                connections.spawn(carry(near, to, watched.clone()));
            }
        });
        Ok(Self { address, cut, _relay: relay })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn pull(&self) {
        self.cut.send_replace(Cut::Still);
    }

    pub fn close(&self) {
        self.cut.send_replace(Cut::Closed);
    }

    pub fn mend(&self) {
        self.cut.send_replace(Cut::Whole);
    }
}

/// Until either side ends or the cable is closed. A connection that was held still stays lost.
async fn carry(near: TcpStream, to: SocketAddr, mut cut: watch::Receiver<Cut>) {
    if *cut.borrow() == Cut::Closed {
        return;
    }
    let Ok(far) = TcpStream::connect(to).await else { return };
    let (near, far) = (near.into_split(), far.into_split());
    let still = cut.clone();
    tokio::select! {
        _ = flow(near.0, far.1, still.clone()) => {}
        _ = flow(far.0, near.1, still) => {}
        _ = cut.wait_for(|cut| *cut == Cut::Closed) => {}
    }
}

async fn flow(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut cut: watch::Receiver<Cut>,
) -> anyhow::Result<()> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        if *cut.borrow() == Cut::Still {
            // What was on its way is gone; the connection never carries anything again.
            cut.wait_for(|cut| *cut == Cut::Closed).await.context("the cable is gone")?;
        }
        if read == 0 {
            return Ok(to.shutdown().await?);
        }
        to.write_all(&bytes[..read]).await?;
    }
}
