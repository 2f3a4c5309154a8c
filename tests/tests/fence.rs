//! The fence, looked at in every order of everything that can happen within small bounds.

use tests::simulation::fence::{Bounds, Explored, Lost, explore};

/// Small enough for a build that nothing has optimised; `cargo xtask simulate --model` looks further.
const WIDE: Bounds = Bounds { claims: 3, decisions: 2, parts: 2 };
const DEEP: Bounds = Bounds { claims: 2, decisions: 3, parts: 1 };

fn holds(bounds: Bounds) {
    let Explored { unique, counterexample, .. } = explore(bounds, None, 1);
    eprintln!("{bounds:?}: {unique} states");
    assert_eq!(counterexample, None);
}

#[test]
fn every_valid_decision_was_made_on_exactly_what_a_reader_folds_before_it() {
    holds(WIDE);
    holds(DEEP);
}

fn is_found(bounds: Bounds, lost: Lost) {
    let Explored { unique, counterexample, .. } = explore(bounds, Some(lost), 1);
    let Some((property, way)) = counterexample else {
        panic!("without the rule {lost:?} nothing is wrong in {unique} states");
    };
    eprintln!("without {lost:?}: `{property}` after {unique} states: {way:#?}");
    assert_eq!(property, "ground");
}

#[test]
fn without_the_check_of_epoch_and_writer_it_does_not_hold() {
    is_found(DEEP, Lost::Owner);
}

#[test]
fn without_the_check_of_density_it_does_not_hold() {
    is_found(WIDE, Lost::Density);
}

#[test]
fn without_whole_decisions_it_does_not_hold() {
    is_found(WIDE, Lost::Whole);
}

#[test]
fn with_writers_of_one_name_it_does_not_hold() {
    is_found(DEEP, Lost::Names);
}
