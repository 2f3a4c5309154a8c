//! What staff may ask and do about a display.

use async_graphql::{Context, Object, Result};
use domain::{
    display::{Command, Scope, Way},
    id::{AccountId, ContactId, DisplayId, StaffId, SubjectId},
    site::SiteCommand,
    staff::{self, Role},
};
use projections::display::Shown;
use uuid::Uuid;

use super::{
    mutation::{Acting, acting, text_error},
    query::who,
    session::Who,
};
use crate::{
    gateway::widget_state,
    graphql::{
        connection::{DisplayFrameConnection, page},
        display::{Display, DisplayInvitation, DisplayPerson},
        outcome::ActPayload,
    },
    inside::{Inside, inside},
    memory::Customer,
    names::visitor_code,
};

/// Colleagues that one list shows.
const COLLEAGUES_MAX: usize = 500;

#[derive(Default)]
pub(super) struct DisplayQuery;

#[Object]
impl DisplayQuery {
    /// The display of a contact, for whoever may look at it.
    async fn display(&self, ctx: &Context<'_>, contact: Uuid) -> Option<Display> {
        let inside = inside(ctx);
        let display = inside.display_of(ContactId(contact))?;
        may_look(inside, who(ctx), DisplayId(display.id)).then_some(display)
    }

    /// Everything recorded of a contact's display, oldest first. After the contact: only with the scope `record`, and
    /// looking is recorded.
    async fn display_recording(
        &self,
        ctx: &Context<'_>,
        contact: Uuid,
        after: Option<String>,
        first: Option<i32>,
    ) -> Result<DisplayFrameConnection> {
        inside(ctx).recording(who(ctx), ContactId(contact), after.as_deref(), page(first)?).await
    }

    /// Staff who could be invited: signed in, and not the asker.
    async fn colleagues(&self, ctx: &Context<'_>) -> Vec<DisplayPerson> {
        let me = who(ctx).staff;
        inside(ctx).ports.live.read(|live| {
            let signed_in = live.floor().agents().filter(|agent| agent.signed_in);
            let others = signed_in.filter(|agent| StaffId::from(agent.agent) != me);
            others
                .take(COLLEAGUES_MAX)
                .map(|agent| DisplayPerson { staff: agent.agent.0 })
                .collect()
        })
    }
}

/// The agent of the contact, whoever was invited, and every supervisor.
pub(super) fn role_in(shown: &Shown, who: &Who) -> Option<domain::display::Role> {
    use domain::display::Role as As;
    let display = &shown.display;
    if StaffId::from(display.agent) == who.staff {
        Some(As::Agent)
    } else if display.invited.contains(&who.staff) {
        Some(As::Expert)
    } else if who.roles.has(Role::Supervisor) {
        Some(As::Supervisor)
    } else {
        None
    }
}

/// Whoever looked on may look again, and whoever serves the same customer now, if the customer agreed to that.
pub(crate) fn may_replay(inside: &Inside, who: &Who, contact: ContactId) -> bool {
    let shown = inside.ports.live.read(|live| live.displays().of_contact(contact).cloned());
    shown.is_some_and(|shown| {
        shown.shared_at.is_some()
            && shown.display.scopes.contains(&Scope::Record)
            && (role_in(&shown, who).is_some() || serves_again(inside, who, &shown))
    })
}

/// Serves, at a later contact, the customer whose page this was.
pub(super) fn serves_again(inside: &Inside, who: &Who, shown: &Shown) -> bool {
    let visit = shown.display.visit;
    let customer = inside
        .ports
        .live
        .read(|live| live.floor().contact(shown.display.contact).map(Customer::from));
    let by_visit = Customer { account: None, subject: None, visit: Some(visit) };
    !shown.is_open() && inside.serves(who.staff.into(), customer.unwrap_or(by_visit))
}

fn may_look(inside: &Inside, who: &Who, display: DisplayId) -> bool {
    inside.ports.live.read(|live| {
        live.displays().get(display).is_some_and(|shown| role_in(shown, who).is_some())
    })
}

#[derive(Default)]
pub(super) struct DisplayMutation;

