//! What can happen in the world, and a generator of it. A run is a list of operations: nothing else is left to chance.

use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// Processes that may own the partition.
pub(super) const NODES: usize = 3;
pub(super) const AGENTS: u8 = 4;
const VISITS: u8 = 12;

/// What a person in the contact centre wants; it becomes a command if the node that they ask knows how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Define { strict: bool },
    Enroll { agent: u8, version: u8 },
    SignIn { agent: u8 },
    Presence { agent: u8, presence: u8 },
    Device { agent: u8, lost: bool },
    Ask { visit: u8, need: u8, priority: u8 },
    CallBack { visit: u8, later: bool },
    CancelCallback { pick: u8 },
    Reschedule { pick: u8 },
    Cancel { pick: u8 },
    Accept { agent: u8 },
    Reject { agent: u8 },
    Hold { agent: u8 },
    Resume { agent: u8 },
    Finish { agent: u8 },
    WrapUp { agent: u8 },
    Say { agent: u8 },
    Report { agent: u8, answered: bool },
    Rate { visit: u8, stars: u8 },
    Prioritise { pick: u8, priority: u8 },
    Reassign { pick: u8, agent: u8 },
}

/// One thing that happens. Numbers choose among what there is, so that a shorter list still means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// What is on its way arrives, is synced and shown, and everybody goes on until nobody has anything to do.
    Flow,
    /// So many polls, of tasks chosen by `order`.
    Run {
        order: u16,
        polls: u8,
    },
    Pass {
        millis: u32,
    },
    /// Somebody asks a node for something.
    Ask {
        wish: Wish,
        node: u8,
        life_secs: u16,
    },
    /// An unanswered command is sent again.
    Retry {
        pick: u8,
    },
    /// Another body is sent under the id of one that was sent.
    Twist {
        pick: u8,
    },
    /// People read at this node what became of their commands.
    Hear {
        node: u8,
    },
    /// A command on its way reaches the bus.
    Accept {
        pick: u8,
    },
    LoseCommand {
        pick: u8,
    },
    Duplicate {
        pick: u8,
    },
    /// The bus hands a node again what is not done, and may have forgotten some of what is.
    Redeliver {
        node: u8,
        forget: u8,
    },
    /// The oldest records on one writer's way land.
    Deliver {
        pick: u8,
        count: u8,
    },
    LoseRecord {
        pick: u8,
    },
    /// What landed is synced and shown.
    Show {
        count: u8,
    },
    /// The log's disk stops and starts: what was not shown is lost, but for the first few.
    LogCrash {
        keep: u8,
    },
    /// A node's writers hear of an error, be it true or not.
    WriteError {
        node: u8,
    },
    /// What a node writes stays on its way for as long as this holds.
    Late {
        node: u8,
        late: bool,
    },
    SlowDisk {
        slow: bool,
    },
    LogDown {
        down: bool,
    },
    Cut {
        node: u8,
        cut: bool,
    },
    Kill {
        node: u8,
    },
    Start {
        node: u8,
    },
    /// The process stands still; its records and its timers do not.
    Suspend {
        node: u8,
        suspended: bool,
    },
    /// Whether a node is told to own the partition.
    Assign {
        node: u8,
        assigned: bool,
    },
    ClockJump {
        node: u8,
        millis: i32,
    },
    ClockStop {
        node: u8,
    },
    ClockRight {
        node: u8,
    },
    KeepSnapshot {
        node: u8,
    },
    LoseSnapshots,
    /// A node's next transaction fails: before it was written, or after.
    StoreFails {
        node: u8,
        written: bool,
    },
}

