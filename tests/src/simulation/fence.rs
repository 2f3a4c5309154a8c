//! A model of the fence, small enough to look at every order of everything that can happen.
//!
//! Writers claim, decide without waiting, crash and come back (they claim again, and forget what they were at);
//! whatever they send may land at any later moment, in any order, or never. Readers fold with the real fold of
//! `domain::log`, beside a restatement of its rules on the model's own messages, whose rules can be taken away.

use std::hash::{Hash, Hasher};

use domain::{
    command::Actor,
    id::{CommandId, EventId},
    log::{Claim, Entry, Fold, Position, Recorded, Verdict, WriterId},
    time::Timestamp,
};
use stateright::{Checker, HasDiscoveries, Model, Property};
use uuid::Uuid;

/// How much happens at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub claims: usize,
    pub decisions: usize,
    pub parts: u8,
}

/// A rule that readers have lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Epoch and writer are the current ones.
    Owner,
    /// The `seq` is the next.
    Density,
    /// A decision is whole before the next claim, or never was.
    Whole,
    /// A writer's name is its own.
    Names,
}

impl Lost {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Density, Self::Whole, Self::Names];
}

/// Every valid decision was made on exactly the state that a reader folds before it.
const GROUND: &str = "ground";
/// The real fold and the restated rules find the same valid.
const AGREES: &str = "agrees";

/// What came of looking at everything.
#[derive(Debug)]
pub struct Explored {
    pub states: usize,
    pub unique: usize,
    /// The property and the way to where it does not hold, if there is one.
    pub counterexample: Option<(&'static str, Vec<String>)>,
}

/// Looks at every state within the bounds, or until a property does not hold.
pub fn explore(bounds: Bounds, lost: Option<Lost>, threads: usize) -> Explored {
    let model = Fence { bounds, lost };
    let checker = model.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures);
    // The shortest way to a counterexample is the one to read; where none is expected, depth first takes less memory.
    if lost.is_some() {
        explored(&checker.spawn_bfs().join())
    } else {
        explored(&checker.spawn_dfs().join())
    }
}

fn explored(checker: &impl Checker<Fence>) -> Explored {
    let found = checker.discoveries().into_iter().next();
    let counterexample = found.map(|(property, path)| {
        let actions = path.into_actions().into_iter().map(|action| format!("{action:?}"));
        (property, actions.collect())
    });
    Explored { states: checker.state_count(), unique: checker.unique_state_count(), counterexample }
}

const WRITERS: usize = 2;

struct Fence {
    bounds: Bounds,
    lost: Option<Lost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// Reads to the end and claims the epoch after the one there, whatever it was at before.
    Claim { writer: usize },
    /// Reads back its own claim.
    ReadBack { writer: usize },
    /// Decides on what it believes.
    Decide { writer: usize, parts: u8 },
    /// Something on its way lands at the end of the log.
    Land { message: Message },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Claim { attempt: u8 },
    Record { decision: u8, part: u8 },
}

