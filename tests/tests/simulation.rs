//! The simulated world keeps its laws, and notices when a guard is taken away.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

use tests::simulation::{Break, Op, Wish, ops, run};

/// Small enough for a build that nothing has optimised; `cargo xtask simulate` plays more and longer.
const SEEDS: u64 = 32;
const STEPS: usize = 500;

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
    for seed in 0..SEEDS {
        if let Err(broken) = run(&ops(seed, STEPS), view(seed), Some(guard)) {
            let (law, said) = (broken.law.0, broken.law.1);
            eprintln!("without {guard:?}: seed {seed}, step {}, `{law}`: {said}", broken.step);
            assert!(by.contains(&law), "`{law}` noticed, not {by:?}: {}", broken.text);
            return;
        }
    }
    panic!("nothing noticed that {guard:?} was taken away, in {SEEDS} worlds");
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