impl Op {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Run { .. } => "run",
            Self::Pass { .. } => "pass",
            Self::Ask { .. } => "ask",
            Self::Retry { .. } => "retry",
            Self::Twist { .. } => "twist",
            Self::Hear { .. } => "hear",
            Self::Accept { .. } => "accept",
            Self::LoseCommand { .. } => "lose command",
            Self::Duplicate { .. } => "duplicate",
            Self::Redeliver { .. } => "redeliver",
            Self::Deliver { .. } => "deliver",
            Self::LoseRecord { .. } => "lose record",
            Self::Show { .. } => "show",
            Self::LogCrash { .. } => "log crash",
            Self::WriteError { .. } => "write error",
            Self::Late { .. } => "late",
            Self::SlowDisk { .. } => "slow disk",
            Self::LogDown { .. } => "log down",
            Self::Cut { .. } => "cut",
            Self::Kill { .. } => "kill",
            Self::Start { .. } => "start",
            Self::Suspend { .. } => "suspend",
            Self::Assign { .. } => "assign",
            Self::ClockJump { .. } => "clock jump",
            Self::ClockStop { .. } => "clock stop",
            Self::ClockRight { .. } => "clock right",
            Self::KeepSnapshot { .. } => "keep snapshot",
            Self::LoseSnapshots => "lose snapshots",
            Self::StoreFails { .. } => "store fails",
        }
    }

    /// Whether it is something that a world without bad luck does not know.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Flow
            | Self::Run { .. }
            | Self::Pass { .. }
            | Self::Ask { .. }
            | Self::Retry { .. }
            | Self::Hear { .. }
            | Self::Accept { .. }
            | Self::Deliver { .. }
            | Self::Show { .. }
            | Self::Start { .. }
            | Self::ClockRight { .. }
            | Self::KeepSnapshot { .. } => false,
            Self::Twist { .. }
            | Self::LoseCommand { .. }
            | Self::Duplicate { .. }
            | Self::Redeliver { .. }
            | Self::LoseRecord { .. }
            | Self::LogCrash { .. }
            | Self::WriteError { .. }
            | Self::Kill { .. }
            | Self::Assign { .. }
            | Self::ClockJump { .. }
            | Self::ClockStop { .. }
            | Self::LoseSnapshots
            | Self::StoreFails { .. } => true,
            Self::Late { late: on, .. }
            | Self::SlowDisk { slow: on }
            | Self::LogDown { down: on }
            | Self::Cut { cut: on, .. }
            | Self::Suspend { suspended: on, .. } => *on,
        }
    }
}

/// The operations of a seed: the same ones each time.
pub fn ops(seed: u64, steps: usize) -> Vec<Op> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut ops = opening(&mut rng);
    // Some worlds are calm, some are wild.
    let fault_percent = *[4, 10, 18, 30].choose(&mut rng).expect("there are some");
    let fine_percent = *[20, 50, 80].choose(&mut rng).expect("there are some");
    while ops.len() < steps {
        let op = if rng.random_range(0..100) < fault_percent {
            fault(&mut rng)
        } else if rng.random_range(0..100) < 45 {
            wanted(&mut rng)
        } else {
            course(&mut rng, fine_percent)
        };
        ops.push(op);
    }
    ops.truncate(steps);
    ops
}

/// A queue and its agents.
fn opening(rng: &mut ChaCha8Rng) -> Vec<Op> {
    let ask = |wish| Op::Ask { wish, node: 0, life_secs: 60 };
    let mut ops = vec![Op::Flow, ask(Wish::Define { strict: rng.random() })];
    // Not in the order of their ids: nothing may depend on who was enrolled first.
    for agent in [2, 0, 3, 1] {
        ops.push(ask(Wish::Enroll { agent, version: 1 }));
    }
    ops.push(Op::Flow);
    for agent in 0..AGENTS {
        ops.push(ask(Wish::SignIn { agent }));
        ops.push(ask(Wish::Presence { agent, presence: 0 }));
    }
    ops.push(Op::Flow);
    ops
}

/// The world takes its course.
fn course(rng: &mut ChaCha8Rng, fine_percent: u32) -> Op {
    if rng.random_range(0..100) >= fine_percent {
        return match rng.random_range(0..10) {
            0 => Op::Pass { millis: rng.random_range(1..40_000) },
            1 => Op::Hear { node: node(rng) },
            _ => Op::Flow,
        };
    }
    match rng.random_range(0..20) {
        0..=7 => Op::Run { order: rng.random(), polls: rng.random_range(1..24) },
        8..=10 => Op::Accept { pick: rng.random() },
        11..=13 => Op::Deliver { pick: rng.random(), count: rng.random_range(1..6) },
        14..=16 => Op::Show { count: rng.random_range(1..12) },
        17 => Op::Pass { millis: rng.random_range(1..2_000) },
        18 => Op::Hear { node: node(rng) },
        _ => Op::Retry { pick: rng.random() },
    }
}