/// One attempt to own the partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    writer: usize,
    epoch: u64,
    name: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Made {
    attempt: u8,
    parts: u8,
    /// Decisions that its writer believed to be valid before it.
    ground: Vec<u8>,
    /// Of its first part.
    seq: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Writer {
    Idle,
    Claiming { attempt: u8 },
    Owns { attempt: u8, believes: Vec<u8>, seq: u64 },
}

#[derive(Clone, Debug)]
struct State {
    attempts: Vec<Attempt>,
    made: Vec<Made>,
    writers: [Writer; WRITERS],
    on_the_way: Vec<Message>,
    log: Vec<Message>,
    /// What follows from the rest: it does not tell states apart.
    read: Read,
}

/// What a reader has of the whole log.
#[derive(Clone, Debug)]
struct Read {
    rules: Rules,
    fold: Fold,
    /// As the real fold finds them.
    wholes: Vec<u8>,
    tampered: bool,
    /// By attempt: whether its claim was valid, and what was valid there.
    claims: Vec<Option<(bool, Vec<u8>, Position)>>,
    /// By writer: where its next record goes by what it believes.
    heads: [Position; WRITERS],
    /// By decision: its records.
    records: Vec<Vec<Recorded>>,
}

/// The rules of the fold, restated on messages.
#[derive(Clone, Debug, Default)]
struct Rules {
    epoch: u64,
    name: Option<u8>,
    seq: u64,
    open: Vec<(u8, u8)>,
    /// Valid decisions, in order.
    valid: Vec<u8>,
    /// A decision was put together that nobody made, or made on another ground.
    broken: bool,
}

impl Rules {
    fn claim(&mut self, attempt: &Attempt, lost: Option<Lost>) -> bool {
        if attempt.epoch != self.epoch + 1 {
            return false;
        }
        (self.epoch, self.name) = (attempt.epoch, Some(attempt.name));
        if lost != Some(Lost::Whole) {
            self.open.clear();
        }
        true
    }

    fn record(&mut self, decision: u8, part: u8, state: &State, lost: Option<Lost>) {
        let made = &state.made[usize::from(decision)];
        let by = &state.attempts[usize::from(made.attempt)];
        let owner = by.epoch == self.epoch && Some(by.name) == self.name;
        let next = made.seq + u64::from(part) == self.seq + self.open.len() as u64 + 1;
        let one = self.open.first().is_none_or(|(first, _)| *first == decision);
        let continues = usize::from(part) == self.open.len()
            && (one || lost == Some(Lost::Whole))
            && self
                .open
                .first()
                .is_none_or(|(first, _)| state.made[usize::from(*first)].parts == made.parts);
        let valid = (owner || lost == Some(Lost::Owner))
            && (next || lost == Some(Lost::Density))
            && continues;
        if !valid {
            return;
        }
        self.open.push((decision, part));
        if part + 1 < made.parts {
            return;
        }
        let open = std::mem::take(&mut self.open);
        let as_made = open.iter().all(|(one, _)| *one == decision);
        self.broken |= !as_made || made.ground != self.valid;
        self.seq = made.seq + u64::from(part);
        self.valid.push(decision);
    }
}

impl Read {
    fn new() -> Self {
        Self {
            rules: Rules::default(),
            fold: Fold::new(),
            wholes: Vec::new(),
            tampered: false,
            claims: Vec::new(),
            heads: [Position::START; WRITERS],
            records: Vec::new(),
        }
    }

    /// The real fold reads what landed.
    fn feed(&mut self, entry: Entry, at: usize) -> bool {
        let at = i64::try_from(at).expect("the log is short");
        match self.fold.feed(entry, at) {
            Ok(Verdict::Whole(whole)) => {
                let decision = whole.records[0].command_id.0.as_u128();
                self.wholes.push(u8::try_from(decision).expect("there are few decisions"));
                false
            }
            Ok(Verdict::Claimed) => true,
            Ok(Verdict::Part | Verdict::Void(_)) => false,
            Err(_) => {
                self.tampered = true;
                false
            }
        }
    }
}

impl State {
    fn new() -> Self {
        Self {
            attempts: Vec::new(),
            made: Vec::new(),
            writers: [Writer::Idle, Writer::Idle],
            on_the_way: Vec::new(),
            log: Vec::new(),
            read: Read::new(),
        }
    }

    fn send(&mut self, message: Message) {
        let at = self.on_the_way.partition_point(|other| *other < message);
        self.on_the_way.insert(at, message);
    }

    fn claim(&mut self, writer: usize, lost: Option<Lost>) {
        let attempt = u8::try_from(self.attempts.len()).expect("there are few claims");
        let name = if lost == Some(Lost::Names) { 0 } else { attempt };
        self.attempts.push(Attempt { writer, epoch: self.read.rules.epoch + 1, name });
        self.read.claims.push(None);
        self.writers[writer] = Writer::Claiming { attempt };
        self.send(Message::Claim { attempt });
    }

    /// A claimant looks for its own name: whose claim that was it cannot tell otherwise.
    fn read_back(&mut self, writer: usize) -> bool {
        let Writer::Claiming { attempt } = self.writers[writer] else { return false };
        let own = &self.attempts[usize::from(attempt)];
        let landed = self.log.iter().find_map(|message| match message {
            Message::Claim { attempt: other } => {
                let claim = &self.attempts[usize::from(*other)];
                let is_own = claim.name == own.name && claim.epoch == own.epoch;
                is_own.then(|| self.read.claims[usize::from(*other)].clone()).flatten()
            }
            Message::Record { .. } => None,
        });
        let Some((won, believes, position)) = landed else { return false };
        self.writers[writer] = if won {
            self.read.heads[writer] = position;
            Writer::Owns { attempt, believes, seq: position.seq }
        } else {
            Writer::Idle
        };
        true
    }

    fn decide(&mut self, writer: usize, parts: u8) -> bool {
        let Writer::Owns { attempt, believes, seq } = &mut self.writers[writer] else {
            return false;
        };
        let decision = u8::try_from(self.made.len()).expect("there are few decisions");
        let made = Made { attempt: *attempt, parts, ground: believes.clone(), seq: *seq + 1 };
        believes.push(decision);
        *seq += u64::from(parts);
        let head = &mut self.read.heads[writer];
        let records = records(head, decision, parts);
        *head = Position {
            seq: head.seq + u64::from(parts),
            hash: records.last().map_or(head.hash, Recorded::hash),
            ..*head
        };
        self.read.records.push(records);
        self.made.push(made);
        (0..parts).for_each(|part| self.send(Message::Record { decision, part }));
        true
    }

    fn land(&mut self, message: Message, lost: Option<Lost>) -> bool {
        let Ok(at) = self.on_the_way.binary_search(&message) else { return false };
        self.on_the_way.remove(at);
        self.log.push(message);
        let at = self.log.len();
        let mut rules = std::mem::take(&mut self.read.rules);
        match message {
            Message::Claim { attempt } => {
                let claim = &self.attempts[usize::from(attempt)];
                let won = rules.claim(claim, lost);
                let (epoch, writer) = (claim.epoch, name_of(claim.name));
                let time = Timestamp(0);
                let partition = super::partition();
                let claim = Claim { partition, epoch, writer, time };
                self.read.tampered |= self.read.feed(Entry::Claim(claim), at) != won;
                // What is not of the real fold follows the restated rules.
                let position =
                    Position { seq: rules.seq, epoch: rules.epoch, ..self.read.fold.position() };
                let landed = (won, rules.valid.clone(), position);
                self.read.claims[usize::from(attempt)] = Some(landed);
            }
            Message::Record { decision, part } => {
                rules.record(decision, part, self, lost);
                let record = self.read.records[usize::from(decision)][usize::from(part)].clone();
                self.read.feed(Entry::Record(record), at);
            }
        }
        self.read.rules = rules;
        true
    }
}

fn name_of(name: u8) -> WriterId {
    WriterId(Uuid::from_u128(u128::from(name) + 1))
}

/// A decision's records as its writer makes them.
fn records(head: &Position, decision: u8, parts: u8) -> Vec<Recorded> {
    let mut prev = head.hash;
    let mut records = Vec::with_capacity(parts.into());
    for part in 0..parts {
        let record = Recorded {
            partition: super::partition(),
            epoch: head.epoch,
            writer: head.writer.unwrap_or(name_of(0)),
            seq: head.seq + u64::from(part) + 1,
            part: part.into(),
            parts: parts.into(),
            prev,
            time: Timestamp(0),
            id: EventId(Uuid::nil()),
            kind: "test.happened".into(),
            version: 1,
            command_id: CommandId(Uuid::from_u128(decision.into())),
            command_hash: 0,
            actor: Actor::System,
            causation: None,
            correlation: Uuid::nil(),
            traceparent: None,
            data: b"{}".as_slice().into(),
        };
        prev = record.hash();
        records.push(record);
    }
    records
}

type Known<'a> = (&'a [Attempt], &'a [Made], &'a [Writer], &'a [Message], &'a [Message]);

