//! Stored views: folds whose rows live in the read store, and how their tables are named and made.
//!
//! A view is a pure function from decisions to changes of rows. Its tables are made per *generation*, so that a view can
//! be built anew beside the one in use and put in its place in one transaction. In queries a table is written
//! `{name}`; the generation's own name is put in before it is sent.

use std::borrow::Cow;

use domain::{
    event::DecodeError,
    log::{Partition, Recorded, Whole},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    change::Change,
    memory::Recall,
    ports::read_store::{Column, Kind, ReadStoreError, Row, Statement, Value},
};

/// One stored view.
#[derive(Debug)]
pub struct StoredView {
    pub name: &'static str,
    /// Changes whenever the same records would give other rows or tables: the view is then built anew.
    pub version: u32,
    pub reads: Reads,
    /// What stands before the dot in the types of the events that it is a fold of; it never looks at others.
    pub nouns: &'static [&'static str],
    pub tables: &'static [Table],
    pub project: Project,
}

/// How decisions become changes of rows.
#[derive(Clone, Copy, Debug)]
pub enum Project {
    /// Each says by itself what it changes.
    Alone(fn(&Whole) -> Result<Vec<Change>, DecodeError>),
    /// It takes what is remembered of earlier ones.
    Beside(Recall),
}

/// The kind of partition that a view is a fold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    Sites,
    Tenants,
}

impl Reads {
    pub fn includes(self, partition: &Partition) -> bool {
        match partition {
            Partition::Site(_) => self == Self::Sites,
            Partition::Tenant(_) => self == Self::Tenants,
        }
    }
}

#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    /// Without one, equal rows are different rows.
    pub key: &'static [&'static str],
    /// Columns by which changes find rows, beside the key; each has an index.
    pub found_by: &'static [&'static str],
    /// The columns of each index for those who ask.
    pub indexes: &'static [&'static str],
}

pub const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, null: false }
}

pub const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int, null: false }
}

impl Column {
    #[must_use]
    pub const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }

    fn sql(&self) -> String {
        let kind = match self.kind {
            Kind::Int => "BIGINT",
            Kind::Text => "TEXT",
        };
        let null = if self.null { "" } else { " NOT NULL" };
        format!("{} {kind}{null}", self.name)
    }
}

impl Table {
    pub(crate) fn position_of(&self, column: &str) -> usize {
        let at = self.columns.iter().position(|one| one.name == column);
        at.unwrap_or_else(|| panic!("{} has no column {column}", self.name))
    }

    fn create(&self, generation: Generation) -> Statement {
        let columns: Vec<_> = self.columns.iter().map(Column::sql).collect();
        let (name, columns) = (table_name(self.name, generation), columns.join(", "));
        Statement::new(format!("CREATE TABLE {name} ({columns})"), vec![])
    }

    /// Makes the indexes by which changes find rows, if they are not there yet: first of all the key.
    pub(crate) fn index_for_changes(&self, generation: Generation) -> Vec<Statement> {
        let name = table_name(self.name, generation);
        let key = self.key.join(", ");
        let unique = (!self.key.is_empty())
            .then(|| format!("CREATE UNIQUE INDEX IF NOT EXISTS {name}_key ON {name} ({key})"));
        let found_by = self.found_by.iter().map(|column| {
            format!("CREATE INDEX IF NOT EXISTS {name}_of_{column} ON {name} ({column})")
        });
        unique.into_iter().chain(found_by).map(|sql| Statement::new(sql, vec![])).collect()
    }

    /// Makes the indexes for those who ask, if they are not there yet.
    fn index_for_queries(&self, generation: Generation) -> impl Iterator<Item = Statement> {
        let name = table_name(self.name, generation);
        self.indexes.iter().enumerate().map(move |(n, columns)| {
            let make = "CREATE INDEX IF NOT EXISTS";
            Statement::new(format!("{make} {name}_by_{n} ON {name} ({columns})"), vec![])
        })
    }
}

/// Tables of a view that were made together.
pub type Generation = i64;

/// Every stored view there is.
pub const ALL: [&StoredView; 8] = [
    &crate::contact_history::VIEW,
    &crate::contact_timeline::VIEW,
    &crate::callback_list::VIEW,
    &crate::intervals::VIEW,
    &crate::account_list::VIEW,
    &crate::contract_list::VIEW,
    &crate::service_list::VIEW,
    &crate::ticket_list::VIEW,
];

impl StoredView {
    /// Whether rows may follow from the record.
    pub fn is_of(&self, record: &Recorded) -> bool {
        record.kind.split('.').next().is_some_and(|noun| self.nouns.contains(&noun))
    }

    /// Statements that make the tables of a generation, without indexes.
    pub fn create(&self, generation: Generation) -> Vec<Statement> {
        self.tables.iter().map(|table| table.create(generation)).collect()
    }

