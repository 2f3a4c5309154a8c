//! The operator's verbs for stored views, while the server runs and over its restart.

use tests::scenario::{Customer, Server, process::run};

/// What the command prints.
async fn told(server: &Server, arguments: &[&str]) -> anyhow::Result<String> {
    let data = server.data_dir();
    let data = data.to_str().expect("a temporary folder has a plain name");
    let (done, said, complained) =
        run(&[&["projections", "--data-dir", data], arguments].concat()).await?;
    anyhow::ensure!(done, "{arguments:?}: {complained}");
    Ok(said)
}

/// Waits until the server's readiness, as text, has or has not these words.
async fn readiness(server: &Server, words: &str, has: bool) -> anyhow::Result<()> {
    let url = format!("{}/health/ready", server.desk());
    let seen = async {
        loop {
            let now = reqwest::get(&url).await?.text().await?;
            if now.contains(words) == has {
                return anyhow::Ok(());
            }
        }
    };
    tokio::time::timeout(tests::scenario::PATIENCE, seen).await?
}

#[tokio::test]
async fn a_stopped_view_says_so_and_goes_on_when_it_is_told() -> anyhow::Result<()> {
    let mut server = Server::start().await?;
    told(&server, &["stop", "contact_history", "--reason", "a new disk"]).await?;
    readiness(&server, "a new disk", true).await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    server.kill_and_restart().await?;
    readiness(&server, "a new disk", true).await?;
    let list = told(&server, &["list"]).await?;
    let line = list.lines().find(|line| line.starts_with("contact_history ")).unwrap_or_default();
    assert!(line.contains("stopped since") && !line.contains(" 0 behind"), "{list}");

    told(&server, &["park", "contact_history", "--reason", "not today"]).await?;
    readiness(&server, "parked: not today", true).await?;
    told(&server, &["start", "contact_history"]).await?;
    readiness(&server, "parked", false).await?;
    for arguments in [
        &["rebuild"][..],
        &["rebuild", "contact_history", "--no-switch"],
        &["switch", "contact_history"],
        &["reset", "callback_list"],
    ] {
        told(&server, arguments).await?;
    }
    let data = server.data_dir();
    let data = data.to_str().expect("a temporary folder has a plain name");
    for wrong in [
        &["retry", "contact_history"][..],
        &["switch", "contact_history"],
        &["stop", "no_such_view"],
    ] {
        let (done, _, complained) =
            run(&[&["projections", "--data-dir", data], wrong].concat()).await?;
        assert!(!done && complained.starts_with("lockstep: "), "{complained}");
    }
    server.stop().await?;
    Ok(())
}
