//! What must hold after every step, read from the plain entries beside the nodes, and what must hold at the end.
//!
//! One state is folded as a reader folds it; another decides each command and deadline again, on what stands before
//! its decision in the log. That both give the same events and the same state is most of what is promised.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    agent::FULL,
    command::{Actor, Context, Outcome, body_hash, derived_id},
    contact, event,
    id::CommandId,
    log::{Entry, Hash, Position, Recorded, Seq, Verdict, Whole},
    partition::Root,
    site::{Site, SiteEvent},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    broker::Broker,
    people::{Answer, People},
    probe,
    reader::Reader,
};

/// A law's short name and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Law(pub &'static str, pub &'static str);

pub(super) const ONE_LOG: Law = Law("one log", "the fold gives the same decisions to every reader");
pub(super) const GROUND: Law =
    Law("ground", "a valid decision was made on exactly what a reader folds before it");
pub(super) const ONCE: Law = Law("once", "a command is decided once, and as its sender was told");
pub(super) const TIME: Law = Law("time", "time never falls in a partition");
pub(super) const REPLAY: Law =
    Law("replay", "what was decided, folded, is the state that decided it");
pub(super) const CAPACITY: Law = Law("capacity", "no agent is over capacity");
pub(super) const WINNER: Law = Law("winner", "a contact has at most one agent, and nobody is lost");
pub(super) const DEADLINE: Law =
    Law("deadline", "nothing stays due while somebody owns the partition");
pub(super) const ROWS: Law =
    Law("rows", "stored rows are the fold of the same records, applied once");
pub(super) const SNAPSHOT: Law = Law("snapshot", "without any snapshot everything is the same");
pub(super) const SETTLES: Law = Law("settles", "after the faults everything comes to rest");
pub(super) const CALM: Law =
    Law("calm", "nodes that both believe they own do not claim in turns for ever");
pub(super) const JUDGE: Law = Law("judge", "the independent judge finds nothing in the records");
pub(super) const STANDS: Law = Law("stands", "no task of a node gives up");

pub const ALL: [Law; 14] = [
    ONE_LOG, GROUND, ONCE, TIME, REPLAY, CAPACITY, WINNER, DEADLINE, ROWS, SNAPSHOT, SETTLES, CALM,
    JUDGE, STANDS,
];

/// A law does not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    pub law: Law,
    pub text: String,
    /// How many operations it took.
    pub step: usize,
}

pub(super) type Holds = Result<(), Broken>;

/// How often each law was checked.
pub type Checked = BTreeMap<Law, u64>;

/// The whole state is compared as often as this many decisions.
const COMPARE_EVERY: usize = 64;

/// As an owner begins that takes over from `state`.
fn taken_over(state: &Site) -> Site {
    let mut begins = state.clone();
    // So early that nothing is overdue: all that it does is to see what there is to look at.
    begins.resume(&timer(Timestamp::MIN));
    begins
}

/// As an owner goes on that has looked at everything by `now`, unless there was something to decide: nobody records
/// having found nothing.
fn looked(state: &Site, now: Timestamp) -> Option<Site> {
    // What there is to look at is due since ever.
    let mut looked = (state.next_due() == Some(Timestamp::MIN)).then(|| state.clone())?;
    looked.fire(&timer(now)).is_empty().then_some(looked)
}

fn timer(now: Timestamp) -> Context {
    Context { now, actor: Actor::Timer, command_id: CommandId(Uuid::nil()) }
}

pub(super) struct Laws {
    reader: Reader,
    at: usize,
    /// By the `seq` of a decision's last record.
    ends: BTreeMap<Seq, Hash>,
    /// Claims and records that are valid, in order.
    pub(super) valid: Vec<Entry>,
    pub(super) wholes: Vec<Arc<Whole>>,
    /// As readers fold it.
    pub(super) folded: Site,
    /// As decisions made again leave it.
    again: Site,
    /// Whether its owner has just taken over, and decided nothing but what an outage must not cost anybody.
    begins: bool,
    pub(super) last: Timestamp,
    pub(super) decided: BTreeMap<(CommandId, Actor), Outcome>,
    pub(super) claims: u64,
    pub(super) checked: Checked,
}

impl Laws {
    pub(super) fn new(broker: &Broker) -> Self {
        Self {
            reader: Reader::resume(broker.rule, Position::START),
            at: 0,
            ends: BTreeMap::new(),
            valid: Vec::new(),
            wholes: Vec::new(),
            folded: Site::default(),
            again: Site::default(),
            begins: false,
            last: Timestamp::MIN,
            decided: BTreeMap::new(),
            claims: 0,
            checked: BTreeMap::new(),
        }
    }

    pub(super) fn hold(&mut self, law: Law, holds: bool, text: impl FnOnce() -> String) -> Holds {
        *self.checked.entry(law).or_default() += 1;
        if holds { Ok(()) } else { Err(Broken { law, text: text(), step: 0 }) }
    }

