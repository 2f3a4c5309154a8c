//! Brings the demo company into a data directory, through commands; what is there already stays as it is.

use commands::ports::{identity::Credentials, sealing::Sealer};
use domain::{
    account, contract,
    id::{AccountId, SiteName, SubjectId, TopicName},
    network, policy, service, staff, ticket,
    time::Timestamp,
};
use projections::directory::Directory;
use tracing::info;

use super::company::{self, CUSTOMERS, Customer, Member, PASSWORD, SOURCE, STAFF};
use crate::serve::founding::Tenant;

/// The look-up kinds under which people are known to the key store.
const CUSTOMER_KIND: &str = "customer";
const STAFF_KIND: &str = "staff";

pub(crate) struct Seed<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) sealer: &'a dyn Sealer,
    pub(crate) credentials: &'a dyn Credentials,
    pub(crate) site: &'a SiteName,
    pub(crate) now: Timestamp,
}

impl Seed<'_> {
    pub(crate) async fn plant(&self) -> anyhow::Result<()> {
        self.terms().await?;
        for member in &STAFF {
            self.member(member).await?;
        }
        for customer in &CUSTOMERS {
            self.customer(customer).await?;
        }
        info!("the demo company is there");
        Ok(())
    }

    fn lacks(&self, is_there: impl FnOnce(&Directory) -> bool) -> bool {
        !self.tenant.tail.read(is_there)
    }

    async fn terms(&self) -> anyhow::Result<()> {
        for (contract, title, tier, terms) in company::contracts() {
            if self.lacks(|directory| directory.contract(contract).is_some()) {
                let title = title.to_owned();
                let define = contract::Command::Define { contract, title, tier, terms };
                self.tenant.give("defining a demo contract", define).await?;
            }
        }
        for (network, cidr, terms) in company::networks() {
            if self.lacks(|directory| directory.networks().any(|one| one.network == network)) {
                let define = network::Command::Define { network, cidr, terms };
                self.tenant.give("defining a demo network", define).await?;
            }
        }
        if self.lacks(|directory| directory.policy().is_some()) {
            let publish = policy::Command::Publish { definition: Box::new(company::policy()) };
            self.tenant.give("publishing the demo policy", publish).await?;
        }
        Ok(())
    }

    async fn member(&self, member: &Member) -> anyhow::Result<()> {
        let staff = member.id();
        if !self.lacks(|directory| directory.staff(staff).is_some()) {
            return Ok(());
        }
        self.credentials.set(member.login, PASSWORD, staff).await?;
        let subject = self.sealer.subject_of(STAFF_KIND, &staff.to_string()).await?;
        let enroll = staff::Command::Enroll {
            staff,
            name: self.sealer.seal(subject, member.name).await?,
            roles: [member.role].into(),
            site: self.site.clone(),
            skills: member.skills(),
            capacity: member.capacity(),
        };
        self.tenant.give("enrolling demo staff", enroll).await?;
        Ok(())
    }

    /// Somebody who was erased stays erased.
    async fn customer(&self, customer: &Customer) -> anyhow::Result<()> {
        let account = customer.account();
        let held = self.tenant.tail.read(|directory| {
            directory.account(account).map(|held| (held.subject, directory.is_erased(held.subject)))
        });
        let subject = match held {
            Some((_, true)) => return Ok(()),
            Some((subject, false)) => subject,
            None => self.account(customer, account).await?,
        };
        self.services(customer, account, subject).await?;
        self.tickets(customer, account, subject).await
    }

    async fn account(&self, customer: &Customer, account: AccountId) -> anyhow::Result<SubjectId> {
        let subject = self.sealer.subject_of(CUSTOMER_KIND, customer.external_id).await?;
        let record = account::Command::Record {
            account,
            subject,
            name: self.sealer.seal(subject, customer.name).await?,
            contract: company::contract_id(customer.contract),
            source: SOURCE.to_owned(),
            as_of: self.now,
        };
        self.tenant.give("recording a demo account", record).await?;
        Ok(subject)
    }

    async fn services(
        &self,
        customer: &Customer,
        account: AccountId,
        subject: SubjectId,
    ) -> anyhow::Result<()> {
        for (n, (product, label, status)) in customer.services.iter().enumerate() {
            let service = customer.service(n);
            if self.lacks(|directory| directory.service(service).is_some()) {
                let record = service::Command::Record {
                    service,
                    account,
                    product: (*product).to_owned(),
                    label: self.sealer.seal(subject, label).await?,
                    status: (*status).to_owned(),
                    source: SOURCE.to_owned(),
                    as_of: self.now,
                };
                self.tenant.give("recording a demo service", record).await?;
            }
        }
        Ok(())
    }

    /// Tickets come in order, so that what is missing are the last ones.
    async fn tickets(
        &self,
        customer: &Customer,
        account: AccountId,
        subject: SubjectId,
    ) -> anyhow::Result<()> {
        let held = self.tenant.tail.read(|directory| directory.tickets_of(account).count());
        for (topic, text) in customer.tickets.iter().skip(held) {
            let open = ticket::Command::Open {
                account,
                subject,
                service: (!customer.services.is_empty()).then(|| customer.service(0)),
                topic: TopicName::parse(topic)?,
                text: self.sealer.seal(subject, text).await?,
            };
            self.tenant.give("opening a demo ticket", open).await?;
        }
        Ok(())
    }
}
