//! A deterministic world: the real deciders, tails and projectors on parts that fail on purpose, one operation at a
//! time, with laws checked after each.
//!
//! A run is a list of [`Op`]s: no threads, no real clock, no chance but the seed that the list was made from. So a
//! list that breaks a law breaks it again, can be made shorter, and becomes a named test.

mod broker;
mod bus;
mod clock;
mod executor;
pub mod fence;
mod judged;
mod laws;
mod log;
mod ops;
mod people;
mod probe;
mod reader;
mod shrink;
mod snapshots;
mod store;
mod tally;
mod world;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use domain::{id::SiteName, log::Partition};
use uuid::Uuid;

use self::{laws::STANDS, world::World};
pub use self::{
    laws::{ALL as LAWS, Broken, Checked, Law},
    ops::{Op, Wish, ops},
    shrink::shrink,
};

/// A guard that is taken away, to see that its absence is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Break {
    /// Readers take any record with the next number, whatever its writer.
    Fence,
    /// A projection's checkpoint moves wherever it stands.
    CompareAndSet,
    /// Who hydrates does not learn which commands were decided.
    Idempotency,
    /// Deadlines never fire.
    Deadline,
}

impl Break {
    pub const ALL: [Self; 4] =
        [Self::Fence, Self::CompareAndSet, Self::Idempotency, Self::Deadline];
}

/// What a run was about.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    pub checked: Checked,
    pub faults: BTreeMap<&'static str, u64>,
    pub records: u64,
    pub claims: u64,
    /// Of everything that landed in the log, void or valid.
    pub log: Uuid,
}

/// Runs the operations in a world of their own, which stored view by `view`, and lets it come to rest.
pub fn run(ops: &[Op], view: usize, broken: Option<Break>) -> Result<Ran, Broken> {
    let ran = catch_unwind(AssertUnwindSafe(|| run_once(ops, view, broken)));
    ran.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(Broken { law: STANDS, text: text.unwrap_or_default(), step: ops.len() })
    })
}

fn run_once(ops: &[Op], view: usize, broken: Option<Break>) -> Result<Ran, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without threads can be built");
    let _entered = runtime.enter();
    let mut world = World::new(&runtime, view, broken);
    for (op, step) in ops.iter().zip(1..) {
        world.step(*op).map_err(|broken| Broken { step, ..broken })?;
    }
    world.rest().map_err(|broken| Broken { step: ops.len() + 1, ..broken })?;
    let entries = &broker::locked(&world.broker).entries;
    Ok(Ran {
        records: entries.len() as u64,
        claims: world.laws.claims,
        log: laws::digest(entries),
        checked: std::mem::take(&mut world.laws.checked),
        faults: std::mem::take(&mut world.faults),
    })
}

fn partition() -> Partition {
    Partition::Site(SiteName::parse("help").expect("the name is one"))
}
