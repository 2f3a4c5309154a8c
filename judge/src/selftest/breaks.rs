//! The breaks: each alters a copy of the records so that one law no longer holds.

#![allow(clippy::ptr_arg, reason = "all breaks have one signature")]

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Break;
use crate::{
    event::Event,
    laws::{self, Beside},
    records::{Placed, Record},
};

/// Ten years, in microseconds: beyond every limit.
const TEN_YEARS: i64 = 10 * 365 * 86_400 * 1_000_000;
/// The id of what a break invents.
const INVENTED: Uuid = Uuid::from_u128(0x00b1_2ea4_0000_4000_8000_0000_0000_0001);

pub(super) fn all(beside: Beside<'_>) -> Vec<Break> {
    let relinked = |law, what, apply| Break { law, what, links_again: true, apply };
    let unlinked = |law, what, apply| Break { law, what, links_again: false, apply };
    let mut breaks = vec![
        relinked(laws::CAPACITY, "a contact is given to an agent who has one", double_book),
        relinked(laws::WINNER, "a connected reservation ends before its end", end_twice),
        relinked(laws::CONTACT, "a contact leaves, then completes", leave_then_complete),
        relinked(laws::CONTACT, "a contact may wait for ten years", wait_too_long),
        unlinked(laws::ORDER, "the data of one record is altered", alter_data),
        unlinked(laws::ORDER, "one record is taken out", take_out),
        relinked(laws::ORDER, "one record is written under an older epoch", older_epoch),
        relinked(laws::COMMAND, "a decision repeats the command of another", repeat_command),
        relinked(laws::CALLBACK, "a callback ends, then goes on", end_callback_early),
        relinked(laws::CALLBACK, "a callback may stay open for ten years", callback_too_long),
    ];
    if beside.drained {
        breaks.push(relinked(laws::DRAINED, "a contact arrives after everything", arrive_late));
    }
    if beside.played.is_some() {
        breaks.push(relinked(
            laws::SKILL,
            "a call is given to an agent without its skill",
            misroute,
        ));
    }
    breaks.sort_by_key(|one| one.law);
    breaks
}

/// One reservation as it stands in the records, from the offer to its end.
struct Held {
    reservation: Uuid,
    contact: Uuid,
    agent: Uuid,
    from: usize,
    until: usize,
}

fn reservations(records: &[Record]) -> Vec<Held> {
    let mut open: BTreeMap<Uuid, Held> = BTreeMap::new();
    let mut all = Vec::new();
    for (index, record) in records.iter().enumerate() {
        match &record.event {
            Event::Offered(offer) => {
                open.insert(
                    offer.reservation,
                    Held {
                        reservation: offer.reservation,
                        contact: offer.contact,
                        agent: offer.agent,
                        from: index,
                        until: index,
                    },
                );
            }
            Event::ReservationEnded(held) => {
                if let Some(mut held) = open.remove(&held.reservation) {
                    held.until = index;
                    all.push(held);
                }
            }
            _ => {}
        }
    }
    all.sort_by_key(|held| held.from);
    all
}

/// Writes another agent into every record of the reservation.
fn give_to(records: &mut [Record], held: &Held, agent: Uuid) -> Result<()> {
    let reservation = held.reservation.to_string();
    let contact = held.contact.to_string();
    let (old, new) = (held.agent.to_string(), agent.to_string());
    for record in &mut records[held.from..] {
        if record.data.contains(&reservation) || record.data.contains(&contact) {
            record.data = record.data.replace(&old, &new);
            record.understand()?;
        }
    }
    Ok(())
}

/// By agent: capacities.
fn capacities(records: &[Record]) -> BTreeMap<Uuid, BTreeMap<String, u8>> {
    let enrolled = |record: &Record| match &record.event {
        Event::AgentEnrolled { agent, capacity } => Some((*agent, capacity.clone())),
        _ => None,
    };
    records.iter().filter_map(enrolled).collect()
}

fn channel(records: &[Record], held: &Held) -> String {
    match &records[held.from].event {
        Event::Offered(offer) => offer.channel.clone(),
        _ => String::new(),
    }
}

/// The type of a contact that the journal names directly.
fn kind(beside: Beside<'_>, contact: Uuid) -> Option<&str> {
    let played = beside.played?;
    played.calls.kind(*played.journal.contacts.get(&contact)?)
}

/// Whether the agent may serve the contact by the call file; anybody may if nothing was played.
fn may_serve(beside: Beside<'_>, agent: Uuid, contact: Uuid) -> bool {
    let Some(played) = beside.played else { return true };
    let name = played.journal.servers.get(&agent);
    let kind = kind(beside, contact);
    name.zip(kind).is_some_and(|(name, kind)| played.calls.serves(name, kind))
}

fn double_book(records: &mut Vec<Record>, beside: Beside<'_>) -> Result<Option<()>> {
    let all = reservations(records);
    let capacities = capacities(records);
    let full = |held: &Held, agent: Uuid| {
        let channel = channel(records, held);
        capacities.get(&agent).and_then(|all| all.get(&channel)) == Some(&1)
    };
    let mut running: Vec<&Held> = Vec::new();
    for held in &all {
        running.retain(|other| other.until > held.from);
        let busy = running.iter().find(|other| {
            other.agent != held.agent
                && full(other, other.agent)
                && full(held, other.agent)
                && may_serve(beside, other.agent, held.contact)
        });
        if let Some(busy) = busy {
            let agent = busy.agent;
            give_to(records, held, agent)?;
            return Ok(Some(()));
        }
        running.push(held);
    }
    Ok(None)
}

