//! A customer shows the page while they talk: what staff see of it, what reaches the page, and where it ends.

use anyhow::Context as _;
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::scenario::{
    Cluster, Customer, Server, Staff, TwoServers,
    graphql::Subscription,
    page::{Page, events, frame, scrolled, snapshot},
    process::run,
    staff::{a_link, an_offer},
};

const PAGE_LOAD: i64 = 1_764_170_000_000;
const NEWS: &str = "position reset display { state watchers { name role } connections { staff role address node lastFrame } } \
    frames { position pageLoad seq siteSeq at kind full staff data }";

/// Dana and a customer who talk, and their display.
struct Talk {
    dana: Staff,
    ada: Customer,
    contact: String,
    display: String,
}

impl Talk {
    async fn begin(server: &Server) -> anyhow::Result<Self> {
        let dana = Staff::available(server, "dana").await?;
        let mut desk = dana.follow().await?;
        let ada = Customer::signed_in(server, "BW-1001").await?;
        let contact = ada.asks("billing").await?;
        let offer = desk.until("an offer", an_offer).await?;
        dana.acts("accept(reservation: $a)", &offer, "").await?;
        desk.until("a chat to talk on", a_link).await?;
        let found =
            dana.query("query($c: UUID!) { display(contact: $c) { id } }", json!({ "c": contact }));
        let display = found.await?["display"]["id"].as_str().context("a display")?.to_owned();
        Ok(Self { dana, ada, contact, display })
    }

    async fn consents(&self, scopes: &str) -> anyhow::Result<()> {
        let call = format!("consentDisplay(contact: $a, scopes: [{scopes}], textVersion: $b)");
        let version = self.ada.consent_version().await?;
        let consent = self.ada.act(&call, &self.contact, &version).await?;
        anyhow::ensure!(consent["__typename"] == "Done", "{consent}");
        Ok(())
    }

    async fn page(&self, server: &Server) -> anyhow::Result<Page> {
        Page::open(&server.edge(), &self.ada.token, &self.display, PAGE_LOAD).await
    }

    async fn watch(
        &self,
        server: &Server,
        staff: &Staff,
        since: Option<&str>,
    ) -> anyhow::Result<Subscription> {
        let document = format!(
            "subscription($v: UUID!, $s: String) {{ display(visit: $v, since: $s) {{ {NEWS} }} }}"
        );
        let variables = json!({ "v": self.ada.visit, "s": since });
        Subscription::open(&server.desk(), &staff.token, &document, variables).await
    }

    async fn signal(&self, staff: &Staff, signal: &Value) -> anyhow::Result<Value> {
        let document =
            "mutation($d: UUID!, $s: [String!]!) { signalDisplay(display: $d, signals: $s) }";
        staff.query(document, json!({ "d": self.display, "s": [signal.to_string()] })).await
    }
}

/// The numbers of the frames in one piece of news, if it has any.
fn seqs(news: &Value) -> Option<Vec<u64>> {
    let frames = news["display"]["frames"].as_array().filter(|frames| !frames.is_empty())?;
    Some(frames.iter().filter_map(|frame| frame["seq"].as_u64()).collect())
}

fn a_text(text: &str) -> Value {
    json!({ "type": 3, "id": 9, "textContent": text })
}

#[tokio::test]
async fn what_was_agreed_to_can_be_shown_and_nothing_else_is_agreed_to() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let talk = Talk::begin(&server).await?;
    let free = "my card is 4111 1111 1111 1111";
    for version in ["", "2026-01", free] {
        let call = "consentDisplay(contact: $a, scopes: [VIEW], textVersion: $b)";
        let refused = talk.ada.act(call, &talk.contact, version).await?;
        assert_eq!(refused["code"], "display.text_not_in_force", "{version}: {refused}");
    }
    talk.consents("VIEW").await?;

    let kim = Staff::session(&server, "kim").await?;
    let found = kim.query(
        "query($c: UUID!) { display(contact: $c) { textVersion } }",
        json!({ "c": talk.contact }),
    );
    let version = found.await?["display"]["textVersion"].clone();
    let document = "query($v: String!) { consentText(version: $v) { language title scopes { scope } replacedAt } }";
    let text = kim.query(document, json!({ "v": version })).await?["consentText"].clone();
    assert_eq!((&text["language"], &text["replacedAt"]), (&json!("en"), &Value::Null));
    assert_eq!(text["title"], "Show {name} this page?");
    assert_eq!(text["scopes"].as_array().map(Vec::len), Some(4));
    assert!(kim.query(document, json!({ "v": "2026-01" })).await.is_err());
    let folder = server.stop().await?;

    for file in std::fs::read_dir(folder.path().join("data"))? {
        let bytes = std::fs::read(file?.path()).unwrap_or_default();
        assert!(!bytes.windows(free.len()).any(|window| window == free.as_bytes()));
    }
    Ok(())
}

