//! A customer's own state, opened for the customer alone: the whole of it, and again whenever it changes.

use std::time::Duration;

use domain::{
    callback::When,
    id::AgentId,
    phone::{Country, PhoneNumber},
};
use futures::{StreamExt, stream};
use projections::{
    directory::Directory,
    floor::{self, ContactState},
    own,
    tail::Heard,
};

use super::{Gateway, Visitor, presence::Here};
use crate::{
    door::{DoorCode, DoorError, Following, Pass},
    graphql::{
        link::OwnLink,
        own::{Booked, Me, OwnCallback, OwnContact},
        scalar::Token,
    },
    inside::Inside,
    rows,
};

/// Between two states that a follower is sent; what happens meanwhile arrives together.
pub(super) const APART: Duration = Duration::from_millis(50);
/// What a name is shown as when nobody may know it any more.
const SOMEBODY: &str = "an agent";

pub(super) fn unreadable(error: &async_graphql::Error) -> DoorError {
    DoorError::new(DoorCode::Unavailable, error.message.clone())
}

impl Gateway {
    pub(super) async fn own(&self, visitor: &Visitor) -> Result<Me, DoorError> {
        Ok(self.own_and_seen(visitor).await?.0)
    }

    async fn own_and_seen(&self, visitor: &Visitor) -> Result<(Me, own::Own), DoorError> {
        let inside = &self.inside;
        let (tokens, now) = (inside.tokens(), inside.now());
        let seen =
            inside.ports.live.read(|live| own::own(live, visitor.visit, visitor.account, now));
        let contract_title = visitor
            .account
            .and_then(|account| inside.account(account))
            .map(|account| account.contract_title);
        let network = inside.ports.directory.read(|directory| {
            directory.network_facts(visitor.address).map(|network| network.network.to_string())
        });
        let mut me = Me {
            visit: visitor.visit.0,
            signed_in: visitor.account.is_some(),
            country: inside.ports.directory.read(Directory::country).into(),
            name: None,
            contract_title,
            network,
            tokens,
            contacts: Vec::with_capacity(seen.contacts.len()),
            callbacks: Vec::with_capacity(seen.callbacks.len()),
            services: Vec::new(),
            tickets: Vec::new(),
        };
        if let Some(account) = visitor.account {
            me.name = inside.names.account(account).await.map_err(|e| unreadable(&e))?;
            me.services = inside.services(account).await.map_err(|e| unreadable(&e))?;
            me.tickets = inside.tickets(account).await.map_err(|e| unreadable(&e))?;
        }
        for contact in &seen.contacts {
            let display = inside.display_in(visitor.visit, Some(contact.contact)).await?;
            me.contacts.push(OwnContact { display, ..inside.own_contact(contact).await? });
        }
        for callback in &seen.callbacks {
            let display = inside.display_in(visitor.visit, callback.contact).await?;
            me.callbacks.push(OwnCallback { display, ..inside.own_callback(callback).await? });
        }
        Ok((me, seen))
    }

    pub(super) fn follow_own(&self, pass: Pass, at_least: Vec<Token>) -> Following<Me> {
        let gateway = self.clone();
        let begin = async move {
            gateway.admit(&pass)?;
            gateway.inside.at_least(&at_least).await?;
            // Listening begins before the first look, so that nothing in between is missed.
            let changes = gateway.inside.ports.live.changes();
            let directory = gateway.inside.ports.directory.changes();
            let here = gateway
                .visitor(&pass)
                .map(|visitor| Here::new(&gateway.inside, visitor.visit, visitor.account))?;
            Ok(Follower { gateway, pass, changes, directory, shown: None, _here: here })
        };
        stream::once(begin)
            .flat_map(|begun: Result<Follower, DoorError>| match begun {
                Ok(follower) => stream::unfold(Some(follower), |follower| async {
                    let mut follower = follower?;
                    match follower.next().await {
                        Ok(Some(me)) => Some((Ok(me), Some(follower))),
                        Ok(None) => None,
                        Err(error) => Some((Err(error), None)),
                    }
                })
                .boxed(),
                Err(error) => stream::once(std::future::ready(Err(error))).boxed(),
            })
            .boxed()
    }
}

