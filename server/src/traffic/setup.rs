//! Before anything is played: the player's own staff, the agents of the file, contracts, topics and queues.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::command::derived_id;
use jsonwebtoken::EncodingKey;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    TrafficArgs,
    act::{Act, Answer, Doer, Ids, Session, text},
    calls::Call,
    client::Client,
    journal::{Journal, Line},
};

/// Every login that the player makes has it; they exist on servers that play traffic only.
const PASSWORD: &str = "traffic-player-password";
const SKILL_LEVEL: u8 = 3;
const PLAYERS: usize = 8;
const PLAYER_ROLES: &str = "SUPERVISOR, ADMINISTRATOR, AUDITOR";
/// R4.
pub(super) const REGULAR: &str = "traffic-regular";
pub(super) const PRIORITY: &str = "traffic-priority";
/// The T of the service level.
pub(super) const TARGET_SECS: i64 = 20;
/// Nobody waits or talks longer than the longest of the file and this.
const BEYOND_SECS: i64 = 3_600;
/// The roster reaches the site within this.
const ROSTER_TIMEOUT: Duration = Duration::from_secs(60);
const DISPOSITION: (&str, &str) = ("served", "Served");

/// Everybody who acts.
pub(super) struct World {
    pub(super) doer: Doer,
    /// Each is supervisor, auditor and administrator at once.
    players: Vec<Session>,
    turn: AtomicUsize,
    pub(super) agents: BTreeMap<String, Agent>,
    pub(super) company: EncodingKey,
    pub(super) disposition: String,
}

impl World {
    /// They take turns, so that none of them asks more often than a person may.
    pub(super) fn player(&self) -> &Session {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        &self.players[turn % self.players.len()]
    }
}

/// How long the queues let people wait and talk.
struct Limits {
    wait_secs: i64,
    talk_secs: i64,
}

impl Limits {
    fn of(calls: &[Call]) -> Self {
        let waits = calls.iter().map(|call| call.waited);
        let talks = calls.iter().filter_map(|call| Some(call.served.as_ref()?.secs));
        Self {
            wait_secs: waits.max().unwrap_or_default() + BEYOND_SECS,
            talk_secs: talks.max().unwrap_or_default() + BEYOND_SECS,
        }
    }
}

pub(super) struct Agent {
    pub(super) id: Uuid,
    pub(super) session: Session,
}

pub(super) fn id(noun: &str, name: &str) -> Uuid {
    derived_id(&[b"traffic", noun.as_bytes(), name.as_bytes()])
}

pub(super) async fn prepare(
    args: &TrafficArgs,
    calls: &[Call],
    agents: &BTreeMap<String, BTreeSet<String>>,
    journal: Journal,
) -> anyhow::Result<World> {
    let client = Client::new()?;
    let admin = Session::open(&client, &args.desk, &args.admin_login, &args.admin_password).await?;
    let run =
        derived_id(&[b"traffic", &args.seed.to_be_bytes(), &clock(&client, args, &admin).await?]);
    let doer = Doer {
        client: client.clone(),
        journal,
        ids: Ids::of(run),
        edge: args.edge.clone(),
        desk: args.desk.clone(),
    };
    let topics: BTreeSet<String> = calls.iter().map(Call::topic).collect();
    let mut players = Vec::new();
    for n in 1..=PLAYERS {
        let (login, name) = (format!("traffic-player-{n}"), format!("Traffic player {n}"));
        enroll(&doer, &admin, &login, &name, PLAYER_ROLES, &BTreeSet::new()).await?;
        players.push(Session::open(&client, &args.desk, &login, PASSWORD).await?);
    }
    let player = &players[0];
    for (name, priority) in [(REGULAR, 0), (PRIORITY, 2)] {
        define_contract(&doer, player, name, priority, &topics).await?;
    }
    let mut playing = BTreeMap::new();
    for (server, skills) in agents {
        let login = format!("traffic-{}", server.to_lowercase());
        let id = enroll(&doer, &admin, &login, server, "AGENT", skills).await?;
        doer.journal.note(&Line::Staff { server, staff: id })?;
        let session = Session::open(&client, &args.desk, &login, PASSWORD).await?;
        playing.insert(server.clone(), Agent { id, session });
    }
    // After the staff: what answers to both comes to the site in this order.
    publish(&doer, player, &topics, &Limits::of(calls)).await?;
    roster_arrives(&doer, player, &topics).await?;
    let company = company_key(args)?;
    Ok(World {
        doer,
        players,
        turn: AtomicUsize::new(0),
        agents: playing,
        company,
        disposition: DISPOSITION.0.to_owned(),
    })
}

