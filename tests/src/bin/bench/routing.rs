//! Routing decisions: 10 000 agents, 50 000 waiting contacts, 200 skills, 300 queues, three channels.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use domain::{
    agent::{self, Presence},
    command::{Actor, Context, derived_id},
    contact,
    entitlement::{ContractFacts, Elsewhere, Facts, Terms, Topics},
    id::{
        AgentId, Channel, CommandId, ContactId, ContractId, PageName, QueueName, ReservationId,
        SkillName, StaffId, TierName, TopicName, VisitId,
    },
    partition::Root,
    queue::{self, Definition, Step, Strategy},
    requirement::Requirement,
    reservation,
    site::{Site, SiteCommand, SiteEvent},
    time::{Span, Timestamp},
};
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::Figure;

const AGENTS: u64 = 10_000;
const WAITING: usize = 50_000;
const SKILLS: usize = 200;
const QUEUES: usize = 300;
const SKILLS_PER_AGENT: usize = 5;
const CHANNELS: [Channel; 3] = [Channel::Chat, Channel::Email, Channel::WebCall];

struct World {
    site: Site,
    now: Timestamp,
    random: ChaCha8Rng,
    commands: u64,
    visits: u128,
    skills: Vec<SkillName>,
    requests: Vec<(QueueName, Requirement)>,
    offers: VecDeque<(ReservationId, AgentId, ContactId)>,
    wrapping: VecDeque<(AgentId, ContactId)>,
}

pub(crate) fn figures(quick: bool) -> Vec<Figure> {
    let before = resident_bytes();
    let mut world = World::build();
    let bytes = resident_bytes() - before;
    let decisions = if quick { 4_000 } else { 40_000 };
    let mut took: Vec<Duration> =
        (0..decisions).map(|n| if n % 2 == 0 { world.arrival() } else { world.freed() }).collect();
    let total: Duration = took.iter().sum();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    vec![
        Figure::new("routing_decisions", f64::from(decisions) / total.as_secs_f64(), "1/s"),
        Figure::new("routing_decision_p50", at(50), "ms"),
        Figure::new("routing_decision_p99", at(99), "ms"),
        Figure::new("routing_state", bytes as f64 / 1e6, "MB"),
    ]
}

pub(crate) fn name<T>(parse: fn(&str) -> Result<T, domain::id::NotAName>, text: &str) -> T {
    parse(text).expect("names made here parse")
}

impl World {
    fn build() -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let skills: Vec<_> =
            (0..SKILLS).map(|n| name(SkillName::parse, &format!("skill-{n}"))).collect();
        let requests = (0..QUEUES)
            .map(|n| (name(QueueName::parse, &format!("queue-{n}")), request(&mut random, &skills)))
            .collect();
        let mut world = Self {
            site: Site::default(),
            now: Timestamp::from_secs(1_000_000),
            random,
            commands: 0,
            visits: 0,
            skills,
            requests,
            offers: VecDeque::new(),
            wrapping: VecDeque::new(),
        };
        for (queue, requirement) in world.requests.clone() {
            let definition = definition(&requirement);
            world.run(
                Actor::System,
                SiteCommand::Queue(queue::Command::Define { queue, definition }),
            );
        }
        for n in 0..AGENTS {
            world.add_agent(n);
        }
        while world
            .site
            .contacts
            .values()
            .filter(|contact| contact.state == contact::State::Waiting)
            .count()
            < WAITING
        {
            for _ in 0..1_000 {
                world.arrival();
                world.accept_offers();
            }
        }
        world
    }

    fn add_agent(&mut self, n: u64) {
        let agent = AgentId(uuid::Uuid::from_u64_pair(1, n));
        let skills: Vec<_> =
            self.skills.choose_multiple(&mut self.random, SKILLS_PER_AGENT).cloned().collect();
        let skills =
            skills.into_iter().map(|skill| (skill, self.random.random_range(1..=5))).collect();
        let capacity: BTreeMap<_, _> = CHANNELS.into_iter().zip([3, 5, 1]).collect();
        let actor = || Actor::Staff(StaffId::from(agent));
        let available = agent::Command::SetPresence {
            agent,
            presence: Presence::Available,
            reason: None,
            force: false,
        };
        self.run(
            Actor::System,
            SiteCommand::Agent(agent::Command::Enroll { agent, version: 1, skills, capacity }),
        );
        self.run(actor(), SiteCommand::Agent(agent::Command::SignIn { agent }));
        self.run(actor(), SiteCommand::Agent(available));
    }

    /// Decides one command and fires what has fallen due; the time that the command itself took.
    fn run(&mut self, actor: Actor, command: SiteCommand) -> Duration {
        self.commands += 1;
        self.now = self.now + Span(100);
        let command_id = CommandId(derived_id(&[b"bench", &self.commands.to_be_bytes()]));
        let context = Context { now: self.now, actor, command_id };
        let begun = Instant::now();
        let events = self
            .site
            .decide(&context, command)
            .expect("the bench asks for nothing that is refused");
        let took = begun.elapsed();
        self.note(&events);
        while self.site.next_due().is_some_and(|due| due <= self.now) {
            let events = self.site.fire(&Context { actor: Actor::Timer, ..context.clone() });
            self.note(&events);
        }
        took
    }

    fn note(&mut self, events: &[SiteEvent]) {
        for event in events {
            if let SiteEvent::Reservation(reservation::Event::Offered {
                reservation,
                agent,
                contact,
                ..
            }) = event
            {
                self.offers.push_back((*reservation, *agent, *contact));
            }
        }
    }

    fn arrival(&mut self) -> Duration {
        self.visits += 1;
        let visit = VisitId(uuid::Uuid::from_u128(self.visits));
        let (queue, requirement) =
            self.requests.choose(&mut self.random).expect("there are requests").clone();
        let channel = *CHANNELS.choose(&mut self.random).expect("there are channels");
        let ask = contact::Command::Ask {
            visit,
            subject: None,
            account: None,
            channel,
            topic: name(TopicName::parse, "help"),
            page: name(PageName::parse, "home"),
            facts: Some(Box::new(facts(queue, requirement))),
        };
        self.run(Actor::Customer(visit), SiteCommand::Contact(ask))
    }

    /// One agent's wrap-up ends: free again, and offered the next.
    fn freed(&mut self) -> Duration {
        self.accept_offers();
        let (agent, contact) = self.wrapping.pop_front().expect("thousands are being served");
        self.run(staff(agent), SiteCommand::Contact(contact::Command::Finish { contact }));
        let wrap_up =
            contact::Command::WrapUp { contact, disposition: "solved".to_owned(), notes: None };
        self.run(staff(agent), SiteCommand::Contact(wrap_up))
    }

    fn accept_offers(&mut self) {
        while let Some((reservation, agent, contact)) = self.offers.pop_front() {
            self.run(
                staff(agent),
                SiteCommand::Reservation(reservation::Command::Accept { reservation }),
            );
            self.wrapping.push_back((agent, contact));
        }
    }
}

