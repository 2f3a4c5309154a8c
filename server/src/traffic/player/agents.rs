//! The agents' side: on and off their shift, and from the offer to the wrap-up.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Player;
use crate::traffic::{
    act::{Act, Answer, text},
    plan::Step,
};

impl Player {
    pub(super) async fn sign_in(&mut self, server: &str) -> anyhow::Result<()> {
        self.leaving.remove(server);
        let acts = [Act::plain("signIn", ""), Act::plain("setPresence", "presence: AVAILABLE")];
        for answer in self.agent_does(server, acts).await? {
            self.note("sign in", &answer);
        }
        self.look = true;
        Ok(())
    }

    /// R6: whoever is serving finishes first.
    pub(super) async fn sign_out(&mut self, server: &str) -> anyhow::Result<()> {
        let busy = self.serving.get(server).is_some_and(|contacts| !contacts.is_empty());
        let act = if busy {
            self.leaving.insert(server.to_owned());
            Act::plain("setPresence", "presence: AWAY")
        } else {
            self.leaving.remove(server);
            Act::plain("signOut", "")
        };
        for answer in self.agent_does(server, [act]).await? {
            self.note("sign out", &answer);
        }
        Ok(())
    }

    /// All desks at once: whatever is offered is accepted.
    pub(super) async fn look(&mut self) -> anyhow::Result<()> {
        let document = "query($at: [Token!]) { clock { now nextDue } board(atLeast: $at) { offers { reservation contact agent } } }";
        let mut data = self.ask_board(document).await?;
        self.pace.learn(&data["clock"])?;
        let Value::Array(offers) = data["board"]["offers"].take() else { return Ok(()) };
        for offer in offers {
            let id = |key: &str| -> anyhow::Result<Uuid> {
                Ok(offer[key].as_str().context("an offer has ids")?.parse()?)
            };
            let agent = id("agent")?;
            // Somebody else's agents look at their own desks.
            if let Some(server) = self.by_agent.get(&agent).cloned() {
                self.accept(&server, id("reservation")?, id("contact")?).await?;
            }
        }
        Ok(())
    }

    async fn accept(
        &mut self,
        server: &str,
        reservation: Uuid,
        contact: Uuid,
    ) -> anyhow::Result<()> {
        let act = Act::plain("accept", format!("reservation: \"{reservation}\""));
        let answers = self.agent_does(server, [act]).await?;
        if !answers.iter().all(|answer| self.note("accept", answer)) {
            return Ok(());
        }
        let Some(index) = self.call_of(contact).await? else { return Ok(()) };
        let (call, drawn) = self.plan.calls[index].clone();
        if call.callback {
            let link = self.link(server, contact).await?;
            let act = Act::plain("reportCall", format!("link: \"{link}\", report: ANSWERED"));
            for answer in self.agent_does(server, [act]).await? {
                self.note("reportCall", &answer);
            }
        } else if drawn.chats {
            self.chat(server, contact, index).await?;
        }
        let now = self.pace.now();
        if let Some(caller) = self.callers.get_mut(&index) {
            caller.served = true;
            caller.contact = Some(contact);
            let waited = now - caller.asked;
            if call.callback {
                self.played.called_back.push(waited);
            } else {
                self.played.count_answered(waited);
            }
        }
        self.serving.entry(server.to_owned()).or_default().insert(contact);
        self.plan.add(now + drawn.handling, Step::Finish { contact });
        Ok(())
    }

    /// R11: a line each way.
    async fn chat(&mut self, server: &str, contact: Uuid, index: usize) -> anyhow::Result<()> {
        let link = self.link(server, contact).await?;
        let line = self.plan.calls[index].0.line;
        let say = |by: &str| {
            let words = text(&format!("{by} of call {line}: hello"));
            Act::plain("say", format!("link: \"{link}\", text: {words}"))
        };
        for answer in self.agent_does(server, [say("agent")]).await? {
            self.note("say", &answer);
        }
        if let Some(visit) = self.callers.get(&index).map(|caller| caller.visit.clone()) {
            let answer = self.world.doer.customer(&visit, say("customer")).await?;
            self.note("say", &answer);
        }
        self.played.chats += 1;
        Ok(())
    }

    pub(super) async fn finish(&mut self, contact: Uuid) -> anyhow::Result<()> {
        let serves = |contacts: &BTreeSet<Uuid>| contacts.contains(&contact);
        let found = self.serving.iter().find(|(_, contacts)| serves(contacts));
        let Some(server) = found.map(|(server, _)| server.clone()) else { return Ok(()) };
        let disposition = text(&self.world.disposition);
        let acts = [
            Act::plain("finish", format!("contact: \"{contact}\"")),
            Act::plain("wrapUp", format!("contact: \"{contact}\", disposition: {disposition}")),
        ];
        for answer in self.agent_does(&server, acts).await? {
            self.note("finish", &answer);
        }
        if let Some(contacts) = self.serving.get_mut(&server) {
            contacts.remove(&contact);
        }
        if let Some(index) = self.by_contact.remove(&contact) {
            self.callers.remove(&index);
        }
        self.played.finished += 1;
        self.look = true;
        if self.leaving.contains(&server) {
            self.sign_out(&server).await?;
        }
        Ok(())
    }

    /// Which call this contact is; a callback's attempt is learnt here.
    async fn call_of(&mut self, contact: Uuid) -> anyhow::Result<Option<usize>> {
        if let Some(index) = self.by_contact.get(&contact) {
            return Ok(Some(*index));
        }
        let document = "query($at: [Token!]) { board(atLeast: $at) { contacts { id callback } } }";
        let data = self.ask_board(document).await?;
        let contacts = data["board"]["contacts"].as_array().map_or(&[][..], Vec::as_slice);
        let row = contacts.iter().find(|row| row["id"] == contact.to_string());
        let callback = row.and_then(|row| row["callback"].as_str()?.parse::<Uuid>().ok());
        let index = callback.and_then(|callback| self.by_callback.get(&callback).copied());
        if let Some(index) = index {
            self.by_contact.insert(contact, index);
        }
        Ok(index)
    }

    /// The link of a contact that this agent has just accepted.
    async fn link(&self, server: &str, contact: Uuid) -> anyhow::Result<Uuid> {
        let agent = self.world.agents.get(server).context("the agent is one of the file")?;
        let at: Vec<&str> = self.token.as_deref().into_iter().collect();
        let document =
            "query($at: [Token!]) { desk(atLeast: $at) { contacts { contact link { id } } } }";
        let data = self.world.doer.query(&agent.session, document, json!({ "at": at })).await?;
        let contacts = data["desk"]["contacts"].as_array().map_or(&[][..], Vec::as_slice);
        let row = contacts.iter().find(|row| row["contact"] == contact.to_string());
        let link = row.and_then(|row| row["link"]["id"].as_str());
        Ok(link
            .with_context(|| format!("contact {contact} was accepted but has no link"))?
            .parse()?)
    }

    async fn agent_does<const N: usize>(
        &self,
        server: &str,
        acts: [Act; N],
    ) -> anyhow::Result<Vec<Answer>> {
        let agent = self.world.agents.get(server).context("the agent is one of the file")?;
        self.world.doer.staff(&agent.session, acts).await
    }
}
