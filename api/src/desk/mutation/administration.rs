//! What administrators and the company's systems do: staff, contracts, networks, the policy, accounts, erasure.

use async_graphql::Result;
use domain::{
    account, contract,
    id::{AccountId, ContractId, NetworkName, ServiceId, StaffId, SubjectId, TierName},
    network, policy, service, staff, subject,
    tenant::TenantCommand,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{AccountInput, Acting, ServiceInput, StaffInput, serving::seal_error, text_error};
use crate::{
    errors::coded,
    graphql::outcome::ActPayload,
    limits::{self, DEFINITION_CHARS_MAX, LINE_CHARS_MAX},
    reasons,
};

/// A password has at least this many characters.
const PASSWORD_CHARS_MIN: usize = 8;

impl Acting<'_> {
    pub(super) async fn enroll_staff(&self, input: StaffInput) -> Result<ActPayload> {
        let StaffInput { staff, login, password, name, roles, skills_json, capacity_json, .. } =
            input;
        // The same command again is about the same person.
        let staff = StaffId(staff.unwrap_or(self.command_id));
        let name = line("the name", &name)?;
        let credentials = match (login, password) {
            (Some(login), Some(password)) => Some(credentials(&login, password)?),
            (None, None) => None,
            _ => {
                return Err(coded(
                    "BAD_INPUT",
                    "login and password come together; send both or none",
                ));
            }
        };
        let known = self.inside.ports.directory.read(|directory| directory.staff(staff).cloned());
        let skills = match skills_json {
            Some(json) => parse("skillsJson", &json)?,
            None => known.as_ref().map(|known| known.skills.clone()).unwrap_or_default(),
        };
        let capacity = match capacity_json {
            Some(json) => parse("capacityJson", &json)?,
            None => known.map(|known| known.capacity).unwrap_or_default(),
        };
        let subject = self.subject("staff", &staff.to_string()).await?;
        let body = staff::Command::Enroll {
            staff,
            name: self.seal(subject, &name).await?,
            roles: roles.into_iter().map(Into::into).collect(),
            site: self.inside.ports.site.clone(),
            skills,
            capacity,
        };
        let answer = self.tenant(TenantCommand::Staff(body)).await?;
        if let (ActPayload::Done(_), Some((login, password))) = (&answer, credentials) {
            let set = self.inside.ports.credentials.set(&login, &password, staff).await;
            set.map_err(|error| {
                self.identity_error(&error, "the login was not set; send the same command again")
            })?;
        }
        Ok(answer)
    }

    pub(super) async fn remove_staff(&self, staff: Uuid) -> Result<ActPayload> {
        let staff = StaffId(staff);
        let answer = self.tenant(TenantCommand::Staff(staff::Command::Leave { staff })).await?;
        if let ActPayload::Done(_) = &answer {
            let removed = self.inside.ports.credentials.remove(staff).await;
            removed.map_err(|error| {
                self.identity_error(
                    &error,
                    "the login was not removed; send the same command again",
                )
            })?;
        }
        Ok(answer)
    }

    pub(super) async fn define_contract(
        &self,
        contract: Uuid,
        title: &str,
        tier: &str,
        terms_json: &str,
    ) -> Result<ActPayload> {
        let body = contract::Command::Define {
            contract: ContractId(contract),
            title: line("the title", title)?,
            tier: name(TierName::parse(tier))?,
            terms: parse("termsJson", terms_json)?,
        };
        self.tenant(TenantCommand::Contract(body)).await
    }

    pub(super) async fn define_network(
        &self,
        network: &str,
        cidr: &str,
        terms_json: &str,
    ) -> Result<ActPayload> {
        let network = name(NetworkName::parse(network))?;
        let cidr = cidr.trim().parse().map_err(|_| {
            coded(
                "BAD_INPUT",
                "`cidr` is not a network; write an address and a prefix, such as 203.0.113.0/24",
            )
        })?;
        let terms = parse("termsJson", terms_json)?;
        let body = network::Command::Define { network, cidr, terms };
        self.tenant(TenantCommand::Network(body)).await
    }

    pub(super) async fn remove_network(&self, network: &str) -> Result<ActPayload> {
        let network = name(NetworkName::parse(network))?;
        self.tenant(TenantCommand::Network(network::Command::Remove { network })).await
    }

    pub(super) async fn publish_policy(&self, definition_json: &str) -> Result<ActPayload> {
        let definition = Box::new(parse("definitionJson", definition_json)?);
        self.tenant(TenantCommand::Policy(policy::Command::Publish { definition })).await
    }

    pub(super) async fn record_account(&self, input: AccountInput) -> Result<ActPayload> {
        let external = line("the external id", &input.external_id)?;
        let subject = self.subject("customer", &external).await?;
        let body = account::Command::Record {
            account: AccountId(input.account),
            subject,
            name: self.seal(subject, &line("the name", &input.name)?).await?,
            contract: ContractId(input.contract),
            source: line("the source", &input.source)?,
            as_of: input.as_of.map_or_else(|| self.inside.now(), |at| at.0),
        };
        self.tenant(TenantCommand::Account(body)).await
    }

    pub(super) async fn record_service(&self, input: ServiceInput) -> Result<ActPayload> {
        let account = AccountId(input.account);
        let subject = self
            .inside
            .ports
            .directory
            .read(|directory| directory.account(account).map(|one| one.subject));
        let Some(subject) = subject else {
            return Ok(self.refuse(
                reasons::ACCOUNT_UNKNOWN.with(&[("account", &account)]),
                "There is no such account. Record the account first.",
            ));
        };
        let body = service::Command::Record {
            service: ServiceId(input.service),
            account,
            product: line("the product", &input.product)?,
            label: self.seal(subject, &line("the label", &input.label)?).await?,
            status: line("the status", &input.status)?,
            source: line("the source", &input.source)?,
            as_of: input.as_of.map_or_else(|| self.inside.now(), |at| at.0),
        };
        self.tenant(TenantCommand::Service(body)).await
    }

    /// The key goes first: whatever happens after that, the person is gone.
    pub(super) async fn erase_subject(&self, subject: Uuid) -> Result<ActPayload> {
        let subject = SubjectId(subject);
        self.inside.ports.sealer.erase(subject).await.map_err(|error| seal_error(&error))?;
        self.inside.names.forget(subject);
        self.tenant(TenantCommand::Subject(subject::Command::Erase { subject })).await
    }

    async fn subject(&self, kind: &str, value: &str) -> Result<SubjectId> {
        let subject = self.inside.ports.sealer.subject_of(kind, value).await;
        subject.map_err(|error| seal_error(&error))
    }

    fn identity_error(
        &self,
        error: &commands::ports::identity::IdentityError,
        message: &str,
    ) -> async_graphql::Error {
        tracing::error!(command.id = %self.command_id, error = %error, "credentials were not changed");
        coded("UNAVAILABLE", message)
    }
}

