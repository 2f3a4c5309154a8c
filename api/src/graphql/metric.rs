//! Metrics: each value with the formula that it was computed by.

use async_graphql::SimpleObject;

/// formula: ignore, positive, negative, connect, genesys, asterisk, asterisk2; with its version. value null: nothing to compute from.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct ServiceLevel {
    pub formula: String,
    pub version: u32,
    pub target_seconds: u32,
    pub value: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Totals {
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub short_abandoned: u64,
    pub callbacks_requested: u64,
    pub waiting: u64,
    pub talking: u64,
    pub service_level: Vec<ServiceLevel>,
    pub asa_seconds: Option<f64>,
    pub rona: u64,
}
