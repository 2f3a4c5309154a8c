//! The matcher: which agent for a contact, which contact for an agent. Pure, over an index of the site's state.
//!
//! Contacts that require the same on the same channel form a class. A class knows, one bit an agent, who
//! qualifies; the index knows, one bit an agent and channel, who is free and who can be booked. So a match is an
//! `and` of two bit sets and a look at the heads of the lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{AgentId, Channel, ContactId},
    queue::Strategy,
    requirement::{Requirement, Skills},
    reservation::{Candidate, Why},
    time::Timestamp,
};

/// How many candidates a reservation names.
pub const CANDIDATES_MAX: usize = 10;
/// Nobody behind this place is told an exact one: counting it costs more than it says.
pub const PLACE_MAX: usize = 1_000;
/// Classes without contacts are used again beyond this many.
const CLASSES_KEPT: usize = 4_096;
const CHANNELS: usize = Channel::ALL.len();

/// One bit an agent's slot.
#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, slot: usize, on: bool) {
        let word = slot / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let mask = 1 << (slot % 64);
        if on { self.0[word] |= mask } else { self.0[word] &= !mask }
    }

    fn has(&self, slot: usize) -> bool {
        self.0.get(slot / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    fn word(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// The slots that are in all of `sets`, rising.
    fn common<const N: usize>(sets: [&Self; N]) -> impl Iterator<Item = usize> + '_ {
        let words = sets.iter().map(|set| set.0.len()).min().unwrap_or(0);
        (0..words).flat_map(move |at| {
            let mut word = sets.iter().fold(u64::MAX, |word, set| word & set.0[at]);
            std::iter::from_fn(move || {
                (word != 0).then(|| {
                    let bit = word.trailing_zeros() as usize;
                    word &= word - 1;
                    at * 64 + bit
                })
            })
        })
    }
}

pub(crate) type ClassId = usize;

/// Contacts that require the same on the same channel.
#[derive(Clone, Debug)]
struct Class {
    channel: Channel,
    requirement: Requirement,
    qualified: Bits,
    /// By slot; what "best proficiency" compares.
    proficiency: Vec<u32>,
    contacts: usize,
    /// Waiting, kept for by nobody.
    line: BTreeSet<(Timestamp, ContactId)>,
    /// Waiting, with an agent booked.
    booked: BTreeSet<(Timestamp, ContactId)>,
}

/// Where a waiting contact stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    #[default]
    Nowhere,
    Line(Timestamp),
    Booked(Timestamp),
}

/// What the index keeps of one agent, as its aggregate states it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) on_shift: bool,
    pub(crate) available: bool,
    pub(crate) kept: bool,
    /// Has capacity for the channel at all.
    pub(crate) serves: [bool; CHANNELS],
    pub(crate) free: [bool; CHANNELS],
    pub(crate) bookable: [bool; CHANNELS],
    pub(crate) idle_since: Timestamp,
    pub(crate) expected_free: Timestamp,
    /// The latest place in the line among the customers booked, if any.
    pub(crate) last_booked: Option<Timestamp>,
}

/// The agents who could serve a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strength {
    /// Would be offered it at once.
    pub free: usize,
    /// Available, busy or not.
    pub at_work: usize,
}

/// Derived from the site's state as events are folded; never stored.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    agents: Vec<AgentId>,
    skills: Vec<Skills>,
    idle_since: Vec<Timestamp>,
    expected_free: Vec<Timestamp>,
    last_booked: Vec<Timestamp>,
    on_shift: Bits,
    available: Bits,
    kept: Bits,
    with_booking: Bits,
    serves: [Bits; CHANNELS],
    free: [Bits; CHANNELS],
    bookable: [Bits; CHANNELS],
    classes: Vec<Class>,
    by_requirement: BTreeMap<(Channel, Requirement), ClassId>,
}

impl Index {
    pub(crate) fn add_agent(&mut self) -> usize {
        self.skills.push(Skills::new());
        self.idle_since.push(Timestamp::MIN);
        self.expected_free.push(Timestamp::MAX);
        self.last_booked.push(Timestamp::MIN);
        self.agents.push(AgentId(uuid::Uuid::nil()));
        self.agents.len() - 1
    }

    /// The agent in this slot can do this from now on.
    pub(crate) fn qualify(&mut self, slot: usize, agent: AgentId, skills: &Skills) {
        self.agents[slot] = agent;
        self.skills[slot].clone_from(skills);
        for class in &mut self.classes {
            class.qualify(slot, skills);
        }
    }

    pub(crate) fn stand(&mut self, slot: usize, standing: &Standing) {
        self.on_shift.set(slot, standing.on_shift);
        self.available.set(slot, standing.available);
        self.kept.set(slot, standing.kept);
        for channel in 0..CHANNELS {
            self.serves[channel].set(slot, standing.serves[channel]);
            self.free[channel].set(slot, standing.free[channel]);
            self.bookable[channel].set(slot, standing.bookable[channel]);
        }
        self.idle_since[slot] = standing.idle_since;
        self.expected_free[slot] = standing.expected_free;
        self.with_booking.set(slot, standing.last_booked.is_some());
        self.last_booked[slot] = standing.last_booked.unwrap_or(Timestamp::MIN);
    }

