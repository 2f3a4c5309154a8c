//! A data directory belongs to one process, keeps its clock, and is not served when its log was altered.

use std::path::Path;

use rusqlite::Connection;
use tests::scenario::{
    Customer, Options, Server,
    process::{Process, run},
    server::command,
};

const ANY: [&str; 4] = ["127.0.0.1:0"; 4];

/// Starts a server that must not come up; what it wrote.
async fn refused(folder: &Path, options: &Options) -> anyhow::Result<String> {
    let mut process = Process::start(command(folder, options, ANY))?;
    let status = process.ended().await?;
    anyhow::ensure!(!status.success(), "it ran:\n{}", process.everything());
    Ok(process.everything())
}

#[tokio::test]
async fn a_second_process_on_the_same_data_is_refused() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let folder = server.data_dir();
    let folder = folder.parent().expect("the data directory has a parent");
    let said = refused(folder, &Options::default()).await?;
    assert!(said.contains("another process"), "{said}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn another_clock_than_the_one_it_was_begun_with_is_refused() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let folder = server.stop().await?;
    let driven = Options { clock: "driven".to_owned(), ..Options::default() };
    let said = refused(folder.path(), &driven).await?;
    assert!(said.contains("clock"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_log_with_a_flipped_byte_is_named_and_not_served() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    let folder = server.stop().await?;
    let data = folder.path().join("data");
    flip(&data.join("log.db"), "site:demo", 3)?;

    let name = data.to_str().expect("a temporary folder has a plain name");
    let (sound, said, _) = run(&["log", "--data-dir", name, "verify"]).await?;
    assert!(!sound, "{said}");
    assert!(said.contains("site:demo: record 3 "), "{said}");

    let said = refused(folder.path(), &Options::default()).await?;
    assert!(said.contains("site:demo") && said.contains("log verify"), "{said}");
    Ok(())
}

/// One bit of one byte of a record's data.
fn flip(log: &Path, partition: &str, seq: i64) -> anyhow::Result<()> {
    let log = Connection::open(log)?;
    let place = (partition, seq);
    let data: String =
        log.query_row("SELECT data FROM events WHERE partition = ?1 AND seq = ?2", place, |row| {
            row.get(0)
        })?;
    let at = data.rfind(|one: char| one.is_ascii_alphanumeric()).expect("data has letters");
    let mut bytes = data.into_bytes();
    bytes[at] ^= 1;
    let flipped = String::from_utf8(bytes)?;
    log.execute(
        "UPDATE events SET data = ?3 WHERE partition = ?1 AND seq = ?2",
        (partition, seq, flipped),
    )?;
    Ok(())
}
