//! The tenant's routing policy: topics, the names of pages, what a request requires, and the queues.

pub mod consent;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};

use crate::{
    agent::{Presence, Reasons},
    command::refusals,
    id::{
        ContractId, LanguageName, PageName, QueueName, ReasonCode, SkillName, TierName, TopicName,
        WidgetName,
    },
    phone::Country,
    queue::{self, STEPS_MAX},
    requirement::{PROFICIENCY_MAX, Requirement},
    tenant::{TITLE_CHARS_MAX, Tenant, is_title},
    zone::Zone,
};

use consent::{CONSENT_CHARS_MAX, ConsentText, LANGUAGES_MAX};

/// The call-me-back form, and why a page cannot be shown: every site has them.
const OWN_WIDGETS: [&str; 2] = ["call-me-back", "page-trouble"];

pub const TOPICS_MAX: usize = 500;
pub const PAGE_RULES_MAX: usize = 1_000;
pub const RULES_MAX: usize = 1_000;
pub const QUEUES_MAX: usize = 500;
/// Dispositions, and reasons, each.
pub const CODES_MAX: usize = 200;
/// Requirements joined within one another.
pub const REQUIREMENT_DEPTH_MAX: usize = 8;
/// Requirements joined side by side.
pub const REQUIREMENT_WIDTH_MAX: usize = 32;
const DAY_SECS: u32 = 24 * 60 * 60;
pub const OFFER_SECS_MAX: u32 = 10 * 60;
pub const LINKING_SECS_MAX: u32 = 30 * 60;
pub const TALK_SECS_MAX: u32 = DAY_SECS;
pub const WRAP_UP_SECS_MAX: u32 = 4 * 60 * 60;
pub const WAIT_SECS_MAX: u32 = DAY_SECS;
pub const TARGET_SECS_MAX: u32 = DAY_SECS;
pub const HANDLE_SECS_MAX: u32 = DAY_SECS;
pub const CALLBACK_ATTEMPTS_MAX: u8 = 20;
pub const CALLBACK_RETRY_SECS_MAX: u32 = 7 * DAY_SECS;
pub const CALLBACK_EXPIRES_SECS_MAX: u32 = 30 * DAY_SECS;

/// The definition in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub version: u32,
    pub definition: Definition,
}

/// What customers can ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub topic: TopicName,
    pub title: String,
    /// Where requests about it wait.
    pub queue: QueueName,
}

/// The first rule whose prefix begins the page's path names the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRule {
    pub prefix: String,
    pub page: PageName,
}

/// What matches (each absent field matches all) is required; the requirements of all matching rules are joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    pub topic: Option<TopicName>,
    #[serde(default)]
    pub page: Option<PageName>,
    #[serde(default)]
    pub tier: Option<TierName>,
    pub require: Requirement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub topics: Vec<Topic>,
    pub pages: Vec<PageRule>,
    /// The name of a page that no rule names.
    pub other_page: PageName,
    pub rules: Vec<Rule>,
    pub queues: BTreeMap<QueueName, queue::Definition>,
    /// Whose terms hold for somebody who is not signed in.
    pub anonymous_contract: ContractId,
    /// The company's own: a phone number without a country's code is one of it.
    #[serde(default, skip_serializing_if = "Country::is_default")]
    pub country: Country,
    /// By whose clock the site's days are drawn.
    #[serde(default, skip_serializing_if = "Zone::is_default")]
    pub zone: Zone,
    /// What agents may choose from at wrap-up: code and title.
    pub dispositions: BTreeMap<String, String>,
    /// Reasons for not being available: code and title.
    pub reasons: BTreeMap<String, String>,
    /// What customers are asked to agree to; empty: what is built in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consent: BTreeMap<LanguageName, ConsentText>,
    /// Reasons for rejecting an offer, by code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rejections: BTreeMap<String, Rejection>,
    /// The widgets of the company's pages that may be shared, beside our own: a name of somebody's choosing
    /// would be text that stands in the log unsealed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shared_widgets: BTreeSet<WidgetName>,
}

/// Why an offer is rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    pub title: String,
    /// The agent's presence from then on, where the reason means that they are not available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Presence>,
}

