//! Whether the process may take traffic: it owns its partitions, and its folds follow the log.

use std::sync::Arc;

use api::health::{Check, Readiness};
use commands::decider::Progress;
use domain::log::Seq;
use projections::tail::Health;
use tokio::sync::watch;

use super::engine::Engine;

pub(super) struct Ready {
    pub(super) engine: Arc<Engine>,
}

impl Readiness for Ready {
    fn checks(&self) -> Vec<Check> {
        let Engine { tenant, site, directory, live, .. } = &*self.engine;
        let mut checks = vec![
            owns("tenant is owned", &tenant.progress),
            owns("site is owned", &site.progress),
            follows("tenant's directory", directory.health(), directory.position().seq),
            follows("site's live view", live.health(), live.position().seq),
        ];
        let stored = self.engine.projectors.iter();
        checks.extend(stored.map(|one| follows(one.view().name, one.health(), one.reached())));
        checks
    }
}

fn owns(name: &str, progress: &watch::Receiver<Progress>) -> Check {
    let progress = progress.borrow();
    let says = match &progress.trouble {
        Some(trouble) => trouble.clone(),
        None if progress.owns => format!("at {}", progress.seq),
        None => "reading its log".to_owned(),
    };
    Check { name: name.to_owned(), ok: progress.owns, says }
}

fn follows(name: &str, health: Health, at: Seq) -> Check {
    let (ok, says) = match health {
        Health::Following => (true, format!("at {at}")),
        Health::CatchingUp => (false, format!("catching up, at {at}")),
        Health::Unreachable => (false, "the log is not reachable; trying again".to_owned()),
        Health::Stopped(reason) => (false, reason.to_string()),
    };
    Check { name: name.to_owned(), ok, says }
}
