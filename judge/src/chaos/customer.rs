//! A customer under chaos: asks, talks all the time, hangs up, asks again; always on the same visit.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{AWAY, Back, Door, Order, World};

/// Lines of one chat.
const LINES: std::ops::Range<u32> = 20..80;
/// Between two lines: within what the edge allows one visit.
const BREATH: Duration = Duration::from_millis(50);
/// The demo company's visitors may ask about it, one request at a time.
const TOPIC: &str = "tariffs";

pub(super) async fn talk(world: Arc<World>, n: usize, seed: u64) -> Result<()> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    chance.set_stream(n as u64 + 1);
    let Some(token) = visit(&world).await? else { return Ok(()) };
    let door = Door::Edge(token);
    while !world.stopped() {
        let Some((contact, link)) = connected(&world, &door).await? else { continue };
        for line in 0..chance.random_range(LINES) {
            if world.stopped() {
                return Ok(());
            }
            let text = format!("customer {n}, contact {contact}, line {line}");
            let order = say(link, contact, &text);
            let answer = if chance.random() {
                world.surely(&door, order).await?
            } else {
                // Whatever becomes of it: the next line is another command.
                world.command(&door, world.fresh_id(), &order).await?
            };
            if answer.is_some_and(|answer| answer["__typename"] == "Refused") {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        let call = format!("endLink(commandId: $c, link: \"{link}\")");
        world.surely(&door, Order { what: "endLink", call, said: None }).await?;
    }
    Ok(())
}

pub(super) fn say(link: Uuid, contact: Uuid, text: &str) -> Order<'static> {
    let call = format!("say(commandId: $c, link: \"{link}\", text: {})", Value::from(text));
    Order { what: "say", call, said: Some((contact, text.to_owned())) }
}

/// Opens the visit on which this customer stays.
async fn visit(world: &World) -> Result<Option<String>> {
    let url = format!("{}/visit", world.addresses.edge);
    while !world.stopped() {
        if let Back::Data(answer) = world.post(&url, None, &json!({ "site": "demo" })).await? {
            return Ok(Some(answer["token"].as_str().context("a visit has a token")?.to_owned()));
        }
    }
    Ok(None)
}

/// The contact and link on which this customer can talk; asks for one if there is none.
async fn connected(world: &World, door: &Door) -> Result<Option<(Uuid, Uuid)>> {
    let document = "{ me { contacts { id state link { id } } } }";
    let Some(data) = world.query(door, document).await? else { return Ok(None) };
    let contacts = data["me"]["contacts"].as_array().map_or(&[][..], Vec::as_slice);
    let over = |state: &Value| matches!(state.as_str(), Some("COMPLETED" | "LEFT" | "WRAPPING"));
    let Some(open) = contacts.iter().find(|contact| !over(&contact["state"])) else {
        let call = format!("ask(input: {{ commandId: $c, topic: \"{TOPIC}\", channel: CHAT }})");
        let asked = world.surely(door, Order { what: "ask", call, said: None }).await?;
        if asked.is_some_and(|asked| asked["__typename"] != "Asked") {
            tokio::time::sleep(AWAY).await;
        }
        return Ok(None);
    };
    if open["state"] != "TALKING" {
        tokio::time::sleep(AWAY).await;
        return Ok(None);
    }
    let id = |value: &Value| -> Result<Uuid> { Ok(value.as_str().context("an id")?.parse()?) };
    Ok(Some((id(&open["id"])?, id(&open["link"]["id"])?)))
}
