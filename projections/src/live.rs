//! The live view of a site: its floor, a journal of what changes on the board, and the state that decides.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    display,
    event::DecodeError,
    id::{AccountId, AgentId, CallbackId, ContactId, DisplayId, QueueName, VisitId},
    log::{Seq, Whole},
    partition::Root as _,
    site::{Site, SiteEvent},
    time::Timestamp,
};

use serde_json::value::RawValue;

use crate::{
    board::{self, Board, Journal},
    display::Displays,
    floor::Floor,
    own::Own,
    tail::View,
};

/// What the tail of a site's partition keeps in memory.
#[derive(Debug, Default)]
pub struct Live {
    floor: Floor,
    /// The very state that the decider holds, folded from the same records.
    site: Site,
    displays: Displays,
    journal: Journal,
    /// Up to where the journal tells.
    told: Seq,
}

/// What a run of decisions changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub version: Seq,
    /// Too much to name: look at everything again.
    pub everything: bool,
    pub agents: BTreeSet<AgentId>,
    pub contacts: BTreeSet<ContactId>,
    pub callbacks: BTreeSet<CallbackId>,
    pub visits: BTreeSet<VisitId>,
    pub accounts: BTreeSet<AccountId>,
    pub displays: BTreeSet<DisplayId>,
    /// Numbers or agents at work are others, or the line has moved.
    pub queues: BTreeSet<QueueName>,
}

impl Changed {
    pub fn concerns_agent(&self, agent: AgentId) -> bool {
        self.everything || self.agents.contains(&agent)
    }

    pub fn concerns_display(&self, display: DisplayId) -> bool {
        self.everything || self.displays.contains(&display)
    }

    pub fn concerns_contact(&self, contact: ContactId) -> bool {
        self.everything || self.contacts.contains(&contact)
    }

    /// `shown` is what the customer was shown last.
    pub fn concerns_customer(
        &self,
        visit: VisitId,
        account: Option<AccountId>,
        shown: &Own,
    ) -> bool {
        self.everything
            || self.visits.contains(&visit)
            || account.is_some_and(|account| self.accounts.contains(&account))
            || !self.queues.is_disjoint(&shown.queues)
            || (shown.waits() && !self.agents.is_empty())
    }

    pub fn concerns_queue(&self, queue: &QueueName) -> bool {
        self.everything || self.queues.contains(queue)
    }
}

impl Live {
    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    pub fn displays(&self) -> &Displays {
        &self.displays
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The decider's state up to [`Floor::seq`] as JSON: the same for everybody who folds the same records.
    pub fn state_json(&self) -> String {
        serde_json::to_string(&self.site).expect("a site's state is always JSON")
    }

    /// Whoever looks on as an expert is shown as taken.
    fn display_event(&mut self, event: &display::Event, at: Timestamp) {
        let of = event.display();
        let experts = |site: &Site| of.map(|of| display::experts(site, of)).unwrap_or_default();
        let contact = of.and_then(|of| self.site.displays.get(&of)).map(|known| known.contact);
        let before = experts(&self.site);
        self.site.evolve(&event.clone().into(), at);
        let now = experts(&self.site);
        let Some(contact) = contact else { return };
        for agent in before.symmetric_difference(&now) {
            self.floor.advise(*agent, contact, now.contains(agent), at);
        }
    }

    /// The whole board as it is now.
    pub fn board(&self) -> Board {
        board::board(&self.floor, &self.site)
    }

    /// What changed on the board after `version`, each change made once for all. `None`: take the whole.
    pub fn board_since(&self, version: Seq) -> Option<Vec<Arc<Board>>> {
        self.journal.since(version)
    }
}

impl View for Live {
    type Changed = Changed;

    const FOLD: Option<(&'static str, u32)> = Some(("live", 3));

    fn freeze(&self) -> String {
        serde_json::to_string(&(&self.floor, &self.site, &self.displays))
            .expect("a live view is always JSON")
    }

    fn thaw(json: &str) -> Option<Self> {
        let (floor, site, displays): (Floor, &RawValue, Displays) =
            serde_json::from_str(json).ok()?;
        let (told, site) = (floor.seq(), Site::thaw(site.get().as_bytes())?);
        Some(Self { floor, site, displays, journal: Journal::default(), told })
    }

    fn apply(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        for record in &whole.records {
            // Neither changes the state of a site.
            if !record.kind.starts_with("command.") && !record.kind.starts_with("entitlement.") {
                let event = SiteEvent::decode(&record.kind, &record.data)?;
                if let SiteEvent::Display(event) = &event {
                    self.displays.apply(event, record.time);
                    self.display_event(event, record.time);
                } else {
                    self.site.evolve(&event, record.time);
                }
            }
        }
        self.floor.apply(whole)
    }

    fn take_changed(&mut self) -> Option<Changed> {
        let (touched, displays) = (self.floor.take_touched(), self.displays.take_touched());
        if touched.is_empty() && displays.is_empty() {
            return None;
        }
        let floor = &self.floor;
        if let Some(change) = board::change(floor, &self.site, &touched) {
            let from = std::mem::replace(&mut self.told, change.version);
            self.journal.push(from, change);
        }
        let contacts = touched.contacts.iter().filter_map(|id| floor.contact(*id));
        let callbacks = touched.callbacks.iter().filter_map(|id| floor.callback(*id));
        let mut changed = Changed {
            version: floor.seq(),
            everything: touched.everything,
            agents: touched.agents.iter().copied().collect(),
            contacts: touched.contacts.iter().copied().collect(),
            callbacks: touched.callbacks.iter().copied().collect(),
            visits: touched.visits.iter().copied().collect(),
            ..Changed::default()
        };
        for contact in contacts {
            changed.agents.extend(contact.agent);
            changed.visits.extend(contact.visit);
            changed.accounts.extend(contact.account);
        }
        for callback in callbacks {
            changed.visits.insert(callback.visit);
            changed.accounts.extend(callback.account);
        }
        for shown in displays.iter().filter_map(|id| self.displays.get(*id)) {
            let display = &shown.display;
            changed.contacts.insert(display.contact);
            changed.visits.insert(display.visit);
            changed.agents.insert(display.agent);
            changed.agents.extend(display.invited.iter().map(|staff| AgentId::from(*staff)));
        }
        changed.displays = displays;
        let queues = touched.queues.iter().chain(&touched.lines);
        changed.queues = queues.map(|at| floor.queue_at(*at).name.clone()).collect();
        Some(changed)
    }
}
