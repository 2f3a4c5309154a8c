//! Changes folded into rows in memory, while a view is built anew: what would be many statements about one row becomes
//! the one row that is written.
//!
//! Only rows that were added since the last time are in memory. A change of a row that is stored already goes out as a
//! statement, before the rows do.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use crate::{
    change::{Act, Change, Field, Set, Test},
    ports::read_store::{NewRows, Row, Statement, Value},
    stored::{Generation, StoredView, Table, table_name},
};

/// Memory that a value takes beside its text.
const VALUE_BYTES: usize = size_of::<Value>() + 16;

/// Stands where a row was that was taken away before it was stored.
const GONE: Row = Row::new();

/// One view's rows that are not stored yet.
pub(crate) struct Fold {
    view: &'static StoredView,
    generation: Generation,
    tables: Vec<FoldedTable>,
    statements: Vec<(&'static Table, Statement)>,
    bytes: usize,
}

impl Fold {
    /// `empty`: the generation has no rows yet.
    pub(crate) fn new(view: &'static StoredView, generation: Generation, empty: bool) -> Self {
        let tables = view.tables.iter().map(|table| FoldedTable::new(table, empty)).collect();
        Self { view, generation, tables, statements: Vec::new(), bytes: 0 }
    }

    /// About so much memory is in use.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn fold(&mut self, change: Change) {
        let at = self.view.position_of(change.table);
        let folded = &mut self.tables[at];
        self.bytes += weight(&change.act);
        if let Some(change) = folded.fold(change) {
            let name = table_name(folded.table.name, self.generation);
            self.statements.push((folded.table, change.statement(folded.table, &name)));
        }
    }

    /// What has gathered: statements about rows that are stored, each with its table, and rows that are new.
    pub(crate) fn take(&mut self) -> (Vec<(&'static Table, Statement)>, Vec<NewRows>) {
        self.bytes = 0;
        let generation = self.generation;
        let rows = self.tables.iter_mut().filter_map(|folded| {
            let rows = folded.take();
            let table = table_name(folded.table.name, generation);
            (!rows.is_empty()).then_some(NewRows { table, columns: folded.table.columns, rows })
        });
        let rows = rows.collect();
        (std::mem::take(&mut self.statements), rows)
    }
}

fn weight(act: &Act) -> usize {
    let of = |value: &Value| match value {
        Value::Null | Value::Int(_) => VALUE_BYTES,
        Value::Text(text) => VALUE_BYTES + text.len(),
    };
    match act {
        Act::Insert(row) | Act::Put { row, .. } => row.iter().map(|(_, value)| of(value)).sum(),
        // It changes what is weighed already, or is a statement of about this size.
        Act::Update { of: tests, set } => (tests.len() + set.len()) * VALUE_BYTES,
        Act::Delete { of: tests } => tests.len() * VALUE_BYTES,
    }
}

struct FoldedTable {
    table: &'static Table,
    rows: Vec<Row>,
    /// Rows in memory by the hash of what is in a column, for every column that was asked for.
    found: HashMap<usize, HashMap<u64, Vec<usize>>>,
    stored: Stored,
    hasher: RandomState,
}

/// What is known of the rows that are stored.
enum Stored {
    Nothing,
    /// Hashes of what ever was in the columns of `found_by`.
    Known(HashMap<usize, HashSet<u64>>),
    Unknown,
}

impl FoldedTable {
    fn new(table: &'static Table, empty: bool) -> Self {
        let stored = if empty { Stored::Nothing } else { Stored::Unknown };
        let (rows, found, hasher) = (Vec::new(), HashMap::new(), RandomState::new());
        Self { table, rows, found, stored, hasher }
    }

    /// The change, if it may concern rows that are stored.
    fn fold(&mut self, change: Change) -> Option<Change> {
        match change.act {
            Act::Insert(fields) => {
                let row = self.row_of(fields);
                self.add(row);
                None
            }
            Act::Put { row, kept } => self.put(change.table, row, kept),
            Act::Update { ref of, ref set } => {
                if self.update(of, set) || !self.may_be_stored(of) {
                    return None;
                }
                self.will_be_stored(set);
                Some(change)
            }
            Act::Delete { ref of } => {
                (!self.delete(of) && self.may_be_stored(of)).then_some(change)
            }
        }
    }

    fn row_of(&self, fields: Vec<Field>) -> Row {
        let mut row = vec![Value::Null; self.table.columns.len()];
        // Views name columns in the table's order: the next one is nearly always where one looks first.
        let mut next = 0;
        for (name, value) in fields {
            if self.table.columns.get(next).is_none_or(|column| column.name != name) {
                next = self.table.position_of(name);
            }
            row[next] = value;
            next += 1;
        }
        row
    }

    fn add(&mut self, row: Row) {
        let at = self.rows.len();
        for (column, found) in &mut self.found {
            found.entry(self.hasher.hash_one(&row[*column])).or_default().push(at);
        }
        self.rows.push(row);
    }

    /// Rows in memory that have this value there.
    fn with(&mut self, column: usize, value: &Value) -> Vec<usize> {
        let Self { rows, found, hasher, .. } = self;
        let found = found.entry(column).or_insert_with(|| {
            let mut found: HashMap<u64, Vec<usize>> = HashMap::with_capacity(rows.len());
            for (at, row) in rows.iter().enumerate().filter(|(_, row)| **row != GONE) {
                found.entry(hasher.hash_one(&row[column])).or_default().push(at);
            }
            found
        });
        let candidates = found.get(&hasher.hash_one(value)).map_or(&[][..], Vec::as_slice);
        candidates.iter().copied().filter(|at| rows[*at][column] == *value).collect()
    }

