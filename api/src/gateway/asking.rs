//! Asking for help: facts are attached here, inside, and never by the customer.

use domain::{
    callback::{self, When},
    contact,
    entitlement::Facts,
    id::{CallbackId, Channel, PageName, TopicName},
    phone::{Country, PhoneNumber},
    sealed::Sealed,
    site::{Requester, SiteCommand},
};
use projections::directory::{Directory, NoFacts};
use uuid::Uuid;

use super::{Gateway, Visitor, refuse, unknown_topic};
use crate::{
    door::{Answer, DoorCode, DoorError},
    graphql::{
        outcome::Done,
        own::{self, Asked},
        scalar::{Instant, Token},
    },
    limits::{self, NOTES_CHARS_MAX, TextError},
    reasons,
};

pub(super) struct CallbackWish {
    pub(super) topic: String,
    pub(super) number: String,
    pub(super) at: Option<Instant>,
    pub(super) zone: Option<String>,
    pub(super) page: Option<String>,
    pub(super) about: Option<String>,
}

/// A request that can be checked, or what to answer at once.
pub(super) enum Ready {
    Asking { topic: TopicName, page: PageName, facts: Box<Facts> },
    Answered(Answer),
}

impl Gateway {
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        topic: &str,
        channel: Channel,
        page: Option<String>,
    ) -> Result<Answer, DoorError> {
        if channel == Channel::Phone {
            return Ok(refuse(
                command_id,
                reasons::ASK_NEEDS_NUMBER,
                "To talk by phone, ask to be called back: we need your number.",
            ));
        }
        let (topic, page, facts) = match self.ready(visitor, command_id, topic, page).await? {
            Ready::Asking { topic, page, facts } => (topic, page, facts),
            Ready::Answered(answer) => return Ok(answer),
        };
        let body = contact::Command::Ask {
            visit: visitor.visit,
            subject: Some(visitor.subject),
            account: visitor.account,
            channel,
            topic: topic.clone(),
            page,
            facts: Some(facts),
        };
        Ok(match self.site(visitor, command_id, SiteCommand::Contact(body)).await? {
            Answer::Done(Done { command_id, token }) => {
                self.asked_before(visitor, channel, &topic, command_id, token)
            }
            answer => answer,
        })
    }

    /// Somebody who asks again for what goes on already is led there.
    fn asked_before(
        &self,
        visitor: &Visitor,
        channel: Channel,
        topic: &TopicName,
        command_id: Uuid,
        token: Token,
    ) -> Answer {
        let requester = Requester::of(visitor.account, Some(visitor.visit));
        let before = self.inside.ports.live.read(|live| {
            live.site().asked_before(requester, channel, topic).map(|(contact, _)| contact)
        });
        match before {
            Some(contact) => Answer::Asked(Asked { command_id, token, contact: contact.0 }),
            None => Answer::Done(Done { command_id, token }),
        }
    }

    pub(super) async fn reschedule(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        callback: CallbackId,
        at: Option<Instant>,
        zone: Option<&str>,
    ) -> Result<Answer, DoorError> {
        let when = when_of(at, zone)?;
        let about = self.inside.ports.live.read(|live| {
            live.floor().callback(callback).map(|known| (known.topic.clone(), known.page.clone()))
        });
        let facts = match about {
            Some((topic, page)) => Some(Box::new(self.facts(visitor, &topic, &page)?)),
            None => None,
        };
        let body = callback::Command::Reschedule { callback, when, facts };
        self.site(visitor, command_id, SiteCommand::Callback(body)).await
    }

    pub(super) async fn request_callback(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        wish: CallbackWish,
    ) -> Result<Answer, DoorError> {
        let number = match PhoneNumber::parse(&wish.number, &self.country()) {
            Ok(number) => number.e164,
            Err(not) => return Ok(refuse(command_id, &not, not.to_string())),
        };
        let when = when_of(wish.at, wish.zone.as_deref())?;
        let (topic, page, facts) =
            match self.ready(visitor, command_id, &wish.topic, wish.page).await? {
                Ready::Asking { topic, page, facts } => (topic, page, facts),
                Ready::Answered(answer) => return Ok(answer),
            };
        let body = callback::Command::Request {
            visit: visitor.visit,
            subject: visitor.subject,
            account: visitor.account,
            channel: Channel::Phone,
            topic,
            page,
            number: self.seal(visitor.subject, &number).await?,
            about: self.sealed_about(visitor, wish.about.as_deref()).await?,
            when,
            facts: Some(facts),
        };
        self.site(visitor, command_id, SiteCommand::Callback(body)).await
    }

    /// What a shared widget sends along.
    async fn sealed_about(
        &self,
        visitor: &Visitor,
        about: Option<&str>,
    ) -> Result<Option<Sealed<String>>, DoorError> {
        let Some(about) = about.filter(|about| !about.trim().is_empty()) else { return Ok(None) };
        let about = limits::text("the request's details", about, NOTES_CHARS_MAX)?;
        Ok(Some(self.seal(visitor.subject, &about).await?))
    }

    async fn ready(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        topic: &str,
        page: Option<String>,
    ) -> Result<Ready, DoorError> {
        let Some(topic) = self.topic(topic) else {
            return Ok(Ready::Answered(unknown_topic(command_id)));
        };
        let page = self.page_at(visitor, page.as_deref()).await?;
        let facts = self.facts(visitor, &topic, &page)?;
        Ok(Ready::Asking { topic, page, facts: Box::new(facts) })
    }

    pub(super) fn facts(
        &self,
        visitor: &Visitor,
        topic: &TopicName,
        page: &PageName,
    ) -> Result<Facts, DoorError> {
        self.inside
            .ports
            .directory
            .read(|directory| directory.facts(visitor.account, visitor.address, topic, page))
            .map_err(|error| no_facts(&error))
    }

    /// The topic, if it is one that can be asked about.
    pub(super) fn topic(&self, topic: &str) -> Option<TopicName> {
        let topic = TopicName::parse(topic).ok()?;
        let known = self.inside.ports.directory.read(|directory| {
            let policy = directory.policy();
            policy
                .is_some_and(|policy| policy.definition.topics.iter().any(|one| one.topic == topic))
        });
        known.then_some(topic)
    }

    /// The site's own.
    pub(super) fn country(&self) -> Country {
        self.inside.ports.directory.read(Directory::country)
    }

    /// How a number would be read and kept.
    pub(super) fn read_number(&self, text: &str) -> own::PhoneNumber {
        let home = self.country();
        match PhoneNumber::parse(text, &home) {
            Ok(number) => own::PhoneNumber {
                valid: true,
                example: number.country.as_ref().unwrap_or(&home).example_for(&home),
                e164: Some(number.e164),
                national: Some(number.national),
                international: Some(number.international),
                country: number.country.map(Into::into),
                problem: None,
            },
            Err(not) => own::PhoneNumber {
                valid: false,
                e164: None,
                national: None,
                international: None,
                country: Some(not.country.into()),
                problem: Some(not.problem.code().to_owned()),
                example: not.example,
            },
        }
    }

    pub(super) fn page_named(&self, path: &str) -> Result<PageName, DoorError> {
        self.inside
            .ports
            .directory
            .read(|directory| directory.page_named(path))
            .ok_or_else(|| no_facts(&NoFacts::NoPolicy))
    }

    /// The page that the visit showed last.
    pub(super) async fn page_of(&self, visitor: &Visitor) -> Result<PageName, DoorError> {
        let seen = self.inside.ports.activity_source.pages(visitor.visit, 1).await;
        match seen {
            Ok(seen) => match seen.last() {
                Some(latest) => Ok(latest.page.clone()),
                None => self.page_named(""),
            },
            Err(error) => {
                // What a request requires must not change because a log is slow to read.
                tracing::warn!(visit.id = %visitor.visit, error = %error, "the visit's pages were not read");
                Err(DoorError::new(
                    DoorCode::Unavailable,
                    "the visit's pages cannot be read now; try again in a moment, or name the page",
                ))
            }
        }
    }
}