/// What the server's clock shows: command ids of another run are others.
async fn clock(client: &Client, args: &TrafficArgs, admin: &Session) -> anyhow::Result<Vec<u8>> {
    let data = client
        .graphql(&args.desk, &admin.token(), None, "{ clock { kind now } }", Value::Null)
        .await?;
    let kind = data["clock"]["kind"].as_str().unwrap_or_default();
    ensure!(
        (kind == "driven") == args.driven,
        "the server's clock is `{kind}`; {}",
        if args.driven { "start it with `--clock driven`" } else { "play with `--driven`" }
    );
    Ok(data["clock"]["now"].to_string().into_bytes())
}

fn done(what: &str, answers: Vec<Answer>) -> anyhow::Result<()> {
    for answer in answers {
        if let Answer::Refused { code } = answer {
            bail!("the server refuses to {what}: {code}");
        }
    }
    Ok(())
}

async fn enroll(
    doer: &Doer,
    admin: &Session,
    login: &str,
    name: &str,
    roles: &str,
    skills: &BTreeSet<String>,
) -> anyhow::Result<Uuid> {
    let id = id("staff", login);
    let skills: Map<String, Value> =
        skills.iter().map(|skill| (skill.clone(), json!(SKILL_LEVEL))).collect();
    let capacity = if skills.is_empty() { json!({}) } else { json!({ "chat": 1, "phone": 1 }) };
    let input = format!(
        "staff: \"{id}\", login: {}, password: {}, name: {}, roles: [{roles}], skillsJson: {}, capacityJson: {}",
        text(login),
        text(PASSWORD),
        text(name),
        text(&Value::from(skills).to_string()),
        text(&capacity.to_string()),
    );
    done("enroll staff", doer.staff(admin, [Act::input("enrollStaff", input)]).await?)?;
    Ok(id)
}

async fn define_contract(
    doer: &Doer,
    player: &Session,
    name: &str,
    priority: u8,
    topics: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let terms = json!({
        "channels": ["chat", "phone"],
        "topics": { "only": topics },
        "hours": null,
        "priority": priority,
        "concurrent_max": 100,
    });
    let tier = if priority > 0 { "priority" } else { "regular" };
    let arguments = format!(
        "contract: \"{}\", title: {}, tier: \"{tier}\", termsJson: {}",
        id("contract", name),
        text(name),
        text(&terms.to_string())
    );
    done("define a contract", doer.staff(player, [Act::plain("defineContract", arguments)]).await?)
}

/// Adds the file's topics, rules and queues to the policy in force, and to what anonymous visitors may ask about.
async fn publish(
    doer: &Doer,
    player: &Session,
    topics: &BTreeSet<String>,
    limits: &Limits,
) -> anyhow::Result<()> {
    let in_force = doer
        .query(
            player,
            "{ policy { version definitionJson } contracts { id title tier termsJson } }",
            Value::Null,
        )
        .await;
    let in_force = in_force.unwrap_or_default();
    let definition = in_force["policy"]["definitionJson"].as_str();
    let mut policy: Value = match definition {
        Some(definition) => serde_json::from_str(definition).context("a policy is JSON")?,
        None => Value::Null,
    };
    if policy["topics"].as_array().is_none_or(Vec::is_empty) {
        policy = json!({
            "topics": [], "pages": [], "other_page": "other", "rules": [], "queues": {},
            "anonymous_contract": id("contract", REGULAR), "dispositions": {}, "reasons": {},
        });
    }
    let names = |name: &Value| name.as_str().is_some_and(|name| topics.contains(name));
    for list in ["topics", "rules"] {
        if let Some(list) = policy[list].as_array_mut() {
            list.retain(|one| !names(&one["topic"]));
        }
    }
    for topic in topics {
        let title = format!("Calls of type {}", topic.to_uppercase());
        let rule = json!({ "topic": topic, "require": { "skill": { "name": topic, "level": SKILL_LEVEL } } });
        push(&mut policy["topics"], json!({ "topic": topic, "title": title, "queue": topic }));
        push(&mut policy["rules"], rule);
        policy["queues"][topic] = queue(&title, limits);
    }
    policy["dispositions"][DISPOSITION.0] = json!(DISPOSITION.1);
    allow_anonymous(doer, player, &policy, &in_force["contracts"], topics).await?;
    let arguments = format!("definitionJson: {}", text(&policy.to_string()));
    done("publish the policy", doer.staff(player, [Act::plain("publishPolicy", arguments)]).await?)
}

