//! Many streams over one connection: yamux, driven by one future.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::poll_fn;
use tokio::{
    io::{AsyncRead, AsyncWrite, BufWriter, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt as _, TokioAsyncReadCompatExt as _};
use yamux::{Config, Connection, ConnectionError, DEFAULT_CREDIT, FrameDecodeError, Mode, Stream};

use super::{Ended, STREAMS_MAX};

/// Streams that are asked for and not yet opened.
const WISHES_MAX: usize = 64;
/// Streams that the other side may hold beyond those that this side counts: some close there before they do here.
pub(super) const STREAMS_SLACK: usize = 1024;

/// One stream of a link. Dropping it tells the other side.
pub struct LinkStream {
    stream: Compat<Stream>,
    /// Of the side that opened it.
    _place: Option<OwnedSemaphorePermit>,
}

/// Asks the driver for streams.
#[derive(Clone, Debug)]
pub(super) struct Opener {
    wishes: mpsc::Sender<oneshot::Sender<Stream>>,
    places: Arc<Semaphore>,
}

impl Opener {
    /// `None`: the link is down, or carries all that it may.
    pub(super) async fn open(&self) -> Option<LinkStream> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let (wish, opened) = oneshot::channel();
        self.wishes.send(wish).await.ok()?;
        let stream = opened.await.ok()?.compat();
        Some(LinkStream { stream, _place: Some(place) })
    }

    /// Resolves once nothing but the pulse is open; from then on nothing more is opened.
    pub(super) async fn drained(&self) {
        let all_but_the_pulse = u32::try_from(STREAMS_MAX - 1).expect("a few thousand");
        if let Ok(places) = self.places.acquire_many(all_but_the_pulse).await {
            places.forget();
        }
    }
}

/// The edge opens streams and takes none.
pub(super) fn opening<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
) -> (Opener, impl Future<Output = Ended>) {
    let (wishes, asked) = mpsc::channel(WISHES_MAX);
    let opener = Opener { wishes, places: Arc::new(Semaphore::new(STREAMS_MAX)) };
    (opener, drive(socket, Mode::Client, Some(asked), |_| false))
}

/// The gateway takes streams and opens none. `take` answers whether the stream may be.
pub(super) async fn taking<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
    mut take: impl FnMut(LinkStream) -> bool,
) -> Ended {
    let take = |stream: Stream| take(LinkStream { stream: stream.compat(), _place: None });
    drive(socket, Mode::Server, None, take).await
}

async fn drive<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
    mode: Mode,
    mut asked: Option<mpsc::Receiver<oneshot::Sender<Stream>>>,
    mut take: impl FnMut(Stream) -> bool,
) -> Ended {
    // A frame's head and body leave in one piece.
    let socket = BufWriter::new(socket).compat();
    let mut connection = Connection::new(socket, config(), mode);
    let mut wish: Option<oneshot::Sender<Stream>> = None;
    poll_fn(move |cx| {
        loop {
            if wish.is_none()
                && let Some(asked) = &mut asked
            {
                match asked.poll_recv(cx) {
                    Poll::Ready(Some(next)) => wish = Some(next),
                    Poll::Ready(None) => return Poll::Ready(Ended::Stopped),
                    Poll::Pending => {}
                }
            }
            if wish.is_some() {
                match connection.poll_new_outbound(cx) {
                    Poll::Ready(Ok(stream)) => {
                        let wish = wish.take().expect("it was just looked at");
                        // Who asked may have gone; the stream is closed as it is dropped.
                        drop(wish.send(stream));
                        continue;
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(ended(&error)),
                    Poll::Pending => {}
                }
            }
            match connection.poll_next_inbound(cx) {
                Poll::Ready(Some(Ok(stream))) => {
                    if !take(stream) {
                        return Poll::Ready(Ended::Misused);
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(ended(&error)),
                Poll::Ready(None) => return Poll::Ready(Ended::Closed),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

/// Windows do not grow: what one stream may hold back is bounded.
fn config() -> Config {
    let streams = STREAMS_MAX + STREAMS_SLACK;
    let mut config = Config::default();
    config.set_max_connection_receive_window(None);
    config.set_max_num_streams(streams);
    config.set_max_connection_receive_window(Some(streams * DEFAULT_CREDIT as usize));
    config
}

fn ended(error: &ConnectionError) -> Ended {
    match error {
        ConnectionError::Closed => Ended::Closed,
        // The second is what an end in the middle of a frame looks like.
        ConnectionError::Io(error) | ConnectionError::Decode(FrameDecodeError::Io(error)) => {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                Ended::Closed
            } else {
                Ended::Broken
            }
        }
        ConnectionError::Decode(_) | ConnectionError::InvalidWindowUpdate => Ended::Misused,
        _ => Ended::Broken,
    }
}

impl AsyncRead for LinkStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for LinkStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{join, sink};

    use super::*;

    /// What a side makes of these bytes, and of the end after them.
    async fn after(bytes: &[u8]) -> Ended {
        taking(join(bytes, sink()), |_| true).await
    }

    #[tokio::test]
    async fn only_bytes_that_are_no_frame_are_misuse() {
        assert_eq!(after(&[]).await, Ended::Closed);
        assert_eq!(after(&[0, 0, 0, 1, 0]).await, Ended::Closed, "cut in the middle of a head");
        assert_eq!(after(&[9; 12]).await, Ended::Misused, "of no version");
    }
}
