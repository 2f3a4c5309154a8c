//! A decision in the making: events are applied to the speculative state as they are decided.

use crate::{
    command::Context,
    log::DECISION_EVENTS_MAX,
    partition::Root,
    site::{Site, SiteEvent},
    time::Timestamp,
};

/// One step of work adds at most this many events; so much room is kept before another begins.
const STEP_EVENTS_MAX: usize = 12;

pub(crate) struct Draft<'a> {
    pub(crate) site: &'a mut Site,
    pub(crate) context: &'a Context,
    events: Vec<SiteEvent>,
    ids: usize,
}

impl<'a> Draft<'a> {
    pub(super) fn new(site: &'a mut Site, context: &'a Context) -> Self {
        Self { site, context, events: Vec::new(), ids: 0 }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.context.now
    }

    pub(crate) fn emit(&mut self, event: impl Into<SiteEvent>) {
        let event = event.into();
        self.site.evolve(&event, self.context.now);
        self.events.push(event);
    }

    /// The next new id of this decision.
    pub(crate) fn new_id<T: From<uuid::Uuid>>(&mut self, noun: &str) -> T {
        self.ids += 1;
        self.context.new_id(noun, self.ids)
    }

    /// How many events still fit before another step of work has to wait for the next decision.
    pub(crate) fn room(&self) -> usize {
        (DECISION_EVENTS_MAX - STEP_EVENTS_MAX).saturating_sub(self.events.len())
    }

    pub(super) fn into_events(self) -> Vec<SiteEvent> {
        self.events
    }
}
