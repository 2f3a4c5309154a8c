//! The real site, watched from inside: a digest of the state before some of its decisions; or made deaf to deadlines.

use std::{cell::RefCell, collections::BTreeMap};

use domain::{
    command::{self, Context, Refusal, derived_id},
    event::DecodeError,
    id::CommandId,
    partition::Root,
    site::{Site, SiteCommand, SiteEvent},
    time::{Deadline, Timestamp},
};
use uuid::Uuid;

/// A digest is taken before one decision in so many, the same ones by whoever makes them.
const EVERY: u8 = 16;

thread_local! {
    /// Of the world that runs on this thread.
    static PROBE: RefCell<Probe> = RefCell::default();
}

#[derive(Default)]
struct Probe {
    deaf: bool,
    digests: BTreeMap<(CommandId, Timestamp), Vec<Uuid>>,
}

/// Begins a world on this thread.
pub(super) fn begin(deaf: bool) {
    PROBE.with_borrow_mut(|probe| *probe = Probe { deaf, ..Probe::default() });
}

/// What states this command was decided on at that time, by whoever decided it; often nobody looked.
pub(super) fn decided_on(command: CommandId, at: Timestamp) -> Vec<Uuid> {
    PROBE.with_borrow_mut(|probe| probe.digests.remove(&(command, at)).unwrap_or_default())
}

/// The same for the same state.
pub(super) fn digest(site: &Site) -> Uuid {
    derived_id(&[&site.freeze()])
}

/// The deciders' state.
#[derive(Clone, Default)]
pub(super) struct Watched(Site);

impl Watched {
    pub(super) fn site(&self) -> &Site {
        &self.0
    }

    fn note(&self, context: &Context) {
        if context.command_id.0.as_bytes()[15].is_multiple_of(EVERY) {
            let key = (context.command_id, context.now);
            let digest = digest(&self.0);
            PROBE.with_borrow_mut(|probe| probe.digests.entry(key).or_default().push(digest));
        }
    }
}

impl Root for Watched {
    type Command = SiteCommand;
    type Event = SiteEvent;

    fn decide(
        &mut self,
        context: &Context,
        command: SiteCommand,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.note(context);
        self.0.decide(context, command)
    }

    fn evolve(&mut self, event: &SiteEvent, at: Timestamp) {
        self.0.evolve(event, at);
    }

    fn next_due(&self) -> Option<Deadline> {
        let deaf = PROBE.with_borrow(|probe| probe.deaf);
        self.0.next_due().filter(|due| !deaf || *due == Timestamp::MIN)
    }

    fn fire(&mut self, context: &Context) -> Vec<SiteEvent> {
        self.note(context);
        self.0.fire(context)
    }

    fn resume(&mut self, context: &Context) -> Vec<SiteEvent> {
        self.0.resume(context)
    }

    const FOLD: Option<u32> = Site::FOLD;

    fn freeze(&self) -> Vec<u8> {
        self.0.freeze()
    }

    fn thaw(bytes: &[u8]) -> Option<Self> {
        Site::thaw(bytes).map(Self)
    }

    fn kind(event: &SiteEvent) -> (&'static str, u32) {
        Site::kind(event)
    }

    fn encode(event: &SiteEvent) -> Vec<u8> {
        Site::encode(event)
    }

    fn decode(kind: &str, data: &[u8]) -> Result<SiteEvent, DecodeError> {
        Site::decode(kind, data)
    }

    fn meta(event: command::Event) -> SiteEvent {
        Site::meta(event)
    }
}
