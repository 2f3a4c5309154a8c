//! The board for many sockets: a change is executed once per (document, variables, roles), and its bytes are shared.
//!
//! Nobody runs the hub: whoever needs a change first executes it, everybody else with the same question takes the
//! same bytes. What depends on the person never comes here.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Request,
    parser::types::{ExecutableDocument, OperationType, Selection},
};
use bytes::Bytes;
use domain::log::Seq;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use projections::board::Board;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::{
    DeskState,
    authorisation::Roles,
    graphql::refused,
    live::{APART, Ears, News},
    session::{self, Who},
};
use crate::{
    document::Document,
    socket::{self, Output},
};

/// Executed changes that are kept for those who come a little later.
const KEPT_MAX: usize = 512;

/// What two sockets must have in common to be sent the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    question: [u8; 32],
    roles: Roles,
    version: Seq,
    snapshot: bool,
    /// Names may be others, or gone, from one to the next.
    directory: Seq,
}

type Executed = Arc<OnceCell<(Bytes, bool)>>;

#[derive(Default)]
pub(super) struct Hub(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_key: HashMap<Key, Executed>,
    by_age: VecDeque<Key>,
}

impl Hub {
    fn executed(&self, key: Key) -> Executed {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(executed) = kept.by_key.get(&key) {
            return Arc::clone(executed);
        }
        if kept.by_age.len() >= KEPT_MAX
            && let Some(oldest) = kept.by_age.pop_front()
        {
            kept.by_key.remove(&oldest);
        }
        kept.by_age.push_back(key.clone());
        let executed = Executed::default();
        kept.by_key.insert(key, Arc::clone(&executed));
        executed
    }
}

/// The change that an execution is about; `board` answers with it instead of following by itself.
#[derive(Clone)]
pub(super) struct Pinned(pub Arc<Board>);

/// A subscription whose only field is `board`, in a document of its own.
pub(super) fn is_shared(document: &ExecutableDocument) -> bool {
    let mut operations = document.operations.iter();
    let (Some((_, operation)), None) = (operations.next(), operations.next()) else { return false };
    operation.node.ty == OperationType::Subscription
        && matches!(
            operation.node.selection_set.node.items.as_slice(),
            [one] if matches!(&one.node, Selection::Field(field) if field.node.name.node == "board")
        )
}

fn question(request: &Request) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(request.query.as_bytes());
    sha.update([0]);
    // A map with sorted keys: the same variables give the same bytes.
    sha.update(
        serde_json::to_vec(&serde_json::to_value(&request.variables).unwrap_or_default())
            .unwrap_or_default(),
    );
    sha.finalize().into()
}

struct Follower {
    desk: Arc<DeskState>,
    token: String,
    document: Document,
    question: [u8; 32],
    ears: Ears,
    /// The version that the socket holds.
    holds: Option<Seq>,
    waiting: VecDeque<Arc<Board>>,
}

pub(super) fn follow(
    desk: Arc<DeskState>,
    token: String,
    document: Document,
) -> BoxStream<'static, Output> {
    let ears = Ears::new(&desk.inside);
    let question = question(document.request());
    let follower =
        Follower { desk, token, document, question, ears, holds: None, waiting: VecDeque::new() };
    stream::unfold(Some(follower), |follower| async {
        let mut follower = follower?;
        match follower.next().await {
            Some(output @ Output::Next(_)) => Some((output, Some(follower))),
            Some(output @ Output::Error(_)) => Some((output, None)),
            None => None,
        }
    })
    .boxed()
}

impl Follower {
    async fn next(&mut self) -> Option<Output> {
        loop {
            let who = match session::who(&self.desk.inside, &self.desk.signer, &self.token) {
                Ok(who) => who,
                Err(refusal) => return refused(&refusal).next().await,
            };
            if self.holds.is_none() {
                // Checks the document and waits for `atLeast`, once for this socket.
                if let Err(output) = self.begin(&who).await {
                    return Some(output);
                }
                let snapshot =
                    Arc::new(self.desk.inside.ports.live.read(projections::live::Live::board));
                return Some(self.show(&who, snapshot).await);
            }
            if let Some(change) = self.waiting.pop_front() {
                return Some(self.show(&who, change).await);
            }
            self.listen().await?;
            tokio::time::sleep(APART).await;
        }
    }

    async fn begin(&self, who: &Who) -> Result<(), Output> {
        let answered = match self.desk.authorised(who, self.document.again()) {
            Err(answer) => return Err(socket::output(&answer)),
            Ok(request) => {
                let nothing = Arc::new(projections::live::Live::default().board());
                self.desk.schema.execute_stream(request.data(Pinned(nothing))).next().await
            }
        };
        match answered.map(|answer| socket::output(&answer)) {
            Some(output @ Output::Error(_)) => Err(output),
            Some(Output::Next(_)) | None => Ok(()),
        }
    }

    /// Waits until there is something to send.
    async fn listen(&mut self) -> Option<()> {
        loop {
            let again = match self.ears.next().await? {
                News::Live(Some(changed)) => changed.everything,
                News::Live(None) | News::Directory(None) => true,
                News::Directory(Some(changed)) => {
                    if changed.erased.is_empty()
                        && changed.staff.is_empty()
                        && changed.accounts.is_empty()
                    {
                        continue;
                    }
                    // A name is another or gone: the rows that show it have not changed by themselves.
                    !changed.erased.is_empty() || !changed.staff.is_empty()
                }
            };
            let holds = self.holds.unwrap_or_default();
            let changes = self.desk.inside.ports.live.read(|live| live.board_since(holds));
            match changes {
                Some(changes) if !again => self.waiting.extend(changes),
                Some(_) | None => self.holds = None,
            }
            if self.holds.is_none() || !self.waiting.is_empty() {
                return Some(());
            }
        }
    }

    async fn show(&mut self, who: &Who, change: Arc<Board>) -> Output {
        let key = Key {
            question: self.question,
            roles: who.roles,
            version: change.version,
            snapshot: change.snapshot,
            directory: self.desk.inside.ports.directory.position().seq,
        };
        self.holds = Some(change.version);
        let executed = self.desk.hub.executed(key);
        let (bytes, good) = executed
            .get_or_init(|| async {
                metrics::counter!("lockstep_board_executions_total").increment(1);
                let answer = match self.desk.authorised(who, self.document.again()) {
                    Err(answer) => *answer,
                    Ok(request) => {
                        let mut answers =
                            self.desk.schema.execute_stream(request.data(Pinned(change)));
                        answers.next().await.unwrap_or_default()
                    }
                };
                match socket::output(&answer) {
                    Output::Next(bytes) => (bytes, true),
                    Output::Error(bytes) => (bytes, false),
                }
            })
            .await;
        if *good { Output::Next(bytes.clone()) } else { Output::Error(bytes.clone()) }
    }
}
