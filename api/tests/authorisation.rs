//! The whole schema, field by field, with every role: what the table closes is refused, what it opens is not.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected fails at once")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use api::desk::authorisation::{self, Authorisation, Roles, TABLE};
use async_graphql::parser::{
    parse_query, parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use domain::staff::Role;

type Field = (String, String);

/// For each field a document that leads to it, and every field on the way.
fn ways(sdl: &str) -> BTreeMap<Field, (String, Vec<Field>)> {
    let fields = authorisation::fields(sdl);
    let members = unions(sdl);
    let mut ways = BTreeMap::new();
    let mut been = BTreeSet::new();
    // A type, what stands before its selection, what closes it again, and the fields on the way.
    let mut next: VecDeque<(String, String, String, Vec<Field>)> =
        [("Query", "query { "), ("Mutation", "mutation { "), ("Subscription", "subscription { ")]
            .map(|(of, before)| (of.to_owned(), before.to_owned(), "}".to_owned(), Vec::new()))
            .into();
    while let Some((of, before, after, way)) = next.pop_front() {
        if !been.insert(of.clone()) {
            continue;
        }
        for ((_, name), leads_to) in fields.iter().filter(|((on, _), _)| *on == of) {
            let field = (of.clone(), name.clone());
            let mut way = way.clone();
            way.push(field.clone());
            ways.insert(field, (format!("{before}{name} {after}"), way.clone()));
            let opened = format!("{before}{name} {{ ");
            let closed = format!("}} {after}");
            for member in members.get(leads_to).into_iter().flatten() {
                let opened = format!("{opened}... on {member} {{ ");
                next.push_back((member.clone(), opened, format!("}} {closed}"), way.clone()));
            }
            next.push_back((leads_to.clone(), opened, closed, way));
        }
    }
    ways
}

fn unions(sdl: &str) -> BTreeMap<String, Vec<String>> {
    let definitions = parse_schema(sdl).expect("the schema is GraphQL").definitions.into_iter();
    let unions = definitions.filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => match definition.node.kind {
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.to_string()).collect();
                Some((definition.node.name.node.to_string(), members))
            }
            _ => None,
        },
        _ => None,
    });
    unions.collect()
}

#[test]
fn every_field_is_open_to_exactly_the_roles_of_the_table() {
    let sdl = api::desk_sdl();
    let table = authorisation::parse(TABLE).unwrap();
    let guard = Authorisation::new(TABLE, &sdl).unwrap();
    let ways = ways(&sdl);
    let unreached: Vec<_> = table.keys().filter(|field| !ways.contains_key(*field)).collect();
    assert!(unreached.is_empty(), "no operation leads to {unreached:?}");

    let everybody = Role::ALL.map(|role| Roles::of(&[role])).into_iter();
    let mut checked = 0;
    for roles in everybody.chain([Roles::default()]) {
        for (field, (document, way)) in &ways {
            let document = parse_query(document).unwrap();
            let refused = guard.check(&document, None, roles);
            let open = way.iter().all(|step| table[step].meets(roles));
            assert_eq!(refused.is_empty(), open, "{field:?} with {roles:?}: {refused:?}");
            checked += 1;
        }
    }
    assert_eq!(checked, ways.len() * 6);
}

#[test]
fn neither_a_fragment_nor_an_alias_nor_another_operation_opens_a_field() {
    let guard = Authorisation::new(TABLE, &api::desk_sdl()).unwrap();
    let agent = Roles::of(&[Role::Agent]);
    for document in [
        "{ mine: board { now } }",
        "query { ...b } fragment b on Query { board { now } }",
        "query { ... on Query { board { now } } }",
        "query { ... { records(partition: \"site:demo\") { hash } } }",
        "subscription { board { version } }",
    ] {
        let document = parse_query(document).unwrap();
        assert_eq!(guard.check(&document, None, agent).len(), 1, "{document:?}");
    }
    let two = parse_query("query a { whoami { id } } query b { board { now } }").unwrap();
    assert!(guard.check(&two, Some("a"), agent).is_empty());
    assert_eq!(guard.check(&two, Some("b"), agent).len(), 1);
}

#[test]
fn a_field_without_a_line_is_for_nobody() {
    let guard = Authorisation::new("Query.clock AGENT", &api::desk_sdl()).unwrap();
    let all = Roles::of(&Role::ALL);
    let document = parse_query("{ clock { now } }").unwrap();
    assert_eq!(guard.check(&document, None, all).len(), 1);
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let error = authorisation::parse("Query.clock AGENT\nQuery.board BOSS").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2 of the authorisation table is `Query.board BOSS`; write `Type.field ROLE …`"
    );
}
