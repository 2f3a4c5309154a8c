//! How much a document asks for, with its fragments spread: each is counted once, and its count is used again.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{
        ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet,
    },
};

use super::{ACTS_MAX, NESTING_MAX, Refused, SELECTIONS_MAX};

/// Fragments that spread one another, and the brackets in them.
const DEPTH_MAX: usize = 2 * NESTING_MAX;

/// The acts that the document asks for, if it is within its limits.
pub(super) fn check(document: &ExecutableDocument) -> Result<usize, Refused> {
    let mut whole = Count::new(document, true);
    let mut selections = 0_usize;
    for (_, operation) in document.operations.iter() {
        selections =
            selections.saturating_add(whole.of(&operation.node.selection_set.node, DEPTH_MAX));
    }
    // What nobody spreads is checked all the same.
    for name in document.fragments.keys() {
        if !whole.known.contains_key(name) {
            selections = selections.saturating_add(whole.fragment(name, DEPTH_MAX));
        }
    }
    if selections > SELECTIONS_MAX {
        return Err(Refused::TooLarge);
    }
    let mut roots = Count::new(document, false);
    let mutations = document.operations.iter().map(|(_, operation)| &operation.node);
    let acts = mutations
        .filter(|operation| operation.ty == OperationType::Mutation)
        .map(|operation| roots.of(&operation.selection_set.node, DEPTH_MAX))
        .max()
        .unwrap_or(0);
    if acts > ACTS_MAX { Err(Refused::TooManyActs) } else { Ok(acts) }
}

struct Count<'d> {
    fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    /// Of a fragment; while it is being counted more than there is, so that a circle is too much.
    known: HashMap<&'d Name, usize>,
    /// All selections, or the fields at the root alone.
    whole: bool,
}

impl<'d> Count<'d> {
    fn new(document: &'d ExecutableDocument, whole: bool) -> Self {
        Self { fragments: &document.fragments, known: HashMap::new(), whole }
    }

    fn of(&mut self, set: &'d SelectionSet, depth: usize) -> usize {
        let Some(depth) = depth.checked_sub(1) else { return usize::MAX };
        let mut sum = 0_usize;
        for selection in &set.items {
            let own = usize::from(self.whole);
            let more = match &selection.node {
                Selection::Field(field) if self.whole => {
                    own.saturating_add(self.of(&field.node.selection_set.node, depth))
                }
                Selection::Field(_) => 1,
                Selection::InlineFragment(fragment) => {
                    own.saturating_add(self.of(&fragment.node.selection_set.node, depth))
                }
                Selection::FragmentSpread(spread) => {
                    own.saturating_add(self.fragment(&spread.node.fragment_name.node, depth))
                }
            };
            sum = sum.saturating_add(more);
        }
        sum
    }

    fn fragment(&mut self, name: &Name, depth: usize) -> usize {
        // One that is not there is for the validation to say.
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return 0 };
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        self.known.insert(name, usize::MAX);
        let count = self.of(&fragment.node.selection_set.node, depth);
        self.known.insert(name, count);
        count
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use async_graphql::parser::parse_query;

    use super::*;

    fn checked(text: &str) -> Result<usize, Refused> {
        check(&parse_query(text).unwrap())
    }

    /// Each of them spreads the next one twice.
    fn doubling(fragments: usize) -> String {
        let mut text = "{...F0}".to_owned();
        for n in 0..fragments {
            write!(text, " fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1).unwrap();
        }
        write!(text, " fragment F{fragments} on Query{{__typename}}").unwrap();
        text
    }

    #[test]
    fn fragments_that_double_are_counted_as_if_they_were_spread() {
        assert_eq!(checked(&doubling(8)), Ok(0));
        for fragments in [10, 24, 60, 200, 1_000] {
            assert_eq!(checked(&doubling(fragments)), Err(Refused::TooLarge), "{fragments}");
        }
        let unused = doubling(24).replacen("{...F0}", "{__typename}", 1);
        assert_eq!(checked(&unused), Err(Refused::TooLarge), "also when nobody spreads them");
    }

    #[test]
    fn circles_are_refused_and_missing_fragments_are_left_to_the_validation() {
        assert_eq!(checked("{...A} fragment A on Query{...A}"), Err(Refused::TooLarge));
        let two = "{a} fragment A on Query{...B} fragment B on Query{...A}";
        assert_eq!(checked(two), Err(Refused::TooLarge));
        assert_eq!(checked("{...A}"), Ok(0));
    }

    #[test]
    fn every_selection_counts_and_so_do_the_operations_together() {
        let fields = |count| " __typename".repeat(count);
        assert_eq!(checked(&format!("{{{}}}", fields(SELECTIONS_MAX))), Ok(0));
        assert_eq!(checked(&format!("{{{}}}", fields(SELECTIONS_MAX + 1))), Err(Refused::TooLarge));
        let half = fields(SELECTIONS_MAX / 2);
        assert_eq!(checked(&format!("query A {{{half}}} query B {{{half}}}")), Ok(0));
        let more = format!("query A {{{half}}} query B {{{half} a}}");
        assert_eq!(checked(&more), Err(Refused::TooLarge));
    }

    #[test]
    fn acts_are_the_fields_at_the_root_of_a_mutation() {
        let acts =
            |count| (0..count).fold(String::new(), |text, n| text + &format!(" a{n}: it{{b c}}"));
        assert_eq!(checked(&format!("mutation {{{}}}", acts(ACTS_MAX))), Ok(ACTS_MAX));
        let more = acts(ACTS_MAX + 1);
        assert_eq!(checked(&format!("mutation {{{more}}}")), Err(Refused::TooManyActs));
        assert_eq!(checked(&format!("query {{{more}}}")), Ok(0));
        let spread =
            format!("mutation {{...F ...{{{}}}}} fragment F on Mutation{{{}}}", acts(6), acts(5));
        assert_eq!(checked(&spread), Err(Refused::TooManyActs));
        let of_two = format!("query A{{a}} mutation B{{{more}}}");
        assert_eq!(checked(&of_two), Err(Refused::TooManyActs), "whichever is executed");
    }
}
