//! What agents do: presence, offers, the talk and what comes after it.

use async_graphql::Result;
use domain::{
    agent, contact,
    id::{
        AccountId, AgentId, ContactId, LinkId, ReasonCode, ReservationId, ServiceId, SubjectId,
        TicketId, TopicName,
    },
    link::{self, MESSAGE_CHARS_MAX},
    reservation,
    sealed::Sealed,
    site::SiteCommand,
    staff::Role,
    tenant::TenantCommand,
    ticket,
};
use projections::floor::Contact;
use uuid::Uuid;

use super::{Acting, text_error};
use crate::{
    errors::coded,
    graphql::{agent::Presence, link::CallReport, outcome::ActPayload, ticket::TicketState},
    limits::{self, LINE_CHARS_MAX, NOTES_CHARS_MAX},
    reasons,
};

impl Acting<'_> {
    pub(super) async fn sign_in(&self) -> Result<ActPayload> {
        let body = agent::Command::SignIn { agent: self.who.staff.into() };
        self.site(SiteCommand::Agent(body)).await
    }

    pub(super) async fn sign_out(&self) -> Result<ActPayload> {
        let body = agent::Command::SignOut { agent: self.who.staff.into() };
        self.site(SiteCommand::Agent(body)).await
    }

    pub(super) async fn set_presence(
        &self,
        agent: AgentId,
        presence: Presence,
        reason: Option<&str>,
        force: bool,
    ) -> Result<ActPayload> {
        let reason = reason.map(reason_code).transpose()?;
        let body = agent::Command::SetPresence { agent, presence: presence.into(), reason, force };
        self.site(SiteCommand::Agent(body)).await
    }

    pub(super) async fn accept(&self, reservation: Uuid) -> Result<ActPayload> {
        let body = reservation::Command::Accept { reservation: ReservationId(reservation) };
        self.site(SiteCommand::Reservation(body)).await
    }

    pub(super) async fn reject(
        &self,
        reservation: Uuid,
        reason: Option<&str>,
    ) -> Result<ActPayload> {
        let reason = reason.map(reason_code).transpose()?;
        let body = reservation::Command::Reject { reservation: ReservationId(reservation), reason };
        self.site(SiteCommand::Reservation(body)).await
    }

    pub(super) async fn explain_rejection(
        &self,
        reservation: Uuid,
        reason: Option<&str>,
    ) -> Result<ActPayload> {
        let (reservation, reason) =
            (ReservationId(reservation), reason.map(reason_code).transpose()?);
        let body = reservation::Command::Explain { reservation, reason };
        self.site(SiteCommand::Reservation(body)).await
    }

    pub(super) async fn say(&self, link: Uuid, text: &str) -> Result<ActPayload> {
        let text =
            limits::text("the message", text, MESSAGE_CHARS_MAX).map_err(|e| text_error(&e))?;
        let Some(contact) = self.mine(|contact| has_link(contact, link)) else {
            return Ok(self.not_my_link());
        };
        let text = self.seal(self.subject_of(&contact).await?, &text).await?;
        let body = link::Command::Say { link: LinkId(link), text };
        self.site(SiteCommand::Link(body)).await
    }

    pub(super) async fn report_call(&self, link: Uuid, report: CallReport) -> Result<ActPayload> {
        if self.mine(|contact| has_link(contact, link)).is_none() {
            return Ok(self.not_my_link());
        }
        let body = link::Command::Report { link: LinkId(link), report: report.into() };
        self.site(SiteCommand::Link(body)).await
    }

    pub(super) async fn hold(&self, contact: Uuid) -> Result<ActPayload> {
        self.on_mine(contact, |contact| contact::Command::Hold { contact }).await
    }

    pub(super) async fn resume(&self, contact: Uuid) -> Result<ActPayload> {
        self.on_mine(contact, |contact| contact::Command::Resume { contact }).await
    }

    pub(super) async fn finish(&self, contact: Uuid) -> Result<ActPayload> {
        self.on_mine(contact, |contact| contact::Command::Finish { contact }).await
    }

    pub(super) async fn wrap_up(
        &self,
        contact: Uuid,
        disposition: &str,
        notes: Option<&str>,
    ) -> Result<ActPayload> {
        let disposition = limits::line("the disposition", disposition, LINE_CHARS_MAX)
            .map_err(|e| text_error(&e))?;
        let known = self.inside.ports.directory.read(|directory| {
            directory
                .policy()
                .is_none_or(|policy| policy.definition.dispositions.contains_key(&disposition))
        });
        if !known {
            return Ok(self.refuse(
                reasons::DISPOSITION_UNKNOWN,
                "This disposition is not in the policy. Choose one of the desk's dispositions.",
            ));
        }
        let Some(served) = self.mine(|served| served.contact.0 == contact) else {
            return Ok(self.not_mine());
        };
        let notes = match notes.filter(|notes| !notes.trim().is_empty()) {
            Some(notes) => {
                let notes = limits::text("the notes", notes, NOTES_CHARS_MAX)
                    .map_err(|e| text_error(&e))?;
                Some(self.seal(self.subject_of(&served).await?, &notes).await?)
            }
            None => None,
        };
        let body = contact::Command::WrapUp { contact: ContactId(contact), disposition, notes };
        self.site(SiteCommand::Contact(body)).await
    }

    pub(super) async fn change_ticket(
        &self,
        ticket: Uuid,
        state: TicketState,
        note: Option<&str>,
    ) -> Result<ActPayload> {
        let ticket = TicketId(ticket);
        let subject = self
            .inside
            .ports
            .directory
            .read(|directory| directory.ticket(ticket).map(|one| one.subject));
        let Some(subject) = subject else {
            return Ok(self.refuse_by(ticket::Refusal::Unknown { ticket }));
        };
        let note = match note.filter(|note| !note.trim().is_empty()) {
            Some(note) => {
                let note =
                    limits::text("the note", note, NOTES_CHARS_MAX).map_err(|e| text_error(&e))?;
                Some(self.seal(subject, &note).await?)
            }
            None => None,
        };
        let body = ticket::Command::Change { ticket, state: state.into(), note };
        self.tenant(TenantCommand::Ticket(body)).await
    }

    pub(super) async fn open_ticket(
        &self,
        account: Uuid,
        topic: &str,
        service: Option<Uuid>,
        text: &str,
    ) -> Result<ActPayload> {
        let account = AccountId(account);
        let topic =
            TopicName::parse(topic).map_err(|error| coded("BAD_INPUT", error.to_string()))?;
        let text = limits::text("the text", text, NOTES_CHARS_MAX).map_err(|e| text_error(&e))?;
        let subject = self
            .inside
            .ports
            .directory
            .read(|directory| directory.account(account).map(|one| one.subject));
        let Some(subject) = subject else {
            return Ok(self.refuse(
                reasons::ACCOUNT_UNKNOWN.with(&[("account", &account)]),
                "There is no such account. The company's system has not reported it.",
            ));
        };
        let text = self.seal(subject, &text).await?;
        let service = service.map(ServiceId);
        let body = ticket::Command::Open { account, subject, service, topic, text };
        self.tenant(TenantCommand::Ticket(body)).await
    }

    async fn on_mine(
        &self,
        contact: Uuid,
        command: impl FnOnce(ContactId) -> contact::Command,
    ) -> Result<ActPayload> {
        if self.mine(|served| served.contact.0 == contact).is_none() {
            return Ok(self.not_mine());
        }
        self.site(SiteCommand::Contact(command(ContactId(contact)))).await
    }

    /// The contact that fits, if it is this agent's (or anybody's, for a supervisor). It may have ended a moment ago.
    fn mine(&self, fits: impl Fn(&Contact) -> bool) -> Option<Contact> {
        let agent = AgentId::from(self.who.staff);
        let any = self.who.roles.has(Role::Supervisor);
        self.inside.ports.live.read(|live| {
            let floor = live.floor();
            let served = floor.agent(agent).map(|agent| agent.contacts.clone()).unwrap_or_default();
            let served = served.into_iter().filter_map(|contact| floor.contact(contact));
            let found = served.into_iter().find(|contact| fits(contact));
            let of_all =
                || floor.contacts().find(|one| (any || one.agent == Some(agent)) && fits(one));
            found.or_else(of_all).cloned()
        })
    }

    fn not_mine(&self) -> ActPayload {
        self.refuse_by(contact::Refusal::NotYours)
    }

    fn not_my_link(&self) -> ActPayload {
        self.refuse_by(link::Refusal::NotYours)
    }

    /// Whose data a contact's texts are.
    pub(in crate::desk) async fn subject_of(&self, contact: &Contact) -> Result<SubjectId> {
        match (contact.subject, contact.visit) {
            (Some(subject), _) => Ok(subject),
            (None, Some(visit)) => {
                let visit = visit.to_string();
                let subject = self.inside.ports.sealer.subject_of("visit", &visit).await;
                subject.map_err(|error| seal_error(&error))
            }
            (None, None) => Err(coded("UNAVAILABLE", "nobody is known whose data this would be")),
        }
    }

    pub(in crate::desk) async fn seal(
        &self,
        subject: SubjectId,
        text: &str,
    ) -> Result<Sealed<String>> {
        self.inside.ports.sealer.seal(subject, text).await.map_err(|error| seal_error(&error))
    }
}

pub(in crate::desk) fn seal_error(
    error: &commands::ports::sealing::SealError,
) -> async_graphql::Error {
    match error {
        commands::ports::sealing::SealError::Erased => coded("ERASED", error.to_string()),
        commands::ports::sealing::SealError::Unreachable(cause) => {
            tracing::error!(error = %cause, "the key store is not reachable");
            coded(
                "UNAVAILABLE",
                "personal data cannot be stored now, so nothing was done; try again in a moment",
            )
        }
    }
}

fn has_link(contact: &Contact, link: Uuid) -> bool {
    contact.link.as_ref().is_some_and(|one| one.link.0 == link)
}

fn reason_code(reason: &str) -> Result<ReasonCode> {
    ReasonCode::parse(reason).map_err(|error| coded("BAD_INPUT", error.to_string()))
}
