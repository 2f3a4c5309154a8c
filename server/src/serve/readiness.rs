//! Whether the process may take traffic: it owns its partitions, and its folds follow the log.

use std::sync::Arc;

use api::health::{Check, Readiness};
use commands::decider::Progress;
use domain::log::{Partition, Seq};
use projections::{
    projector::{self, Projector},
    tail::Health,
};

use super::{
    decide::Deciding,
    engine::{Engine, Views},
    link::States,
};

pub(super) struct Ready {
    pub(super) engine: Arc<Engine>,
    pub(super) links: States,
}

impl Readiness for Ready {
    fn checks(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        if let Some(deciders) = &self.engine.deciders {
            let each = deciders.each();
            checks.extend(each.iter().map(|(partition, one)| owns(partition, one)));
        }
        if let Some(Views { directory, live, .. }) = &self.engine.views {
            checks.push(follows(
                "tenant's directory",
                directory.health(),
                directory.position().seq,
            ));
            checks.push(follows("site's live view", live.health(), live.position().seq));
        }
        if let Some(policies) = &self.engine.policies {
            let (tenant, site) = (&policies.tenant, &policies.site);
            checks.push(follows("policies' tenant", tenant.health(), tenant.position().seq));
            checks.push(follows("policies' site", site.health(), site.position().seq));
        }
        checks.extend(self.links.check());
        let stored = self.engine.projectors.iter();
        checks.extend(stored.map(stands));
        checks
    }
}

fn owns(partition: &Partition, deciding: &Deciding) -> Check {
    let Progress { owns, seq, trouble, .. } = deciding.progress.borrow().clone();
    let assigned = *deciding.assigned.borrow();
    let ok = (owns && trouble.is_none()) || !assigned;
    let says = match trouble {
        Some(trouble) => trouble,
        None if owns => format!("owned, at {seq}"),
        None if assigned => "reading its log".to_owned(),
        None => format!("stands by, at {seq}"),
    };
    Check { name: partition.to_string(), ok, says }
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

fn stands(one: &Projector) -> Check {
    let at = one.reached();
    let (ok, says) = match one.health() {
        projector::Health::Following => (true, format!("at {at}")),
        projector::Health::CatchingUp => (false, format!("catching up, at {at}")),
        projector::Health::Unreachable => {
            (false, "log or read store is not reachable; trying again".to_owned())
        }
        projector::Health::Stopped(reason) => (false, reason.to_string()),
        projector::Health::Parked(reason) => (true, format!("parked: {reason}")),
    };
    Check { name: format!("{} of {}", one.view().name, one.partition()), ok, says }
}
