//! Who may see which field: one committed table, applied to every operation before anything of it runs.
//!
//! A field that has no line is for nobody. Roles are read from the tenant's fold at each execution, also of live
//! subscriptions, so a withdrawn role acts at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use async_graphql::{
    ErrorExtensions, PathSegment, ServerError,
    parser::{
        parse_schema,
        types::{
            BaseType, DocumentOperations, ExecutableDocument, OperationType, Selection,
            SelectionSet, Type, TypeKind, TypeSystemDefinition,
        },
    },
};
use domain::staff::Role;

/// `Type.field ROLE ROLE …`, one line a field; `#` begins a comment.
pub const TABLE: &str = include_str!("../../schema/authorisation.txt");

/// A set of roles, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Roles(u8);

impl Roles {
    pub fn of<'r>(roles: impl IntoIterator<Item = &'r Role>) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | Self::bit(*role)))
    }

    fn bit(role: Role) -> u8 {
        match role {
            Role::Agent => 1,
            Role::Supervisor => 2,
            Role::Analyst => 4,
            Role::Auditor => 8,
            Role::Administrator => 16,
        }
    }

    pub fn has(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// Every one of those is among these.
    pub fn hold_all(self, of: Self) -> bool {
        of.0 & !self.0 == 0
    }

    /// At least one of these is among those.
    pub fn meets(self, allowed: Self) -> bool {
        self.0 & allowed.0 != 0
    }
}

fn role_named(name: &str) -> Option<Role> {
    match name {
        "AGENT" => Some(Role::Agent),
        "SUPERVISOR" => Some(Role::Supervisor),
        "ANALYST" => Some(Role::Analyst),
        "AUDITOR" => Some(Role::Auditor),
        "ADMINISTRATOR" => Some(Role::Administrator),
        _ => None,
    }
}

/// The table, with the types that its fields lead to.
#[derive(Debug)]
pub struct Authorisation {
    allowed: HashMap<(String, String), Roles>,
    leads_to: HashMap<(String, String), String>,
    roots: HashMap<&'static str, String>,
}

#[derive(Debug, thiserror::Error)]
#[error("line {line} of the authorisation table is `{text}`; write `Type.field ROLE …`")]
pub struct Unreadable {
    line: usize,
    text: String,
}

/// The table's lines.
pub fn parse(table: &str) -> Result<BTreeMap<(String, String), Roles>, Unreadable> {
    let mut lines = BTreeMap::new();
    for (at, line) in table.lines().enumerate() {
        let text = line.split('#').next().unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let unreadable = || Unreadable { line: at + 1, text: line.to_owned() };
        let mut words = text.split_whitespace();
        let (of, field) =
            words.next().and_then(|word| word.split_once('.')).ok_or_else(unreadable)?;
        let roles: Option<BTreeSet<Role>> = words.map(role_named).collect();
        let roles = Roles::of(&roles.ok_or_else(unreadable)?);
        lines.insert((of.to_owned(), field.to_owned()), roles);
    }
    Ok(lines)
}

/// Every field of every object type in a schema, and the type that it leads to.
pub fn fields(sdl: &str) -> BTreeMap<(String, String), String> {
    let schema = parse_schema(sdl).expect("the schema's own SDL is GraphQL");
    let mut fields = BTreeMap::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        for field in &object.fields {
            let key = (definition.node.name.node.to_string(), field.node.name.node.to_string());
            fields.insert(key, named(&field.node.ty.node));
        }
    }
    fields
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(of) => named(of),
    }
}

impl Authorisation {
    pub fn new(table: &str, sdl: &str) -> Result<Self, Unreadable> {
        Ok(Self {
            allowed: parse(table)?.into_iter().collect(),
            leads_to: fields(sdl).into_iter().collect(),
            roots: HashMap::from([
                ("query", "Query".to_owned()),
                ("mutation", "Mutation".to_owned()),
                ("subscription", "Subscription".to_owned()),
            ]),
        })
    }

    /// One error for each field of the operation that none of the roles may see. Fields that do not exist are left to
    /// validation.
    pub fn check(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        roles: Roles,
    ) -> Vec<ServerError> {
        let mut walk =
            Walk { table: self, document, roles, refused: Vec::new(), been: HashSet::new() };
        for (name, op) in document.operations.iter() {
            let asked = match (&document.operations, operation) {
                (DocumentOperations::Single(_), _) | (_, None) => true,
                (DocumentOperations::Multiple(_), Some(asked)) => {
                    name.is_some_and(|name| name.as_str() == asked)
                }
            };
            if asked {
                let root = match op.node.ty {
                    OperationType::Query => "query",
                    OperationType::Mutation => "mutation",
                    OperationType::Subscription => "subscription",
                };
                walk.selections(&self.roots[root], &op.node.selection_set.node);
            }
        }
        walk.refused
    }
}

struct Walk<'w> {
    table: &'w Authorisation,
    document: &'w ExecutableDocument,
    roles: Roles,
    refused: Vec<ServerError>,
    /// Fragments seen on a type: each is looked at once.
    been: HashSet<(String, String)>,
}

impl Walk<'_> {
    fn selections(&mut self, of: &str, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    if name.starts_with("__") {
                        continue;
                    }
                    let key = (of.to_owned(), name.to_owned());
                    let Some(leads_to) = self.table.leads_to.get(&key) else { continue };
                    let allowed = self.table.allowed.get(&key).copied().unwrap_or_default();
                    if !self.roles.meets(allowed) {
                        self.refuse(of, name, field.pos);
                        continue;
                    }
                    self.selections(leads_to, &field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let on = on.map_or(of, |on| on.node.on.node.as_str());
                    self.selections(on, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    if self.been.insert((on.to_owned(), name.to_string())) {
                        self.selections(on, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn refuse(&mut self, of: &str, field: &str, at: async_graphql::Pos) {
        let message = format!(
            "{of}.{field} is not open to your role; ask an administrator for one that has it"
        );
        let error = async_graphql::Error::new(message).extend_with(|_, extensions| {
            extensions.set("code", "FORBIDDEN");
            extensions.set("reason", "forbidden");
        });
        let mut error = error.into_server_error(at);
        error.path = vec![PathSegment::Field(field.to_owned())];
        self.refused.push(error);
    }
}
