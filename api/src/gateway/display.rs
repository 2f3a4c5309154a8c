//! The display from the customer's side: consent, pages, control, shared widgets, and how they see it themselves.

use std::sync::Arc;

use domain::{
    display::{self, Command, Scope, State, WIDGET_BYTES_MAX, Way},
    id::{ContactId, DisplayId, PushId, StaffId, VisitId, WidgetName},
    sealed::Sealed,
    site::SiteCommand,
};
use projections::{
    directory::{Consent, Policy},
    display::Shown,
};
use uuid::Uuid;

use super::{Gateway, Visitor, own::unreadable};
use crate::{
    door::{Answer, DoorCode, DoorError, OnDisplay},
    graphql::{
        display::{
            DisplayScope, DisplayWay, OwnControl, OwnDisplay, OwnPush, OwnWatcher, OwnWidget,
        },
        policy::ConsentText,
    },
    inside::Inside,
    limits::TextError,
    rows,
};

/// Who looks on where the policy does not show names.
const SOMEBODY: &str = "Somebody else of ours";

impl Gateway {
    pub(super) async fn on_display(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        act: OnDisplay,
    ) -> Result<Answer, DoorError> {
        let body = match act {
            OnDisplay::Consent { contact, scopes, text_version } => {
                // What the customer sent is looked up and goes no further.
                let text = self
                    .inside
                    .ports
                    .directory
                    .read(|directory| directory.consent(&text_version).map(Consent::agreed));
                let contact = ContactId(contact);
                Command::Consent { contact, scopes: all(scopes), text }
            }
            OnDisplay::Revoke { display, scopes } => {
                Command::Revoke { display: DisplayId(display), scopes: all(scopes) }
            }
            OnDisplay::Pause { display } => Command::Pause { display: DisplayId(display) },
            OnDisplay::Resume { display } => Command::Resume { display: DisplayId(display) },
            OnDisplay::Share { display, way, url } => {
                let way = match (way, url) {
                    (DisplayWay::Mirror, _) => Way::Mirror,
                    (DisplayWay::Together, Some(url)) => {
                        Way::Together { url: self.seal_page(visitor, &url).await? }
                    }
                    (DisplayWay::Together, None) => {
                        return Err(bad("say which address is looked at together"));
                    }
                };
                Command::Share { display: DisplayId(display), way }
            }
            OnDisplay::Push { display, url } => {
                let url = self.seal_page(visitor, &url).await?;
                Command::Push { display: DisplayId(display), url }
            }
            OnDisplay::Answer { display, push, follow } => {
                Command::Answer { display: DisplayId(display), push: PushId(push), follow }
            }
            OnDisplay::Grant { display, staff } => {
                Command::Grant { display: DisplayId(display), staff: StaffId(staff) }
            }
            OnDisplay::RevokeControl { display } => {
                Command::ReleaseControl { display: DisplayId(display) }
            }
            OnDisplay::ChangeWidget { display, widget, based_on, state } => {
                let (widget, state) = widget_state(&self.inside, &widget, state)?;
                let state = self.seal(visitor.subject, &state).await?;
                Command::ChangeWidget { display: DisplayId(display), widget, based_on, state }
            }
        };
        self.site(visitor, command_id, SiteCommand::Display(body)).await
    }

    pub(super) fn consent_in(&self, language: &str) -> Result<ConsentText, DoorError> {
        let text = self
            .inside
            .ports
            .directory
            .read(|directory| directory.consent_in(language).map(ConsentText::from));
        text.ok_or_else(|| {
            DoorError::new(DoorCode::Unavailable, "no policy is in force yet; try again later")
        })
    }

    async fn seal_page(&self, visitor: &Visitor, url: &str) -> Result<Sealed<String>, DoorError> {
        let url = self
            .inside
            .ports
            .pages
            .check(url)
            .map_err(|error| bad(&error.to_string()).because(&error))?;
        self.seal(visitor.subject, &url).await
    }
}

fn all(scopes: Vec<DisplayScope>) -> std::collections::BTreeSet<Scope> {
    scopes.into_iter().map(Into::into).collect()
}