fn misroute(records: &mut Vec<Record>, beside: Beside<'_>) -> Result<Option<()>> {
    let Some(played) = beside.played else { return Ok(None) };
    let all = reservations(records);
    let capacities = capacities(records);
    for held in &all {
        if kind(beside, held.contact).is_none() {
            continue;
        }
        let channel = channel(records, held);
        let wrong = played.journal.servers.keys().find(|agent| {
            let overlaps = |other: &&Held| {
                other.agent == **agent && other.from <= held.until && held.from <= other.until
            };
            !may_serve(beside, **agent, held.contact)
                && capacities.get(agent).and_then(|all| all.get(&channel)).is_some_and(|n| *n > 0)
                && !all.iter().any(|other| overlaps(&other))
        });
        if let Some(wrong) = wrong {
            give_to(records, held, *wrong)?;
            return Ok(Some(()));
        }
    }
    Ok(None)
}

/// The record in the middle of all those that fit.
fn middle(records: &[Record], fits: impl Fn(&Record) -> bool) -> Option<usize> {
    let all: Vec<usize> =
        records.iter().enumerate().filter(|(_, one)| fits(one)).map(|(index, _)| index).collect();
    all.get(all.len() / 2).copied()
}

/// Gives the middle record of one type another type.
fn rename(records: &mut [Record], from: &str, to: &str) -> Result<Option<()>> {
    let Some(index) = middle(records, |record| record.kind == from) else { return Ok(None) };
    to.clone_into(&mut records[index].kind);
    records[index].understand()?;
    Ok(Some(()))
}

/// Moves the `until` of the middle record of one type by ten years.
fn postpone(records: &mut [Record], kind: &str) -> Result<Option<()>> {
    let Some(index) = middle(records, |record| record.kind == kind) else { return Ok(None) };
    let mut data: Value = serde_json::from_str(&records[index].data)?;
    let until = data["until"].as_i64().context("what waits has a deadline")?;
    data["until"] = json!(until + TEN_YEARS);
    records[index].data = data.to_string();
    records[index].understand()?;
    Ok(Some(()))
}

fn end_twice(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    rename(records, "reservation.connected", "reservation.completed")
}

fn leave_then_complete(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    rename(records, "contact.talking", "contact.left")
}

fn wait_too_long(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    postpone(records, "contact.queued")
}

fn callback_too_long(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    postpone(records, "callback.requested")
}

fn end_callback_early(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    rename(records, "callback.attempt_ended", "callback.completed")
}

/// A decision of one record at which no other law looks.
fn lonely(record: &Record) -> bool {
    record.event == Event::Other && record.place.as_ref().is_some_and(|place| place.parts == 1)
}

fn alter_data(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    let Some(index) =
        middle(records, |record| record.event == Event::Other && record.place.is_some())
    else {
        return Ok(None);
    };
    records[index].data.push(' ');
    Ok(Some(()))
}

fn take_out(records: &mut Vec<Record>, beside: Beside<'_>) -> Result<Option<()>> {
    let acknowledged = |record: &Record| {
        let command = record.place.as_ref().map(|place| place.command);
        beside.played.is_some_and(|played| {
            played.journal.acknowledged.iter().any(|one| Some(one.command) == command)
        })
    };
    let candidates: Vec<usize> = (0..records.len()).filter(|at| lonely(&records[*at])).collect();
    let free = candidates.into_iter().find(|at| !acknowledged(&records[*at]));
    let Some(index) = free else { return Ok(None) };
    records.remove(index);
    Ok(Some(()))
}

fn older_epoch(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    let Some(index) = middle(records, |record| record.place.is_some()) else { return Ok(None) };
    records[index].epoch -= 1;
    Ok(Some(()))
}

fn repeat_command(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    let Some(later) = middle(records, lonely) else { return Ok(None) };
    let partition = Arc::clone(&records[later].partition);
    let earlier = records[..later]
        .iter()
        .filter(|record| record.partition == partition)
        .find_map(|record| record.place.as_ref())
        .map(|place| (place.command, place.actor.clone()));
    let Some(((command, actor), place)) = earlier.zip(records[later].place.as_mut()) else {
        return Ok(None);
    };
    place.command = command;
    place.actor = actor;
    Ok(Some(()))
}

fn arrive_late(records: &mut Vec<Record>, _: Beside<'_>) -> Result<Option<()>> {
    let Some(model) = middle(records, |record| record.kind == "contact.queued") else {
        return Ok(None);
    };
    let mut late = records[model].clone();
    let last = records
        .iter()
        .rfind(|record| record.partition == late.partition)
        .context("the model itself is of this partition")?;
    let seq = last.seq() + 1;
    let mut data: Value = serde_json::from_str(&late.data)?;
    let waits = data["until"].as_i64().unwrap_or_default() - late.time;
    (late.time, late.epoch, late.writer) = (last.time, last.epoch, last.writer);
    data["contact"] = json!(INVENTED);
    data["callback"] = Value::Null;
    data["until"] = json!(late.time + waits);
    late.data = data.to_string();
    let place = late.place.as_mut().context("a queued contact is not a claim")?;
    (place.seq, place.part, place.parts) = (seq, 0, 1);
    (place.id, place.command) = (INVENTED, INVENTED);
    late.understand()?;
    records.push(late);
    Ok(Some(()))
}
