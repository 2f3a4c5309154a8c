//! PostgreSQL goes away while people work, and comes back.

use std::time::Duration;

use serde_json::{Value, json};
use tests::scenario::{
    Cluster, Customer, PATIENCE, Server, Staff, health,
    staff::{a_link, an_offer},
};
use tokio::time::{interval, timeout};

const LOOK_AGAIN: Duration = Duration::from_millis(250);
const HISTORY: &str = "{ contacts { edges { node { id state } } } }";
const STORY: &str = "query($id: UUID!) { contact(id: $id) { row { state } transcript { text } } }";

/// Whoever needs PostgreSQL may say that it is not there.
fn tolerate_loss(server: &mut Server) {
    for expected in [
        "projecting failed; trying again",
        "a stored view was not read",
        "credentials were not checked",
        "Connection could not be recycled",
        "Connection error",
    ] {
        server.tolerate(expected);
    }
}

/// Asks for stored views until they show what is wanted.
async fn shown(
    staff: &Staff,
    document: &str,
    variables: Value,
    wanted: impl Fn(&Value) -> bool,
) -> anyhow::Result<Value> {
    let mut again = interval(LOOK_AGAIN);
    let asked = async {
        loop {
            again.tick().await;
            let found = staff.query(document, variables.clone()).await?;
            if wanted(&found) {
                return Ok(found);
            }
        }
    };
    timeout(PATIENCE, asked).await?
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_without_postgresql_and_is_stored_when_it_is_back() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let mut server = cluster.server().await?;
    tolerate_loss(&mut server);
    let kim = Staff::session(&server, "kim").await?;
    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let contact = ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat to talk on", a_link).await?;
    ada.says(&link, "Before.").await?;

    cluster.cable.close();
    ada.says(&link, "Meanwhile.").await?;
    dana.acts("say(link: $a, text: $b)", &link, "I am here.").await?;
    dana.acts("finish(contact: $a)", &contact, "").await?;
    dana.acts("wrapUp(contact: $a, disposition: $b)", &contact, "sold").await?;
    let error = kim.query(HISTORY, json!({})).await.expect_err("there is no history to read");
    let error = error.to_string();
    assert!(error.contains("UNAVAILABLE") && error.contains("is not reachable"), "{error}");
    assert!(error.contains("what is live is not affected"), "{error}");
    let stranger = Staff::session(&server, "sam").await.err().expect("nobody can know him");
    assert!(stranger.to_string().contains("logins cannot be checked now"), "{stranger:#}");
    health::until(&server.desk(), "that the history cannot be stored", |report| {
        report.has("contact_history of site:demo", false, "not reachable; trying again")
    })
    .await?;

    cluster.cable.mend();
    health::until(&server.desk(), "that all is well", |report| report.ready).await?;
    let story = shown(&dana, STORY, json!({ "id": contact }), |found| {
        found["contact"]["row"]["state"] == "COMPLETED"
    });
    let said = story.await?["contact"]["transcript"].clone();
    let said: Vec<_> = said.as_array().into_iter().flatten().map(|one| &one["text"]).collect();
    assert_eq!(said, ["Before.", "Meanwhile.", "I am here."]);
    shown(&kim, HISTORY, json!({}), |found| {
        let edges = found["contacts"]["edges"].as_array();
        edges.is_some_and(|edges| edges.len() == 1 && edges[0]["node"]["id"] == contact)
    })
    .await?;
    Staff::session(&server, "sam").await?;
    server.stop().await?;
    Ok(())
}

/// As behind a cable that was pulled: nobody says no, and nobody answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_says_nothing_is_given_up_and_asked_again() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let mut server = cluster.server().await?;
    tolerate_loss(&mut server);
    let kim = Staff::session(&server, "kim").await?;
    shown(&kim, HISTORY, json!({}), |found| found["contacts"]["edges"] == json!([])).await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;

    cluster.cable.pull();
    health::until(&server.desk(), "that the history cannot be stored", |report| {
        report.has("contact_history of site:demo", false, "not reachable; trying again")
    })
    .await?;
    let contact = ada.asks("billing").await?;
    let error = kim.query(HISTORY, json!({})).await.expect_err("there is no history to read");
    assert!(error.to_string().contains("UNAVAILABLE"), "{error}");

    cluster.cable.mend();
    shown(&kim, HISTORY, json!({}), |found| found["contacts"]["edges"][0]["node"]["id"] == contact)
        .await?;
    health::until(&server.desk(), "that all is well", |report| report.ready).await?;
    server.stop().await?;
    Ok(())
}