#[tokio::test]
async fn an_auditor_proves_what_was_shown() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let talk = Talk::begin(&server).await?;
    talk.consents("VIEW, RECORD").await?;
    let mut page = talk.page(&server).await?;
    page.hear().await?;
    page.show(frame(1, true, &snapshot(&a_text("Fibre")))).await?;
    page.hear().await?;
    // Its acknowledgement was lost: it comes again, sealed anew.
    drop(page);
    let mut page = talk.page(&server).await?;
    page.hear().await?;
    page.show(frame(1, true, &snapshot(&a_text("Fibre")))).await?;
    page.hear().await?;
    page.show(frame(2, false, &scrolled(100))).await?;
    page.hear().await?;
    let mut looking = talk.watch(&server, &talk.dana, None).await?;
    looking.next().await?;
    let point = json!({ "pageLoad": PAGE_LOAD, "kind": "highlight", "node": 9 });
    talk.signal(&talk.dana, &point).await?;
    page.hear().await?;
    let view = |seq: u32| json!({ "pageLoad": 1, "seq": seq, "url": "http://127.0.0.1/", "title": "Home" });
    // The first of them comes twice, sealed anew.
    for views in [json!({ "views": [view(1)] }), json!({ "views": [view(1), view(2)] })] {
        let sent = reqwest::Client::new().post(format!("{}/activity", server.edge()));
        sent.bearer_auth(&talk.ada.token).json(&views).send().await?.error_for_status()?;
    }
    let folder = server.stop().await?;

    let data = folder.path().join("data");
    let verify = ["log", "--data-dir", data.to_str().context("a plain name")?, "verify"];
    let (sound, said, _) = run(&verify).await?;
    assert!(
        sound
            && said.contains("2 frames (2 proven), 1 signals (1 proven)")
            && said.contains("page views (2 proven)"),
        "{said}"
    );

    let activity = Connection::open(data.join("activity.db"))?;
    activity.execute_batch(
        "CREATE TABLE frames_before AS SELECT * FROM frames; CREATE TABLE views_before AS SELECT * FROM page_views;",
    )?;
    let signals = "author LIKE '%staff%'";
    for (forged, what, told) in [
        (format!("UPDATE frames SET box = box || 'A' WHERE {signals}"), "signals", "are not"),
        (
            format!("UPDATE frames SET author = replace(author, '0', '1') WHERE {signals}"),
            "signals",
            "are missing",
        ),
        (format!("UPDATE frames SET seq = seq + 1 WHERE {signals}"), "signals", "are missing"),
        (
            "UPDATE page_views SET page = 'forged' WHERE visit_seq = 2".into(),
            "page views",
            "are not",
        ),
        ("DELETE FROM page_views WHERE visit_seq = 2".into(), "page views", "are missing"),
        ("UPDATE frames SET box = box || 'A' WHERE full = 1".into(), "frames", "are not"),
        (format!("DELETE FROM frames WHERE full = 0 AND NOT {signals}"), "frames", "are missing"),
    ] {
        activity.execute_batch(&forged)?;
        let (sound, said, _) = run(&verify).await?;
        let named = said.lines().any(|line| line.contains(what) && line.contains(told));
        assert!(!sound && named, "{forged}: {said}");
        activity.execute_batch(
            "DELETE FROM frames; INSERT INTO frames SELECT * FROM frames_before; \
             DELETE FROM page_views; INSERT INTO page_views SELECT * FROM views_before;",
        )?;
    }
    Ok(())
}