/// The instant that a callback is for, and what the customer meant by it.
fn when_of(at: Option<Instant>, zone: Option<&str>) -> Result<When, DoorError> {
    let Some(Instant(at)) = at else { return Ok(When::Asap) };
    let asked = zone.unwrap_or("UTC");
    let unknown = || TextError::NotAZone { text: asked.chars().take(40).collect() };
    let known = jiff::tz::TimeZone::get(asked).map_err(|_| unknown())?;
    // Its own spelling: what a customer can vary would be text that stands in the log unsealed.
    let zone = known.iana_name().ok_or_else(unknown)?.to_owned();
    let local = jiff::Timestamp::from_microsecond(at.0)
        .map(|at| at.to_zoned(known.clone()).datetime().to_string())
        .unwrap_or_default();
    Ok(When::Scheduled { at, zone, local })
}

fn no_facts(error: &NoFacts) -> DoorError {
    let code = match error {
        NoFacts::UnknownTopic(_) => DoorCode::BadInput,
        NoFacts::NoPolicy | NoFacts::UnknownAccount(_) | NoFacts::UnknownContract(_) => {
            DoorCode::Unavailable
        }
    };
    let told = DoorError::new(code, error.to_string());
    if code == DoorCode::BadInput { told.because(reasons::TOPIC_UNKNOWN) } else { told }
}
