//! A reader that never ends: from the topic while it is behind, then from the hub.

use std::sync::Arc;

use domain::log::{Partition, Position};
use projections::ports::source::Read;
use tokio::sync::{mpsc, watch};

use super::{
    Batch, KafkaLog, LogError, Place, Step,
    hub::{Hub, Live},
    later, said,
};
use crate::{kafka::client::BrokerError, recent::Found};

/// A reader of one partition: from the topic while it is behind, else from what the hub has just folded.
pub(super) struct Follower {
    log: KafkaLog,
    partition: Partition,
    position: Position,
    /// The offset at which the partition ended when reading began; `None`: the reader has been told that it is there,
    /// or nobody has looked yet.
    end: Option<i64>,
    caught_up: bool,
    at: At,
}

enum At {
    Unregistered,
    Behind(Arc<Place>),
    Reading(Arc<Place>, mpsc::Receiver<Batch>),
    Live(Arc<Place>, Arc<Hub>, watch::Receiver<Live>),
}

impl Follower {
    pub(super) fn new(log: KafkaLog, partition: Partition, from: Position) -> Self {
        let at = At::Unregistered;
        Self { log, partition, position: from, end: None, caught_up: false, at }
    }

    pub(super) async fn next(&mut self) -> Result<Vec<Read>, LogError> {
        loop {
            match &mut self.at {
                At::Unregistered => {
                    if let Some(caught_up) = self.find_the_place().await? {
                        return Ok(vec![caught_up]);
                    }
                }
                At::Behind(place) => {
                    let place = Arc::clone(place);
                    self.catch_up(place).await?;
                }
                At::Reading(place, batches) => match said(batches.recv().await)? {
                    Step::Read(wholes, after) => {
                        self.position = after;
                        if !wholes.is_empty() {
                            return Ok(wholes.into_iter().map(Arc::new).map(Read::Whole).collect());
                        }
                    }
                    Step::End(after) => {
                        let place = Arc::clone(place);
                        self.position = after;
                        let hub = self.log.hub_from(&place, after).await?;
                        let live = hub.subscribe();
                        self.at = At::Live(place, hub, live);
                        if self.is_told() {
                            return Ok(vec![Read::CaughtUp(after)]);
                        }
                    }
                },
                At::Live(place, hub, live) => {
                    let now = live.borrow_and_update().clone();
                    match hub.after(self.position) {
                        Found::Next(wholes) => {
                            self.position =
                                wholes.last().map_or(self.position, |whole| whole.position);
                            return Ok(wholes.into_iter().map(Read::Whole).collect());
                        }
                        Found::InTheStore => self.at = At::Behind(Arc::clone(place)),
                        Found::Nothing if self.end.is_some_and(|end| now.next >= end) => {
                            self.position = later(self.position, now.position);
                            if self.is_told() {
                                return Ok(vec![Read::CaughtUp(self.position)]);
                            }
                        }
                        Found::Nothing => match now.broken {
                            Some(why) => return Err(why),
                            None => live.changed().await.map_err(|_| BrokerError::Closed)?,
                        },
                    }
                }
            }
        }
    }

    /// Whether the reader is to be told now that it is at the end: that is said once.
    fn is_told(&mut self) -> bool {
        self.end = None;
        !std::mem::replace(&mut self.caught_up, true)
    }

    /// Nothing can stand in a partition that nobody has registered.
    async fn find_the_place(&mut self) -> Result<Option<Read>, BrokerError> {
        let registry = &self.log.0.registry;
        let number = match registry.number_of(&self.partition) {
            Some(number) => number,
            None if !std::mem::replace(&mut self.caught_up, true) => {
                return Ok(Some(Read::CaughtUp(self.position)));
            }
            None => registry.wait_for(&self.partition).await?,
        };
        self.at = At::Behind(self.log.place(&self.partition, number));
        Ok(None)
    }

    async fn catch_up(&mut self, place: Arc<Place>) -> Result<(), LogError> {
        let end = self.log.end_of(&place, self.position).await?;
        if !self.caught_up && self.end.is_none() {
            self.end = Some(end);
        }
        let hub = place.hub().filter(|hub| hub.covers(self.position));
        self.at = if let Some(hub) = hub {
            let live = hub.subscribe();
            At::Live(place, hub, live)
        } else {
            let batches = self.log.catch_up(&place, self.position, end);
            At::Reading(place, batches)
        };
        Ok(())
    }
}