fn push(list: &mut Value, one: Value) {
    if let Some(list) = list.as_array_mut() {
        list.push(one);
    }
}

fn queue(title: &str, limits: &Limits) -> Value {
    json!({
        "version": 1,
        "title": title,
        "strategy": "longest_idle",
        "steps": [{ "after_secs": 0, "requirement": "anybody", "keeps_request": true }],
        "offer_secs": 20,
        "linking_secs": 60,
        "talk_secs_max": limits.talk_secs,
        "wrap_up_secs": 60,
        "wait_secs_max": limits.wait_secs,
        "target_secs": TARGET_SECS,
        "handle_secs": 180,
        "callback_attempts_max": 3,
        "callback_retry_secs": 300,
        "callback_expires_secs": 4 * 3_600,
    })
}

/// Somebody else's contract for visitors, if there is one, learns the file's topics.
async fn allow_anonymous(
    doer: &Doer,
    player: &Session,
    policy: &Value,
    contracts: &Value,
    topics: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let all = contracts.as_array().map_or(&[][..], Vec::as_slice);
    let Some(contract) = all.iter().find(|one| one["id"] == policy["anonymous_contract"]) else {
        return Ok(());
    };
    let mut terms: Value = serde_json::from_str(contract["termsJson"].as_str().unwrap_or_default())
        .context("a contract's terms are JSON")?;
    let Some(only) = terms["topics"]["only"].as_array_mut() else { return Ok(()) };
    let before = only.len();
    for topic in topics {
        if !only.iter().any(|one| one == topic.as_str()) {
            only.push(json!(topic));
        }
    }
    if only.len() == before {
        return Ok(());
    }
    let arguments = format!(
        "contract: {}, title: {}, tier: {}, termsJson: {}",
        contract["id"],
        contract["title"],
        contract["tier"],
        text(&terms.to_string())
    );
    done("extend a contract", doer.staff(player, [Act::plain("defineContract", arguments)]).await?)
}

/// Queues come to the site by a policy of the server's own; the agents came before them.
async fn roster_arrives(
    doer: &Doer,
    player: &Session,
    topics: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let arrives = async {
        loop {
            let data = doer.query(player, "{ board { queues { queue } } }", Value::Null).await?;
            let queues = data["board"]["queues"].as_array().map_or(&[][..], Vec::as_slice);
            let has = |topic: &String| queues.iter().any(|queue| queue["queue"] == topic.as_str());
            if topics.iter().all(has) {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(ROSTER_TIMEOUT, arrives)
        .await
        .context("the queues never came to the site")?
}

/// PKCS #8 of an Ed25519 key before its 32 secret bytes (RFC 8410).
const PRIVATE_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

fn company_key(args: &TrafficArgs) -> anyhow::Result<EncodingKey> {
    let path = &args.company_secret;
    let secret = std::fs::read(path)
        .with_context(|| format!("the company's key {} cannot be read", path.display()))?;
    if secret.len() == 32 {
        return Ok(EncodingKey::from_ed_der(&[&PRIVATE_PREFIX[..], &secret].concat()));
    }
    let pem = String::from_utf8_lossy(&secret);
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = BASE64.decode(inner).ok().filter(|der| der.len() == 48).with_context(|| {
        format!(
            "{} is not an Ed25519 key; make one with `openssl genpkey -algorithm ed25519`",
            path.display()
        )
    })?;
    Ok(EncodingKey::from_ed_der(&der))
}
