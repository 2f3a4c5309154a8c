//! What a view makes of a decision: changes of rows, as data. The same change becomes a statement that both engines
//! understand, or, while a view is built anew, is folded into rows in memory.

use std::fmt::Write as _;

use crate::{
    ports::read_store::{Statement, Value},
    stored::Table,
};

pub type Field = (&'static str, Value);

/// A change of one table's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name, without a generation.
    pub table: &'static str,
    pub act: Act,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A row whose key is not there yet; a column that is not named is `NULL`.
    Insert(Vec<Field>),
    /// A row that may be there: then everything but its key and what is `kept` is replaced.
    Put { row: Vec<Field>, kept: &'static [&'static str] },
    /// Every row for which all tests hold.
    Update { of: Vec<Test>, set: Vec<Set> },
    /// Takes every row away for which all tests hold.
    Delete { of: Vec<Test> },
}

/// What must hold of a row. A column that is `NULL` is and is not nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Is(&'static str, Value),
    IsNot(&'static str, Value),
    IsNull(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    To(&'static str, Value),
    /// If it is `NULL`; what is there already stays.
    Once(&'static str, Value),
}

pub fn is(column: &'static str, value: impl Into<Value>) -> Test {
    Test::Is(column, value.into())
}

pub fn is_not(column: &'static str, value: impl Into<Value>) -> Test {
    Test::IsNot(column, value.into())
}

pub fn to(column: &'static str, value: impl Into<Value>) -> Set {
    Set::To(column, value.into())
}

pub fn once(column: &'static str, value: impl Into<Value>) -> Set {
    Set::Once(column, value.into())
}

impl Change {
    pub fn insert(table: &'static str, row: impl Into<Vec<Field>>) -> Self {
        Self { table, act: Act::Insert(row.into()) }
    }

    pub fn put(
        table: &'static str,
        row: impl Into<Vec<Field>>,
        kept: &'static [&'static str],
    ) -> Self {
        Self { table, act: Act::Put { row: row.into(), kept } }
    }

    pub fn update(table: &'static str, of: impl Into<Vec<Test>>, set: impl Into<Vec<Set>>) -> Self {
        Self { table, act: Act::Update { of: of.into(), set: set.into() } }
    }

    pub fn delete(table: &'static str, of: impl Into<Vec<Test>>) -> Self {
        Self { table, act: Act::Delete { of: of.into() } }
    }

    /// As a statement about the table of this name.
    pub fn statement(self, table: &Table, name: &str) -> Statement {
        match self.act {
            Act::Insert(row) => insert(name, row),
            Act::Put { row, kept } => {
                let replaced = row.iter().map(|(column, _)| *column);
                let replaced: Vec<_> = replaced
                    .filter(|column| !table.key.contains(column) && !kept.contains(column))
                    .map(|column| format!("{column} = excluded.{column}"))
                    .collect();
                let mut put = insert(name, row);
                let (key, set) = (table.key.join(", "), replaced.join(", "));
                let _ = write!(put.sql.to_mut(), " ON CONFLICT ({key}) DO UPDATE SET {set}");
                put
            }
            Act::Update { of, set } => update(name, of, set),
            Act::Delete { of } => delete(name, of),
        }
    }
}

fn insert(name: &str, row: Vec<Field>) -> Statement {
    let (columns, parameters): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    let numbers: Vec<_> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let (columns, numbers) = (columns.join(", "), numbers.join(", "));
    Statement::new(format!("INSERT INTO {name} ({columns}) VALUES ({numbers})"), parameters)
}

fn update(name: &str, of: Vec<Test>, set: Vec<Set>) -> Statement {
    let mut parameters = Vec::with_capacity(set.len() + of.len());
    let mut number = |value| {
        parameters.push(value);
        parameters.len()
    };
    let set: Vec<_> = set
        .into_iter()
        .map(|set| match set {
            Set::To(column, value) => format!("{column} = ${}", number(value)),
            Set::Once(column, value) => {
                format!("{column} = COALESCE({column}, ${})", number(value))
            }
        })
        .collect();
    let of = conditions(of, number);
    let sql = format!("UPDATE {name} SET {} WHERE {of}", set.join(", "));
    Statement::new(sql, parameters)
}

fn delete(name: &str, of: Vec<Test>) -> Statement {
    let mut parameters = Vec::with_capacity(of.len());
    let of = conditions(of, |value| {
        parameters.push(value);
        parameters.len()
    });
    Statement::new(format!("DELETE FROM {name} WHERE {of}"), parameters)
}

fn conditions(of: Vec<Test>, mut number: impl FnMut(Value) -> usize) -> String {
    let of: Vec<_> = of
        .into_iter()
        .map(|test| match test {
            Test::Is(column, value) => format!("{column} = ${}", number(value)),
            Test::IsNot(column, value) => format!("{column} <> ${}", number(value)),
            Test::IsNull(column) => format!("{column} IS NULL"),
        })
        .collect();
    of.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::{Table, int, text};

    static CALLS: Table = Table {
        name: "calls",
        columns: &[text("id"), text("state").or_null(), int("at").or_null()],
        key: &["id"],
        found_by: &[],
        indexes: &[],
    };

    #[test]
    fn a_change_is_one_statement_whose_parameters_are_numbered_in_order() {
        let row = || [("id", "a".into()), ("state", "new".into()), ("at", 5i64.into())];
        let changes = [
            (
                Change::insert("calls", row()),
                "INSERT INTO calls_g1 (id, state, at) VALUES ($1, $2, $3)",
                3,
            ),
            (
                Change::put("calls", row(), &["at"]),
                "INSERT INTO calls_g1 (id, state, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
                3,
            ),
            (
                Change::update(
                    "calls",
                    [is("id", "a"), is_not("state", "over"), Test::IsNull("at")],
                    [to("state", "old"), once("at", 7i64)],
                ),
                "UPDATE calls_g1 SET state = $1, at = COALESCE(at, $2) WHERE id = $3 AND state <> $4 AND at IS NULL",
                4,
            ),
            (
                Change::delete("calls", [is("id", "a"), Test::IsNull("at")]),
                "DELETE FROM calls_g1 WHERE id = $1 AND at IS NULL",
                1,
            ),
        ];
        for (change, sql, parameters) in changes {
            let statement = change.statement(&CALLS, "calls_g1");
            assert_eq!((&*statement.sql, statement.parameters.len()), (sql, parameters));
        }
    }
}