#[Object]
impl DisplayMutation {
    /// Asks the customer again.
    async fn offer_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        let body = Command::Offer { contact: ContactId(contact) };
        acting(ctx, command_id).site(SiteCommand::Display(body)).await
    }

    async fn invite_to_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        staff: Uuid,
    ) -> Result<ActPayload> {
        let acting = acting(ctx, command_id);
        let known = acting.inside.ports.directory.read(|all| all.staff(StaffId(staff)).is_some());
        if !known {
            return Ok(acting.refuse_by(staff::Refusal::Unknown { staff: StaffId(staff) }));
        }
        let body = Command::Invite { display: DisplayId(display), staff: StaffId(staff) };
        acting.site(SiteCommand::Display(body)).await
    }

    /// Whoever was invited does not come.
    async fn decline_invitation(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        let body = Command::Decline { display: DisplayId(display) };
        acting(ctx, command_id).site(SiteCommand::Display(body)).await
    }

    /// An allowed page or address, for all sides.
    async fn push_page(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        url: String,
    ) -> Result<ActPayload> {
        let acting = acting(ctx, command_id);
        let url = match acting.inside.ports.pages.check(&url) {
            Ok(url) => url,
            Err(not) => return Ok(acting.refuse(&not, &not.to_string())),
        };
        let Some(subject) = acting.subject_of_display(DisplayId(display)).await? else {
            return Ok(acting.over());
        };
        let url = acting.seal(subject, &url).await?;
        let body = Command::Push { display: DisplayId(display), url };
        acting.site(SiteCommand::Display(body)).await
    }

    /// Back to the customer's page.
    async fn end_together(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        let body = Command::Share { display: DisplayId(display), way: Way::Mirror };
        acting(ctx, command_id).site(SiteCommand::Display(body)).await
    }

    async fn ask_control(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        let body = Command::AskControl { display: DisplayId(display) };
        acting(ctx, command_id).site(SiteCommand::Display(body)).await
    }

    async fn release_control(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        let body = Command::ReleaseControl { display: DisplayId(display) };
        acting(ctx, command_id).site(SiteCommand::Display(body)).await
    }

    async fn change_widget(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        widget: String,
        based_on: u32,
        state: String,
    ) -> Result<ActPayload> {
        let acting = acting(ctx, command_id);
        let (widget, state) =
            widget_state(acting.inside, &widget, state).map_err(|error| text_error(&error))?;
        let Some(subject) = acting.subject_of_display(DisplayId(display)).await? else {
            return Ok(acting.over());
        };
        let state = acting.seal(subject, &state).await?;
        let display = DisplayId(display);
        let body = Command::ChangeWidget { display, widget, based_on, state };
        acting.site(SiteCommand::Display(body)).await
    }

    /// Pointers, highlights, ink, remote control: JSON each, see docs/display.md. How many were taken.
    async fn signal_display(
        &self,
        ctx: &Context<'_>,
        display: Uuid,
        signals: Vec<String>,
    ) -> Result<usize> {
        acting(ctx, None).signal(display, &signals).await
    }
}

impl Acting<'_> {
    fn over(&self) -> ActPayload {
        self.refuse_by(domain::display::Refusal::Over)
    }

    /// Whose data is shown on a display. `None`: there is no such display open.
    pub(super) async fn subject_of_display(&self, display: DisplayId) -> Result<Option<SubjectId>> {
        let contact = self.inside.ports.live.read(|live| {
            let shown = live.displays().get(display).filter(|shown| shown.is_open())?;
            live.floor().contact(shown.display.contact).cloned()
        });
        match contact {
            Some(contact) => self.subject_of(&contact).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Inside {
    /// Displays that this member of staff was invited to.
    pub fn invitations(&self, staff: StaffId) -> Vec<DisplayInvitation> {
        self.ports.live.read(|live| {
            let invited = live.displays().invitations(staff);
            let all = invited.map(|shown| {
                let display = &shown.display;
                let contact = live.floor().contact(display.contact);
                let account: Option<AccountId> = contact.and_then(|contact| contact.account);
                DisplayInvitation {
                    display: shown.id.0,
                    contact: display.contact.0,
                    visit: display.visit.0,
                    since: shown.since.into(),
                    topic: contact.map(|contact| contact.topic.to_string()).unwrap_or_default(),
                    visitor: visitor_code(display.visit),
                    said: contact
                        .and_then(|contact| contact.link.as_ref())
                        .map(|link| link.messages.clone())
                        .unwrap_or_default(),
                    agent: display.agent,
                    account,
                }
            });
            all.collect()
        })
    }
}
