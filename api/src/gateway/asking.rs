//! Asking for help: facts are attached here, inside, and never by the customer.

use domain::{
    callback::{self, When},
    contact,
    entitlement::Facts,
    id::{Channel, PageName, TopicName},
    sealed::Sealed,
    site::SiteCommand,
    time::Span,
};
use projections::directory::NoFacts;
use uuid::Uuid;

use super::{Gateway, Visitor, activity::path_of, refuse, unknown_topic};
use crate::{
    door::{Answer, DoorCode, DoorError},
    graphql::scalar::Instant,
    limits::{self, NOTES_CHARS_MAX, TextError},
    reasons,
};

/// A callback is promised at most so far ahead.
const CALLBACK_AHEAD_MAX: Span = Span::secs(60 * 86_400);

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
            topic,
            page,
            facts: Some(facts),
        };
        self.site(visitor, command_id, SiteCommand::Contact(body)).await
    }

    pub(super) async fn request_callback(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        wish: CallbackWish,
    ) -> Result<Answer, DoorError> {
        let number = limits::phone_number(&wish.number)?;
        let when = self.when(wish.at, wish.zone.as_deref())?;
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
        let page = match page {
            Some(address) => self.page_named(path_of(&address))?,
            None => self.page_of(visitor).await?,
        };
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

    pub(super) fn page_named(&self, path: &str) -> Result<PageName, DoorError> {
        self.inside
            .ports
            .directory
            .read(|directory| directory.page_named(path))
            .ok_or_else(|| no_facts(&NoFacts::NoPolicy))
    }

    /// The page that the visit showed last.
    async fn page_of(&self, visitor: &Visitor) -> Result<PageName, DoorError> {
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

    /// The instant that a callback is for, and what the customer meant by it.
    pub(super) fn when(&self, at: Option<Instant>, zone: Option<&str>) -> Result<When, DoorError> {
        let Some(Instant(at)) = at else { return Ok(When::Asap) };
        let zone = zone.unwrap_or("UTC");
        let known = jiff::tz::TimeZone::get(zone)
            .map_err(|_| TextError::NotAZone { text: zone.chars().take(40).collect() })?;
        let now = self.inside.now();
        if at <= now {
            return Err(DoorError::new(
                DoorCode::BadInput,
                "the time of the callback has passed; choose a later one, or as soon as possible",
            )
            .because(reasons::TIME_PASSED));
        }
        if at > now + CALLBACK_AHEAD_MAX {
            let days = CALLBACK_AHEAD_MAX.as_secs() / 86_400;
            return Err(DoorError::new(
                DoorCode::BadInput,
                format!("callbacks are promised at most {days} days ahead; choose an earlier time"),
            )
            .because(reasons::TIME_TOO_FAR.with(&[("days", &days)])));
        }
        let local = jiff::Timestamp::from_microsecond(at.0)
            .map(|at| at.to_zoned(known).datetime().to_string())
            .unwrap_or_default();
        Ok(When::Scheduled { at, zone: zone.to_owned(), local })
    }
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
