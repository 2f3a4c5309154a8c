//! An agent under chaos: accepts whatever is offered, answers now and then, wraps up at once.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    customer::say,
    world::{AWAY, Back, Door, Order, World},
};

/// The demo company's administrator.
const ADMIN: (&str, &str) = ("admin", "brightwater-demo");
const PASSWORD: &str = "chaos-agent-password";
/// Of the lines that an agent could say.
const TALKS_ONE_IN: u32 = 4;
const CHATS: u8 = 8;
/// Between two looks at the desk: within what the desk allows one person.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const DESK: &str =
    "{ desk { me { presence } offers { reservation } contacts { contact state link { id } } } }";

pub(super) struct Agent {
    name: String,
    door: Door,
}

/// Adds agents who can serve the demo company's topics, and lets them log in. The server is not disturbed meanwhile.
pub(super) async fn enroll(world: &World, agents: usize) -> Result<Vec<Agent>> {
    let admin = Door::Desk(log_in(world, ADMIN.0, ADMIN.1).await?);
    let skills = json!({ "sales": 5, "moving": 5 }).to_string();
    let capacity = json!({ "chat": CHATS, "phone": 1 }).to_string();
    let mut all = Vec::new();
    for n in 1..=agents {
        let name = format!("chaos-{n}");
        let call = format!(
            "enrollStaff(input: {{ commandId: $c, staff: \"{}\", login: \"{name}\", password: \"{PASSWORD}\", \
             name: \"Agent {n}\", roles: [AGENT], skillsJson: {}, capacityJson: {} }})",
            world.fresh_id(),
            Value::from(skills.as_str()),
            Value::from(capacity.as_str()),
        );
        let done = world.surely(&admin, Order { what: "enrollStaff", call, said: None }).await?;
        let done = done.context("nobody has stopped yet")?;
        ensure!(done["__typename"] == "Done", "the server refuses to enroll an agent: {done}");
        let door = Door::Desk(log_in(world, &name, PASSWORD).await?);
        all.push(Agent { name, door });
    }
    Ok(all)
}

pub(super) async fn log_in(world: &World, login: &str, password: &str) -> Result<String> {
    let url = format!("{}/session", world.addresses.desk);
    let body = json!({ "login": login, "password": password });
    for _ in 0..100 {
        if let Back::Data(answer) = world.post(&url, None, &body).await? {
            world.tokens_lost.store(0, std::sync::atomic::Ordering::SeqCst);
            return Ok(answer["token"].as_str().context("a session has a token")?.to_owned());
        }
        tokio::time::sleep(AWAY).await;
    }
    anyhow::bail!("`{login}` cannot log in")
}

pub(super) async fn work(world: Arc<World>, agent: Agent) -> Result<()> {
    let Agent { name, door } = agent;
    let mut line: u32 = 0;
    while !world.stopped() {
        let Some(mut data) = world.query(&door, DESK).await? else { continue };
        let desk = data["desk"].take();
        if desk["me"]["presence"] != "AVAILABLE" {
            for call in ["signIn(commandId: $c)", "setPresence(commandId: $c, presence: AVAILABLE)"]
            {
                let order = Order { what: "sign in", call: call.to_owned(), said: None };
                world.surely(&door, order).await?;
            }
        }
        for offer in rows(&desk["offers"]) {
            let call = format!("accept(commandId: $c, reservation: {})", offer["reservation"]);
            world.surely(&door, Order { what: "accept", call, said: None }).await?;
        }
        for contact in rows(&desk["contacts"]) {
            line += 1;
            let talks = line.is_multiple_of(TALKS_ONE_IN);
            serve(&world, &door, contact, talks, &format!("{name}, line {line}")).await?;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[][..], Vec::as_slice)
}

async fn serve(world: &World, door: &Door, row: &Value, talks: bool, text: &str) -> Result<()> {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse::<Uuid>().ok());
    let contact = id(&row["contact"]).context("a contact has an id")?;
    match (row["state"].as_str(), id(&row["link"]["id"])) {
        (Some("WRAPPING"), _) => {
            let call =
                format!("wrapUp(commandId: $c, contact: \"{contact}\", disposition: \"solved\")");
            world.surely(door, Order { what: "wrapUp", call, said: None }).await?;
        }
        (Some("TALKING"), Some(link)) if talks => {
            let text = format!("{text}, contact {contact}");
            world.command(door, world.fresh_id(), &say(link, contact, &text)).await?;
        }
        _ => {}
    }
    Ok(())
}
