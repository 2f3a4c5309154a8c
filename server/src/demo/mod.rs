//! The demo company: its data, its web site, its signature under its customers' identity.

pub(crate) mod company;
pub(crate) mod identity;
pub(crate) mod seed;
pub(crate) mod site;
