//! What events make of an agent.

use super::{Agent, Capacity, Event, Presence, Shift};
use crate::{
    display,
    id::AgentId,
    requirement::Skills,
    site::{Due, Site},
    time::Timestamp,
};

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    let agent = match event {
        Event::ReasonsDefined { reasons } => {
            site.reasons.clone_from(reasons);
            return;
        }
        Event::Retired { agent, version } => {
            enrolled(site, *agent, *version, &Skills::new(), &Capacity::new());
            if let Some(known) = site.agents.get_mut(agent) {
                known.retired = true;
            }
            agent
        }
        Event::Enrolled { agent, version, skills, capacity } => {
            enrolled(site, *agent, *version, skills, capacity);
            agent
        }
        Event::SignedIn { agent } => {
            let displays = site.displays.keys().copied();
            let advises = displays
                .filter(|display| display::experts(site, *display).contains(agent))
                .collect();
            if let Some(known) = site.agents.get_mut(agent) {
                known.shift = Some(Shift { advises, ..Shift::begin(at) });
            }
            agent
        }
        Event::PresenceChanged { agent, presence, reason } => {
            if let Some(shift) = site.shift_mut(*agent) {
                if *presence == Presence::Available && shift.work.is_empty() {
                    shift.idle_since = at;
                }
                shift.presence = *presence;
                shift.reason.clone_from(reason);
                shift.since = at;
                shift.deferred = None;
            }
            agent
        }
        Event::PresenceChangeDeferred { agent, presence, reason } => {
            if let Some(shift) = site.shift_mut(*agent) {
                shift.deferred = Some((*presence, reason.clone()));
            }
            agent
        }
        Event::DeviceLost { agent, until } => {
            if let Some(shift) = site.shift_mut(*agent) {
                shift.device_lost_until = Some(*until);
                site.due.insert((*until, Due::Device(*agent)));
            }
            agent
        }
        Event::DeviceReturned { agent } => {
            let until = site.shift_mut(*agent).and_then(|shift| shift.device_lost_until.take());
            site.forget(until, Due::Device(*agent));
            agent
        }
        Event::StoppedResponding { agent, until } => {
            if let Some(shift) = site.shift_mut(*agent) {
                let before = shift.not_responding_until.replace(*until);
                site.forget(before, Due::NotResponding(*agent));
                site.due.insert((*until, Due::NotResponding(*agent)));
            }
            agent
        }
        Event::RespondingAgain { agent } => {
            let until = site.shift_mut(*agent).and_then(|shift| shift.not_responding_until.take());
            site.forget(until, Due::NotResponding(*agent));
            agent
        }
        Event::Kept { agent, booking } => {
            if let Some(shift) = site.shift_mut(*agent) {
                shift.kept_for = Some(*booking);
            }
            site.calendar_is_near(*booking);
            agent
        }
        Event::SignedOut { agent } => {
            let shift = site.agents.get_mut(agent).and_then(|known| known.shift.take());
            if let Some(shift) = shift {
                site.forget(shift.device_lost_until, Due::Device(*agent));
                site.forget(shift.not_responding_until, Due::NotResponding(*agent));
                site.forget(shift.question.map(|asked| asked.until), Due::Question(*agent));
            }
            agent
        }
    };
    site.touch_agent(*agent);
}

fn enrolled(site: &mut Site, agent: AgentId, version: u32, skills: &Skills, capacity: &Capacity) {
    let slot = site.agents.get(&agent).map_or_else(|| site.index.add_agent(), |known| known.slot);
    let known = site.agents.entry(agent).or_insert_with(|| Agent::new(slot));
    known.version = version;
    known.skills.clone_from(skills);
    known.capacity.clone_from(capacity);
    known.retired = false;
    site.index.qualify(slot, agent, skills);
}
