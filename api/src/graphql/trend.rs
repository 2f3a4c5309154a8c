//! What was counted interval by interval, as a chart draws it.

use async_graphql::SimpleObject;

use super::{metric::ServiceLevel, scalar::Instant};

/// Whole days of the site, cut into intervals.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Trend {
    /// By whose clock the days are drawn: an IANA name, as the policy in force says.
    pub zone: String,
    /// The first day, YYYY-MM-DD.
    pub from: String,
    /// The last day, YYYY-MM-DD.
    pub to: String,
    /// When the first day begins.
    pub begins_at: Instant,
    /// When the last day ends.
    pub ends_at: Instant,
    /// The length of an interval; the last one of a day may be shorter where clocks change by less.
    pub minutes: u32,
    /// Every one of them in order, also those in which nothing was counted and those that are still to come.
    pub intervals: Vec<Interval>,
}

/// What happened in one stretch of time. Everything is counted when it happens: an answer may stand in a later interval
/// than its contact's arrival.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Interval {
    /// When it begins; it is in.
    pub starts_at: Instant,
    /// When it ends; that instant is out.
    pub ends_at: Instant,
    /// Contacts that joined the line.
    pub offered: u32,
    /// Contacts with whom an agent began to talk.
    pub answered: u32,
    /// Of the answered: within the target time.
    pub answered_within: u32,
    /// Contacts whose customer gave up, short abandons among them.
    pub abandoned: u32,
    /// Of the abandoned: within the target time.
    pub abandoned_within: u32,
    /// Of the abandoned: so soon that no agent could have answered.
    pub short_abandoned: u32,
    /// Contacts that went to another queue, or whose wait was too long.
    pub flowed_out: u32,
    /// Contacts that staff or a rule took out of the line.
    pub withdrawn: u32,
    /// Callbacks that were asked for.
    pub callbacks_requested: u32,
    /// Contacts that left the line for a callback within the target time.
    pub callbacks_requested_within: u32,
    /// Callbacks whose customer was reached.
    pub callbacks_connected: u32,
    /// Offers that an agent let pass.
    pub rona: u32,
    /// Offers that ended because the customer left.
    pub offers_cancelled: u32,
    /// Contacts whose wrap-up ended.
    pub handled: u32,
    /// Average speed of answer; null: nobody was answered.
    pub asa_seconds: Option<f64>,
    /// Average handle time: talk, hold and wrap-up; null: nothing was handled.
    pub aht_seconds: Option<f64>,
    /// Of this interval alone, by each formula.
    pub service_level: Vec<ServiceLevel>,
}