    /// The class of a requirement on a channel, for one more contact.
    pub(crate) fn join_class(&mut self, channel: Channel, requirement: &Requirement) -> ClassId {
        let key = (channel, requirement.clone());
        if let Some(class) = self.by_requirement.get(&key) {
            self.classes[*class].contacts += 1;
            return *class;
        }
        let mut class = Class {
            channel,
            requirement: requirement.clone(),
            qualified: Bits::default(),
            proficiency: vec![0; self.skills.len()],
            contacts: 1,
            line: BTreeSet::new(),
            booked: BTreeSet::new(),
        };
        for (slot, skills) in self.skills.iter().enumerate() {
            class.qualify(slot, skills);
        }
        let unused = (self.classes.len() >= CLASSES_KEPT)
            .then(|| self.classes.iter().position(|class| class.contacts == 0))
            .flatten();
        let id = unused.unwrap_or(self.classes.len());
        if let Some(old) = self.classes.get(id) {
            self.by_requirement.remove(&(old.channel, old.requirement.clone()));
            self.classes[id] = class;
        } else {
            self.classes.push(class);
        }
        self.by_requirement.insert(key, id);
        id
    }

    pub(crate) fn leave_class(&mut self, class: ClassId) {
        self.classes[class].contacts -= 1;
    }

    pub(crate) fn place(&mut self, class: ClassId, contact: ContactId, from: Place, to: Place) {
        let class = &mut self.classes[class];
        match from {
            Place::Nowhere => {}
            Place::Line(start) => drop(class.line.remove(&(start, contact))),
            Place::Booked(start) => drop(class.booked.remove(&(start, contact))),
        }
        match to {
            Place::Nowhere => {}
            Place::Line(start) => drop(class.line.insert((start, contact))),
            Place::Booked(start) => drop(class.booked.insert((start, contact))),
        }
    }

    pub(crate) fn qualifies(&self, class: ClassId, slot: usize) -> bool {
        self.classes[class].qualified.has(slot)
    }

    /// Who could serve such a request on this channel, by agent's slot.
    fn qualified_for(&self, channel: Channel, requirement: &Requirement) -> Bits {
        if let Some(class) = self.by_requirement.get(&(channel, requirement.clone())) {
            return self.classes[*class].qualified.clone();
        }
        let mut qualified = Bits::default();
        for (slot, skills) in self.skills.iter().enumerate() {
            qualified.set(slot, requirement.holds(skills));
        }
        qualified
    }

    /// How many agents are free for such a request now, and how many take part at all.
    pub(crate) fn strength(&self, channel: Channel, requirement: &Requirement) -> Strength {
        let qualified = self.qualified_for(channel, requirement);
        let (free, serves) = (&self.free[channel as usize], &self.serves[channel as usize]);
        Strength {
            free: Bits::common([&qualified, free]).count(),
            at_work: Bits::common([&qualified, serves, &self.available]).count(),
        }
    }

    /// How many wait in front of this place for agents who could serve such a request, at most [`PLACE_MAX`].
    ///
    /// `relaxes`: it is served by a later step; then those too whom nobody at work serves yet.
    pub(crate) fn ahead(
        &self,
        channel: Channel,
        requirement: &Requirement,
        place: (Timestamp, ContactId),
        relaxes: bool,
    ) -> usize {
        let qualified = self.qualified_for(channel, requirement);
        let serves = &self.serves[channel as usize];
        let shares = |class: &&Class| {
            let theirs = &self.serves[class.channel as usize];
            let both = [&qualified, serves, &class.qualified, theirs, &self.available];
            let nobody = || {
                let at_work = [&class.qualified, theirs, &self.available];
                class.channel == channel && Bits::common(at_work).next().is_none()
            };
            class.contacts > 0 && (Bits::common(both).next().is_some() || (relaxes && nobody()))
        };
        let waiting = |class: &Class| {
            let line = class.line.range(..place).take(PLACE_MAX).count();
            line + class.booked.range(..place).take(PLACE_MAX).count()
        };
        self.classes.iter().filter(shares).map(waiting).sum::<usize>().min(PLACE_MAX)
    }

    /// Free and qualified, best first, at most [`CANDIDATES_MAX`]; `declined` are passed over.
    pub(crate) fn free_agents(
        &self,
        class: ClassId,
        strategy: Strategy,
        declined: impl Fn(AgentId) -> bool,
    ) -> Vec<Candidate> {
        let class = &self.classes[class];
        let mut best: Vec<(u32, Timestamp, usize)> = Vec::with_capacity(CANDIDATES_MAX + 1);
        for slot in Bits::common([&class.qualified, &self.free[class.channel as usize]]) {
            if declined(self.agents[slot]) {
                continue;
            }
            let rank = match strategy {
                Strategy::LongestIdle => 0,
                Strategy::BestProficiency => u32::MAX - class.proficiency[slot],
            };
            let key = (rank, self.idle_since[slot], slot);
            if best.len() < CANDIDATES_MAX || best.last().is_some_and(|last| key < *last) {
                let at = best.partition_point(|one| *one < key);
                best.insert(at, key);
                best.truncate(CANDIDATES_MAX);
            }
        }
        best.into_iter()
            .map(|(_, idle_since, slot)| Candidate {
                agent: self.agents[slot],
                idle_since,
                proficiency: class.proficiency[slot],
            })
            .collect()
    }