impl Definition {
    /// Where a request waits and what it requires of an agent; `None` if the topic is unknown.
    pub fn requires(
        &self,
        topic: &TopicName,
        page: &PageName,
        tier: &TierName,
    ) -> Option<(QueueName, Requirement)> {
        let queue = self.topic(topic)?.queue.clone();
        let requirement = self
            .rules
            .iter()
            .filter(|rule| rule.matches(topic, page, tier))
            .fold(Requirement::Anybody, |all, rule| all.and(rule.require.clone()));
        Some((queue, requirement))
    }

    pub fn consent_texts(&self) -> Cow<'_, BTreeMap<LanguageName, ConsentText>> {
        if self.consent.is_empty() {
            Cow::Owned(consent::built_in())
        } else {
            Cow::Borrowed(&self.consent)
        }
    }

    /// The reason codes, as a site holds them.
    pub fn reason_codes(&self, version: u32) -> Reasons {
        let code = |code: &String| ReasonCode::parse(code).ok();
        Reasons {
            version,
            pauses: self.reasons.keys().filter_map(code).collect(),
            rejections: self
                .rejections
                .iter()
                .filter_map(|(name, rejection)| Some((code(name)?, rejection.then)))
                .collect(),
        }
    }

    /// Whether this widget's state may be shared between customer and staff.
    pub fn shares(&self, widget: &WidgetName) -> bool {
        OWN_WIDGETS.contains(&widget.as_str()) || self.shared_widgets.contains(widget)
    }

    pub fn topic(&self, topic: &TopicName) -> Option<&Topic> {
        self.topics.iter().find(|one| one.topic == *topic)
    }

    /// The name of the page at this path: that of the first rule whose prefix begins it.
    pub fn name_page(&self, path: &str) -> PageName {
        let rule = self.pages.iter().find(|rule| path.starts_with(&rule.prefix));
        rule.map_or(&self.other_page, |rule| &rule.page).clone()
    }
}