struct Follower {
    gateway: Gateway,
    pass: Pass,
    changes: projections::tail::Changes<projections::live::Live>,
    directory: projections::tail::Changes<projections::directory::Directory>,
    shown: Option<(Me, own::Own)>,
    _here: Here,
}

impl Follower {
    /// The next state that differs from the one shown. `None`: the server is going.
    async fn next(&mut self) -> Result<Option<Me>, DoorError> {
        loop {
            if self.shown.is_some() && !self.concerned().await {
                return Ok(None);
            }
            let visitor = self.gateway.visitor(&self.pass)?;
            self.gateway.inside.tell_returned(visitor.visit, visitor.account).await;
            let (me, seen) = self.gateway.own_and_seen(&visitor).await?;
            let differs = self.shown.as_ref().is_none_or(|(shown, _)| !same(shown, &me));
            self.shown = Some((me.clone(), seen));
            if differs {
                return Ok(Some(me));
            }
        }
    }

    /// Waits for something that concerns this customer. `false`: the server is going.
    async fn concerned(&mut self) -> bool {
        let Some((_, shown)) = &self.shown else { return true };
        let Ok(visitor) = self.gateway.visitor(&self.pass) else { return true };
        let (visit, account) = (visitor.visit, visitor.account);
        let stale_at = shown.stale_at.unwrap_or(visitor.expires_at);
        loop {
            tokio::select! {
                heard = self.changes.next() => match heard {
                    None => return false,
                    Some(Heard::Missed) => break,
                    Some(Heard::Changed(changed)) => {
                        if changed.concerns_customer(visit, account, shown) {
                            break;
                        }
                    }
                },
                heard = self.directory.next() => match heard {
                    None => return false,
                    Some(Heard::Missed) => break,
                    Some(Heard::Changed(changed)) => {
                        let of_account = account.is_some_and(|one| changed.accounts.contains(&one));
                        if of_account
                            || changed.terms
                            || changed.erased.contains(&visitor.subject)
                            || (visitor.identified && account.is_none())
                        {
                            break;
                        }
                    }
                },
                () = self.gateway.inside.ports.clock.sleep_until(stale_at) => break,
                // A token that runs out ends the stream without anything having happened.
                () = self.gateway.inside.ports.clock.sleep_until(visitor.expires_at) => break,
            }
        }
        tokio::time::sleep(APART).await;
        true
    }
}

/// The tokens move with everybody's doings; they are not a difference by themselves.
fn same(shown: &Me, me: &Me) -> bool {
    let Me {
        visit,
        signed_in,
        country,
        name,
        contract_title,
        network,
        contacts,
        callbacks,
        services,
        tickets,
        tokens: _,
    } = me;
    shown.visit == *visit
        && shown.signed_in == *signed_in
        && shown.country == *country
        && shown.name == *name
        && shown.contract_title == *contract_title
        && shown.network == *network
        && shown.contacts == *contacts
        && shown.callbacks == *callbacks
        && shown.services == *services
        && shown.tickets == *tickets
}

/// As the customer, who is taken to be in the company's country, writes it.
fn shown_number(number: &str, home: &Country) -> String {
    PhoneNumber::parse(number, home)
        .map_or_else(|_| number.to_owned(), |read| read.shown(home).to_owned())
}

impl Inside {
    pub(super) async fn first_name(&self, agent: AgentId) -> Result<String, DoorError> {
        let name = self.names.agent(agent).await.map_err(|error| unreadable(&error))?;
        Ok(name.unwrap_or_else(|| SOMEBODY.to_owned()))
    }

