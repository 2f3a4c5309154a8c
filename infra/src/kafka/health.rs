//! What an operator asks about Kafka: is all there that Lockstep needs, and who decides where.

mod assignment;

use std::collections::BTreeMap;

use rdkafka::{
    Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, ResourceSpecifier},
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
};

use super::{
    activity, bus,
    client::{ANSWER_WITHIN, BrokerError, Context, KafkaSettings, Shared, ask, partitions_of},
    members::GROUP,
    registry::{self, EVENTS},
    tail::Tail,
};
use crate::blocking::blocking;

/// What was found; a person reads it.
#[derive(Clone, Debug)]
pub struct Health {
    /// As `host:port`.
    pub brokers: Vec<String>,
    pub topics: Vec<Topic>,
}

#[derive(Clone, Debug)]
pub struct Topic {
    pub name: String,
    /// How many partitions it has, or why that is not known.
    pub partitions: Result<i32, BrokerError>,
    /// Settings that Lockstep relies on and that are otherwise; `None`: this user may not see them.
    pub wrong_settings: Option<Vec<Setting>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub is: String,
    pub must_be: &'static str,
}

/// What is kept for ever, and never compacted: records are told apart by their place, not by a key.
const FOR_EVER: [(&str, &str); 3] =
    [("cleanup.policy", "delete"), ("retention.ms", "-1"), ("retention.bytes", "-1")];
const FOR_A_WHILE: [(&str, &str); 1] = [("cleanup.policy", "delete")];

impl Health {
    /// Everything that a person must do something about, in words.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for topic in &self.topics {
            match &topic.partitions {
                Err(why) => problems.push(why.to_string()),
                Ok(found) => problems.extend(self.uneven(topic, *found).map(|why| why.to_string())),
            }
            for Setting { name, is, must_be } in topic.wrong_settings.iter().flatten() {
                let topic = &topic.name;
                problems.push(format!("`{name}` of topic `{topic}` is {is}; set it to {must_be}"));
            }
        }
        problems
    }

    /// A partition has one number in all topics but the registry.
    fn uneven(&self, topic: &Topic, found: i32) -> Option<BrokerError> {
        let events =
            self.topics.iter().find(|topic| topic.name.ends_with(&format!(".{EVENTS}")))?;
        let wanted = *events.partitions.as_ref().ok()?;
        let is_registry = topic.name.ends_with(&format!(".{}", registry::TOPIC));
        (!is_registry && found != wanted).then(|| BrokerError::UnevenPartitions {
            topic: topic.name.clone(),
            found,
            as_in: events.name.clone(),
            wanted,
        })
    }
}

/// Looks at the brokers and the four topics.
pub async fn look(settings: &KafkaSettings) -> Result<Health, BrokerError> {
    let settings = Shared::new(settings.clone());
    let shared = Shared::clone(&settings);
    let (brokers, mut topics) = blocking(move || topics(&shared)).await?;
    for topic in &mut topics {
        if topic.partitions.is_ok() {
            topic.wrong_settings = wrong_settings(&settings, &topic.name).await;
        }
    }
    Ok(Health { brokers, topics })
}

/// Whether a partition's number is one in every topic that this user may see; the others it does not use.
pub async fn even(settings: &KafkaSettings) -> Result<(), BrokerError> {
    let settings = Shared::new(settings.clone());
    let (brokers, topics) = blocking(move || topics(&settings)).await?;
    let health = Health { brokers, topics };
    for topic in &health.topics {
        match &topic.partitions {
            Ok(found) => health.uneven(topic, *found).map_or(Ok(()), Err)?,
            Err(BrokerError::NotAllowed { .. }) => {}
            Err(error) => return Err(error.clone()),
        }
    }
    Ok(())
}