fn credentials(login: &str, password: String) -> Result<(String, String)> {
    let login = line("the login", login)?.to_lowercase();
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=LINE_CHARS_MAX).contains(&chars) {
        return Err(coded(
            "BAD_INPUT",
            format!(
                "a password has {PASSWORD_CHARS_MIN} to {LINE_CHARS_MAX} characters; this one has {chars}"
            ),
        ));
    }
    Ok((login, password))
}

fn line(what: &'static str, text: &str) -> Result<String> {
    limits::line(what, text, LINE_CHARS_MAX).map_err(|error| text_error(&error))
}

fn name<T>(parsed: std::result::Result<T, domain::id::NotAName>) -> Result<T> {
    parsed.map_err(|error| coded("BAD_INPUT", error.to_string()))
}

/// JSON in an argument; the error says where it does not fit.
fn parse<T: DeserializeOwned>(what: &'static str, json: &str) -> Result<T> {
    if json.chars().count() > DEFINITION_CHARS_MAX {
        return Err(coded(
            "BAD_INPUT",
            format!("`{what}` has more than {DEFINITION_CHARS_MAX} characters; shorten it"),
        ));
    }
    serde_json::from_str(json)
        .map_err(|error| coded("BAD_INPUT", format!("`{what}` does not fit: {error}")))
}
