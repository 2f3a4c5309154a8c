//! The beats of a link, on a stream of their own: each side says every second that it is there, and once that it leaves.

use tokio::{
    io::{
        AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf, split,
    },
    time::{MissedTickBehavior, interval},
};

use super::{BEAT_EVERY, Ended};

const HERE: u8 = 0;
/// Nothing new, please; what is under way is finished.
const LEAVING: u8 = 1;

pub(super) struct Pulse<S> {
    hears: ReadHalf<S>,
    beats: WriteHalf<S>,
}

impl<S: AsyncRead + AsyncWrite> Pulse<S> {
    /// The first beat of each side: after it the link stands.
    pub(super) async fn begin(stream: S) -> Result<Self, Ended> {
        let (hears, beats) = split(stream);
        let mut pulse = Self { hears, beats };
        beat(&mut pulse.beats, HERE).await?;
        match pulse.hears.read_u8().await {
            Ok(HERE) => Ok(pulse),
            Ok(_) => Err(Ended::Misused),
            Err(_) => Err(Ended::Closed),
        }
    }

    /// Ends with the stream. `leave`: resolves when this side wants to go; `left`: called once the other does.
    pub(super) async fn go_on(self, leave: impl Future<Output = ()>, left: impl Fn()) -> Ended {
        let Self { hears, beats } = self;
        tokio::select! {
            ended = listen(hears, left) => ended,
            ended = keep_beating(beats, leave) => ended,
        }
    }
}

async fn listen<S: AsyncRead>(mut hears: ReadHalf<S>, left: impl Fn()) -> Ended {
    loop {
        match hears.read_u8().await {
            Ok(HERE) => {}
            Ok(LEAVING) => left(),
            Ok(_) => return Ended::Misused,
            Err(_) => return Ended::Closed,
        }
    }
}

async fn keep_beating<S: AsyncWrite>(
    mut beats: WriteHalf<S>,
    leave: impl Future<Output = ()>,
) -> Ended {
    let mut every = interval(BEAT_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(leave);
    let mut said = false;
    loop {
        let say = tokio::select! {
            () = &mut leave, if !said => { said = true; LEAVING }
            _ = every.tick() => HERE,
        };
        if let Err(ended) = beat(&mut beats, say).await {
            return ended;
        }
    }
}

async fn beat<S: AsyncWrite>(beats: &mut WriteHalf<S>, say: u8) -> Result<(), Ended> {
    let said = async {
        beats.write_u8(say).await?;
        beats.flush().await
    };
    said.await.map_err(|_| Ended::Closed)
}
