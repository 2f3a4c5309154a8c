//! L2: a contact is held by at most one reservation at a time, each of which is accepted at most once, by the agent
//! it was offered to, and ends once.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Finding, Law};
use crate::{
    event::{Event, Held},
    records::Record,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Offered,
    Accepted,
    Ended,
}

struct Reservation {
    contact: Uuid,
    agent: Uuid,
    state: State,
}

#[derive(Default)]
pub(super) struct Winners {
    reservations: BTreeMap<Uuid, Reservation>,
    /// By contact: the reservation that holds it.
    holds: BTreeMap<Uuid, Uuid>,
}

impl Winners {
    /// What a record says of a reservation must fit the offer, and come in one of those states.
    fn expect(
        &mut self,
        record: &Record,
        held: &Held,
        from: &[State],
        finding: &mut Finding,
    ) -> bool {
        let Held { reservation: id, contact, agent, .. } = held;
        let Some(reservation) = self.reservations.get(id) else {
            finding.check(record, false, || format!("reservation {id} was never offered"));
            return false;
        };
        let same = reservation.contact == *contact && reservation.agent == *agent;
        finding.check(record, same, || {
            format!("reservation {id} was offered for another contact or to another agent")
        });
        let state = from.contains(&reservation.state);
        finding.check(record, state, || match reservation.state {
            State::Offered => format!("reservation {id} has not been accepted"),
            State::Accepted => format!("reservation {id} is accepted a second time"),
            State::Ended => format!("reservation {id} has ended before"),
        });
        same && state
    }
}

impl Law for Winners {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        match &record.event {
            Event::Offered(offer) => {
                let other = self.holds.get(&offer.contact);
                finding.check(record, other.is_none(), || {
                    format!(
                        "contact {} is offered while another offer of it is open",
                        offer.contact
                    )
                });
                self.holds.insert(offer.contact, offer.reservation);
                let reservation = Reservation {
                    contact: offer.contact,
                    agent: offer.agent,
                    state: State::Offered,
                };
                let before = self.reservations.insert(offer.reservation, reservation);
                finding.check(record, before.is_none(), || {
                    format!("reservation {} is offered twice", offer.reservation)
                });
            }
            Event::Accepted(held) => {
                if self.expect(record, held, &[State::Offered], finding)
                    && let Some(reservation) = self.reservations.get_mut(&held.reservation)
                {
                    reservation.state = State::Accepted;
                }
            }
            Event::Linked(held) | Event::Wrapping(held) => {
                self.expect(record, held, &[State::Accepted], finding);
            }
            Event::Extended(held) => {
                self.expect(record, held, &[State::Offered, State::Accepted], finding);
            }
            Event::ReservationEnded(held) => {
                self.expect(record, held, &[State::Offered, State::Accepted], finding);
                if let Some(reservation) = self.reservations.get_mut(&held.reservation) {
                    reservation.state = State::Ended;
                }
                if self.holds.get(&held.contact) == Some(&held.reservation) {
                    self.holds.remove(&held.contact);
                }
            }
            _ => {}
        }
    }
}
