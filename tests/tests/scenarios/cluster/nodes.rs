//! Several nodes share a site.

use std::time::Duration;

use tests::scenario::{Cluster, PATIENCE, Staff};
use tokio::time::{interval, timeout};

const LOOK_AGAIN: Duration = Duration::from_millis(250);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_desk_moves_to_another_node_is_not_lost() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let near = cluster.server().await?;
    let far = cluster.server().await?;
    let dana = Staff::available(&near, "dana").await?;
    let before = dana.follow().await?;
    let elsewhere = dana.at(&far);
    let mut after = elsewhere.follow().await?;
    after.until("that she is there", |desk| desk["desk"]["me"]["id"].as_str().map(drop)).await?;

    drop(before);
    let mut again = interval(LOOK_AGAIN);
    let told = async {
        loop {
            again.tick().await;
            let kinds = cluster.kinds("site:demo").await?;
            let of_desks = kinds.into_iter().filter(|kind| kind.starts_with("agent.device"));
            let of_desks: Vec<_> = of_desks.collect();
            if of_desks.len() == 2 {
                return anyhow::Ok(of_desks);
            }
        }
    };
    assert_eq!(timeout(PATIENCE, told).await??, ["agent.device_lost", "agent.device_returned"]);
    assert_eq!(elsewhere.desk(&[]).await?["me"]["presence"], "AVAILABLE");
    near.stop().await?;
    far.stop().await?;
    Ok(())
}
