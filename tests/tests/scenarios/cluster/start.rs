//! What is wrong when a process starts is said at once, with what to do; and no password is ever shown.

use std::fs;

use rdkafka::admin::{AdminOptions, NewPartitions};
use tests::{
    kafka::admin,
    scenario::{Cluster, cluster::refused},
    services::Services,
};

/// The cluster's flags with this value for one of them.
fn with(cluster: &Cluster, flag: &str, value: &str) -> Vec<String> {
    let mut flags = cluster.flags();
    if let Some(at) = flags.iter().position(|one| one == flag) {
        flags.drain(at..at + 2);
    }
    flags.extend([flag, value].map(str::to_owned));
    flags
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_get_in_is_told_why_and_no_password_is_shown() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let folder = tempfile::tempdir()?;
    let wrong = folder.path().join("password");
    fs::write(&wrong, "not-the-p4ssword\n")?;
    let wrong = wrong.to_str().expect("a temporary folder has a plain name");
    let Services { kafka, postgres } = Services::running();
    let secrets =
        ["not-the-p4ssword", &kafka.password("operator"), &postgres.password("lockstep_operator")]
            .map(str::to_owned);
    let kafka_down = "no broker answers at 127.0.0.1:9; start Kafka, or correct the address";
    let postgres_down = "PostgreSQL at 127.0.0.1:9 is not reachable; see that it runs";
    let missing = "no-such-topics.registry` is missing; create it from the files in deploy/kafka";
    let no_database = "has no database `nowhere`; make it, and run `lockstep migrate`";
    let nowhere = "postgres://lockstep_operator@127.0.0.1:9/lockstep";
    let elsewhere = postgres.url("lockstep_operator", "nowhere");
    for (flag, value, told) in [
        ("--kafka-password-file", wrong, "does not let user `operator` in; correct the user or"),
        ("--postgres-password-file", wrong, "does not let `lockstep_operator` in; check the user"),
        ("--kafka", "127.0.0.1:9", kafka_down),
        ("--postgres", nowhere, postgres_down),
        ("--kafka-prefix", "no-such-topics", missing),
        ("--postgres", &elsewhere, no_database),
        ("--kafka-password-file", "/no/such/file", "/no/such/file could not be read; check its"),
        ("--kafka-ca", "/no/such/file", "/no/such/file could not be read; check its"),
    ] {
        let said = refused(&with(&cluster, flag, value)).await?;
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("lockstep: ") && last.contains(told), "{flag} {value}: {said}");
        for secret in &secrets {
            assert!(!said.contains(secret), "{flag} {value}: a password is shown");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_of_different_sizes_are_refused_by_name_and_number() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let [commands, events] = ["commands", "events"].map(|name| cluster.corner.topic(name));
    let more = NewPartitions::new(&commands, 5);
    let grown = admin(&cluster.corner.settings).create_partitions([&more], &AdminOptions::new());
    grown.await?.remove(0).map_err(|(topic, code)| anyhow::anyhow!("{topic}: {code}"))?;
    let told = format!(
        "topic `{commands}` has 5 partitions and `{events}` has 3; give both the same number"
    );
    for role in [&[][..], &["--role", "decide"], &["--role", "project"]] {
        let role = role.iter().map(|&word| word.to_owned());
        let said = refused(&cluster.flags().into_iter().chain(role).collect::<Vec<_>>()).await?;
        assert!(said.contains(&told), "{said}");
    }
    let (well, said, _) = cluster.told(&["doctor"]).await?;
    assert!(!well && said.contains(&told), "{said}");
    Ok(())
}