#[tokio::test]
async fn what_the_customer_shows_is_what_staff_see() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let talk = Talk::begin(&server).await?;

    let mut early = talk.page(&server).await?;
    let refused = early.hear().await?;
    assert_eq!(refused["refused"]["code"], "FORBIDDEN", "nobody has agreed yet: {refused}");
    assert_eq!(early.closed().await?, 4403);

    talk.consents("VIEW, RECORD").await?;
    let mut page = talk.page(&server).await?;
    assert_eq!(page.hear().await?, json!({ "ready": { "next": 1 } }));
    let shown = snapshot(&a_text("Fibre"));
    page.show(frame(1, true, &shown)).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 1 }));
    page.show(frame(2, false, &scrolled(100))).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 2 }));

    let mut looking = talk.watch(&server, &talk.dana, None).await?;
    let first = looking.next().await?["display"].clone();
    assert_eq!(first["reset"], true);
    assert_eq!(first["display"]["state"], "SHARED");
    let frames = first["frames"].as_array().context("frames")?;
    assert_eq!(events(&frames[0]["data"])?, shown);
    assert_eq!(events(&frames[1]["data"])?, scrolled(100));
    assert_eq!(frames[0]["full"], true);
    let connections = first["display"]["connections"].as_array().context("the register")?;
    let mut roles: Vec<_> = connections.iter().map(|one| one["role"].clone()).collect();
    roles.sort_by_key(Value::to_string);
    assert_eq!(roles, [json!("AGENT"), Value::Null], "{connections:#?}");
    let own = connections.iter().find(|one| one["role"].is_null()).context("the customer's")?;
    assert_eq!(own["lastFrame"], json!(format!("{PAGE_LOAD}:2")));
    assert_eq!(own["address"], "127.0.0.1");

    page.show(frame(3, false, &scrolled(200))).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 3 }));
    assert_eq!(looking.until("the third frame", seqs).await?, [3]);

    // What is to stay hidden is refused, and nobody sees it.
    let script =
        json!({ "type": 2, "id": 9, "tagName": "script", "attributes": {}, "childNodes": [] });
    page.show(frame(4, true, &snapshot(&script))).await?;
    let refused = page.hear().await?["refused"].clone();
    assert_eq!((refused["code"].as_str(), refused["seq"].as_u64()), (Some("BAD_INPUT"), Some(4)));
    page.show(frame(5, true, &snapshot(&a_text("again")))).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 5 }));
    assert_eq!(looking.until("the frame after it", seqs).await?, [5]);

    // A lost connection: what is not recorded is sent again, what was seen is not shown again.
    let position = first["position"].as_str().context("a position")?.to_owned();
    drop((page, looking));
    let mut page = talk.page(&server).await?;
    assert_eq!(page.hear().await?, json!({ "ready": { "next": 6 } }));
    page.show(frame(5, true, &snapshot(&a_text("again")))).await?;
    page.show(frame(6, false, &scrolled(7))).await?;
    while page.hear().await? != json!({ "taken": 6 }) {}
    let mut late = talk.watch(&server, &talk.dana, None).await?;
    assert_eq!(late.until("the picture", seqs).await?, [5, 6]);
    let mut returned = talk.watch(&server, &talk.dana, Some(&position)).await?;
    let picture = returned.until("frames", |news| seqs(news).map(|_| news.clone())).await?;
    assert_eq!((&picture["display"]["reset"], seqs(&picture)), (&json!(true), Some(vec![5, 6])));

    let revoked =
        talk.ada.act("revokeConsent(display: $a, scopes: [VIEW])", &talk.display, "").await?;
    assert_eq!(revoked["__typename"], "Done", "{revoked}");
    assert_eq!(page.hear().await?["refused"]["code"], "FORBIDDEN");
    let ended = |news: &Value| (news["display"]["display"]["state"] == "ENDED").then_some(());
    late.until("the end", ended).await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn staff_point_while_they_look_and_act_only_with_a_grant() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let talk = Talk::begin(&server).await?;
    let kim = Staff::session(&server, "kim").await?;
    talk.consents("VIEW, CONTROL").await?;
    let mut page = talk.page(&server).await?;
    assert_eq!(page.hear().await?, json!({ "ready": { "next": 1 } }));
    page.show(frame(1, true, &snapshot(&a_text("Fibre")))).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 1 }));

    let point = json!({ "pageLoad": PAGE_LOAD, "kind": "highlight", "node": 9 });
    let act = json!({ "pageLoad": PAGE_LOAD, "kind": "click", "node": 9, "x": 0.5, "y": 0.5 });
    assert!(talk.signal(&talk.dana, &point).await.is_err(), "she does not look yet");
    let mut dana = talk.watch(&server, &talk.dana, None).await?;
    dana.next().await?;
    let mut other = talk.watch(&server, &kim, None).await?;
    other.next().await?;

    talk.signal(&talk.dana, &point).await?;
    let heard = page.hear().await?["signals"].clone();
    assert_eq!(heard[0]["by"], json!({ "staff": talk.dana.id, "name": "Dana" }));
    assert_eq!((&heard[0]["kind"], &heard[0]["node"]), (&json!("highlight"), &json!(9)));
    let seen = other
        .until("Dana's signal", |news| {
            let frames = news["display"]["frames"].as_array()?;
            frames.iter().find(|frame| frame["kind"] == "SIGNAL").cloned()
        })
        .await?;
    assert_eq!(seen["staff"], json!(talk.dana.id));
    assert_eq!(serde_json::from_str::<Value>(seen["data"].as_str().context("its JSON")?)?, point);

    assert!(talk.signal(&talk.dana, &act).await.is_err(), "nobody has granted it");
    talk.dana.acts("askControl(display: $a)", &talk.display, "").await?;
    let grant =
        "mutation($d: UUID!, $s: UUID!) { grantControl(display: $d, staff: $s) { __typename } }";
    let granted = talk.ada.query(grant, json!({ "d": talk.display, "s": talk.dana.id })).await?;
    assert_eq!(granted["grantControl"]["__typename"], "Done");
    talk.signal(&talk.dana, &act).await?;
    assert_eq!(page.hear().await?["signals"][0]["kind"], "click");
    assert!(talk.signal(&kim, &act).await.is_err(), "it is Dana who holds control");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_recorded_contact_is_looked_at_afterwards_and_that_is_told() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let talk = Talk::begin(&server).await?;
    talk.consents("VIEW, RECORD").await?;
    let mut page = talk.page(&server).await?;
    page.hear().await?;
    for seq in 1..=5 {
        let full = seq == 1;
        let shown = if full { snapshot(&a_text("Fibre")) } else { scrolled(seq) };
        page.show(frame(seq, full, &shown)).await?;
        while page.hear().await? != json!({ "taken": seq }) {}
    }
    let change = "mutation($d: UUID!) { changeWidget(display: $d, widget: \"tariff-calculator\", basedOn: 0, state: \"{\\\"speed\\\":1}\") { __typename } }";
    let changed = talk.ada.query(change, json!({ "d": talk.display })).await?;
    assert_eq!(changed["changeWidget"]["__typename"], "Done");
    let of_ones_own = change.replace("tariff-calculator", "ada-byron-4711");
    for answer in [
        talk.ada.query(&of_ones_own, json!({ "d": talk.display })).await,
        talk.dana.query(&of_ones_own, json!({ "d": talk.display })).await,
    ] {
        let error = answer.expect_err("the policy knows no such widget").to_string();
        assert!(error.contains("display.widget_unknown"), "{error}");
    }
    talk.dana.acts("finish(contact: $a)", &talk.contact, "").await?;
    assert_eq!(page.hear().await?["refused"]["code"], "FORBIDDEN");

    let kim = Staff::session(&server, "kim").await?;
    let document = "query($c: UUID!, $a: String) { displayRecording(contact: $c, after: $a, first: 2) { \
        edges { node { seq kind staff data } } pageInfo { hasNextPage endCursor } } }";
    let (mut seen, mut decided, mut after) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let variables = json!({ "c": talk.contact, "a": after });
        let recording = kim.query(document, variables).await?["displayRecording"].clone();
        let edges = recording["edges"].as_array().context("edges")?;
        for node in edges.iter().map(|edge| &edge["node"]) {
            if node["kind"] == "FRAME" {
                seen.extend(node["seq"].as_u64());
            } else {
                let data = node["data"].as_str().context("what was decided")?;
                decided.push(serde_json::from_str::<Value>(data)?);
            }
        }
        after = recording["pageInfo"]["endCursor"].clone();
        if recording["pageInfo"]["hasNextPage"] != true || edges.is_empty() {
            break;
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    let states = decided.iter().map(|one| one["widgets"].as_array().map_or(0, Vec::len));
    assert_eq!(states.collect::<Vec<_>>(), [0, 1], "as it was shared, and then with a widget");
    assert_eq!(decided[1]["widgets"][0]["state"], "{\"speed\":1}");
    let robin = Staff::session(&server, "robin").await?;
    let records = robin
        .query("{ records(partition: \"site:demo\", first: 200) { kind } }", json!({}))
        .await?;
    let records = records["records"].as_array().context("records")?;
    let replays = records.iter().filter(|record| record["kind"] == "display.replayed").count();
    assert_eq!(replays, 1, "once, not with each page");

    let noor = Staff::available(&server, "noor").await?;
    let again = json!({ "c": talk.contact, "a": null });
    let shut = noor.query(document, again.clone()).await;
    assert!(shut.is_err(), "not her customer yet");
    let mut desk = noor.follow().await?;
    talk.ada.asks("fault").await?;
    let offer = desk.until("an offer", an_offer).await?;
    noor.acts("accept(reservation: $a)", &offer, "").await?;
    desk.until("a chat to talk on", a_link).await?;
    let recording = noor.query(document, again).await?["displayRecording"].clone();
    let edges = recording["edges"].as_array().context("edges")?;
    assert!(edges.iter().any(|edge| edge["node"]["kind"] == "FRAME"), "{recording:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn the_page_is_shown_over_the_link_of_two_servers() -> anyhow::Result<()> {
    let servers = TwoServers::start().await?;
    let server = &servers.inside;
    let talk = Talk::begin(server).await?;
    talk.consents("VIEW").await?;
    let mut page = talk.page(server).await?;
    assert_eq!(page.hear().await?, json!({ "ready": { "next": 1 } }));
    // Some 1.5 MB that no compression makes smaller.
    let noise: String = (0..1_500_000_u32)
        .map(|n| char::from(b'!' + u8::try_from(n.wrapping_mul(2_654_435_761) >> 26).unwrap_or(0)))
        .filter(|c| !matches!(c, '"' | '\\'))
        .collect();
    page.show(frame(1, true, &snapshot(&a_text(&noise)))).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 1 }));
    let mut looking = talk.watch(server, &talk.dana, None).await?;
    assert_eq!(looking.until("the picture", seqs).await?, [1]);
    let point = json!({ "pageLoad": PAGE_LOAD, "kind": "away" });
    talk.signal(&talk.dana, &point).await?;
    assert_eq!(page.hear().await?["signals"][0]["kind"], "away");
    drop(page);
    looking
        .until("the customer's connection gone", |news| {
            let connections = news["display"]["display"]["connections"].as_array()?;
            connections.iter().all(|one| one["role"] == "AGENT").then_some(())
        })
        .await?;
    servers.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_another_node_staff_see_the_same_and_reach_the_page() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let near = cluster.server().await?;
    let far = cluster.server().await?;
    let talk = Talk::begin(&near).await?;
    talk.consents("VIEW, RECORD").await?;
    let mut page = talk.page(&near).await?;
    assert_eq!(page.hear().await?, json!({ "ready": { "next": 1 } }));
    let shown = snapshot(&a_text("Fibre"));
    page.show(frame(1, true, &shown)).await?;
    assert_eq!(page.hear().await?, json!({ "taken": 1 }));

    let kim = Staff::session(&near, "kim").await?.at(&far);
    let mut looking = talk.watch(&far, &kim, None).await?;
    let first =
        looking.until("the picture", |news| news["display"]["frames"].get(0).cloned()).await?;
    assert_eq!(events(&first["data"])?, shown);
    page.show(frame(2, false, &scrolled(100))).await?;
    assert_eq!(looking.until("what comes", seqs).await?, [2]);
    talk.signal(&kim, &json!({ "pageLoad": PAGE_LOAD, "kind": "highlight", "node": 9 })).await?;
    let heard = loop {
        let heard = page.hear().await?;
        if heard.get("signals").is_some() {
            break heard["signals"][0].clone();
        }
    };
    assert_eq!((&heard["by"]["staff"], &heard["kind"]), (&json!(kim.id), &json!("highlight")));

    talk.dana.acts("finish(contact: $a)", &talk.contact, "").await?;
    let document =
        "query($c: UUID!) { displayRecording(contact: $c) { edges { node { seq kind staff } } } }";
    let recording = kim.query(document, json!({ "c": talk.contact })).await?;
    let edges = recording["displayRecording"]["edges"].as_array().context("edges")?;
    let kinds: Vec<_> = edges.iter().map(|edge| edge["node"]["kind"].clone()).collect();
    assert_eq!(kinds, ["SIGNAL", "FRAME", "FRAME", "SIGNAL"], "decided, shown, shown, signalled");
    near.stop().await?;
    far.stop().await?;
    Ok(())
}
