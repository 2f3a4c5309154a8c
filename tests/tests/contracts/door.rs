//! The customer's door: called directly, over a stream in memory, and over the real link.

use std::sync::{Arc, Mutex};

use api::door::{
    Act, Answer, CustomerCommand, CustomerDoor, DoorCode,
    remote::{ByteStream, Gateways, RemoteDoor},
    served,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use infra::link::{Dialler, DiallerState, Post, Posted, Serve};
use tests::{
    contracts::door::{self as promises, Paper, me, pass},
    scenario::{PATIENCE, certificates::Certificates},
};
use tokio::{io::AsyncReadExt as _, sync::OnceCell, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A way to a door of paper. What carries it ends with this value.
struct Rig {
    door: Arc<dyn CustomerDoor>,
    paper: Arc<Paper>,
    _carried: JoinSet<()>,
}

async fn direct() -> Rig {
    let paper = Arc::new(Paper::default());
    Rig { door: Arc::clone(&paper) as _, paper, _carried: JoinSet::new() }
}

/// Each stream a pipe, narrow enough that nothing fits at once.
struct Pipes {
    paper: Arc<Paper>,
    serving: Mutex<JoinSet<()>>,
    leaving: CancellationToken,
}

impl Gateways for Pipes {
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>> {
        let (outer, inner) = tokio::io::duplex(512);
        let (paper, leaving) = (Arc::clone(&self.paper), self.leaving.clone());
        self.serving
            .lock()
            .unwrap()
            .spawn(async move { served::serve(&*paper, inner, leaving).await });
        std::future::ready(Some(Box::new(outer) as Box<dyn ByteStream>)).boxed()
    }
}

fn pipes() -> (Arc<Pipes>, Arc<dyn CustomerDoor>) {
    let pipes = Arc::new(Pipes {
        paper: Arc::default(),
        serving: Mutex::default(),
        leaving: CancellationToken::new(),
    });
    let door = RemoteDoor::new(Arc::clone(&pipes) as _);
    (pipes, door)
}

async fn piped() -> Rig {
    let (pipes, door) = pipes();
    Rig { door, paper: Arc::clone(&pipes.paper), _carried: JoinSet::new() }
}

struct Linked(Posted);

impl Gateways for Linked {
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>> {
        async { self.0.open().await.map(|stream| Box::new(stream) as Box<dyn ByteStream>) }.boxed()
    }
}

async fn certificates() -> &'static Certificates {
    static MADE: OnceCell<Certificates> = OnceCell::const_new();
    MADE.get_or_init(|| async { Certificates::make().await.unwrap() }).await
}

async fn edge() -> Post {
    let here = vec!["127.0.0.1/32".parse().unwrap()];
    let any = "127.0.0.1:0".parse().unwrap();
    Post::bind(any, certificates().await.terms("edge", "gateway"), here).await.unwrap()
}

/// A gateway in front of `paper` that is linked to the edge.
async fn gateway(
    edge: &str,
    paper: &Arc<Paper>,
    carried: &mut JoinSet<()>,
    stop: &CancellationToken,
) {
    let terms = certificates().await.terms("gateway", "edge");
    let dialler = Dialler::new(edge.to_owned(), terms).await.unwrap();
    let mut state = dialler.state();
    let inside = Arc::clone(paper);
    let serve: Serve = Arc::new(move |stream, leaving| {
        let paper = Arc::clone(&inside);
        async move { served::serve(&*paper, stream, leaving).await }.boxed()
    });
    carried.spawn(dialler.run(serve, stop.clone()));
    state.wait_for(|state| *state == DiallerState::Linked).await.unwrap();
}

/// Resolves when so many gateways are linked at the edge.
async fn count(posted: &Posted, links: usize) {
    let reached = async {
        while posted.count() != links {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("{} are linked", posted.count()));
}

async fn linked() -> Rig {
    let (paper, stop, mut carried) = (Arc::default(), CancellationToken::new(), JoinSet::new());
    let post = edge().await;
    let (to, posted) = (post.address().to_string(), post.posted());
    carried.spawn(post.run(stop.clone()));
    gateway(&to, &paper, &mut carried, &stop).await;
    count(&posted, 1).await;
    Rig { door: RemoteDoor::new(Arc::new(Linked(posted))), paper, _carried: carried }
}

macro_rules! keeps {
    ($way:ident: $($promise:ident)+) => {
        mod $way {
            $(
                #[tokio::test]
                async fn $promise() {
                    let rig = super::$way().await;
                    super::promises::$promise(&*rig.door, &rig.paper).await;
                }
            )+
        }
    };
    ($($way:ident)+) => {
        $(
            keeps!($way:
                questions_and_answers_arrive_as_they_are
                every_kind_of_command_and_answer_arrives
                an_error_arrives_with_its_code_and_words
                who_follows_sees_the_whole_first_and_then_each_change
                who_reads_slowly_gets_the_latest
                who_stops_following_is_let_go
                what_ends_inside_ends_outside
                long_answers_and_many_at_once_arrive
            );
        )+
    };
}

keeps!(direct piped linked);

fn say() -> CustomerCommand {
    let act = Act::Say { link: Uuid::nil(), text: "Hello".to_owned() };
    CustomerCommand { command_id: None, act }
}

struct Nobody;

impl Gateways for Nobody {
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>> {
        std::future::ready(None).boxed()
    }
}

#[tokio::test]
async fn without_a_link_nothing_is_promised() {
    let door = RemoteDoor::new(Arc::new(Nobody));
    let error = door.submit(&pass(), say()).await.unwrap_err();
    assert_eq!(error.code, DoorCode::Unavailable);
    let followed: Vec<_> = door.follow_me(pass(), Vec::new()).collect().await;
    assert!(matches!(&followed[..], [Err(error)] if error.code == DoorCode::Unavailable));
}

/// Takes what is asked, and is gone before the answer.
struct Lost;

impl Gateways for Lost {
    fn open(&self) -> BoxFuture<'_, Option<Box<dyn ByteStream>>> {
        let (outer, mut inner) = tokio::io::duplex(64 * 1024);
        async move {
            // The first byte that arrives breaks it.
            let mut tasks = JoinSet::new();
            tasks.spawn(async move { inner.read_u8().await });
            tasks.detach_all();
            Some(Box::new(outer) as Box<dyn ByteStream>)
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_command_whose_answer_is_lost_is_not_known_yet() {
    let door = RemoteDoor::new(Arc::new(Lost));
    let answer = door.submit(&pass(), say()).await.unwrap();
    assert!(
        matches!(&answer, Answer::NotKnownYet(one) if !one.command_id.is_nil()),
        "it can be asked for and sent again: {answer:?}"
    );
    let error = door.me(&pass(), Vec::new()).await.unwrap_err();
    assert_eq!(error.code, DoorCode::Unavailable);
    let followed: Vec<_> = door.follow_me(pass(), Vec::new()).collect().await;
    assert!(matches!(&followed[..], [Err(error)] if error.code == DoorCode::Unavailable));
}

#[tokio::test]
async fn a_gateway_that_leaves_sends_followers_away_and_finishes_what_is_asked() {
    let (pipes, door) = pipes();
    let mut waiting = door.follow_me(pass(), Vec::new());
    let mut reading = door.follow_me(pass(), Vec::new());
    assert_eq!(waiting.next().await, Some(Ok(me(0, 0))));
    assert_eq!(reading.next().await, Some(Ok(me(0, 0))));
    pipes.paper.followed_by(2).await;
    let (ended, ()) = tokio::join!(waiting.next(), async { pipes.leaving.cancel() });
    assert!(matches!(ended, Some(Err(error)) if error.code == DoorCode::Unavailable));
    pipes.paper.followed_by(0).await;
    let ended = reading.next().await;
    assert!(matches!(ended, Some(Err(error)) if error.code == DoorCode::Unavailable));
    door.me(&pass(), Vec::new()).await.unwrap();
}

#[tokio::test]
async fn two_gateways_are_asked_in_turn_and_one_alone_is_enough() {
    let (both, mut carried) = (CancellationToken::new(), JoinSet::new());
    let post = edge().await;
    let (to, posted) = (post.address().to_string(), post.posted());
    carried.spawn(post.run(both.clone()));
    let papers: [Arc<Paper>; 2] = Default::default();
    let stops = [CancellationToken::new(), CancellationToken::new()];
    for (paper, stop) in papers.iter().zip(&stops) {
        gateway(&to, paper, &mut carried, stop).await;
    }
    count(&posted, 2).await;
    let door = RemoteDoor::new(Arc::new(Linked(posted.clone())));
    for _ in 0..10 {
        door.topics(&pass()).await.unwrap();
    }
    assert!(papers.iter().all(|paper| !paper.asked().is_empty()), "in turn");

    // One leaves: who follows there is sent away, and everybody is served by the other.
    let mut followings = [(); 2].map(|()| door.follow_me(pass(), Vec::new()));
    for following in &mut followings {
        following.next().await.unwrap().unwrap();
    }
    stops[0].cancel();
    papers[0].followed_by(0).await;
    count(&posted, 1).await;
    for _ in 0..10 {
        door.topics(&pass()).await.unwrap();
    }
    papers[1].followed_by(1).await;
    assert!(papers[0].asked().iter().all(|asked| asked.get("topics").is_none()));

    stops[1].cancel();
    count(&posted, 0).await;
    let error = door.topics(&pass()).await.unwrap_err();
    assert_eq!(error.code, DoorCode::Unavailable);
    both.cancel();
    while carried.join_next().await.is_some() {}
}
