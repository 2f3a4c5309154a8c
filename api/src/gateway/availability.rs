//! What a customer is told before asking: somebody free, else the wait, else the hours.

use std::time::Duration;

use domain::{
    entitlement::{self, Denial, Facts, Instead, Rule},
    id::Channel,
    time::Timestamp,
};
use futures::{StreamExt, stream};
use projections::{floor::Request, own, tail::Heard};

use super::{Gateway, Visitor, answer::channel_in_words, own::APART};
use crate::{
    door::{DoorCode, DoorError, Following, Pass},
    graphql::{policy::Topic, wait::Availability},
    reasons, rows,
};

/// The media that are served so far.
const CHANNELS: [Channel; 2] = [Channel::Chat, Channel::Phone];
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
    ) -> Result<Vec<Availability>, DoorError> {
        let topic = self.topic(topic).ok_or_else(|| {
            DoorError::new(
                DoorCode::BadInput,
                "this is not something one can ask about here; use one of `topics`",
            )
            .because(reasons::TOPIC_UNKNOWN)
        })?;
        let page = self.page_named("")?;
        let facts = self.facts(visitor, &topic, &page)?;
        let open = self.open_requests(visitor);
        let now = self.inside.now();
        Ok(CHANNELS
            .iter()
            .map(|channel| match entitlement::check(&facts, *channel, &topic, open, now) {
                Ok(()) => self.possible(*channel, &facts),
                Err(denial) => self.impossible(*channel, &facts, &denial),
            })
            .collect())
    }

    /// As the domain counts them: of the account, or of the visit without one.
    fn open_requests(&self, visitor: &Visitor) -> u32 {
        self.inside.ports.live.read(|live| {
            let floor = live.floor();
            let open =
                floor.requests(visitor.visit, visitor.account).filter(|request| match request {
                    Request::Contact(id) => floor.contact(*id).is_some_and(|contact| {
                        contact.is_open()
                            && contact.callback.is_none()
                            && contact.account == visitor.account
                    }),
                    Request::Callback(id) => floor.callback(*id).is_some_and(|callback| {
                        callback.is_open() && callback.account == visitor.account
                    }),
                });
            u32::try_from(open.count()).unwrap_or(u32::MAX)
        })
    }

    fn possible(&self, channel: Channel, facts: &Facts) -> Availability {
        let prospect =
            self.inside.ports.live.read(|live| {
                own::prospect(live.floor(), &facts.queue, &facts.requirement, channel)
            });
        let free_now = prospect.free_agents > prospect.waiting;
        let message = if free_now {
            "Someone is free now".to_owned()
        } else {
            match &prospect.expected_wait {
                Some(wait) => in_minutes(wait.seconds),
                None => "Nobody is here for this right now; you can ask, and are served when somebody is back".to_owned(),
            }
        };
        Availability {
            channel: channel.into(),
            allowed: true,
            free_now,
            message,
            expected_wait: prospect.expected_wait.filter(|_| !free_now).map(rows::expected_wait),
            opens_at: None,
        }
    }

    fn impossible(&self, channel: Channel, facts: &Facts, denial: &Denial) -> Availability {
        let opens_at = denial.instead.iter().find_map(|one| match one {
            Instead::At(at) => Some(*at),
            Instead::Channel(_) | Instead::OtherNetwork | Instead::WhenOneEnds => None,
        });
        let only_hours = denial.rules == [Rule::ContractHours];
        let message = match opens_at {
            Some(at) if only_hours => {
                let zone = facts.contract.terms.hours.as_ref().map(|hours| hours.zone.as_str());
                format!("Open {}", self.opening_in_words(at, zone))
            }
            _ => match denial.rules.first() {
                Some(Rule::ContractChannel) => {
                    format!("Your contract does not include help by {}", channel_in_words(channel))
                }
                Some(rule) => rule.text().to_owned(),
                None => "This is not covered".to_owned(),
            },
        };
        Availability {
            channel: channel.into(),
            allowed: false,
            free_now: false,
            message,
            expected_wait: None,
            opens_at: opens_at.map(Into::into),
        }
    }

    /// `today 14:00`, `tomorrow 08:00`, `Monday 08:00`, `Monday 3 March 08:00`, in the contract's own zone.
    pub(super) fn opening_in_words(&self, at: Timestamp, zone: Option<&str>) -> String {
        let zone = zone.and_then(|zone| jiff::tz::TimeZone::get(zone).ok());
        let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
        let local = |at: Timestamp| {
            jiff::Timestamp::from_microsecond(at.0).unwrap_or_default().to_zoned(zone.clone())
        };
        let (now, at) = (local(self.inside.now()), local(at));
        let days = (at.date() - now.date()).get_days();
        match days {
            0 => at.strftime("today %H:%M").to_string(),
            1 => at.strftime("tomorrow %H:%M").to_string(),
            2..=6 => at.strftime("%A %H:%M").to_string(),
            _ => at.strftime("%A %-d %B %H:%M").to_string(),
        }
    }

    pub(super) fn follow_availability_of(
        &self,
        pass: Pass,
        topic: String,
    ) -> Following<Vec<Availability>> {
        let live = self.inside.ports.live.changes();
        let directory = self.inside.ports.directory.changes();
        let state = (self.clone(), pass, topic, live, directory, None::<Vec<Availability>>);
        stream::unfold(Some(state), |state| async {
            let (gateway, pass, topic, mut live, mut directory, mut shown) = state?;
            loop {
                let seen = gateway
                    .visitor(&pass)
                    .and_then(|visitor| gateway.availability_of(&visitor, &topic));
                match seen {
                    Err(error) => return Some((Err(error), None)),
                    Ok(seen) if shown.as_ref() != Some(&seen) => {
                        shown = Some(seen.clone());
                        return Some((
                            Ok(seen),
                            Some((gateway, pass, topic, live, directory, shown)),
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

fn in_minutes(seconds: u32) -> String {
    match seconds {
        0..=59 => "Less than a minute".to_owned(),
        60..=89 => "About a minute".to_owned(),
        _ => format!("About {} minutes", (seconds + 30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_in_minutes() {
        assert_eq!(in_minutes(20), "Less than a minute");
        assert_eq!(in_minutes(75), "About a minute");
        assert_eq!(in_minutes(240), "About 4 minutes");
    }
}