impl Rule {
    fn matches(&self, topic: &TopicName, page: &PageName, tier: &TierName) -> bool {
        self.topic.as_ref().is_none_or(|wanted| wanted == topic)
            && self.page.as_ref().is_none_or(|wanted| wanted == page)
            && self.tier.as_ref().is_none_or(|wanted| wanted == tier)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Puts the next version in force. The versions of its queues are counted here, whatever stands in it.
    Publish { definition: Box<Definition> },
}

events! { "policy" =>
    Published = "policy.published" @ 1 { version: u32, definition: Box<Definition> },
}

refusals! { "policy" =>
    NoTopic = "no_topic", "a policy needs at least one topic, so that customers can ask";
    TooMany { what: &'static str, limit: usize } = "too_many", "a policy has at most {limit} {what}; leave some out";
    TopicTwice { topic: TopicName } = "topic_twice", "topic `{topic}` stands there twice; leave one out";
    Title { what: String } with { most = TITLE_CHARS_MAX } = "title", "the title of {what} has 1 to {TITLE_CHARS_MAX} characters in one line that can be seen";
    UnknownQueue { topic: TopicName, queue: QueueName } = "unknown_queue", "topic `{topic}` waits in queue `{queue}`, which is not defined; define it or choose another";
    UnknownTopic { topic: TopicName } = "unknown_topic", "a rule is about topic `{topic}`, which is not defined; define it or drop the rule";
    UnknownContract { contract: ContractId } = "unknown_contract", "the contract for those who are not signed in, {contract}, is not known here; define it first";
    Consent { language: LanguageName, what: String } with { most = CONSENT_CHARS_MAX } = "consent", "the consent's text in `{language}`: each text has 1 to {CONSENT_CHARS_MAX} characters and each scope has one; mend {what}";
    Code { code: String } = "code", "`{code}` cannot be a reason's code; use small letters, digits and dashes";
    Then { code: String } = "then", "after the rejection `{code}` an agent cannot be available or offline; choose another presence, or none";
    Steps { queue: QueueName } with { most = STEPS_MAX } = "steps", "queue `{queue}` has at most {STEPS_MAX} steps, each beginning later than the one before";
    Timer { queue: QueueName, timer: &'static str, value: u32, limit: u32 } = "timer", "`{timer}` of queue `{queue}` is {value}; choose 1 to {limit}";
    Proficiency { skill: SkillName, level: u8 } with { most = PROFICIENCY_MAX } = "proficiency", "`{skill}` is required at level {level}; levels go from 0 to {PROFICIENCY_MAX}";
    Requirement with { width = REQUIREMENT_WIDTH_MAX, depth = REQUIREMENT_DEPTH_MAX } = "requirement", "a requirement joins at most {REQUIREMENT_WIDTH_MAX} others, at most {REQUIREMENT_DEPTH_MAX} deep; make it simpler";
}

pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Publish { mut definition } = command;
    check(tenant, &definition)?;
    let held = tenant.policy();
    for (queue, defined) in &mut definition.queues {
        let before = held.and_then(|held| held.definition.queues.get(queue));
        defined.version = next_version(before, defined);
    }
    if held.is_some_and(|held| held.definition == *definition) {
        return Ok(vec![]);
    }
    let version = held.map_or(0, |held| held.version) + 1;
    Ok(vec![Event::Published { version, definition }])
}

/// A queue that stays as it is keeps its version.
fn next_version(before: Option<&queue::Definition>, after: &queue::Definition) -> u32 {
    before.map_or(1, |before| {
        let same = queue::Definition { version: before.version, ..after.clone() } == *before;
        before.version + u32::from(!same)
    })
}

fn check(tenant: &Tenant, definition: &Definition) -> Result<(), Refusal> {
    let Definition {
        topics,
        pages,
        rules,
        queues,
        dispositions,
        reasons,
        rejections,
        consent,
        shared_widgets,
        ..
    } = definition;
    for (what, count, limit) in [
        ("topics", topics.len(), TOPICS_MAX),
        ("page rules", pages.len(), PAGE_RULES_MAX),
        ("rules", rules.len(), RULES_MAX),
        ("queues", queues.len(), QUEUES_MAX),
        ("dispositions", dispositions.len(), CODES_MAX),
        ("reasons", reasons.len(), CODES_MAX),
        ("languages", consent.len(), LANGUAGES_MAX),
        ("reasons for rejecting", rejections.len(), CODES_MAX),
        ("shared widgets", shared_widgets.len(), CODES_MAX),
    ] {
        if count > limit {
            return Err(Refusal::TooMany { what, limit });
        }
    }
    if tenant.contract(definition.anonymous_contract).is_none() {
        return Err(Refusal::UnknownContract { contract: definition.anonymous_contract });
    }
    for (language, text) in consent {
        if let Some(what) = text.unfit() {
            return Err(Refusal::Consent { language: language.clone(), what });
        }
    }
    check_topics(definition)?;
    for rule in rules {
        if let Some(topic) = rule.topic.as_ref().filter(|topic| definition.topic(topic).is_none()) {
            return Err(Refusal::UnknownTopic { topic: topic.clone() });
        }
        check_requirement(&rule.require, REQUIREMENT_DEPTH_MAX)?;
    }
    for (code, title) in dispositions.iter().chain(reasons) {
        check_title(title, || format!("code `{code}`"))?;
    }
    for code in reasons.keys().chain(rejections.keys()) {
        ReasonCode::parse(code).map_err(|_| Refusal::Code { code: code.clone() })?;
    }
    for (code, Rejection { title, then }) in rejections {
        check_title(title, || format!("code `{code}`"))?;
        match then {
            Some(Presence::Available | Presence::Offline) => {
                return Err(Refusal::Then { code: code.clone() });
            }
            Some(
                Presence::Away
                | Presence::Break
                | Presence::Meal
                | Presence::Meeting
                | Presence::Training
                | Presence::Busy,
            )
            | None => {}
        }
    }
    queues.iter().try_for_each(|(queue, definition)| check_queue(queue, definition))
}

fn check_topics(definition: &Definition) -> Result<(), Refusal> {
    let topics = &definition.topics;
    if topics.is_empty() {
        return Err(Refusal::NoTopic);
    }
    for (n, Topic { topic, title, queue }) in topics.iter().enumerate() {
        if topics[..n].iter().any(|earlier| earlier.topic == *topic) {
            return Err(Refusal::TopicTwice { topic: topic.clone() });
        }
        check_title(title, || format!("topic `{topic}`"))?;
        if !definition.queues.contains_key(queue) {
            return Err(Refusal::UnknownQueue { topic: topic.clone(), queue: queue.clone() });
        }
    }
    Ok(())
}

fn check_queue(queue: &QueueName, definition: &queue::Definition) -> Result<(), Refusal> {
    check_title(&definition.title, || format!("queue `{queue}`"))?;
    let steps = &definition.steps;
    if steps.len() > STEPS_MAX || !steps.is_sorted_by(|one, next| one.after_secs < next.after_secs)
    {
        return Err(Refusal::Steps { queue: queue.clone() });
    }
    for step in steps {
        check_requirement(&step.requirement, REQUIREMENT_DEPTH_MAX)?;
    }
    let attempts = definition.callback_attempts_max.into();
    for (timer, value, limit) in [
        ("offer_secs", definition.offer_secs, OFFER_SECS_MAX),
        ("linking_secs", definition.linking_secs, LINKING_SECS_MAX),
        ("talk_secs_max", definition.talk_secs_max, TALK_SECS_MAX),
        ("wrap_up_secs", definition.wrap_up_secs, WRAP_UP_SECS_MAX),
        ("wait_secs_max", definition.wait_secs_max, WAIT_SECS_MAX),
        ("target_secs", definition.target_secs, TARGET_SECS_MAX),
        ("handle_secs", definition.handle_secs, HANDLE_SECS_MAX),
        ("callback_attempts_max", attempts, CALLBACK_ATTEMPTS_MAX.into()),
        ("callback_retry_secs", definition.callback_retry_secs, CALLBACK_RETRY_SECS_MAX),
        ("callback_expires_secs", definition.callback_expires_secs, CALLBACK_EXPIRES_SECS_MAX),
    ] {
        if !(1..=limit).contains(&value) {
            return Err(Refusal::Timer { queue: queue.clone(), timer, value, limit });
        }
    }
    Ok(())
}

fn check_title(title: &str, what: impl FnOnce() -> String) -> Result<(), Refusal> {
    if is_title(title) { Ok(()) } else { Err(Refusal::Title { what: what() }) }
}

fn check_requirement(requirement: &Requirement, depth: usize) -> Result<(), Refusal> {
    let Some(deeper) = depth.checked_sub(1) else { return Err(Refusal::Requirement) };
    match requirement {
        Requirement::Skill { name, level } if *level > PROFICIENCY_MAX => {
            Err(Refusal::Proficiency { skill: name.clone(), level: *level })
        }
        Requirement::Anybody | Requirement::Skill { .. } => Ok(()),
        Requirement::Not(one) => check_requirement(one, deeper),
        Requirement::All(some) | Requirement::Any(some) if some.len() > REQUIREMENT_WIDTH_MAX => {
            Err(Refusal::Requirement)
        }
        Requirement::All(some) | Requirement::Any(some) => {
            some.iter().try_for_each(|one| check_requirement(one, deeper))
        }
    }
}

pub(crate) fn evolve(policy: &mut Option<Policy>, event: &Event) {
    let Event::Published { version, definition } = event.clone();
    *policy = Some(Policy { version, definition: *definition });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::tests::{definition, given};

    fn publish(change: impl FnOnce(&mut Definition)) -> Command {
        let mut definition = definition();
        change(&mut definition);
        Command::Publish { definition: Box::new(definition) }
    }

    fn queue() -> QueueName {
        QueueName::parse("faults").unwrap()
    }

    fn skill(level: u8) -> Requirement {
        Requirement::Skill { name: SkillName::parse("dsl").unwrap(), level }
    }

    #[test]
    fn a_change_is_the_next_version_and_only_queues_that_change_get_one() {
        let mut tenant = given(&[]);
        let longer = |definition: &mut Definition| {
            definition.queues.get_mut(&queue()).unwrap().offer_secs += 1;
        };
        for (command, events, version, queue_version) in [
            (publish(|_| ()), 1, 1, 1),
            (
                publish(|definition| definition.queues.get_mut(&queue()).unwrap().version = 99),
                0,
                1,
                1,
            ),
            (publish(|definition| definition.topics[0].title = "No line".into()), 1, 2, 1),
            (publish(longer), 1, 3, 2),
            (publish(longer), 0, 3, 2),
        ] {
            assert_eq!(tenant.must(command).len(), events);
            let policy = tenant.policy().unwrap();
            let held = policy.definition.queues[&queue()].version;
            assert_eq!((policy.version, held), (version, queue_version));
        }
    }

    #[test]
    fn a_definition_that_does_not_hold_together_is_refused() {
        fn faults(definition: &mut Definition) -> &mut queue::Definition {
            definition.queues.get_mut(&queue()).unwrap()
        }
        fn reject(definition: &mut Definition, code: &str, then: Option<Presence>) {
            let rejection = Rejection { title: "Lunch".into(), then };
            definition.rejections.insert(code.into(), rejection);
        }
        fn steps(definition: &mut Definition, after: &[u32]) {
            let step = |after_secs: &u32| queue::Step {
                after_secs: *after_secs,
                requirement: Requirement::Anybody,
                keeps_request: true,
            };
            faults(definition).steps = after.iter().map(step).collect();
        }
        let nowhere = ContractId(uuid::Uuid::from_u128(404));
        let deep = (0..9).fold(skill(1), |inner, _| Requirement::Not(Box::new(inner)));
        let wide = Requirement::Any(vec![skill(1); 33]);
        let rule = |require| Rule { topic: None, page: None, tier: None, require };
        let mut tenant = given(&[]);
        for (command, code) in [
            (publish(|it| it.topics.clear()), "policy.no_topic"),
            (publish(|it| it.topics.push(it.topics[0].clone())), "policy.topic_twice"),
            (publish(|it| it.topics[0].title.clear()), "policy.title"),
            (publish(|it| it.topics[0].title = "\u{0}Line".into()), "policy.title"),
            (publish(|it| it.topics[0].title = "\u{200b}".into()), "policy.title"),
            (publish(|it| faults(it).title = "\u{202e}enil".into()), "policy.title"),
            (publish(|it| _ = it.reasons.insert("Lunch!".into(), "Lunch".into())), "policy.code"),
            (publish(|it| reject(it, "lunch", Some(Presence::Available))), "policy.then"),
            (publish(|it| reject(it, "", None)), "policy.code"),
            (publish(|it| it.queues.clear()), "policy.unknown_queue"),
            (publish(|it| it.anonymous_contract = nowhere), "policy.unknown_contract"),
            (
                publish(|it| it.rules[0].topic = TopicName::parse("poetry").ok()),
                "policy.unknown_topic",
            ),
            (publish(|it| it.rules.push(rule(skill(6)))), "policy.proficiency"),
            (publish(|it| it.rules.push(rule(deep))), "policy.requirement"),
            (publish(|it| it.rules.push(rule(wide))), "policy.requirement"),
            (publish(|it| it.rules = vec![rule(skill(1)); RULES_MAX + 1]), "policy.too_many"),
            (publish(|it| steps(it, &[0, 30, 30])), "policy.steps"),
            (publish(|it| steps(it, &[0, 1, 2, 3, 4, 5, 6, 7, 8])), "policy.steps"),
            (
                publish(|it| {
                    it.consent = consent::built_in();
                    it.consent.values_mut().for_each(|text| text.hidden.clear());
                }),
                "policy.consent",
            ),
            (publish(|it| faults(it).offer_secs = 0), "policy.timer"),
            (publish(|it| faults(it).wait_secs_max = WAIT_SECS_MAX + 1), "policy.timer"),
            (publish(|it| faults(it).callback_attempts_max = 0), "policy.timer"),
        ] {
            assert_eq!(tenant.refused(command), code);
        }
        assert!(tenant.policy().is_none());
    }

    #[test]
    fn the_first_prefix_names_the_page_and_all_matching_rules_join() {
        let definition = definition();
        for (path, page) in
            [("/account/bills", "account"), ("/", "home"), ("/account", "account"), ("x", "other")]
        {
            assert_eq!(definition.name_page(path).as_str(), page, "{path}");
        }
        let topic = |name| TopicName::parse(name).unwrap();
        let (page, tier) = (PageName::parse("account").unwrap(), TierName::parse("gold").unwrap());
        let (_, both) = definition.requires(&topic("outage"), &page, &tier).unwrap();
        assert_eq!(
            both,
            Requirement::All(vec![
                Requirement::skill(&SkillName::parse("faults").unwrap(), 2),
                Requirement::skill(&SkillName::parse("gold").unwrap(), 1),
            ])
        );
        let basic = TierName::parse("basic").unwrap();
        let (queue, one) = definition.requires(&topic("outage"), &page, &basic).unwrap();
        assert_eq!(one, Requirement::skill(&SkillName::parse("faults").unwrap(), 2));
        assert_eq!(queue.as_str(), "faults");
        assert_eq!(definition.requires(&topic("poetry"), &page, &basic), None);
    }
}
