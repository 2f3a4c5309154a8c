//! The call file: real calls of a call centre, and the named rules by which they become customers and agents here.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, ensure};
use jiff::civil::{Date, Time};

/// How the file is played. The summary prints them.
pub(super) const RULES: [(&str, &str); 12] = [
    (
        "R1",
        "a call arrives when it entered the queue; one that reached an agent without waiting, when it left the voice unit",
    ),
    (
        "R2",
        "PHANTOM rows, and calls that hung up before any queue, are visits with a page view and ask for nothing",
    ),
    (
        "R3",
        "a call's topic, queue and required skill are its type; a TT call asks to be called back by phone (by hand), every other one asks to chat",
    ),
    (
        "R4",
        "priority 2 is the contract `traffic-priority` (priority 2), 0 and 1 the contract `traffic-regular`; a call of customer 0 is anonymous, unless it has priority: then it has an account of its own",
    ),
    (
        "R5",
        "an agent has, at level 3, the skill of every type that they served anywhere in the whole file",
    ),
    (
        "R6",
        "agents are signed in from their first to their last recorded service of the day, and finish what they have begun; served calls without a recorded server count for nobody",
    ),
    (
        "R7",
        "a call that hung up in the queue has the patience that it showed; any other draws it from its type's Kaplan-Meier estimate (hang-ups are events, answered waits are censored), given that it lasts longer than the recorded wait; beyond the last event nobody gives up before the queue's limit",
    ),
    (
        "R8",
        "a served call takes its recorded service time; where that is 0 or there was none it is drawn from its type's recorded ones",
    ),
    (
        "R9",
        "rows are played in order of time, wherever they stand; a clock time that lies far before the row's first is of the next day",
    ),
    (
        "R10",
        "local times are read as if they were UTC; `--shift-to` moves all dates by the same number of days",
    ),
    (
        "R11",
        "an agent accepts at once, wraps up at once; a tenth of the chats exchange a line each way",
    ),
    (
        "R12",
        "whom a callback reaches answers; whose patience ends before the agent rings cancels the callback",
    ),
];

/// The type of a call that was returned.
const RETURNED: &str = "TT";
const HIGH_PRIORITY: &str = "2";
const NOBODY: &str = "NO_SERVER";
/// A time this far before the row's first one belongs to the next day.
const HALF_A_DAY: i64 = 12 * 3_600;

/// One row, by the rules above. Times are seconds since 1970.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of the file: each says what is in one column"
)]
pub(super) struct Call {
    /// In the file; the heading is line 1.
    pub(super) line: u64,
    pub(super) date: Date,
    pub(super) kind: String,
    /// R4: the company's number for the customer, if the call has an account.
    pub(super) account: Option<String>,
    pub(super) high: bool,
    pub(super) arrives: i64,
    pub(super) asks: bool,
    pub(super) callback: bool,
    /// Seconds in the recorded queue.
    pub(super) waited: i64,
    pub(super) hung_up: bool,
    pub(super) served: Option<Service>,
}

#[derive(Clone, Debug)]
pub(super) struct Service {
    /// `None`: nobody's name was recorded.
    pub(super) server: Option<String>,
    pub(super) from: i64,
    pub(super) until: i64,
    /// 0: not recorded.
    pub(super) secs: i64,
}

impl Call {
    /// The name under which its type travels: topic, queue and skill.
    pub(super) fn topic(&self) -> String {
        topic(&self.kind)
    }
}

/// A type as a name that the domain accepts.
pub(super) fn topic(kind: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    kind.chars().map(allowed).take(60).collect()
}

/// All calls in order of time.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Call>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .with_context(|| format!("the call file {} cannot be opened", path.display()))?;
    let columns: BTreeMap<String, usize> = reader
        .headers()?
        .iter()
        .enumerate()
        .map(|(index, name)| (name.to_owned(), index))
        .collect();
    for name in [
        "customer_id",
        "priority",
        "type",
        "date",
        "vru_entry",
        "vru_exit",
        "q_start",
        "q_exit",
        "q_time",
        "outcome",
        "ser_start",
        "ser_exit",
        "ser_time",
        "server",
    ] {
        ensure!(
            columns.contains_key(name),
            "{} has no column `{name}`; see tests/data/README.md for the format",
            path.display()
        );
    }
    let mut calls = Vec::new();
    for row in reader.records() {
        let row = row.with_context(|| format!("{} is not a CSV file", path.display()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let call = Row { cells: &row, columns: &columns, line }
            .call()
            .with_context(|| format!("line {line} of {}", path.display()))?;
        calls.push(call);
    }
    ensure!(!calls.is_empty(), "{} has no calls", path.display());
    calls.sort_by_key(|call| (call.arrives, call.line));
    Ok(calls)
}

struct Row<'a> {
    cells: &'a csv::StringRecord,
    columns: &'a BTreeMap<String, usize>,
    line: u64,
}