fn staff(agent: AgentId) -> Actor {
    Actor::Staff(StaffId::from(agent))
}

/// One in five joins two skills, by and or by not.
fn request(random: &mut ChaCha8Rng, skills: &[SkillName]) -> Requirement {
    let mut skill =
        |level| Requirement::skill(skills.choose(random).expect("there are skills"), level);
    let (first, second) = (skill(1), skill(1));
    match random.random_range(0..10) {
        0 => Requirement::All(vec![first, second]),
        1 => Requirement::All(vec![first, Requirement::Not(Box::new(second))]),
        _ => first,
    }
}

/// Asks for a good command of the first skill, and after a while for any.
pub(crate) fn definition(requirement: &Requirement) -> Definition {
    let first = match requirement {
        Requirement::All(all) => &all[0],
        one => one,
    };
    let Requirement::Skill { name, .. } = first else {
        unreachable!("requests begin with a skill")
    };
    let strict =
        Step { after_secs: 0, requirement: Requirement::skill(name, 3), keeps_request: true };
    let relaxed = Step { after_secs: 5, requirement: Requirement::Anybody, keeps_request: true };
    Definition {
        version: 1,
        title: "Queue".to_owned(),
        strategy: Strategy::BestProficiency,
        steps: vec![strict, relaxed],
        offer_secs: 3_600,
        linking_secs: 3_600,
        talk_secs_max: 36_000,
        wrap_up_secs: 3_600,
        wait_secs_max: 36_000,
        target_secs: 30,
        handle_secs: 300,
        callback_attempts_max: 3,
        callback_retry_secs: 600,
        callback_expires_secs: 7_200,
        hides_watchers: false,
    }
}

pub(crate) fn facts(queue: QueueName, requirement: Requirement) -> Facts {
    let terms = Terms {
        channels: Channel::ALL.into_iter().collect(),
        topics: Topics::All,
        hours: None,
        priority: 0,
        concurrent_max: 9,
    };
    let tier = name(TierName::parse, "basic");
    let contract =
        ContractFacts { contract: ContractId(uuid::Uuid::nil()), version: 1, tier, terms };
    Facts {
        contract,
        network: None,
        policy_version: 1,
        queue,
        requirement,
        elsewhere: Elsewhere::default(),
    }
}

/// From the operating system's accounting of this process.
fn resident_bytes() -> i64 {
    let statm =
        std::fs::read_to_string("/proc/self/statm").expect("Linux tells a process its size");
    let pages: i64 = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .expect("the second field is resident pages");
    pages * 4_096
}