    pub(super) fn seq(&self) -> Seq {
        self.reader.position().seq
    }

    pub(super) fn position(&self) -> Position {
        self.reader.position()
    }

    /// Reads what is new in the log, and compares what nodes were handed with it.
    pub(super) fn look(&mut self, broker: &mut Broker, people: &People) -> Holds {
        while self.at < broker.shown {
            let entry = broker.entries[self.at].clone();
            self.at += 1;
            let at = i64::try_from(self.at).expect("a simulated log is short");
            match self.reader.feed(&entry, at) {
                Ok(Verdict::Void(_) | Verdict::Part) => {}
                Ok(Verdict::Claimed) => self.claimed(entry),
                Ok(Verdict::Whole(whole)) => self.whole(whole, people)?,
                Err(tampered) => self.hold(ONE_LOG, false, || tampered.to_string())?,
            }
        }
        for handed in std::mem::take(&mut broker.handed) {
            let same = self.ends.get(&handed.seq) == Some(&handed.hash);
            self.hold(ONE_LOG, same, || {
                format!("node {} was handed another decision {}", handed.node, handed.seq)
            })?;
        }
        Ok(())
    }

    fn claimed(&mut self, claim: Entry) {
        self.valid.push(claim);
        self.claims += 1;
        self.again = taken_over(&self.folded);
        self.begins = true;
    }

    fn whole(&mut self, whole: Whole, people: &People) -> Holds {
        let records = &whole.records;
        let last = records.last().expect("a decision has records").clone();
        self.hold(TIME, last.time >= self.last, || {
            format!("record {} is from before the one before it", last.seq)
        })?;
        self.ends.insert(last.seq, whole.position.hash);
        self.hold(ONE_LOG, self.position() == whole.position, || "positions differ".to_owned())?;

        self.note_command(&last, people)?;
        let states = probe::decided_on(last.command_id, last.time);
        if !states.is_empty() {
            // A zombie may have decided the same at the same time, on a state of its own.
            let before = probe::digest(&self.folded);
            self.hold(REPLAY, states.contains(&before), || {
                format!("record {} was decided on another state than its log has", last.seq)
            })?;
        }
        self.decide_again(records, &last, people)?;
        self.last = last.time;

        for record in records {
            let event = event::check(record)
                .and_then(|()| Site::decode(&record.kind, &record.data))
                .map_err(|error| Broken { law: GROUND, text: error.to_string(), step: 0 })?;
            self.folded.evolve(&event, record.time);
        }
        self.look_at_state(&last)?;
        self.valid.extend(records.iter().cloned().map(Entry::Record));
        self.wholes.push(Arc::new(whole));
        if self.wholes.len().is_multiple_of(COMPARE_EVERY) {
            self.compare()?;
        }
        Ok(())
    }

    pub(super) fn compare(&mut self) -> Holds {
        let (again, folded) = (self.again.freeze(), self.folded.freeze());
        let seq = self.seq();
        self.hold(REPLAY, again == folded, || {
            format!(
                "at {seq} the state that decided\n{}\nis not the state that is folded\n{}",
                String::from_utf8_lossy(&again),
                String::from_utf8_lossy(&folded)
            )
        })
    }

    /// Decided for the first time, and nobody was told that it never would be.
    fn note_command(&mut self, last: &Recorded, people: &People) -> Holds {
        if last.actor == Actor::Timer {
            return Ok(());
        }
        let refusal = (&*last.kind == "command.refused")
            .then(|| serde_json::from_slice(&last.data).expect("a refusal is JSON"));
        let outcome = Outcome { body_hash: last.command_hash, seq: last.seq, refusal };
        let before = self.decided.insert((last.command_id, last.actor.clone()), outcome);
        self.hold(ONCE, before.is_none(), || {
            format!("command {} is decided again by record {}", last.command_id, last.seq)
        })?;
        let sent = people.by_id.get(&last.command_id).map(|nth| &people.sent[*nth]);
        let answer = sent.and_then(|sent| sent.answer.as_ref());
        self.hold(ONCE, answer != Some(&Answer::Never), || {
            format!("command {} was to be decided never, but is by {}", last.command_id, last.seq)
        })
    }

