//! What happens when: the file's calls and agents as one line of steps in order of time.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use uuid::Uuid;

use super::{
    calls::{Call, topic},
    draw::{Distributions, Drawn},
};

/// Something to do at an instant. The order is that within one instant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The company's system reports the accounts that will call today: those calls, by index.
    Accounts {
        from: usize,
        until: usize,
    },
    SignIn {
        server: String,
    },
    Finish {
        contact: Uuid,
    },
    Arrive {
        call: usize,
    },
    /// The agents look at their desks.
    Look,
    GiveUp {
        call: usize,
    },
    SignOut {
        server: String,
    },
    /// The last second of a UTC day: the board's counts of that day are whole.
    CloseDay,
}

const DAY_SECS: i64 = 86_400;

/// The ordinal of the UTC day.
pub(super) fn day(at: At) -> i64 {
    at.div_euclid(DAY_SECS)
}

/// Seconds since 1970, as played.
pub(super) type At = i64;

pub(super) struct Plan {
    pub(super) calls: Vec<(Call, Drawn)>,
    steps: BinaryHeap<Reverse<(At, Step)>>,
}

impl Plan {
    /// `calls` in order of time; moved by `shift_secs`.
    pub(super) fn of(calls: &[Call], distributions: &Distributions, shift_secs: i64) -> Self {
        let calls: Vec<(Call, Drawn)> = calls
            .iter()
            .map(|call| {
                let mut moved = call.clone();
                moved.arrives += shift_secs;
                (moved, distributions.draw(call))
            })
            .collect();
        let mut plan = Self { calls, steps: BinaryHeap::new() };
        for index in 0..plan.calls.len() {
            plan.add(plan.calls[index].0.arrives, Step::Arrive { call: index });
        }
        plan.add_accounts();
        let days: BTreeSet<At> = plan.calls.iter().map(|(call, _)| day(call.arrives)).collect();
        for day in days {
            plan.add((day + 1) * DAY_SECS - 1, Step::CloseDay);
        }
        for ((_, server), (from, until)) in shifts(plan.calls.iter().map(|(call, _)| call)) {
            plan.add(from + shift_secs, Step::SignIn { server: server.clone() });
            plan.add(until + shift_secs, Step::SignOut { server });
        }
        plan
    }

    /// Before the first call of each day.
    fn add_accounts(&mut self) {
        let mut from = 0;
        while from < self.calls.len() {
            let date = self.calls[from].0.date;
            let day = self.calls[from..].iter().take_while(|(call, _)| call.date == date).count();
            let until = from + day;
            self.add(self.calls[from].0.arrives, Step::Accounts { from, until });
            from = until;
        }
    }

    pub(super) fn add(&mut self, at: At, step: Step) {
        self.steps.push(Reverse((at, step)));
    }

    pub(super) fn next_at(&self) -> Option<At> {
        self.steps.peek().map(|Reverse((at, _))| *at)
    }

    /// The next step, if its time is no later than `at`.
    pub(super) fn pop_until(&mut self, at: At) -> Option<Step> {
        if self.next_at()? > at {
            return None;
        }
        self.steps.pop().map(|Reverse((_, step))| step)
    }

    /// Leaves out what lies before `at`, but for the agents who are there then.
    pub(super) fn begin_at(&mut self, at: At) {
        let all: Vec<_> = std::mem::take(&mut self.steps).into_vec();
        let mut there = BTreeMap::new();
        for Reverse((when, step)) in all {
            match step {
                step if when >= at => self.add(when, step),
                Step::SignIn { server } => *there.entry(server).or_insert(0) += 1,
                Step::SignOut { server } => *there.entry(server).or_insert(0) -= 1,
                Step::Accounts { .. } => self.add(at, step),
                Step::Finish { .. }
                | Step::Arrive { .. }
                | Step::Look
                | Step::GiveUp { .. }
                | Step::CloseDay => {}
            }
        }
        for (server, _) in there.into_iter().filter(|(_, count)| *count > 0) {
            self.add(at, Step::SignIn { server });
        }
    }
}

/// R6: by day and agent, from the first to the last recorded service.
fn shifts<'a>(
    calls: impl Iterator<Item = &'a Call>,
) -> BTreeMap<(jiff::civil::Date, String), (At, At)> {
    let mut shifts: BTreeMap<_, (At, At)> = BTreeMap::new();
    for call in calls {
        let Some(service) = &call.served else { continue };
        let Some(server) = &service.server else { continue };
        let shift =
            shifts.entry((call.date, server.clone())).or_insert((service.from, service.until));
        shift.0 = shift.0.min(service.from);
        shift.1 = shift.1.max(service.until);
    }
    shifts
}

/// R5: by the agent's name in the file, the skills.
pub(super) fn agents(calls: &[Call]) -> BTreeMap<String, BTreeSet<String>> {
    let mut agents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in calls {
        if let Some(server) = call.served.as_ref().and_then(|service| service.server.as_ref()) {
            agents.entry(server.clone()).or_default().insert(topic(&call.kind));
        }
    }
    agents
}
