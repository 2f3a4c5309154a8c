//! Agents say no, are sent away, leave the staff, and know what their customers asked for before.

use serde_json::{Value, json};
use tests::scenario::{
    Customer, Server, Staff,
    graphql::{self, of_type},
    staff::{a_link, an_offer},
};

#[tokio::test]
async fn whoever_rejects_is_asked_why_and_lunch_takes_them_off() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut noors_desk = noor.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("fault").await?;
    let offer = noors_desk.until("an offer", an_offer).await?;
    noor.acts("reject(reservation: $a)", &offer, "").await?;
    noors_desk
        .until("the question why", |desk| {
            let desk = &desk["desk"];
            (desk["question"]["reservation"] == json!(offer) && desk["offers"] == json!([]))
                .then_some(())
        })
        .await?;
    let unknown =
        noor.act("explainRejection(reservation: $a, reason: $b)", &offer, "tired").await?;
    assert_eq!(of_type(&unknown, "Refused")?["code"], "reservation.reason_unknown");
    noor.acts("explainRejection(reservation: $a, reason: $b)", &offer, "lunch").await?;
    noors_desk
        .until("that Noor is off", |desk| {
            let desk = &desk["desk"];
            (desk["me"]["presence"] == "MEAL" && desk["question"].is_null()).then_some(())
        })
        .await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_forced_meeting_takes_the_offer_back_and_it_is_not_missed() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut noors_desk = noor.follow().await?;
    let kim = Staff::session(&server, "kim").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    ada.asks("fault").await?;
    noors_desk.until("an offer", an_offer).await?;
    let sam = Staff::available(&server, "sam").await?;
    let mut sams_desk = sam.follow().await?;
    kim.acts("forcePresence(agent: $a, presence: MEETING)", &noor.id, "").await?;
    let offer = sams_desk.until("the offer at the next desk", an_offer).await?;
    let rona = kim.query("{ board { totals { rona } } }", json!({})).await?;
    assert_eq!(rona["board"]["totals"]["rona"], 0);
    sam.acts("accept(reservation: $a)", &offer, "").await?;
    page.until("the talk", |me| (me["me"]["contacts"][0]["state"] == "TALKING").then_some(()))
        .await?;
    let refused = kim.act("forcePresence(agent: $a, presence: OFFLINE)", &sam.id, "").await?;
    assert_eq!(of_type(&refused, "Refused")?["code"], "agent.serving");
    kim.acts("forcePresence(agent: $a, presence: OFFLINE)", &noor.id, "").await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn who_leaves_the_staff_hands_back_and_is_shut_out() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut noors_desk = noor.follow().await?;
    let admin = Staff::session(&server, "admin").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    ada.asks("fault").await?;
    let offer = noors_desk.until("an offer", an_offer).await?;
    noor.acts("accept(reservation: $a)", &offer, "").await?;
    let link = noors_desk.until("a chat", a_link).await?;
    ada.says(&link, "It is dead since the storm.").await?;
    admin.acts("removeStaff(staff: $a)", &noor.id, "").await?;
    page.until("waiting again, and being told", |me| {
        let contact = &me["me"]["contacts"][0];
        (contact["state"] == "WAITING" && contact["handedBackAt"].is_string()).then_some(())
    })
    .await?;
    assert_eq!(noors_desk.closed().await?, 4401);
    let shut = noor.query("{ desk { now } }", json!({})).await;
    assert!(shut.is_err_and(|error| error.to_string().contains("UNAUTHENTICATED")));
    let sam = Staff::available(&server, "sam").await?;
    let mut sams_desk = sam.follow().await?;
    let offer = sams_desk.until("the offer at the next desk", an_offer).await?;
    sam.acts("accept(reservation: $a)", &offer, "").await?;
    sams_desk
        .until("what was said before", |desk| {
            let said = &desk["desk"]["contacts"][0]["link"]["messages"][0]["text"];
            (said == "It is dead since the storm.").then_some(())
        })
        .await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn who_is_no_agent_any_more_hands_back_and_keeps_their_other_roles() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut noors_desk = noor.follow().await?;
    let admin = Staff::session(&server, "admin").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    ada.asks("fault").await?;
    let offer = noors_desk.until("an offer", an_offer).await?;
    noor.acts("accept(reservation: $a)", &offer, "").await?;
    noors_desk.until("a chat", a_link).await?;
    let change = "mutation($input: StaffInput!) { enrollStaff(input: $input) { __typename } }";
    let input = json!({ "staff": noor.id, "name": "Noor", "roles": ["ANALYST"] });
    let told = admin.query(change, json!({ "input": input })).await?;
    of_type(&told["enrollStaff"], "Done")?;
    page.until("waiting again, and being told", |me| {
        let contact = &me["me"]["contacts"][0];
        (contact["state"] == "WAITING" && contact["handedBackAt"].is_string()).then_some(())
    })
    .await?;
    assert_eq!(noors_desk.closed().await?, 4403);
    let told = noor.query("{ whoami { roles } }", json!({})).await?;
    assert_eq!(told["whoami"]["roles"], json!(["ANALYST"]));
    let shut = noor.query("mutation { signIn { __typename } }", json!({})).await;
    assert!(shut.is_err_and(|error| error.to_string().contains("FORBIDDEN")));
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_customer_whose_browser_is_gone_is_shown_as_gone() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut desk = noor.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    ada.asks("fault").await?;
    page.next().await?;
    let offer = desk.until("an offer", an_offer).await?;
    noor.acts("accept(reservation: $a)", &offer, "").await?;
    desk.until("a chat", a_link).await?;
    drop(page);
    let away = |desk: &Value| {
        desk["desk"]["contacts"][0]["pop"]["customerAwaySince"].as_str().map(str::to_owned)
    };
    desk.until("that Ada is gone", away).await?;
    let _page = ada.follow().await?;
    desk.until("that Ada is back", |desk| away(desk).is_none().then_some(())).await?;
    server.stop().await?;
    Ok(())
}