fn bad(message: &str) -> DoorError {
    DoorError::new(DoorCode::BadInput, message)
}

/// A shared widget's name and state, if the policy shares it and both are within their limits.
pub(crate) fn widget_state(
    inside: &Inside,
    name: &str,
    state: String,
) -> Result<(WidgetName, String), TextError> {
    let widget = WidgetName::parse(name).map_err(|error| TextError::NotAName(error.to_string()))?;
    let shares = |policy: &Arc<Policy>| policy.definition.shares(&widget);
    if !inside.ports.directory.read(|directory| directory.policy().is_some_and(shares)) {
        return Err(TextError::NotShared(widget));
    }
    if state.len() > WIDGET_BYTES_MAX {
        let (chars, max) = (state.len(), WIDGET_BYTES_MAX);
        return Err(TextError::TooLong { what: "the widget's state", chars, max });
    }
    match serde_json::from_str::<serde_json::Value>(&state) {
        Ok(serde_json::Value::Object(_)) => Ok((widget, state)),
        Ok(_) | Err(_) => Err(TextError::NotAState),
    }
}

impl Inside {
    /// The display of a contact as its customer sees it, in the visit that it belongs to.
    pub(super) async fn display_in(
        &self,
        visit: VisitId,
        contact: Option<ContactId>,
    ) -> Result<Option<OwnDisplay>, DoorError> {
        let shown = self.ports.live.read(|live| {
            let shown = live.displays().of_contact(contact?)?;
            (shown.display.visit == visit).then(|| shown.clone())
        });
        match shown {
            Some(shown) => self.own_display(&shown).await.map(Some),
            None => Ok(None),
        }
    }

    async fn own_display(&self, shown: &Shown) -> Result<OwnDisplay, DoorError> {
        let display = &shown.display;
        let hides = self.ports.live.read(|live| {
            let queue = live.site().contacts.get(&display.contact).map(|known| &known.queue);
            queue.is_some_and(|queue| live.site().definition(queue).hides_watchers)
        });
        let mut watchers = Vec::with_capacity(shown.joined.len());
        for (staff, (role, _)) in &shown.joined {
            let name = if hides && *role != display::Role::Agent {
                SOMEBODY.to_owned()
            } else {
                self.first_name((*staff).into()).await?
            };
            watchers.push(OwnWatcher { name, role: (*role).into() });
        }
        let push = match &display.push {
            Some(push) => Some(OwnPush {
                id: push.push.0,
                url: self.names.open(&push.url).await.map_err(|e| unreadable(&e))?,
                by: push.by.into(),
                by_name: self.name_of(push.staff).await?,
                state: push.state.into(),
            }),
            None => None,
        };
        let control = match display.control {
            Some(control) => Some(OwnControl {
                staff: control.staff.0,
                name: self.name_of(Some(control.staff)).await?,
                granted: control.granted,
            }),
            None => None,
        };
        let mut widgets = Vec::with_capacity(display.widgets.len());
        for (name, widget) in &display.widgets {
            widgets.push(OwnWidget {
                name: name.to_string(),
                version: widget.version,
                state: self.names.open(&widget.state).await.map_err(|e| unreadable(&e))?,
            });
        }
        let url = match &display.state {
            State::Shared { way: Way::Together { url } }
            | State::Paused { way: Way::Together { url } } => {
                self.names.open(url).await.map_err(|e| unreadable(&e))?
            }
            State::Offered | State::Shared { .. } | State::Paused { .. } => None,
        };
        Ok(OwnDisplay {
            id: shown.id.0,
            contact: display.contact.0,
            state: rows::display_state(shown),
            scopes: display.scopes.iter().map(|scope| (*scope).into()).collect(),
            text_version: shown.text_version.clone(),
            way: rows::display_way(&display.state),
            url,
            push,
            control,
            watchers,
            widgets,
        })
    }

    async fn name_of(&self, staff: Option<StaffId>) -> Result<Option<String>, DoorError> {
        match staff {
            Some(staff) => Ok(Some(self.first_name(staff.into()).await?)),
            None => Ok(None),
        }
    }
}