impl Row<'_> {
    fn text(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|index| self.cells.get(*index)).unwrap_or_default()
    }

    fn secs(&self, column: &str) -> anyhow::Result<i64> {
        let text = self.text(column);
        text.parse()
            .with_context(|| format!("`{text}` in column {column} is not a number of seconds"))
    }

    /// `h:mm:ss` as seconds since midnight.
    fn clock(&self, column: &str) -> anyhow::Result<i64> {
        let text = self.text(column);
        let parts: Vec<i64> = text.split(':').filter_map(|part| part.parse().ok()).collect();
        match parts[..] {
            [h, m, s] if h < 48 && m < 60 && s < 60 => Ok(h * 3_600 + m * 60 + s),
            _ => anyhow::bail!("`{text}` in column {column} is not a time h:mm:ss"),
        }
    }

    fn call(&self) -> anyhow::Result<Call> {
        let date: Date = self
            .text("date")
            .parse()
            .with_context(|| format!("`{}` is not a date yyyy-mm-dd", self.text("date")))?;
        let midnight = midnight(date)?;
        let entry = self.clock("vru_entry")?;
        let at = |column: &str| -> anyhow::Result<i64> {
            let clock = self.clock(column)?;
            let next_day = if clock + HALF_A_DAY < entry { 86_400 } else { 0 };
            Ok(midnight + clock + next_day)
        };
        let waited = self.secs("q_time")?;
        let queued = waited > 0 || self.clock("q_start")? > 0 || self.clock("q_exit")? > 0;
        let outcome = self.text("outcome");
        let answered = outcome == "AGENT";
        let asks = answered || (outcome == "HANG" && queued);
        let arrives = match (asks, queued) {
            (true, true) => at("q_start")?,
            (true, false) => at("vru_exit")?,
            (false, _) => midnight + entry,
        };
        let server = self.text("server");
        let served = if answered {
            Some(Service {
                server: (!server.is_empty() && server != NOBODY).then(|| server.to_owned()),
                from: at("ser_start")?,
                until: at("ser_exit")?,
                secs: self.secs("ser_time")?,
            })
        } else {
            None
        };
        let high = self.text("priority") == HIGH_PRIORITY;
        let customer = self.text("customer_id");
        let account = match (customer, high) {
            ("" | "0", false) => None,
            ("" | "0", true) => Some(format!("call-{}", self.line)),
            (known, false) => Some(known.to_owned()),
            (known, true) => Some(format!("{known}-priority")),
        };
        let kind = self.text("type").to_owned();
        ensure!(!kind.is_empty(), "the call has no type");
        Ok(Call {
            line: self.line,
            date,
            callback: kind == RETURNED,
            kind,
            account,
            high,
            arrives,
            asks,
            waited,
            hung_up: outcome == "HANG" && queued,
            served,
        })
    }
}

/// R10: the date's midnight, read as UTC.
pub(super) fn midnight(date: Date) -> anyhow::Result<i64> {
    let at = date.to_datetime(Time::midnight()).to_zoned(jiff::tz::TimeZone::UTC)?;
    Ok(at.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "vru_line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server";

    fn one(row: &str) -> Call {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.csv");
        std::fs::write(&path, format!("{HEADING}\n{row}\n")).unwrap();
        read(&path).unwrap().remove(0)
    }

    fn clock(secs: i64) -> i64 {
        secs.rem_euclid(86_400)
    }

    #[test]
    fn a_call_that_waited_arrives_in_the_queue() {
        let call = one(
            "AA,1,7,2,PS,1999-08-02,10:00:00,10:00:10,10,10:00:10,10:00:40,30,AGENT,10:00:40,10:02:00,80,AVI",
        );
        assert!(call.asks && !call.callback && !call.hung_up && call.high);
        assert_eq!((clock(call.arrives), call.waited), (36_010, 30));
        assert_eq!(call.account.as_deref(), Some("7-priority"));
        assert_eq!(call.served.unwrap().secs, 80);
    }

    #[test]
    fn a_call_that_did_not_wait_arrives_when_it_leaves_the_voice_unit() {
        let call = one(
            "AA,1,0,0,NW,1999-08-02,10:00:00,10:00:10,10,0:00:00,0:00:00,0,AGENT,10:00:09,10:02:00,80,NO_SERVER",
        );
        assert_eq!(clock(call.arrives), 36_010);
        assert_eq!((call.account, call.served.unwrap().server), (None, None));
    }

    #[test]
    fn who_hung_up_before_any_queue_only_visits() {
        for row in [
            "AA,1,0,0,PS,1999-08-02,0:10:10,0:10:27,17,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER",
            "AA,1,0,0,PS,1999-08-02,0:10:10,0:10:27,17,0:10:27,0:10:30,3,PHANTOM,0:00:00,0:00:00,0,NO_SERVER",
        ] {
            let call = one(row);
            assert!(!call.asks && clock(call.arrives) == 610);
        }
    }

    #[test]
    fn a_service_may_end_after_midnight() {
        let call = one(
            "AA,1,0,2,TT,1999-08-02,23:59:00,23:59:10,10,0:00:00,0:00:00,0,AGENT,23:59:10,0:01:10,120,AVI",
        );
        let service = call.served.unwrap();
        assert_eq!(service.until - service.from, 120);
        assert!(call.callback && call.account.as_deref() == Some("call-2"));
    }
}
