//! The end of a world: the faults stop, everything comes to rest, and what was promised is there.

use std::{sync::Arc, time::Duration};

use commands::hydration::Hydrated;
use domain::time::Span;
use projections::memory::Hand;
use projections::ports::read_store::{ReadStore, Statement};
use projections::tail::Health;

use super::{
    Db, Holds, JUDGE, NODES, ONCE, PROJECTING, REST, ROWS, SETTLES, SNAPSHOT, STEP, SimSnapshots,
    SimStore, Watched, Wish, World, judged, locked, partition, probe,
};

impl World<'_> {
    /// The faults stop; everything comes to rest, and what was promised is there.
    pub(in crate::simulation) fn rest(&mut self) -> Holds {
        self.heal();
        self.come_to_rest()?;
        self.laws.compare()?;
        self.compare_snapshots()?;
        self.compare_rows()?;
        self.answer_all()?;
        self.let_days_pass()?;
        let complaint = judged::complaint(&self.laws.valid, &self.people, true);
        self.laws.hold(JUDGE, complaint.is_none(), || complaint.unwrap_or_default())
    }

    fn heal(&mut self) {
        let now = self.truth().max(self.laws.last);
        self.slow_disk = false;
        {
            let mut broker = locked(&self.broker);
            broker.down = false;
            broker.late.fill(false);
        }
        for node in 0..NODES {
            self.nodes[node].clock.right(now);
            self.nodes[node].suspended = false;
            locked(&self.db).faults[node] = None;
            self.cut(node, false);
            self.assign(node, node == 0);
            self.start(node);
        }
    }

    fn rested(&self) -> bool {
        let seq = self.laws.seq();
        let owns = {
            let progress = self.nodes[0].progress.borrow();
            progress.owns && progress.in_flight == 0 && progress.seq == seq
        };
        owns && self
            .nodes
            .iter()
            .all(|node| node.tail.position().seq == seq && node.tail.health() == Health::Following)
            && self.nodes[..PROJECTING].iter().all(|node| node.projector.reached() == seq)
    }

    fn come_to_rest(&mut self) -> Holds {
        let begun = self.truth();
        loop {
            self.flow()?;
            if self.rested() {
                return self.laws.hold(SETTLES, true, String::new);
            }
            let late = self.truth() - begun > REST;
            let (seq, nodes) = (self.laws.seq(), &self.nodes);
            self.laws.hold(SETTLES, !late, || {
                let each = nodes.iter().map(|node| {
                    let progress = node.progress.borrow().clone();
                    format!(
                        "{progress:?}, tail at {}, {:?}, rows at {}",
                        node.tail.position().seq,
                        node.tail.health(),
                        node.projector.reached()
                    )
                });
                format!(
                    "after {} s the log is at {seq}, but {:#?}",
                    REST.as_secs(),
                    each.collect::<Vec<_>>()
                )
            })?;
            self.pass(STEP);
        }
    }

    /// Every sender gets to know what became of each command.
    fn answer_all(&mut self) -> Holds {
        for envelope in
            (0..self.people.open.len()).map(|nth| self.people.retry(nth)).collect::<Vec<_>>()
        {
            self.send(envelope);
        }
        self.come_to_rest()?;
        self.hear(1)?;
        // Those that have expired are known to be decided never once partition time has passed.
        self.jump(Span::secs(310));
        self.come_to_rest()?;
        self.ask(Wish::Define { strict: true }, 0, 60);
        self.come_to_rest()?;
        self.hear(2)?;
        let now = self.laws.last;
        let open = self.people.open.iter().map(|nth| &self.people.sent[*nth]);
        // One from a door whose clock was far ahead may still expire later.
        let unknown = open.filter(|sent| sent.expires_at < now).map(|sent| sent.id).next();
        self.laws
            .hold(ONCE, unknown.is_none(), || format!("nobody can say what became of {unknown:?}"))
    }

    fn jump(&mut self, by: Span) {
        self.nodes.iter().for_each(|node| node.clock.jump(by));
        self.disturb();
    }

    /// Everything that is open ends by itself.
    fn let_days_pass(&mut self) -> Holds {
        for _ in 0..4 {
            self.jump(Span::secs(3_600));
            self.come_to_rest()?;
            for _ in 0..12 {
                self.pass(Duration::from_secs(5));
                self.flow()?;
            }
            self.come_to_rest()?;
        }
        let (contacts, callbacks) =
            (self.laws.folded.contacts.len(), self.laws.folded.callbacks.len());
        self.laws.hold(SETTLES, contacts + callbacks == 0, || {
            format!("{contacts} contacts and {callbacks} callbacks are open for ever")
        })
    }

    fn compare_snapshots(&mut self) -> Holds {
        let log = self.log(0);
        let none = SimSnapshots::default();
        let (with, without) = self.wait(async {
            let with = Hydrated::<Watched>::read(&log, &*self.snapshots, &partition()).await;
            (with, Hydrated::<Watched>::read(&log, &none, &partition()).await)
        });
        let same = match (&with, &without) {
            (Ok(with), Ok(without)) => {
                with.position == without.position
                    && with.last == without.last
                    && probe::digest(with.root.site()) == probe::digest(without.root.site())
                    && probe::digest(without.root.site()) == probe::digest(&self.laws.folded)
                    && with.outcomes.entries().eq(without.outcomes.entries())
            }
            _ => false,
        };
        self.laws.hold(SNAPSHOT, same, || "thawed and read on, the state is another".to_owned())
    }

    /// The rows that two workers made through all that, beside those of a fresh store.
    fn compare_rows(&mut self) -> Holds {
        let fresh = Db::new(NODES, false);
        let store = SimStore { db: Arc::clone(&fresh), node: 0 };
        let statements = self.view.create(1).into_iter().chain(self.view.index(1));
        let mut hand = Hand::new(self.view, &partition());
        let rows = self.laws.wholes.iter().flat_map(|whole| {
            let rows = hand.project(whole).expect("a record that was folded can be projected");
            rows.into_iter().chain(hand.take()).collect::<Vec<_>>()
        });
        let rows = rows.map(|row| self.view.statement(row, 1));
        let statements = statements.chain(rows).collect();
        let made = self.wait(store.transact(statements));
        self.laws.hold(ROWS, made.is_ok(), || format!("{made:?}"))?;
        let table = self.view.tables[0].name;
        let select = Statement::new(format!("SELECT * FROM {{{table}}} ORDER BY 1"), vec![]);
        let select = self.view.resolve(select, 1);
        let expected = locked(&fresh).query(&select).expect("the table was made");
        let stored = locked(&self.db).query(&select);
        let differs = match stored {
            Err(error) => Some(format!("{error:?}")),
            Ok(stored) if stored.len() != expected.len() => {
                Some(format!("{} rows in the place of {}", stored.len(), expected.len()))
            }
            Ok(stored) => expected
                .into_iter()
                .zip(stored)
                .find(|(expected, stored)| expected != stored)
                .map(|(expected, stored)| format!("{stored:?} in the place of {expected:?}")),
        };
        let view = self.view.name;
        self.laws
            .hold(ROWS, differs.is_none(), || format!("{view}: {}", differs.unwrap_or_default()))
    }
}
