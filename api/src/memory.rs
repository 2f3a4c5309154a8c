//! The agent's memory: what the customer in front of them asked for before, with its notes, texts and recording.

use async_graphql::Result;
use domain::{
    id::{AccountId, AgentId, CallbackId, ContactId, SubjectId, VisitId},
    staff::Role,
};
use projections::{callback_list, contact_history, floor::Contact};

use crate::{
    desk::{may_replay, session::Who},
    errors::coded,
    graphql::{contact::EarlierContact, reservation::ScreenPop},
    history::{history_row, unreadable},
    inside::Inside,
};

/// Who a customer is: the account where they are signed in, else the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) account: Option<AccountId>,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) visit: Option<VisitId>,
}

impl Customer {
    fn is(self, other: Self) -> bool {
        let same = |one: Option<uuid::Uuid>, two| one.is_some() && one == two;
        same(self.account.map(|id| id.0), other.account.map(|id| id.0))
            || same(self.subject.map(|id| id.0), other.subject.map(|id| id.0))
            || same(self.visit.map(|id| id.0), other.visit.map(|id| id.0))
    }
}

impl From<&Contact> for Customer {
    fn from(contact: &Contact) -> Self {
        let Contact { account, subject, visit, .. } = *contact;
        Self { account, subject, visit }
    }
}

impl From<&ScreenPop> for Customer {
    fn from(pop: &ScreenPop) -> Self {
        Self { account: pop.of_account, subject: pop.of_subject, visit: pop.of_visit }
    }
}

impl Inside {
    /// Whether this agent is offered, or serves, a contact of this customer now.
    pub(crate) fn serves(&self, agent: AgentId, customer: impl Into<Customer>) -> bool {
        let customer = customer.into();
        self.ports.live.read(|live| {
            let floor = live.floor();
            let served = floor.agent(agent).into_iter().flat_map(|agent| &agent.contacts);
            served.filter_map(|id| floor.contact(*id)).any(|one| customer.is(one.into()))
        })
    }

    /// For whoever may know: the notes and the recording are opened when they are asked for.
    pub(crate) async fn earlier_contacts(
        &self,
        who: &Who,
        contact: ContactId,
        first: usize,
    ) -> Result<Vec<EarlierContact>> {
        let Some(customer) = self.customer_of(contact).await? else { return Ok(Vec::new()) };
        let any = who.roles.has(Role::Supervisor) || who.roles.has(Role::Analyst);
        if !any && !self.serves(who.staff.into(), customer) {
            return Err(coded(
                "FORBIDDEN",
                "an agent reads what a customer asked for before while they serve that customer",
            ));
        }
        let rows = self.earlier_rows(contact, customer, first).await?;
        let earlier = rows.into_iter().map(|row| EarlierContact {
            can_replay: may_replay(self, who, row.contact),
            noted: row.notes.clone(),
            row: history_row(row),
        });
        Ok(earlier.collect())
    }

    async fn customer_of(&self, contact: ContactId) -> Result<Option<Customer>> {
        let live = self.ports.live.read(|live| live.floor().contact(contact).map(Customer::from));
        if live.is_some() {
            return Ok(live);
        }
        let past = contact_history::contact(self.read_store()?, contact).await;
        let past = past.map_err(|error| unreadable(&error))?;
        Ok(past.map(|row| Customer {
            account: row.account,
            subject: row.subject,
            visit: row.visit,
        }))
    }

    /// Newest first, without the contact itself.
    pub(crate) async fn earlier_rows(
        &self,
        contact: ContactId,
        customer: Customer,
        first: usize,
    ) -> Result<Vec<contact_history::HistoryRow>> {
        let subject = customer.subject.filter(|_| customer.account.is_none());
        if customer.account.is_none() && subject.is_none() {
            return Ok(Vec::new());
        }
        let account = customer.account;
        let filter = contact_history::Filter { account, subject, ..Default::default() };
        let page = contact_history::contacts(self.read_store()?, &filter, first + 1, None).await;
        let rows = page.map_err(|error| unreadable(&error))?.rows.into_iter().map(|(_, row)| row);
        Ok(rows.filter(|row| row.contact != contact).take(first).collect())
    }

    /// Opened for one callback at a time, when somebody wants to know.
    pub(crate) async fn callback_number(
        &self,
        who: &Who,
        callback: CallbackId,
    ) -> Result<Option<String>> {
        let live = self.ports.live.read(|live| {
            let floor = live.floor();
            let known = floor.callback(callback)?;
            let agent = known.contact.and_then(|id| floor.contact(id)).and_then(|one| one.agent);
            Some((known.number.clone(), agent))
        });
        let (number, agent) = match live {
            Some(known) => known,
            None => match callback_list::callback(self.read_store()?, callback).await {
                Ok(Some(row)) => (row.number, None),
                Ok(None) => return Ok(None),
                Err(error) => return Err(unreadable(&error)),
            },
        };
        if !who.roles.has(Role::Supervisor) && agent != Some(who.staff.into()) {
            return Err(coded("FORBIDDEN", "an agent reads the numbers of their own callbacks"));
        }
        self.names.open(&number).await
    }
}
