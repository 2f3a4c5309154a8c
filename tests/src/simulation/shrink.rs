//! Makes a list of operations that breaks a law shorter, as long as it still breaks the same one.

use super::{Break, Op, run};

/// Runs that shrinking may take.
const RUNS_MAX: usize = 400;

pub fn shrink(ops: &[Op], view: usize, broken: Option<Break>) -> Vec<Op> {
    let Err(first) = run(ops, view, broken) else { return ops.to_vec() };
    let mut kept = ops[..first.step.min(ops.len())].to_vec();
    let (mut chunk, mut runs) = (kept.len() / 2, 0);
    while chunk > 0 && runs < RUNS_MAX {
        let mut at = 0;
        let before = kept.len();
        while at < kept.len() && runs < RUNS_MAX {
            let mut fewer = kept.clone();
            fewer.drain(at..kept.len().min(at + chunk));
            runs += 1;
            match run(&fewer, view, broken) {
                Err(still) if still.law == first.law => kept = fewer,
                Err(_) | Ok(_) => at += chunk,
            }
        }
        if chunk > 1 || kept.len() == before {
            chunk /= 2;
        }
    }
    kept
}