/// Everything but what follows from it.
fn known(state: &State) -> Known<'_> {
    (&state.attempts, &state.made, &state.writers, &state.on_the_way, &state.log)
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        known(self).hash(hasher);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        known(self) == known(other)
    }
}

impl Eq for State {}

impl Model for Fence {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for writer in 0..WRITERS {
            // Two that have done nothing yet are alike.
            let alike = writer > 0 && state.attempts.is_empty();
            if state.attempts.len() < self.bounds.claims && !alike {
                actions.push(Action::Claim { writer });
            }
            match state.writers[writer] {
                Writer::Claiming { .. } => actions.push(Action::ReadBack { writer }),
                Writer::Owns { .. } if state.made.len() < self.bounds.decisions => {
                    let parts = 1..=self.bounds.parts;
                    actions.extend(parts.map(|parts| Action::Decide { writer, parts }));
                }
                Writer::Idle | Writer::Owns { .. } => {}
            }
        }
        actions.extend(state.on_the_way.iter().map(|message| Action::Land { message: *message }));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let happens = match action {
            Action::Claim { writer } => {
                state.claim(writer, self.lost);
                true
            }
            Action::ReadBack { writer } => state.read_back(writer),
            Action::Decide { writer, parts } => state.decide(writer, parts),
            Action::Land { message } => state.land(message, self.lost),
        };
        happens.then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let ground = Property::always(GROUND, |_: &Self, state: &State| !state.read.rules.broken);
        let agrees = Property::always(AGREES, |_: &Self, state: &State| {
            !state.read.tampered && state.read.wholes == state.read.rules.valid
        });
        // A fold that has lost a rule is not the real one.
        if self.lost.is_none() { vec![ground, agrees] } else { vec![ground] }
    }
}