/// Asks, is accepted and served, and leaves a note: the contact.
async fn served(customer: &Customer, agent: &Staff, note: &str) -> anyhow::Result<String> {
    let mut desk = agent.follow().await?;
    let contact = customer.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    agent.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat", a_link).await?;
    customer.says(&link, "The router is on it twice.").await?;
    agent.acts("finish(contact: $a)", &contact, "").await?;
    let wrap_up = "mutation($a: UUID!, $b: String!) { wrapUp(contact: $a, disposition: \"solved\", notes: $b) { __typename } }";
    let told = agent.query(wrap_up, json!({ "a": contact, "b": note })).await?;
    of_type(&told["wrapUp"], "Done")?;
    Ok(contact)
}

#[tokio::test]
async fn the_next_agent_reads_what_the_one_before_noted() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let dana = Staff::available(&server, "dana").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let before = served(&ada, &dana, "Credit the second router.").await?;
    dana.does("setPresence(presence: BREAK)").await?;

    let noor = Staff::available(&server, "noor").await?;
    let mut desk = noor.follow().await?;
    let opened = "query($id: UUID!) { contact(id: $id) { notes transcript { text } } }";
    let ask = json!({ "id": before });
    assert_eq!(noor.query(opened, ask.clone()).await?["contact"], Value::Null, "not hers yet");
    let contact = ada.asks("billing").await?;
    desk.until("an offer", an_offer).await?;
    let earlier = "query($id: UUID!) { earlierContacts(contact: $id) { notes canReplay row { id topicTitle queueTitle channel agentName disposition exit } } }";
    let told = noor.query(earlier, json!({ "id": contact })).await?;
    let row = &told["earlierContacts"][0];
    assert_eq!(row["notes"], "Credit the second router.", "{told:#}");
    assert_eq!((&row["row"]["id"], &row["row"]["agentName"]), (&json!(before), &json!("Dana")));
    assert_eq!(row["row"]["exit"], "answered");
    let detail = noor.query(opened, ask).await?;
    assert_eq!(detail["contact"]["transcript"][0]["text"], "The router is on it twice.");

    let stranger = Staff::available(&server, "sam").await?;
    let shut = stranger.query(earlier, json!({ "id": contact })).await;
    assert!(shut.is_err_and(|error| error.to_string().contains("FORBIDDEN")));
    let kim = Staff::session(&server, "kim").await?;
    let told = kim.query(earlier, json!({ "id": contact })).await?;
    assert_eq!(told["earlierContacts"][0]["notes"], "Credit the second router.");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn text_that_cannot_be_shown_is_refused_wherever_it_enters() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let admin = Staff::session(&server, "admin").await?;
    let http = reqwest::Client::new();
    let enroll = "mutation($input: StaffInput!) { enrollStaff(input: $input) { __typename } }";
    for (name, reason) in [
        ("\u{202e}nimda", "text.direction"),
        ("\u{200b}\u{200b}", "text.invisible"),
        ("Sam\u{0}", "text.control"),
        ("Sam\nSam", "text.control"),
    ] {
        let input = json!({ "name": name, "roles": ["ANALYST"] });
        let body = json!({ "query": enroll, "variables": { "input": input } });
        let answer = graphql::post(&http, &server.desk(), &admin.token, body).await?;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["reason"]),
            (&json!("BAD_INPUT"), &json!(reason))
        );
    }
    let policy = admin.query("{ policy { definitionJson } }", json!({})).await?;
    let definition = policy["policy"]["definitionJson"].as_str().unwrap_or_default();
    let mut definition: Value = serde_json::from_str(definition)?;
    definition["topics"][0]["title"] = json!("Bills\u{0}");
    let publish = "mutation($a: String!) { publishPolicy(definitionJson: $a) { __typename ... on Refused { code } } }";
    let told = admin.query(publish, json!({ "a": definition.to_string() })).await?;
    assert_eq!(of_type(&told["publishPolicy"], "Refused")?["code"], "policy.title");

    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat", a_link).await?;
    for text in ["\u{200b}", "a\u{0}b", "a\u{1b}[2Jb"] {
        let said = ada.act("say(link: $a, text: $b)", &link, text).await;
        assert!(said.is_err_and(|error| error.to_string().contains("BAD_INPUT")), "{text:?}");
        let said = dana.act("say(link: $a, text: $b)", &link, text).await;
        assert!(said.is_err_and(|error| error.to_string().contains("BAD_INPUT")), "{text:?}");
    }
    ada.says(&link, "two\nlines, and \u{202e}this").await?;
    server.stop().await?;
    Ok(())
}
