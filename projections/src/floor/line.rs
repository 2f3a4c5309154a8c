//! A queue on the floor: its line, who could serve it, and what it has counted today.

use std::collections::BTreeSet;

use domain::{
    id::{ContactId, QueueName},
    queue::Definition,
    requirement::Requirement,
    routing::PLACE_MAX,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

use super::{Agent, Contact, ContactState, Floor};
use crate::{
    expected_wait::{ExpectedWait, Recent, expected_wait},
    metrics::{Counts, TARGET, day_of},
};

/// Distinct requirements that a queue's contacts had, of which it keeps count for "free agents".
const REQUIREMENTS_MAX: usize = 16;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Queue {
    pub name: QueueName,
    /// `None`: contacts have come, its definition has not.
    pub definition: Option<Definition>,
    /// Waiting, in the order in which they will be served.
    line: BTreeSet<(Timestamp, ContactId)>,
    /// Those in the line, and those who are offered.
    arrivals: BTreeSet<(Timestamp, ContactId)>,
    pub offered: usize,
    /// In service: linking, talking or on hold.
    pub talking: usize,
    /// Agents who could serve at least one kind of contact that came here: how many are free, how many take part.
    pub free_agents: usize,
    pub agents_at_work: usize,
    pub today: Counts,
    day: i64,
    recent: Recent,
    requirements: Vec<(Box<str>, Requirement)>,
}

impl Queue {
    fn new(name: QueueName) -> Self {
        Self {
            name,
            definition: None,
            line: BTreeSet::new(),
            arrivals: BTreeSet::new(),
            offered: 0,
            talking: 0,
            free_agents: 0,
            agents_at_work: 0,
            today: Counts::default(),
            day: i64::MIN,
            recent: Recent::default(),
            requirements: Vec::new(),
        }
    }

    /// Not talking with anybody yet: in the line, or offered to an agent.
    pub fn waiting(&self) -> usize {
        self.line.len() + self.offered
    }

    /// When the one of [`Queue::waiting`] came who has not talked with anybody for the longest time.
    pub fn longest_wait_since(&self) -> Option<Timestamp> {
        self.arrivals.first().map(|(at, _)| *at)
    }

    /// In the order in which they will be served.
    pub fn line(&self) -> impl Iterator<Item = ContactId> {
        self.line.iter().map(|(_, contact)| *contact)
    }

    /// T of the service level.
    pub fn target(&self) -> Span {
        let defined = self.definition.as_ref();
        defined.map_or(TARGET, |definition| Span::secs(definition.target_secs.into()))
    }

    /// For somebody who joined now, when so many agents are free and take part.
    pub fn expected_wait(&self, free: usize, at_work: usize) -> Option<ExpectedWait> {
        self.expected_wait_at(self.line.len() + 1, free, at_work)
    }

    /// For the one at `place` (1 is next) when so many qualified agents are free and take part.
    pub fn expected_wait_at(
        &self,
        place: usize,
        free: usize,
        at_work: usize,
    ) -> Option<ExpectedWait> {
        let planned = self.definition.as_ref().map_or(300, |definition| definition.handle_secs);
        expected_wait(place, free, at_work, &self.recent, Span::secs(planned.into()))
    }

    pub(super) fn place_of(&self, contact: &Contact) -> Option<usize> {
        let key = (contact.virtual_start, contact.contact);
        if !self.line.contains(&key) {
            return None;
        }
        let place = self.line.range(..=key).take(PLACE_MAX + 1).count();
        (place <= PLACE_MAX).then_some(place)
    }

    /// Today's counts, as of `at`: a new day begins empty.
    pub(super) fn count(&mut self, at: Timestamp) -> &mut Counts {
        let day = day_of(at);
        if day > self.day {
            self.day = day;
            self.today = Counts::default();
        }
        &mut self.today
    }

    /// What is expected follows from the last ones.
    pub(super) fn handled(&mut self, time: Span) {
        self.recent.push(time);
    }

    pub(super) fn enter(&mut self, contact: &Contact) {
        match contact.state {
            ContactState::Waiting => {
                self.line.insert((contact.virtual_start, contact.contact));
                self.arrivals.insert((contact.queued_at, contact.contact));
            }
            ContactState::Offered => {
                self.arrivals.insert((contact.queued_at, contact.contact));
                self.offered += 1;
            }
            ContactState::Linking | ContactState::Talking | ContactState::Held => self.talking += 1,
            ContactState::Wrapping | ContactState::Completed | ContactState::Left => {}
        }
    }

    pub(super) fn quit(&mut self, contact: &Contact) {
        match contact.state {
            ContactState::Waiting => {
                self.line.remove(&(contact.virtual_start, contact.contact));
                self.arrivals.remove(&(contact.queued_at, contact.contact));
            }
            ContactState::Offered => {
                self.arrivals.remove(&(contact.queued_at, contact.contact));
                self.offered -= 1;
            }
            ContactState::Linking | ContactState::Talking | ContactState::Held => self.talking -= 1,
            ContactState::Wrapping | ContactState::Completed | ContactState::Left => {}
        }
    }

    fn is_served_by(&self, agent: &Agent) -> bool {
        self.requirements.iter().any(|(_, requirement)| requirement.holds(&agent.skills))
    }
}

impl Floor {
    /// The queue's place in the list; made when it is new.
    pub(super) fn queue_named(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.by_name.get(name) {
            return Some(*at);
        }
        self.queues.push(Queue::new(QueueName::parse(name).ok()?));
        self.by_name.insert(name.into(), self.queues.len() - 1);
        Some(self.queues.len() - 1)
    }

    pub(super) fn define_queue(&mut self, name: &QueueName, definition: Definition) {
        let Some(at) = self.queue_named(name.as_str()) else { return };
        // Who could serve it is known before the first contact: by what its first step requires.
        let first = definition.steps.first().map(|step| &step.requirement);
        let raw = first.and_then(|required| serde_json::to_string(required).ok());
        self.queues[at].definition = Some(definition);
        self.touched.queues.insert(at);
        if let Some(raw) = raw {
            self.require(at, &raw);
        }
    }

    /// Notes what contacts of this queue require; `raw` is the requirement as it stands in the record.
    pub(super) fn require(&mut self, at: usize, raw: &str) {
        let queue = &mut self.queues[at];
        if queue.requirements.len() >= REQUIREMENTS_MAX
            || queue.requirements.iter().any(|(known, _)| **known == *raw)
        {
            return;
        }
        let Ok(requirement) = serde_json::from_str(raw) else { return };
        queue.requirements.push((raw.into(), requirement));
        for agent in self.agents.values_mut() {
            if !agent.serves.contains(&at) && queue.is_served_by(agent) {
                agent.serves.push(at);
                queue.free_agents += usize::from(agent.counted.free);
                queue.agents_at_work += usize::from(agent.counted.at_work);
            }
        }
        self.touched.queues.insert(at);
    }

    /// The queues that an agent with these skills could serve.
    pub(super) fn served_by(&self, agent: &Agent) -> Vec<usize> {
        (0..self.queues.len()).filter(|at| self.queues[*at].is_served_by(agent)).collect()
    }
}