    /// Statements that make what is missing of the indexes of those tables, among them the keys: cheapest after many
    /// rows were added.
    pub fn index(&self, generation: Generation) -> Vec<Statement> {
        let of = |table: &'static Table| {
            let for_changes = table.index_for_changes(generation).into_iter();
            for_changes.chain(table.index_for_queries(generation))
        };
        self.tables.iter().flat_map(of).collect()
    }

    /// The change as a statement about a generation.
    pub fn statement(&self, change: Change, generation: Generation) -> Statement {
        let table = &self.tables[self.position_of(change.table)];
        change.statement(table, &table_name(table.name, generation))
    }

    pub(crate) fn position_of(&self, table: &str) -> usize {
        let at = self.tables.iter().position(|one| one.name == table);
        at.unwrap_or_else(|| panic!("{} has no table {table}", self.name))
    }

    /// Statements that take the tables of a generation away.
    pub fn drop(&self, generation: Generation) -> Vec<Statement> {
        let drop = |table: &Table| {
            let name = table_name(table.name, generation);
            Statement::new(format!("DROP TABLE IF EXISTS {name}"), vec![])
        };
        self.tables.iter().map(drop).collect()
    }

    /// The statement with the generation's own table names.
    pub fn resolve(&self, mut statement: Statement, generation: Generation) -> Statement {
        let mut sql = statement.sql.into_owned();
        for table in self.tables {
            let placeholder = format!("{{{}}}", table.name);
            if sql.contains(&placeholder) {
                sql = sql.replace(&placeholder, &table_name(table.name, generation));
            }
        }
        statement.sql = Cow::Owned(sql);
        statement
    }
}

pub(crate) fn table_name(table: &str, generation: Generation) -> String {
    format!("{table}_g{generation}")
}

/// As it is stored in a `TEXT` column.
pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    Value::Text(serde_json::to_string(value).expect("what is stored is always JSON"))
}

/// An enum's name as serde writes it.
pub(crate) fn name_of<T: Serialize>(value: T) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Value::Text(name),
        other => Value::Text(other.map(|other| other.to_string()).unwrap_or_default()),
    }
}

/// Takes a row apart, column by column.
pub(crate) struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    pub(crate) fn of(row: Row) -> Self {
        Self(row.into_iter())
    }

    fn next(&mut self) -> Value {
        self.0.next().unwrap_or(Value::Null)
    }

    pub(crate) fn int_or_none(&mut self) -> Result<Option<i64>, ReadStoreError> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(value)),
            Value::Text(_) => Err(ReadStoreError::unreadable("a number is stored as text")),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64, ReadStoreError> {
        self.int_or_none()?.ok_or_else(|| ReadStoreError::unreadable("a number is missing"))
    }

    pub(crate) fn text_or_none(&mut self) -> Result<Option<String>, ReadStoreError> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            Value::Int(_) => Err(ReadStoreError::unreadable("a text is stored as a number")),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, ReadStoreError> {
        self.text_or_none()?.ok_or_else(|| ReadStoreError::unreadable("a text is missing"))
    }

    pub(crate) fn json_or_none<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, ReadStoreError> {
        let text = self.text_or_none()?;
        text.map(|text| serde_json::from_str(&text).map_err(ReadStoreError::unreadable)).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, ReadStoreError> {
        serde_json::from_str(&self.text()?).map_err(ReadStoreError::unreadable)
    }

    /// An id, a name or an enum: what is a string in JSON.
    pub(crate) fn named_or_none<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, ReadStoreError> {
        let Some(text) = self.text_or_none()? else { return Ok(None) };
        let value = serde_json::Value::String(text);
        serde_json::from_value(value).map(Some).map_err(ReadStoreError::unreadable)
    }

    pub(crate) fn named<T: DeserializeOwned>(&mut self) -> Result<T, ReadStoreError> {
        self.named_or_none()?.ok_or_else(|| ReadStoreError::unreadable("a name is missing"))
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, ReadStoreError> {
        Ok(Timestamp(self.int()?))
    }

    pub(crate) fn time_or_none(&mut self) -> Result<Option<Timestamp>, ReadStoreError> {
        Ok(self.int_or_none()?.map(Timestamp))
    }

    pub(crate) fn count(&mut self) -> Result<u32, ReadStoreError> {
        u32::try_from(self.int()?).map_err(ReadStoreError::unreadable)
    }

    pub(crate) fn small(&mut self) -> Result<u8, ReadStoreError> {
        u8::try_from(self.int()?).map_err(ReadStoreError::unreadable)
    }

    pub(crate) fn small_or_none(&mut self) -> Result<Option<u8>, ReadStoreError> {
        self.int_or_none()?.map(u8::try_from).transpose().map_err(ReadStoreError::unreadable)
    }
}
