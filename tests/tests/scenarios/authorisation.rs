//! Who may see what, with everybody connected at once: a role withdrawn and a person erased in the middle.

use serde_json::{Value, json};
use tests::scenario::{Customer, Server, Staff, graphql};

const LOGINS: [(&str, &str); 5] = [
    ("noor", "AGENT"),
    ("kim", "SUPERVISOR"),
    ("alex", "ANALYST"),
    ("robin", "AUDITOR"),
    ("admin", "ADMINISTRATOR"),
];
const NOBODY: &str = "018f0000-0000-7000-8000-00000000dead";

/// The committed table: `Type.field` and its roles.
fn table() -> Vec<(String, Vec<String>)> {
    let text = include_str!("../../../api/schema/authorisation.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let words = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    };
    lines.map(words).collect()
}

/// Selects one field of a root type, with harmless arguments made from its description.
fn document(schema: &Value, root: &Value, field: &Value) -> String {
    let args: Vec<String> = items(&field["args"])
        .filter(|arg| arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null())
        .map(|arg| format!("{}: {}", text(&arg["name"]), value(schema, &arg["type"])))
        .collect();
    let args = if args.is_empty() { String::new() } else { format!("({})", args.join(", ")) };
    let named = named(&field["type"]);
    let leaf = items(&schema["types"])
        .any(|one| one["name"] == *named && matches!(text(&one["kind"]), "SCALAR" | "ENUM"));
    let selection = if leaf { "" } else { " { __typename }" };
    format!(
        "{} {{ {}{args}{selection} }}",
        text(&root["name"]).to_lowercase(),
        text(&field["name"])
    )
}

fn value(schema: &Value, of: &Value) -> String {
    match text(&of["kind"]) {
        "NON_NULL" => value(schema, &of["ofType"]),
        "LIST" => "[]".to_owned(),
        "ENUM" | "INPUT_OBJECT" => {
            let one = items(&schema["types"]).find(|one| one["name"] == of["name"]);
            let one = one.expect("a type that is named is described");
            if of["kind"] == "ENUM" {
                return text(&one["enumValues"][0]["name"]).to_owned();
            }
            let fields =
                items(&one["inputFields"]).filter(|field| field["type"]["kind"] == "NON_NULL");
            let fields = fields.map(|field| {
                format!("{}: {}", text(&field["name"]), value(schema, &field["type"]))
            });
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => match text(&of["name"]) {
            "UUID" => format!("\"{NOBODY}\""),
            "Int" => "1".to_owned(),
            "Instant" => "\"2026-01-01T00:00:00Z\"".to_owned(),
            "Boolean" => "true".to_owned(),
            _ => "\"site:nowhere\"".to_owned(),
        },
    }
}

fn named(of: &Value) -> &Value {
    if of["ofType"].is_null() { &of["name"] } else { named(&of["ofType"]) }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

const INTROSPECTION: &str = "{ __schema { types { name kind enumValues { name } inputFields { name type { ...T } } \
    fields { name args { name defaultValue type { ...T } } type { ...T } } } } } \
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[tokio::test]
async fn every_root_field_is_open_to_exactly_its_roles() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let table = table();
    let http = reqwest::Client::new();
    let admin = Staff::session(&server, "admin").await?;
    let schema = admin.query(INTROSPECTION, json!({})).await?["__schema"].clone();
    let mut executed = 0;
    for (login, role) in LOGINS {
        let staff = Staff::session(&server, login).await?;
        for root in
            items(&schema["types"]).filter(|one| matches!(text(&one["name"]), "Query" | "Mutation"))
        {
            for field in items(&root["fields"]) {
                let name = format!("{}.{}", text(&root["name"]), text(&field["name"]));
                let (_, roles) =
                    table.iter().find(|(known, _)| *known == name).expect("every field has a line");
                let body = json!({ "query": document(&schema, root, field) });
                let answer = graphql::post(&http, &server.desk(), &staff.token, body).await?;
                let forbidden = items(&answer["errors"])
                    .any(|error| error["extensions"]["code"] == "FORBIDDEN");
                assert_eq!(
                    !forbidden,
                    roles.iter().any(|open| open == role),
                    "{name} as {role}: {answer}"
                );
                executed += 1;
            }
        }
    }
    assert!(executed > 200, "{executed}");
    for root in
        items(&schema["types"]).filter(|one| matches!(text(&one["name"]), "Query" | "Mutation"))
    {
        for field in items(&root["fields"]) {
            let body = json!({ "query": document(&schema, root, field) });
            let sent = http.post(format!("{}/graphql", server.desk())).json(&body).send().await?;
            assert_eq!(sent.status().as_u16(), 401, "{}", text(&field["name"]));
        }
    }
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_withdrawn_role_acts_at_once_also_on_what_is_open() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let admin = Staff::session(&server, "admin").await?;
    let noor = Staff::available(&server, "noor").await?;
    let kim = Staff::session(&server, "kim").await?;
    let mut desk = noor.subscribe("subscription { desk { me { status } } }").await?;
    let mut board = kim.subscribe("subscription { board { version snapshot } }").await?;
    desk.next().await?;
    board.next().await?;

    for (staff, name) in [(&noor, "Noor"), (&kim, "Kim")] {
        let input = json!({ "staff": staff.id, "name": name, "roles": ["AUDITOR"] });
        let document = "mutation($input: StaffInput!) { enrollStaff(input: $input) { __typename ... on Refused { message } } }";
        let answer = admin.query(document, json!({ "input": input })).await?;
        graphql::of_type(&answer["enrollStaff"], "Done")?;
    }
    for open in [&mut desk, &mut board] {
        let ended = loop {
            match open.next().await {
                Ok(_) => {}
                Err(error) => break error.to_string(),
            }
        };
        // The subscription is told, or the socket was closed before.
        assert!(ended.contains("FORBIDDEN") || ended.contains("4403"), "{ended}");
    }
    let answer = noor.query("{ desk { now } }", json!({})).await;
    assert!(answer.is_err_and(|error| error.to_string().contains("FORBIDDEN")));
    noor.query("{ liveState { seq } }", json!({})).await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn an_erased_customer_is_gone_from_every_open_screen() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let kim = Staff::session(&server, "kim").await?;
    let admin = Staff::session(&server, "admin").await?;
    let contact = ada.asks("billing").await?;
    let mut board = kim
        .subscribe("subscription { board { snapshot contacts { id account customerName } } }")
        .await?;
    let row = |state: &Value| {
        items(&state["board"]["contacts"]).find(|row| row["id"] == *contact).cloned()
    };
    let seen = board.until("the contact", row).await?;
    let (account, name) =
        (text(&seen["account"]).to_owned(), text(&seen["customerName"]).to_owned());
    assert_eq!(name, "Ada");
    let mut own = ada.follow().await?;
    own.next().await?;

    let document = "query($id: UUID!) { account(id: $id) { subject } }";
    let subject =
        admin.query(document, json!({ "id": account })).await?["account"]["subject"].clone();
    admin.acts("eraseSubject(subject: $a)", text(&subject), "").await?;
    board
        .until("the name gone", |state| row(state)?["customerName"].is_null().then_some(()))
        .await?;
    let ended = loop {
        match own.next().await {
            Ok(_) => {}
            Err(error) => break error.to_string(),
        }
    };
    assert!(ended.contains("UNAUTHENTICATED"), "{ended}");
    assert!(ada.me(&[]).await.is_err_and(|error| error.to_string().contains("erased")));
    server.stop().await?;
    Ok(())
}