/// Blocks.
fn topics(settings: &Shared) -> Result<(Vec<String>, Vec<Topic>), BrokerError> {
    let names =
        [registry::TOPIC, bus::TOPIC, EVENTS, activity::TOPIC].map(|name| settings.named(name));
    let tail = Tail::start(settings, &names[0])?;
    let brokers = tail.brokers()?;
    let topics = names.map(|name| {
        let partitions = tail.partitions_of(&name);
        Topic { name, partitions, wrong_settings: None }
    });
    Ok((brokers, topics.into()))
}

async fn wrong_settings(settings: &KafkaSettings, topic: &str) -> Option<Vec<Setting>> {
    let kept: &[_] = if [registry::TOPIC, EVENTS].iter().any(|name| settings.named(name) == topic) {
        &FOR_EVER
    } else {
        &FOR_A_WHILE
    };
    let admin: AdminClient<Context> = settings.admin().create_with_context(Context::new()).ok()?;
    let options = AdminOptions::new().request_timeout(Some(ANSWER_WITHIN));
    let found = admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await.ok()?;
    let found = found.into_iter().next()?.ok()?;
    let wrong = kept.iter().filter_map(|&(name, must_be)| {
        let is = found.get(name)?.value.clone().unwrap_or_default();
        (is != must_be).then_some(Setting { name, is, must_be })
    });
    Some(wrong.collect())
}

/// Who shares out the partitions of the command bus.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Such as `Stable`, `Empty` or `PreparingRebalance`.
    pub state: String,
    pub members: Vec<Member>,
    /// For each partition that has one: how many commands wait behind the place that its decider has come to.
    pub lag: BTreeMap<i32, i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The process's name for itself.
    pub node: String,
    pub host: String,
    /// The numbers of its partitions.
    pub partitions: Vec<i32>,
}

/// Looks at the deciders' group.
pub async fn group(settings: &KafkaSettings) -> Result<Group, BrokerError> {
    let settings = Shared::new(settings.clone());
    blocking(move || group_now(&settings)).await
}

/// Blocks.
fn group_now(settings: &Shared) -> Result<Group, BrokerError> {
    let (group, topic) = (settings.named(GROUP), settings.named(bus::TOPIC));
    let mut config = settings.reader();
    config.set("group.id", &group);
    let consumer: BaseConsumer<Context> =
        config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
    let places = partitions_of(settings, &consumer, &topic)?;
    let doing = format!("see the group `{group}`");
    let found = ask(settings, &consumer, &doing, |client, within| {
        client.fetch_group_list(Some(&group), within)
    })?;
    let mut seen = Group::default();
    for found in found.groups().iter().filter(|found| found.name() == group) {
        found.state().clone_into(&mut seen.state);
        seen.members = found
            .members()
            .iter()
            .map(|member| Member {
                node: member.client_id().to_owned(),
                host: member.client_host().to_owned(),
                partitions: assignment::partitions(member.assignment().unwrap_or_default(), &topic),
            })
            .collect();
    }
    seen.lag = lag(settings, &consumer, &topic, places)?;
    Ok(seen)
}

/// Blocks.
fn lag(
    settings: &Shared,
    consumer: &BaseConsumer<Context>,
    topic: &str,
    places: i32,
) -> Result<BTreeMap<i32, i64>, BrokerError> {
    let doing = format!("see how far the deciders of `{topic}` have come");
    let committed = ask(settings, consumer, &doing, |_, within| {
        let mut all = TopicPartitionList::new();
        all.add_partition_range(topic, 0, places - 1);
        consumer.committed_offsets(all, within)
    })?;
    let mut lag = BTreeMap::new();
    for place in committed.elements() {
        if let Err(Raw::OffsetFetch(code)) = place.error()
            && code != Code::NoError
        {
            return Err(BrokerError::of(
                settings,
                Raw::OffsetFetch(code),
                &doing,
                consumer.context(),
            ));
        }
        if let Offset::Offset(done) = place.offset() {
            let number = place.partition();
            let (_, end) = ask(settings, consumer, &doing, |client, within| {
                client.fetch_watermarks(topic, number, within)
            })?;
            lag.insert(number, end - done);
        }
    }
    Ok(lag)
}