    async fn booked(&self, booked: Option<own::Booked>) -> Result<Option<Booked>, DoorError> {
        let Some(booked) = booked else { return Ok(None) };
        let agent_name = self.first_name(booked.agent).await?;
        Ok(Some(Booked { agent_name, expected_at: booked.expected_at.into() }))
    }

    async fn own_contact(&self, contact: &own::OwnContact) -> Result<OwnContact, DoorError> {
        // Nobody has accepted yet, or nobody ever did: there is no name to tell.
        let agent = contact.agent.filter(|_| contact.state != ContactState::Left);
        let agent_name = match agent {
            Some(agent) => Some(self.first_name(agent).await?),
            None => None,
        };
        Ok(OwnContact {
            id: contact.contact.0,
            state: rows::contact_state(contact.state),
            channel: contact.channel.into(),
            topic_title: self.topic_title(&contact.topic),
            topic: contact.topic.to_string(),
            since: contact.since.into(),
            handed_back_at: contact.handed_back_at.map(Into::into),
            wait: contact.wait.map(rows::wait),
            position: contact.position.map(|position| position as u64),
            expected_wait: contact.expected_wait.clone().map(rows::expected_wait),
            booked: self.booked(contact.booked).await?,
            agent_name,
            link: match &contact.link {
                Some(link) => Some(self.own_link(link).await?),
                None => None,
            },
            can_cancel: contact.can_cancel,
            can_rate: contact.can_rate,
            rated: contact.rated,
            reason: contact.exit.map(|exit| rows::exit_code(exit).to_owned()),
            ended_at: contact.ended_at.map(Into::into),
            until_seen: contact.until_seen,
            display: None,
        })
    }

    async fn own_link(&self, link: &floor::Link) -> Result<OwnLink, DoorError> {
        let messages = self.names.messages(&link.messages).await.map_err(|e| unreadable(&e))?;
        Ok(OwnLink {
            id: link.link.0,
            medium: rows::medium_code(&link.medium).to_owned(),
            state: rows::link_state_code(&link.state).to_owned(),
            messages,
        })
    }

    async fn own_callback(&self, callback: &own::OwnCallback) -> Result<OwnCallback, DoorError> {
        let (at, zone) = match &callback.when {
            When::Asap => (None, None),
            When::Scheduled { at, zone, .. } => (Some((*at).into()), Some(zone.clone())),
        };
        let agent_name = match callback.agent {
            Some(agent) => Some(self.first_name(agent).await?),
            None => None,
        };
        let home = self.ports.directory.read(Directory::country);
        let number = self.names.open(&callback.number).await.map_err(|e| unreadable(&e))?;
        Ok(OwnCallback {
            id: callback.callback.0,
            state: rows::callback_state(callback.state),
            contact: callback.contact.map(|contact| contact.0),
            contact_state: callback.contact_state.map(rows::contact_state),
            call: callback.call.map(rows::call),
            agent_name,
            topic_title: self.topic_title(&callback.topic),
            topic: callback.topic.to_string(),
            number_shown: number.as_deref().map(|number| shown_number(number, &home)),
            number,
            asap: at.is_none(),
            at,
            zone,
            since: callback.since.into(),
            wait: callback.wait.map(rows::wait),
            position: callback.position.map(|position| position as u64),
            expected_wait: callback.expected_wait.clone().map(rows::expected_wait),
            booked: self.booked(callback.booked).await?,
            promise: callback.promise.map(|(promise, _)| rows::promise(promise)),
            promise_since: callback.promise.map(|(_, at)| at.into()),
            attempts: callback.attempts.into(),
            last_attempt: callback.last_attempt.map(|end| rows::attempt_code(end).to_owned()),
            next_try: callback.next_try.map(Into::into),
            reason: callback.reason.map(|reason| rows::completion_code(reason).to_owned()),
            ended_at: callback.ended_at.map(Into::into),
            until_seen: callback.until_seen,
            can_cancel: callback.can_cancel,
            can_reschedule: callback.can_reschedule,
            can_rate: callback.can_rate,
            rated: callback.rated,
            display: None,
        })
    }
}
