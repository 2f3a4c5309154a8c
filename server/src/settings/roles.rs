//! Which parts of Lockstep this process is.

use clap::{Args, ValueEnum};

/// A part that may run in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Role {
    /// The customers' web server; holds no credentials
    Edge,
    /// What the customers' web server reaches inside
    Gateway,
    /// The staff's web server, and the mirror beside it; with `--demo` also the demo company's site
    Desk,
    /// Owns partitions and decides their commands
    Decide,
    /// Keeps the stored views
    Project,
    /// Carries out what crosses partitions
    Effects,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Roles {
    /// Which parts this process is [default: all of them]
    #[arg(
        long = "role",
        env = "LOCKSTEP_ROLES",
        value_enum,
        value_delimiter = ',',
        value_name = "ROLE",
        help_heading = "Roles"
    )]
    chosen: Vec<Role>,
    /// What this node is called in logs, in the broker's lists and by `lockstep owners` [default: the host's name]
    #[arg(long, env = "LOCKSTEP_NODE", value_name = "NAME", help_heading = "Roles")]
    pub(crate) node: Option<String>,
    /// Where a process without a desk answers for its health and metrics
    #[arg(long, env = "LOCKSTEP_OPS", value_name = "ADDRESS", help_heading = "Roles")]
    pub(crate) ops: Option<std::net::SocketAddr>,
}

impl Roles {
    /// Every part in one process.
    pub(crate) fn all() -> Self {
        Self { chosen: Vec::new(), node: None, ops: None }
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.chosen.is_empty() || self.chosen.contains(&role)
    }

    /// Nothing inside runs here: the customers' web server alone.
    pub(crate) fn are_outside(&self) -> bool {
        !self.chosen.is_empty() && self.chosen.iter().all(|role| *role == Role::Edge)
    }

    /// The node's name.
    pub(crate) fn node(&self) -> String {
        let hostname = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let name = self.node.clone().or_else(hostname).unwrap_or_else(|| "node".to_owned());
        name.trim().to_owned()
    }
}
