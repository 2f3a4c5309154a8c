//! `cargo xtask simulate`: many seeded worlds on all cores, each with its laws; or one guard taken away, to be caught.
#![expect(
    clippy::print_stdout,
    reason = "the figures and the failing operations are what it is for"
)]
#![allow(clippy::disallowed_methods, reason = "how many worlds a second is measured in real time")]

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tests::simulation::{
    Break, Broken, Checked, LAWS, Op,
    fence::{Bounds, Lost, explore},
    ops, run, shrink,
};

/// Runs seeded worlds and prints what was checked; a world that breaks a law is printed as a test.
#[derive(Parser)]
struct Args {
    /// How many worlds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Operations in each world.
    #[arg(long, default_value_t = 1_000)]
    steps: usize,
    /// Take this guard away: the run succeeds if that is caught.
    #[arg(long, value_name = "GUARD")]
    r#break: Option<Break>,
    /// Look at every order of claims, decisions and lost records that a small model of the fence allows.
    #[arg(long)]
    model: bool,
}

/// What all worlds together have seen.
#[derive(Default)]
struct Sum {
    worlds: u64,
    records: u64,
    claims: u64,
    ops: BTreeMap<&'static str, u64>,
    injected: u64,
    faults: BTreeMap<&'static str, u64>,
    checked: Checked,
    broken: Option<(u64, Broken)>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.model {
        return model();
    }
    let begun = Instant::now();
    let sum = play(&args);
    let secs = begun.elapsed().as_secs_f64();
    report(&args, &sum, secs);
    match (&sum.broken, args.r#break) {
        (None, None) => ExitCode::SUCCESS,
        (None, Some(guard)) => {
            println!("{guard:?} was taken away and nothing noticed in {} worlds", sum.worlds);
            ExitCode::FAILURE
        }
        (Some((seed, broken)), Some(guard)) => {
            let text = broken.text.lines().next().unwrap_or_default();
            println!(
                "without {guard:?}: caught after {} worlds (seed {seed}, step {}) by `{}`, {}: {text}",
                sum.worlds, broken.step, broken.law.0, broken.law.1
            );
            ExitCode::SUCCESS
        }
        (Some((seed, broken)), None) => {
            print_test(&args, *seed, broken);
            ExitCode::FAILURE
        }
    }
}

/// The fence with its rules, in every state within the bounds; then without each of them.
fn model() -> ExitCode {
    let begun = Instant::now();
    let sound = [
        Bounds { claims: 3, decisions: 2, parts: 2 },
        Bounds { claims: 3, decisions: 3, parts: 2 },
    ];
    let mut holds = true;
    for bounds in sound {
        let explored = explore(bounds, None, cores());
        let secs = begun.elapsed().as_secs_f64();
        println!("{bounds:?}: {} states, {} steps, {secs:.1} s", explored.unique, explored.states);
        match explored.counterexample {
            None => {
                println!(
                    "  every valid decision was made on exactly what a reader folds before it"
                );
            }
            Some((property, way)) => {
                println!("  `{property}` does not hold after {way:#?}");
                holds = false;
            }
        }
    }
    let bounds = Bounds { claims: 3, decisions: 3, parts: 2 };
    for lost in Lost::ALL {
        let explored = explore(bounds, Some(lost), cores());
        let states = explored.unique;
        if let Some((_, way)) = explored.counterexample {
            println!("without {lost:?}: wrong after {states} states: {}", way.join(", "));
        } else {
            println!("without {lost:?}: nothing is wrong in {states} states");
            holds = false;
        }
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// One thread a core, each with worlds of its own, until all seeds are played or a law is broken.
fn play(args: &Args) -> Sum {
    let bar = ProgressBar::new(args.seeds);
    let style = "{bar:40} {pos}/{len} worlds  {per_sec}  {eta} left";
    bar.set_style(ProgressStyle::with_template(style).expect("the template is one"));
    let (next, stop, sum) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(Sum::default()));
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= args.seeds {
                        return;
                    }
                    let seed = args.from + nth;
                    let ops = ops(seed, args.steps);
                    let ran = run(&ops, view(seed), args.r#break);
                    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                    sum.worlds += 1;
                    for op in &ops {
                        *sum.ops.entry(op.kind()).or_default() += 1;
                        sum.injected += u64::from(op.is_fault());
                    }
                    match ran {
                        Ok(ran) => {
                            sum.records += ran.records;
                            sum.claims += ran.claims;
                            for (law, times) in ran.checked {
                                *sum.checked.entry(law).or_default() += times;
                            }
                            for (fault, times) in ran.faults {
                                *sum.faults.entry(fault).or_default() += times;
                            }
                        }
                        Err(broken) => {
                            stop.store(true, Ordering::Relaxed);
                            if sum.broken.as_ref().is_none_or(|(before, _)| seed < *before) {
                                sum.broken = Some((seed, broken));
                            }
                        }
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    sum.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Each seed has one of the stored views.
fn view(seed: u64) -> usize {
    usize::try_from(seed % 3).expect("it is small")
}

fn report(args: &Args, sum: &Sum, secs: f64) {
    let worlds = sum.worlds as f64;
    println!(
        "{} worlds x {} operations in {secs:.1} s: {:.1} worlds/s, {} records, {} claims, {} faults",
        sum.worlds,
        args.steps,
        worlds / secs,
        sum.records,
        sum.claims,
        sum.injected
    );
    let list = |counts: &BTreeMap<&'static str, u64>| {
        let each = counts.iter().map(|(what, times)| format!("{what} {times}"));
        each.collect::<Vec<_>>().join(", ")
    };
    println!("operations: {}", list(&sum.ops));
    println!("of it came: {}", list(&sum.faults));
    for law in LAWS {
        let times = sum.checked.get(&law).copied().unwrap_or_default();
        println!("{times:>12} x {:<9} {}", law.0, law.1);
    }
}

/// The shortest list found that breaks the same law, as Rust code.
fn print_test(args: &Args, seed: u64, broken: &Broken) {
    println!(
        "seed {seed} breaks `{}`, {}, at step {}: {}",
        broken.law.0, broken.law.1, broken.step, broken.text
    );
    let kept = shrink(&ops(seed, args.steps), view(seed), args.r#break);
    println!("\n#[test]\nfn seed_{seed}() {{\n    holds({}, &[", view(seed));
    for op in &kept {
        println!("        Op::{},", code(*op));
    }
    println!("    ]);\n}}");
    if let Err(again) = run(&kept, view(seed), args.r#break) {
        println!("\n{} operations are left: `{}`: {}", kept.len(), again.law.0, again.text);
    }
}

fn code(op: Op) -> String {
    format!("{op:?}").replace("wish: ", "wish: Wish::")
}