    fn set(&mut self, at: usize, column: usize, value: Value) {
        if let Some(found) = self.found.get_mut(&column) {
            let before = self.hasher.hash_one(&self.rows[at][column]);
            if let Some(there) = found.get_mut(&before) {
                there.retain(|one| *one != at);
            }
            found.entry(self.hasher.hash_one(&value)).or_default().push(at);
        }
        self.rows[at][column] = value;
    }

    fn put(
        &mut self,
        table: &'static str,
        fields: Vec<Field>,
        kept: &'static [&'static str],
    ) -> Option<Change> {
        let row = self.row_of(fields.clone());
        let key = self.table.key.iter().map(|name| self.table.position_of(name));
        let key: Vec<_> = key.collect();
        let same = self.with(key[0], &row[key[0]]);
        let same = same.into_iter().find(|at| key.iter().all(|n| self.rows[*at][*n] == row[*n]));
        match (same, &self.stored) {
            (Some(at), _) => {
                for (name, value) in fields {
                    if !kept.contains(&name) {
                        self.set(at, self.table.position_of(name), value);
                    }
                }
                None
            }
            (None, Stored::Nothing) => {
                self.add(row);
                None
            }
            (None, Stored::Known(_) | Stored::Unknown) => {
                Some(Change { table, act: Act::Put { row: fields, kept } })
            }
        }
    }

    /// Rows in memory that the tests look for, and whether one that the whole key names is among them: then no other
    /// can be meant.
    fn looked_for(&mut self, of: &[Test]) -> (Vec<usize>, bool) {
        let Some((column, value)) = of.iter().find_map(looked_for) else {
            return (Vec::new(), false);
        };
        let column = self.table.position_of(column);
        let found = self.with(column, value);
        let is_key =
            self.table.key.len() == 1 && self.table.columns[column].name == self.table.key[0];
        let whole_key = is_key && !found.is_empty();
        (found, whole_key)
    }

    /// Whether no other row can be meant.
    fn delete(&mut self, of: &[Test]) -> bool {
        let (found, whole_key) = self.looked_for(of);
        for at in found {
            if of.iter().all(|test| self.holds(at, test)) {
                for (column, found) in &mut self.found {
                    if let Some(there) =
                        found.get_mut(&self.hasher.hash_one(&self.rows[at][*column]))
                    {
                        there.retain(|one| *one != at);
                    }
                }
                self.rows[at] = GONE;
            }
        }
        whole_key
    }

    /// Whether no other row can be meant.
    fn update(&mut self, of: &[Test], set: &[Set]) -> bool {
        let (found, whole_key) = self.looked_for(of);
        for at in found {
            if of.iter().all(|test| self.holds(at, test)) {
                for set in set {
                    let (Set::To(name, value) | Set::Once(name, value)) = set;
                    let column = self.table.position_of(name);
                    let there = self.rows[at][column] != Value::Null;
                    if matches!(set, Set::To(..)) || !there {
                        self.set(at, column, value.clone());
                    }
                }
            }
        }
        whole_key
    }

    fn holds(&self, at: usize, test: &Test) -> bool {
        let there = |name| &self.rows[at][self.table.position_of(name)];
        match test {
            Test::Is(name, value) => there(name) == value && *value != Value::Null,
            Test::IsNot(name, value) => there(name) != value && *there(name) != Value::Null,
            Test::IsNull(name) => *there(name) == Value::Null,
        }
    }

    fn may_be_stored(&mut self, of: &[Test]) -> bool {
        let (table, hasher) = (self.table, &self.hasher);
        match &self.stored {
            Stored::Nothing => false,
            Stored::Unknown => true,
            Stored::Known(known) => of.iter().filter_map(looked_for).all(|(name, value)| {
                let known = known.get(&table.position_of(name));
                known.is_none_or(|known| known.contains(&hasher.hash_one(value)))
            }),
        }
    }

    /// What a statement puts into a column that rows are found by.
    fn will_be_stored(&mut self, set: &[Set]) {
        let Stored::Known(known) = &mut self.stored else { return };
        for set in set {
            let (Set::To(name, value) | Set::Once(name, value)) = set;
            if let Some(known) = known.get_mut(&self.table.position_of(name)) {
                known.insert(self.hasher.hash_one(value));
            }
        }
    }

    fn take(&mut self) -> Vec<Row> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| *row != GONE);
        self.found.clear();
        if let Stored::Nothing = self.stored
            && !rows.is_empty()
        {
            let known = self.table.found_by.iter();
            let known = known.map(|name| (self.table.position_of(name), HashSet::new()));
            self.stored = Stored::Known(known.collect());
        }
        if let Stored::Known(known) = &mut self.stored {
            for (column, known) in known {
                known.extend(rows.iter().map(|row| self.hasher.hash_one(&row[*column])));
            }
        }
        rows
    }
}

fn looked_for(test: &Test) -> Option<(&'static str, &Value)> {
    match test {
        Test::Is(name, value) => Some((name, value)),
        Test::IsNot(..) | Test::IsNull(_) => None,
    }
}
