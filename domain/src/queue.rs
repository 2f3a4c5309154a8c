//! A queue: a waiting line with a routing policy whose steps relax over time.

use serde::{Deserialize, Serialize};

use crate::{
    id::QueueName,
    requirement::Requirement,
    site::{Draft, Site},
    time::Span,
};

/// Each level of priority counts as this much waiting time already spent.
pub const PRIORITY_HEAD_START: Span = Span::secs(45);
pub const PRIORITY_MAX: u8 = 9;
pub const STEPS_MAX: usize = 8;

/// The virtual waiting time that a priority is worth.
pub fn priority_head_start(priority: u8) -> Span {
    Span(PRIORITY_HEAD_START.0 * i64::from(priority.min(PRIORITY_MAX)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    LongestIdle,
    BestProficiency,
}

/// From `after_secs` of real waiting on, this requirement stands in the place of the step before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub after_secs: u32,
    /// Joined (and) with what the request itself requires when `keeps_request`.
    pub requirement: Requirement,
    #[serde(default = "yes")]
    pub keeps_request: bool,
}

impl Step {
    /// What this step asks of an agent who serves a request that itself requires `request`.
    pub fn required(&self, request: &Requirement) -> Requirement {
        if self.keeps_request {
            request.clone().and(self.requirement.clone())
        } else {
            self.requirement.clone()
        }
    }
}

/// The step that a wait has reached, by its place; `None` before the first.
pub(crate) fn step_reached(steps: &[Step], waited: Span) -> Option<usize> {
    steps.iter().rposition(|step| i64::from(step.after_secs) <= waited.as_secs())
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub version: u32,
    pub title: String,
    pub strategy: Strategy,
    /// In rising order of `after_secs`; the first usually begins at 0.
    pub steps: Vec<Step>,
    pub offer_secs: u32,
    pub linking_secs: u32,
    pub talk_secs_max: u32,
    pub wrap_up_secs: u32,
    /// A contact that waits longer leaves the queue: timed out.
    pub wait_secs_max: u32,
    /// The T of the service level.
    pub target_secs: u32,
    /// What a contact is expected to take before there is experience.
    pub handle_secs: u32,
    pub callback_attempts_max: u8,
    pub callback_retry_secs: u32,
    /// An open callback ends this long after it was due.
    pub callback_expires_secs: u32,
    /// Customers are not told by name who else looks at their page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hides_watchers: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Adds a queue or gives it another definition; effective on the next match.
    Define { queue: QueueName, definition: Definition },
}

events! { "queue" =>
    Defined = "queue.defined" @ 1 { queue: QueueName, definition: Definition },
}

/// A queue of the site, and what experience tells about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub definition: Definition,
    /// Moving mean of what a contact takes, from the talk's begin to the end of its wrap-up.
    pub handle_mean: Span,
    pub handled: u64,
}

/// Each contact moves the mean by this part of the difference.
const HANDLE_MEAN_SMOOTHING: i64 = 16;

impl Queue {
    pub(crate) fn learn(&mut self, handled: Span) {
        self.handle_mean.0 += (handled.0 - self.handle_mean.0) / HANDLE_MEAN_SMOOTHING;
        self.handled += 1;
    }
}

pub(crate) fn decide(draft: &mut Draft, command: Command) {
    let Command::Define { queue, definition } = command;
    if draft.site.queues.get(&queue).is_none_or(|known| known.definition != definition) {
        draft.emit(Event::Defined { queue, definition });
    }
}

pub(crate) fn evolve(site: &mut Site, event: &Event) {
    let Event::Defined { queue, definition } = event;
    if let Some(known) = site.queues.get_mut(queue) {
        known.definition = definition.clone();
    } else {
        let handle_mean = Span::secs(i64::from(definition.handle_secs));
        site.queues.insert(
            queue.clone(),
            Queue { definition: definition.clone(), handle_mean, handled: 0 },
        );
    }
    site.restep(queue);
}