    /// Qualified and bookable: the one expected free first.
    pub(crate) fn first_expected_free(
        &self,
        class: ClassId,
        declined: impl Fn(AgentId) -> bool,
    ) -> Option<(AgentId, Timestamp)> {
        let class = &self.classes[class];
        Bits::common([&class.qualified, &self.bookable[class.channel as usize]])
            .filter(|slot| !declined(self.agents[*slot]))
            .min_by_key(|slot| (self.expected_free[*slot], *slot))
            .map(|slot| (self.agents[slot], self.expected_free[slot]))
    }

    /// Qualified and booked for somebody who stands behind `start`: the one booked for the last in line.
    pub(crate) fn booked_for_a_later_one(
        &self,
        class: ClassId,
        start: Timestamp,
    ) -> Option<AgentId> {
        let class = &self.classes[class];
        Bits::common([&class.qualified, &self.with_booking, &self.available])
            .filter(|slot| self.last_booked[*slot] > start)
            .max_by_key(|slot| (self.last_booked[*slot], *slot))
            .map(|slot| self.agents[slot])
    }

    /// The first in all lines whom this agent qualifies for and is free for.
    pub(crate) fn first_in_line(
        &self,
        slot: usize,
        declined: impl Fn(ContactId) -> bool,
    ) -> Option<(Timestamp, ContactId)> {
        self.classes_of(slot, &self.free).filter_map(|class| first(&class.line, &declined)).min()
    }

    /// As [`Index::first_in_line`], among those that other agents are booked for.
    pub(crate) fn first_booked(
        &self,
        slot: usize,
        declined: impl Fn(ContactId) -> bool,
    ) -> Option<(Timestamp, ContactId)> {
        self.classes_of(slot, &self.free).filter_map(|class| first(&class.booked, &declined)).min()
    }

    /// The first in all lines whom this agent could be booked for.
    pub(crate) fn first_to_book(
        &self,
        slot: usize,
        declined: impl Fn(ContactId) -> bool,
    ) -> Option<(Timestamp, ContactId)> {
        self.classes_of(slot, &self.bookable)
            .filter_map(|class| first(&class.line, &declined))
            .min()
    }

    pub(crate) fn expected_free(&self, slot: usize) -> Timestamp {
        self.expected_free[slot]
    }

    fn classes_of<'a>(
        &'a self,
        slot: usize,
        on: &'a [Bits; CHANNELS],
    ) -> impl Iterator<Item = &'a Class> {
        let open: [bool; CHANNELS] = std::array::from_fn(|channel| on[channel].has(slot));
        self.classes
            .iter()
            .filter(move |class| open[class.channel as usize] && class.qualified.has(slot))
    }

    /// What a reservation records about its choice.
    pub(crate) fn why(
        &self,
        class: ClassId,
        queue_version: u32,
        step: u8,
        candidates: Vec<Candidate>,
        declined: u32,
    ) -> Why {
        let class = &self.classes[class];
        let free = &self.free[class.channel as usize];
        let (mut not_qualified, mut not_available, mut kept, mut busy) = (0, 0, 0, 0);
        for at in 0..self.on_shift.0.len() {
            let (shift, fits) = (self.on_shift.word(at), class.qualified.word(at));
            let (available, kept_for) = (self.available.word(at), self.kept.word(at));
            not_qualified += (shift & !fits).count_ones();
            not_available += (shift & fits & !available).count_ones();
            kept += (shift & fits & available & kept_for).count_ones();
            busy += (shift & fits & available & !kept_for & !free.word(at)).count_ones();
        }
        let excluded = [
            ("not_qualified", not_qualified),
            ("not_available", not_available),
            ("kept_for_booking", kept),
            ("busy", busy),
            ("declined", declined),
        ];
        Why {
            queue_version,
            step,
            requirement: class.requirement.clone(),
            candidates,
            excluded: excluded
                .into_iter()
                .filter(|(_, n)| *n > 0)
                .map(|(reason, n)| (reason.to_owned(), n))
                .collect(),
        }
    }
}

impl Class {
    fn qualify(&mut self, slot: usize, skills: &Skills) {
        if self.proficiency.len() <= slot {
            self.proficiency.resize(slot + 1, 0);
        }
        self.qualified.set(slot, self.requirement.holds(skills));
        self.proficiency[slot] = self.requirement.proficiency(skills);
    }
}

fn first(
    line: &BTreeSet<(Timestamp, ContactId)>,
    declined: impl Fn(ContactId) -> bool,
) -> Option<(Timestamp, ContactId)> {
    line.iter().find(|(_, contact)| !declined(*contact)).copied()
}
