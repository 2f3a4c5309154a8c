//! What a site decides about displays, told as short stories.

use std::collections::BTreeSet;

use super::{CHAT, World, customer, id, staff};
use crate::{
    command::{Actor, Refusal},
    contact::{self, State as ContactState},
    display::{Command, Display, PushState, Role, Scope, State, Way},
    id::{
        AgentId, ConnectionId, ContactId, DisplayId, LanguageName, NodeName, PushId, StaffId,
        WidgetName,
    },
    policy::consent::{AgreedText, CONSENT_GRACE},
    requirement::Requirement,
    sealed::Sealed,
    site::SiteCommand,
    time::{Span, Timestamp},
};

const VISIT: u128 = 100;

fn text(replaced: Option<Timestamp>) -> AgreedText {
    let language = LanguageName::parse("en").unwrap();
    AgreedText { language, version: "1".to_owned(), replaced }
}

struct Stage {
    world: World,
    agent: AgentId,
    contact: ContactId,
    display: DisplayId,
}

fn sealed(text: &str) -> Sealed<String> {
    Sealed::new(id(VISIT), text.to_owned())
}

impl Stage {
    /// A talk; the customer was asked.
    fn new() -> Self {
        let mut world = World::new();
        let agent = world.agent(1, &[], CHAT);
        let contact = world.ask(VISIT, Requirement::Anybody, 0).unwrap();
        world.accept(agent);
        let display = world.site.display_of(contact).expect("offered with the talk");
        Self { world, agent, contact, display }
    }

    /// The customer has agreed, and the agent looks on.
    fn shared(scopes: &[Scope]) -> Self {
        let mut stage = Self::new();
        stage.consent(scopes).unwrap();
        stage.join(stage.agent.into(), 1, Role::Agent).unwrap();
        stage
    }

    fn run(&mut self, actor: Actor, command: Command) -> Result<usize, Refusal> {
        let events = self.world.run(actor, SiteCommand::Display(command))?;
        self.world.check();
        Ok(events.len())
    }

    fn customers(&mut self, command: Command) -> Result<usize, Refusal> {
        self.run(customer(VISIT), command)
    }

    fn agents(&mut self, command: Command) -> Result<usize, Refusal> {
        self.run(staff(self.agent), command)
    }

    fn consent(&mut self, scopes: &[Scope]) -> Result<usize, Refusal> {
        let (contact, scopes) = (self.contact, scopes.iter().copied().collect());
        self.customers(Command::Consent { contact, scopes, text: Some(text(None)) })
    }

    fn revoke(&mut self, scope: Scope) -> Result<usize, Refusal> {
        let (display, scopes) = (self.display, BTreeSet::from([scope]));
        self.customers(Command::Revoke { display, scopes })
    }

    fn join(&mut self, who: StaffId, n: u128, role: Role) -> Result<usize, Refusal> {
        let command = Command::Join {
            display: self.display,
            connection: id(n),
            role: Some(role),
            node: NodeName::parse("here").unwrap(),
            address: None,
        };
        self.run(Actor::Staff(who), command)
    }

    fn display(&self) -> &Display {
        &self.world.site.displays[&self.display]
    }
}

fn code(refused: Result<usize, Refusal>) -> String {
    refused.expect_err("refused").code
}

#[test]
fn a_talk_offers_the_display_and_its_end_ends_it() {
    let mut stage = Stage::new();
    assert_eq!(stage.display().state, State::Offered);
    stage.consent(&[Scope::View]).unwrap();
    assert_eq!(stage.display().state, State::Shared { way: Way::Mirror });
    assert_eq!(stage.consent(&[Scope::View]).unwrap(), 0, "agreeing twice is agreeing once");
    stage
        .world
        .on_contact(stage.agent, contact::Command::Finish { contact: stage.contact })
        .unwrap();
    assert!(stage.world.site.displays.is_empty());
    let over = stage.consent(&[Scope::View]);
    assert_eq!(code(over), "display.no_talk");
}