    fn decide_again(&mut self, records: &[Recorded], last: &Recorded, people: &People) -> Holds {
        let context =
            Context { now: last.time, actor: last.actor.clone(), command_id: last.command_id };
        let events = if last.actor == Actor::Timer {
            self.fire_again(&context, records)
        } else {
            self.begins = false;
            if let Some(looked) = looked(&self.again, self.last) {
                self.again = looked;
            }
            let nothing_left = self.again.next_due() != Some(Timestamp::MIN);
            self.hold(GROUND, nothing_left, || {
                format!("record {} came before what the decision before it had left", last.seq)
            })?;
            let sent = people.by_id.get(&last.command_id).map(|nth| &people.sent[*nth]);
            let body = sent.filter(|sent| sent.actor == last.actor).and_then(|sent| {
                sent.bodies.iter().find(|body| body_hash(*body) == last.command_hash)
            });
            self.hold(GROUND, body.is_some(), || {
                format!("nobody sent the command of record {}", last.seq)
            })?;
            let in_time = sent.is_some_and(|sent| last.time <= sent.expires_at);
            self.hold(GROUND, in_time, || {
                format!("the command of record {} had expired", last.seq)
            })?;
            let Some(body) = body else { return Ok(()) };
            match self.again.decide(&context, body.clone()) {
                Ok(events) if events.is_empty() => {
                    vec![Site::meta(domain::command::Event::Settled {})]
                }
                Ok(events) => events,
                Err(refusal) => vec![Site::meta(refusal.into())],
            }
        };
        self.hold(GROUND, same(&events, records), || {
            let decided = records
                .iter()
                .map(|record| format!("{} {}", record.kind, String::from_utf8_lossy(&record.data)));
            let again = events.iter().map(|event| {
                let data = Site::encode(event);
                format!("{} {}", event.kind().0, String::from_utf8_lossy(&data))
            });
            let (decided, again): (Vec<_>, Vec<_>) = (decided.collect(), again.collect());
            let alike = decided.iter().zip(&again).take_while(|(one, other)| one == other).count();
            format!(
                "record {} of {} up to {} is\n  {:?}\nmade again on what stands before it\n  {:?}",
                alike + 1,
                decided.len(),
                last.seq,
                decided.get(alike),
                again.get(alike)
            )
        })
    }

    /// A deadline's decision. The first ones of a new owner are of what an outage must not cost anybody; then it
    /// fires, with whatever there is to look at, unless it had looked already and found nothing.
    fn fire_again(&mut self, context: &Context, records: &[Recorded]) -> Vec<SiteEvent> {
        if self.begins {
            let mut resumed = self.again.clone();
            let events = resumed.resume(context);
            if same(&events, records) {
                self.again = taken_over(&resumed);
                return events;
            }
            // What is overdue now was not when it took over.
            self.begins = false;
        }
        let looked = looked(&self.again, self.last);
        let events = self.again.fire(context);
        match looked {
            Some(mut looked) if !same(&events, records) => {
                let events = looked.fire(context);
                self.again = looked;
                events
            }
            Some(_) | None => events,
        }
    }

    /// What holds of the state after every decision.
    fn look_at_state(&mut self, last: &Recorded) -> Holds {
        let over =
            self.folded.agents.iter().find(|(_, agent)| agent.load() > FULL).map(|(id, _)| *id);
        self.hold(CAPACITY, over.is_none(), || format!("{over:?} after record {}", last.seq))?;
        let mut held: BTreeMap<_, u32> = BTreeMap::new();
        for reservation in self.folded.reservations.values() {
            *held.entry(reservation.contact).or_default() += 1;
        }
        let wrong = self.folded.contacts.iter().find(|(id, contact)| {
            let agents = held.remove(id).unwrap_or(0);
            let waits = contact.state == contact::State::Waiting;
            agents != u32::from(!waits)
        });
        let wrong = wrong.map(|(id, contact)| (*id, contact.state.clone()));
        let lost = held.keys().next().filter(|_| wrong.is_none()).copied();
        self.hold(WINNER, wrong.is_none() && lost.is_none(), || {
            format!("after record {}: contact {wrong:?}, reservation of {lost:?}", last.seq)
        })
    }

    /// What a node told a sender.
    pub(super) fn told(&mut self, key: &(CommandId, Actor), answer: &Answer) -> Holds {
        let decided = self.decided.get(key).cloned();
        let holds = match answer {
            Answer::Decided(outcome) => decided.as_ref() == Some(outcome),
            Answer::Never => decided.is_none(),
            Answer::Forgotten => true,
        };
        self.hold(ONCE, holds, || {
            format!("of command {} a node says {answer:?}, the log {decided:?}", key.0)
        })
    }
}

/// Whether these events are what stands in the records.
fn same(events: &[SiteEvent], records: &[Recorded]) -> bool {
    events.len() == records.len()
        && events.iter().zip(records).all(|(event, record)| {
            Site::kind(event) == (&*record.kind, record.version)
                && Site::encode(event)[..] == record.data[..]
        })
}

/// What tells two logs apart.
pub(super) fn digest(entries: &[Entry]) -> Uuid {
    let text: Vec<String> = entries.iter().map(|entry| format!("{entry:?}")).collect();
    derived_id(&[text.join("\n").as_bytes()])
}
