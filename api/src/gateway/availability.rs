//! What a customer is told before asking: what is possible on each channel, and who is there.

use std::time::Duration;

use domain::{
    entitlement::{self, Facts, Way},
    id::{PageName, TopicName},
    queue::priority_head_start,
    site::Requester,
    time::Timestamp,
};
use futures::{StreamExt, stream};
use projections::{live::Live, own, tail::Heard};

use super::{Gateway, Visitor, activity::path_of, own::APART};
use crate::{
    door::{About, DoorCode, DoorError, Following, Pass},
    graphql::{
        policy::Topic,
        wait::{Availability, Change, Possibility},
    },
    reasons, rows,
};

/// Hours begin and end, and waits shrink, without anything having happened.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

impl Gateway {
    pub(super) fn all_topics(&self) -> Vec<Topic> {
        self.inside.ports.directory.read(|directory| {
            let topics = directory.policy().map(|policy| {
                let topics = policy.definition.topics.iter();
                topics
                    .map(|one| Topic { topic: one.topic.to_string(), title: one.title.clone() })
                    .collect()
            });
            topics.unwrap_or_default()
        })
    }

    pub(super) fn availability_of(
        &self,
        visitor: &Visitor,
        topic: &str,
        page: &PageName,
    ) -> Result<Vec<Availability>, DoorError> {
        let topic = self.topic(topic).ok_or_else(|| {
            DoorError::new(
                DoorCode::BadInput,
                "this is not something one can ask about here; use one of `topics`",
            )
            .because(reasons::TOPIC_UNKNOWN)
        })?;
        let facts = self.facts(visitor, &topic, page)?;
        let asks = Asks {
            requester: Requester::of(visitor.account, Some(visitor.visit)),
            topic: &topic,
            facts: &facts,
        };
        Ok(self.ways(&asks))
    }

    /// Each channel as the check of a request finds it now.
    pub(super) fn ways(&self, asks: &Asks<'_>) -> Vec<Availability> {
        let now = self.inside.now();
        self.inside.ports.live.read(|live| {
            let open = live.site().open(asks.requester, asks.topic);
            entitlement::possible(asks.facts, asks.topic, open, now)
                .into_iter()
                .map(|way| availability(way, asks.facts, live, now))
                .collect()
        })
    }

    /// The page that somebody is on: by its address, else the one seen last.
    pub(super) async fn page_at(
        &self,
        visitor: &Visitor,
        address: Option<&str>,
    ) -> Result<PageName, DoorError> {
        match address {
            Some(address) => self.page_named(path_of(address)),
            None => self.page_of(visitor).await,
        }
    }

    pub(super) async fn availability_about(
        &self,
        visitor: Result<Visitor, DoorError>,
        about: &About,
    ) -> Result<Vec<Availability>, DoorError> {
        let visitor = visitor?;
        let page = self.page_at(&visitor, about.page.as_deref()).await?;
        self.availability_of(&visitor, &about.topic, &page)
    }

    pub(super) fn follow_availability_of(
        &self,
        pass: Pass,
        about: About,
    ) -> Following<Vec<Availability>> {
        let live = self.inside.ports.live.changes();
        let directory = self.inside.ports.directory.changes();
        let state = (self.clone(), pass, about, live, directory, None::<Vec<Availability>>);
        stream::unfold(Some(state), |state| async {
            let (gateway, pass, about, mut live, mut directory, mut shown) = state?;
            loop {
                let seen = gateway.availability_about(gateway.visitor(&pass), &about).await;
                match seen {
                    Err(error) => return Some((Err(error), None)),
                    Ok(seen) if shown.as_ref() != Some(&seen) => {
                        shown = Some(seen.clone());
                        return Some((
                            Ok(seen),
                            Some((gateway, pass, about, live, directory, shown)),
                        ));
                    }
                    Ok(_) => {}
                }
                tokio::time::sleep(APART).await;
                loop {
                    tokio::select! {
                        heard = live.next() => match heard {
                            None => return None,
                            Some(Heard::Missed) => break,
                            Some(Heard::Changed(changed)) => {
                                if changed.everything
                                    || !changed.queues.is_empty()
                                    || !changed.agents.is_empty()
                                {
                                    break;
                                }
                            }
                        },
                        heard = directory.next() => match heard {
                            None => return None,
                            Some(_) => break,
                        },
                        () = tokio::time::sleep(LOOK_AGAIN) => break,
                    }
                }
            }
        })
        .boxed()
    }
}

/// A request that is looked at before it is made, or after it was refused.
pub(super) struct Asks<'a> {
    pub(super) requester: Option<Requester>,
    pub(super) topic: &'a TopicName,
    pub(super) facts: &'a Facts,
}

fn availability(way: Way, facts: &Facts, live: &Live, now: Timestamp) -> Availability {
    let Way { channel, rules, possibility } = way;
    let head_start = priority_head_start(facts.contract.terms.priority);
    let start = now - head_start;
    let prospect = live.site().prospect(&facts.queue, channel, &facts.requirement, start);
    let (possibility, until, changes) = match possibility {
        entitlement::Possibility::Possible => (Possibility::Possible, None, Vec::new()),
        entitlement::Possibility::NotNow { until, one_must_end } => {
            let changes = one_must_end.then_some(Change::WhenOneEnds);
            (Possibility::NotNow, until, Vec::from_iter(changes))
        }
        entitlement::Possibility::NotIncluded { changes } => {
            (Possibility::NotIncluded, None, changes.into_iter().map(change).collect())
        }
    };
    let allowed = possibility == Possibility::Possible;
    let free_now = allowed && prospect.is_free();
    let expected_wait = live
        .floor()
        .queue(&facts.queue)
        .filter(|_| allowed && !free_now)
        .and_then(|queue| own::expected_wait(queue, &prospect));
    let message = match (rules.first(), possibility) {
        (Some(rule), _) => rule.text().to_owned(),
        (None, Possibility::Possible) if free_now => "Someone is free now".to_owned(),
        (None, Possibility::Possible) if prospect.nobody_here() => "Nobody is here now".to_owned(),
        (None, Possibility::Possible) => "Somebody is here, and busy".to_owned(),
        (None, Possibility::NotNow | Possibility::NotIncluded) => {
            "A callback about this is open already".to_owned()
        }
    };
    Availability {
        channel: channel.into(),
        possibility,
        rules: rules.iter().map(|rule| rule.code().to_owned()).collect(),
        until: until.map(Into::into),
        zone: facts.contract.terms.hours.as_ref().map(|hours| hours.zone.clone()),
        changes,
        free_now,
        expected_wait: expected_wait.map(rows::expected_wait),
        agents_at_work: u32::try_from(prospect.strength.at_work).unwrap_or(u32::MAX),
        allowed,
        message,
        opens_at: until.map(Into::into),
    }
}

pub(super) fn change(change: entitlement::Change) -> Change {
    match change {
        entitlement::Change::SignIn => Change::SignIn,
        entitlement::Change::OtherNetwork => Change::OtherNetwork,
        entitlement::Change::OtherTopic => Change::OtherTopic,
    }
}