#[test]
fn nothing_is_shared_without_being_seen_and_nobody_agrees_for_the_customer() {
    let mut stage = Stage::new();
    assert_eq!(code(stage.consent(&[Scope::Record])), "display.view_is_needed");
    let (contact, scopes) = (stage.contact, BTreeSet::from([Scope::View]));
    let consent = Command::Consent { contact, scopes, text: Some(text(None)) };
    assert_eq!(code(stage.agents(consent.clone())), "display.not_yours");
    assert_eq!(code(stage.run(customer(VISIT + 1), consent)), "display.not_yours");
}

#[test]
fn only_a_text_in_force_is_agreed_to() {
    let mut stage = Stage::new();
    let (contact, scopes) = (stage.contact, BTreeSet::from([Scope::View]));
    let now = stage.world.now;
    let long_ago = Timestamp(now.0 - CONSENT_GRACE.0) - Span::secs(1);
    for unfit in [None, Some(text(Some(long_ago)))] {
        let consent = Command::Consent { contact, scopes: scopes.clone(), text: unfit };
        assert_eq!(code(stage.customers(consent)), "display.text_not_in_force");
    }
    let consent = Command::Consent { contact, scopes, text: Some(text(Some(now))) };
    assert!(stage.customers(consent).is_ok(), "they were reading it as it was replaced");
}

#[test]
fn consent_is_taken_back_scope_by_scope_and_without_view_it_is_over() {
    let mut stage = Stage::shared(&[Scope::View, Scope::Record, Scope::Control]);
    let display = stage.display;
    stage.agents(Command::AskControl { display }).unwrap();
    let holder = stage.agent.into();
    stage.customers(Command::Grant { display, staff: holder }).unwrap();
    stage.revoke(Scope::Control).unwrap();
    assert!(stage.display().control.is_none(), "the grant goes with the consent");
    assert_eq!(stage.revoke(Scope::Control).unwrap(), 0);
    stage.revoke(Scope::View).unwrap();
    assert!(stage.world.site.displays.is_empty());
    assert_eq!(stage.revoke(Scope::View).unwrap(), 0, "it is over already");
    assert!(matches!(
        stage.world.site.contacts[&stage.contact].state,
        ContactState::Talking { .. }
    ));
    // The talk goes on, and the agent asks again.
    stage.agents(Command::Offer { contact: stage.contact }).unwrap();
    stage.display = stage.world.site.display_of(stage.contact).unwrap();
    assert!(stage.display().scopes.is_empty());
}

#[test]
fn only_the_agent_supervisors_and_whoever_was_invited_look_on() {
    let mut stage = Stage::shared(&[Scope::View]);
    let expert: AgentId = stage.world.agent(2, &[], CHAT);
    let stranger = StaffId::from(expert);
    assert_eq!(code(stage.join(stranger, 2, Role::Agent)), "display.not_invited");
    assert_eq!(code(stage.join(stranger, 2, Role::Expert)), "display.not_invited");
    let display = stage.display;
    assert_eq!(
        code(stage.run(staff(expert), Command::Invite { display, staff: stranger })),
        "display.not_looking"
    );
    stage.agents(Command::Invite { display, staff: stranger }).unwrap();
    assert_eq!(stage.join(stranger, 2, Role::Expert).unwrap(), 2, "registered and joined");
    assert_eq!(stage.join(stranger, 3, Role::Expert).unwrap(), 1, "registered");
    assert_eq!(stage.join(stranger, 3, Role::Expert).unwrap(), 0, "the same connection");
    stage.join(id(77), 4, Role::Supervisor).unwrap();
    assert_eq!(stage.display().connections.len(), 4);
    let leave = |n: u128| Command::Leave { display, connection: id::<ConnectionId>(n) };
    stage.run(staff(expert), leave(2)).unwrap();
    assert!(stage.display().is_watched_by(stranger));
    stage.run(staff(expert), leave(3)).unwrap();
    assert!(!stage.display().is_watched_by(stranger));
}

