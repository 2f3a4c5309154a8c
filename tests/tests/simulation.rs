//! The simulated world keeps its laws, and notices when a guard is taken away.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

use tests::simulation::{Break, Op, Wish, ops, run};

/// Small enough for a build that nothing has optimised; `cargo xtask simulate` plays more and longer.
const SEEDS: u64 = 32;
const STEPS: usize = 500;
/// A guard that is gone does harm in few worlds only: the first of them ends the search.
const SEARCHED: u64 = 512;

/// Each seed has one of the stored views.
fn view(seed: u64) -> usize {
    usize::try_from(seed % 3).unwrap()
}

fn holds(view: usize, ops: &[Op]) {
    if let Err(broken) = run(ops, view, None) {
        panic!("step {}: {}: {}", broken.step, broken.law.1, broken.text);
    }
}

#[test]
fn the_laws_hold_in_every_world() {
    for seed in 0..SEEDS {
        if let Err(broken) = run(&ops(seed, STEPS), view(seed), None) {
            panic!("seed {seed}, step {}: {}: {}", broken.step, broken.law.1, broken.text);
        }
    }
}

fn is_caught(guard: Break, by: &[&str]) {
    for seed in 0..SEARCHED {
        if let Err(broken) = run(&ops(seed, STEPS), view(seed), Some(guard)) {
            let (law, said) = (broken.law.0, broken.law.1);
            eprintln!("without {guard:?}: seed {seed}, step {}, `{law}`: {said}", broken.step);
            assert!(by.contains(&law), "`{law}` noticed, not {by:?}: {}", broken.text);
            return;
        }
    }
    panic!("nothing noticed that {guard:?} was taken away, in {SEARCHED} worlds");
}

#[test]
fn a_missing_fence_is_caught() {
    is_caught(Break::Fence, &["ground", "once", "replay", "judge"]);
}

#[test]
fn a_checkpoint_that_does_not_compare_is_caught() {
    is_caught(Break::CompareAndSet, &["rows"]);
}

#[test]
fn forgotten_outcomes_are_caught() {
    is_caught(Break::Idempotency, &["once"]);
}

#[test]
fn deadlines_that_never_fire_are_caught() {
    is_caught(Break::Deadline, &["deadline"]);
}

#[test]
fn the_same_seed_is_the_same_log() {
    let ops = ops(3, STEPS);
    let log = run(&ops, 0, None).unwrap().log;
    assert_eq!(run(&ops, 0, None).unwrap().log, log);
}

#[test]
fn a_command_that_led_to_nothing_stays_done() {
    holds(
        0,
        &[
            Op::Flow,
            Op::Assign { node: 1, assigned: true },
            Op::Ask { wish: Wish::Ask { visit: 2, need: 1, priority: 0 }, node: 1, life_secs: 300 },
            Op::Flow,
            Op::Ask { wish: Wish::Define { strict: false }, node: 1, life_secs: 33 },
            Op::Flow,
        ],
    );
}

#[test]
fn a_command_from_a_door_whose_clock_is_ahead_is_not_decided_again_when_it_is_forgotten() {
    holds(
        2,
        &[
            Op::Ask { wish: Wish::Define { strict: true }, node: 0, life_secs: 60 },
            Op::Flow,
            Op::ClockJump { node: 2, millis: 573_123 },
            Op::Ask { wish: Wish::Ask { visit: 0, need: 2, priority: 1 }, node: 2, life_secs: 18 },
            Op::Assign { node: 2, assigned: true },
            Op::Flow,
            Op::Ask { wish: Wish::Presence { agent: 2, presence: 2 }, node: 0, life_secs: 50 },
        ],
    );
}

fn ask(wish: Wish) -> Op {
    Op::Ask { wish, node: 0, life_secs: 60 }
}

/// Each by a visit of its own, beginning with `first`.
fn requests(first: u8, count: u8, need: u8) -> impl Iterator<Item = Op> {
    (first..first + count).map(move |visit| ask(Wish::Ask { visit, need, priority: 0 }))
}

#[test]
fn what_a_full_decision_leaves_is_looked_at_before_the_next_command() {
    let mut ops = vec![Op::Flow, ask(Wish::Define { strict: false })];
    for agent in [2, 1] {
        ops.push(ask(Wish::Enroll { agent, version: 1 }));
        ops.push(ask(Wish::SignIn { agent }));
        ops.push(ask(Wish::Presence { agent, presence: 0 }));
    }
    ops.push(Op::Flow);
    ops.extend(requests(0, 4, 0));
    for agent in [2, 1, 1, 1] {
        ops.extend([Op::Flow, ask(Wish::Accept { agent })]);
    }
    // Nobody can serve these; for the two behind them, agents are kept.
    ops.extend(requests(10, 49, 1));
    ops.extend(requests(60, 2, 0));
    ops.extend([Op::Flow, Op::Pass { millis: 61_000 }, Op::Flow]);
    // They all leave in one decision, and it has no room for a look at the agent who was kept for the last.
    ops.extend([Op::Pass { millis: 270_000 }, Op::Flow]);
    ops.extend(requests(70, 1, 0));
    ops.push(Op::Flow);
    holds(0, &ops);
}

#[test]
fn what_a_full_decision_leaves_is_decided_before_the_next_command_that_was_taken_with_it() {
    let mut ops = vec![Op::Flow, ask(Wish::Define { strict: false }), Op::Flow];
    ops.extend(requests(0, 60, 0));
    ops.push(Op::Flow);
    // The step of everybody who waits is another now.
    ops.push(ask(Wish::Define { strict: true }));
    ops.extend(requests(70, 1, 0));
    ops.push(Op::Flow);
    holds(0, &ops);
}