fn wanted(rng: &mut ChaCha8Rng) -> Op {
    let node = node(rng);
    let life_secs = if rng.random_range(0..8) == 0 { 300 } else { rng.random_range(5..60) };
    Op::Ask { wish: wish(rng), node, life_secs }
}

fn wish(rng: &mut ChaCha8Rng) -> Wish {
    let agent = rng.random_range(0..AGENTS);
    let visit = rng.random_range(0..VISITS);
    let pick = rng.random();
    match rng.random_range(0..44) {
        0..=8 => {
            Wish::Ask { visit, need: rng.random_range(0..3), priority: rng.random_range(0..4) }
        }
        9..=11 => Wish::CallBack { visit, later: rng.random() },
        12..=19 => Wish::Accept { agent },
        20..=23 => Wish::Finish { agent },
        24..=27 => Wish::WrapUp { agent },
        28..=29 => Wish::Report { agent, answered: rng.random() },
        30 => Wish::Reject { agent },
        31 => Wish::Cancel { pick },
        32 => Wish::CancelCallback { pick },
        33 => Wish::Reschedule { pick },
        34 => Wish::Hold { agent },
        35 => Wish::Resume { agent },
        36 => Wish::Say { agent },
        37 => Wish::Rate { visit, stars: rng.random_range(0..7) },
        38 => Wish::Prioritise { pick, priority: rng.random_range(0..10) },
        39 => Wish::Reassign { pick, agent: rng.random_range(0..=AGENTS) },
        40 => Wish::Device { agent, lost: rng.random() },
        41 => Wish::SignIn { agent },
        42 => match rng.random_range(0..4) {
            0 => Wish::Define { strict: rng.random() },
            1 => Wish::Enroll { agent, version: rng.random_range(1..9) },
            _ => Wish::Presence { agent, presence: rng.random_range(0..3) },
        },
        _ => Wish::Presence { agent, presence: 0 },
    }
}

fn fault(rng: &mut ChaCha8Rng) -> Op {
    let (node, pick) = (node(rng), rng.random());
    // What lasts ends sooner than it begins, so that most of the world goes on most of the time.
    let on = rng.random_range(0..100) < 35;
    match rng.random_range(0..44) {
        0..=2 => Op::Kill { node },
        3..=7 => Op::Start { node },
        8..=12 => Op::Assign { node, assigned: rng.random() },
        13..=15 => Op::Late { node, late: on },
        16..=18 => Op::Suspend { node, suspended: on },
        19..=20 => Op::Cut { node, cut: on },
        21 => Op::LogDown { down: on },
        22..=23 => Op::SlowDisk { slow: on },
        24 => Op::LogCrash { keep: rng.random_range(0..4) },
        25..=26 => Op::LoseRecord { pick },
        27 => Op::WriteError { node },
        28..=29 => Op::LoseCommand { pick },
        30..=32 => Op::Duplicate { pick },
        33 => Op::Redeliver { node, forget: rng.random_range(0..6) },
        34 => Op::Twist { pick },
        35 => Op::Retry { pick },
        36 => {
            let far = *[2_000, 20_000, 45_000, 600_000].choose(rng).expect("there are some");
            Op::ClockJump { node, millis: rng.random_range(-far..far) }
        }
        37 => Op::ClockStop { node },
        38..=39 => Op::ClockRight { node },
        40 => Op::KeepSnapshot { node },
        41 => Op::LoseSnapshots,
        _ => Op::StoreFails { node, written: rng.random() },
    }
}

fn node(rng: &mut ChaCha8Rng) -> u8 {
    rng.random_range(0..NODES).try_into().expect("there are few nodes")
}