#[test]
fn one_person_acts_on_the_page_and_only_while_granted_and_looking() {
    let mut stage = Stage::shared(&[Scope::View]);
    let (display, holder) = (stage.display, StaffId::from(stage.agent));
    stage.agents(Command::AskControl { display }).unwrap();
    let grant = Command::Grant { display, staff: holder };
    assert_eq!(code(stage.customers(grant.clone())), "display.control_not_agreed");
    stage.consent(&[Scope::Control]).unwrap();
    assert_eq!(code(stage.agents(grant.clone())), "display.not_yours");
    stage.customers(grant.clone()).unwrap();
    assert_eq!(stage.customers(grant.clone()).unwrap(), 0);
    let supervisor: StaffId = id(77);
    stage.join(supervisor, 2, Role::Supervisor).unwrap();
    let ask = Command::AskControl { display };
    assert_eq!(code(stage.run(Actor::Staff(supervisor), ask)), "display.control_taken");
    let leave = Command::Leave { display, connection: id(1) };
    stage.agents(leave).unwrap();
    assert!(stage.display().control.is_none(), "whoever left does not act any more");
    assert_eq!(code(stage.customers(grant)), "display.control_not_asked");
}

#[test]
fn a_page_is_opened_when_the_customer_agrees_once_or_beforehand() {
    let mut stage = Stage::shared(&[Scope::View]);
    let (display, url) = (stage.display, sealed("tariffs"));
    let push = |stage: &Stage| stage.display().push.clone().unwrap();
    stage.agents(Command::Push { display, url: url.clone() }).unwrap();
    let first = push(&stage);
    assert_eq!(first.state, PushState::Proposed);
    let answer = |push: PushId, follow| Command::Answer { display, push, follow };
    assert_eq!(code(stage.agents(answer(first.push, true))), "display.not_yours");
    stage.customers(answer(first.push, false)).unwrap();
    assert_eq!(push(&stage).state, PushState::Declined);
    stage.consent(&[Scope::Follow]).unwrap();
    stage.agents(Command::Push { display, url: url.clone() }).unwrap();
    assert_eq!(push(&stage).state, PushState::Followed);
    assert_eq!(code(stage.customers(answer(first.push, true))), "display.push_over");
    stage.customers(Command::Share { display, way: Way::Together { url: url.clone() } }).unwrap();
    assert_eq!(stage.display().state, State::Shared { way: Way::Together { url: url.clone() } });
    let together = Command::Share { display, way: Way::Together { url } };
    assert_eq!(stage.customers(together.clone()).unwrap(), 0);
    assert_eq!(code(stage.agents(together)), "display.not_yours");
    stage.agents(Command::Share { display, way: Way::Mirror }).unwrap();
    assert_eq!(stage.display().state, State::Shared { way: Way::Mirror });
}

#[test]
fn a_shared_widget_has_one_state_whoever_changes_it() {
    let mut stage = Stage::shared(&[Scope::View]);
    let widget = WidgetName::parse("tariff-calculator").unwrap();
    let change = |based_on, state: &str| Command::ChangeWidget {
        display: stage.display,
        widget: widget.clone(),
        based_on,
        state: sealed(state),
    };
    let (first, stale, second) = (change(0, "two"), change(0, "three"), change(1, "four"));
    stage.customers(first).unwrap();
    assert_eq!(code(stage.agents(stale)), "display.widget_stale");
    stage.agents(second).unwrap();
    let known = &stage.display().widgets[&widget];
    assert_eq!((known.version, &known.state), (2, &sealed("four")));
}

#[test]
fn a_paused_display_stays_as_it_is_until_it_is_resumed() {
    let mut stage = Stage::shared(&[Scope::View]);
    let display = stage.display;
    stage.customers(Command::Pause { display }).unwrap();
    assert_eq!(stage.customers(Command::Pause { display }).unwrap(), 0);
    let push = Command::Push { display, url: sealed("tariffs") };
    assert_eq!(code(stage.agents(push)), "display.not_shared");
    stage.customers(Command::Resume { display }).unwrap();
    assert_eq!(stage.display().state, State::Shared { way: Way::Mirror });
}
