//! A network that customers come from, and what it allows: the longest prefix decides.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

use crate::{command::refusals, entitlement::NetworkTerms, id::NetworkName, tenant::Tenant};

pub const NETWORKS_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    InForce(Defined),
    /// The next definition under this name continues the count.
    Removed {
        version: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defined {
    pub version: u32,
    /// Without host bits; an IPv4 network is never written as a mapped IPv6 one.
    pub cidr: IpNet,
    pub terms: NetworkTerms,
}

pub type Networks = BTreeMap<NetworkName, Network>;

impl Network {
    pub fn in_force(&self) -> Option<&Defined> {
        match self {
            Self::InForce(defined) => Some(defined),
            Self::Removed { .. } => None,
        }
    }

    fn version(&self) -> u32 {
        match self {
            Self::InForce(Defined { version, .. }) | Self::Removed { version } => *version,
        }
    }
}

/// Of those that hold the address the one with the longest prefix: its network decides.
pub fn longest_prefix<N>(networks: impl Iterator<Item = (IpNet, N)>, address: IpAddr) -> Option<N> {
    let address = address.to_canonical();
    networks
        .filter(|(cidr, _)| cidr.contains(&address))
        .max_by_key(|(cidr, _)| cidr.prefix_len())
        .map(|(_, network)| network)
}

/// What all of them allow together; `None` without any. It holds for whoever may be in each of them.
pub fn in_all<'n>(mut networks: impl Iterator<Item = &'n NetworkTerms>) -> Option<NetworkTerms> {
    let first = networks.next()?.clone();
    Some(networks.fold(first, |all, one| NetworkTerms {
        channels: all.channels.intersection(&one.channels).copied().collect(),
        topics: all.topics.and(&one.topics),
    }))
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Define { network: NetworkName, cidr: IpNet, terms: NetworkTerms },
    Remove { network: NetworkName },
}

events! { "network" =>
    Defined = "network.defined" @ 1 { network: NetworkName, version: u32, cidr: IpNet, terms: NetworkTerms },
    Removed = "network.removed" @ 1 { network: NetworkName },
}

refusals! { "network" =>
    Unknown { network: NetworkName } = "unknown", "there is no network `{network}`";
    Taken { cidr: IpNet, by: NetworkName } = "taken", "`{by}` already names {cidr}; change or remove it first";
    TooMany with { most = NETWORKS_MAX } = "too_many", "there are {NETWORKS_MAX} networks already; remove one first";
}

pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let networks = tenant.networks();
    match command {
        Command::Define { network, cidr, terms } => {
            let cidr = canonical(cidr);
            let held = networks.get(&network);
            if held
                .and_then(Network::in_force)
                .is_some_and(|held| held.cidr == cidr && held.terms == terms)
            {
                return Ok(vec![]);
            }
            if held.is_none() && networks.len() >= NETWORKS_MAX {
                return Err(Refusal::TooMany);
            }
            let same = |other: &Network| other.in_force().is_some_and(|other| other.cidr == cidr);
            if let Some((by, _)) =
                networks.iter().find(|(name, other)| **name != network && same(other))
            {
                return Err(Refusal::Taken { cidr, by: by.clone() });
            }
            let version = held.map_or(0, Network::version) + 1;
            Ok(vec![Event::Defined { network, version, cidr, terms }])
        }
        Command::Remove { network } => match networks.get(&network) {
            Some(Network::InForce(_)) => Ok(vec![Event::Removed { network }]),
            Some(Network::Removed { .. }) => Ok(vec![]),
            None => Err(Refusal::Unknown { network }),
        },
    }
}

pub(crate) fn evolve(networks: &mut Networks, event: &Event) {
    match event.clone() {
        Event::Defined { network, version, cidr, terms } => {
            networks.insert(network, Network::InForce(Defined { version, cidr, terms }));
        }
        Event::Removed { network } => {
            let version = networks.get(&network).map_or(0, Network::version);
            networks.insert(network, Network::Removed { version });
        }
    }
}

/// Without host bits, and as IPv4 where it is IPv4 mapped into IPv6.
/// Without host bits, and an IPv4 network as one.
pub fn canonical(cidr: IpNet) -> IpNet {
    match cidr {
        IpNet::V4(_) => cidr.trunc(),
        IpNet::V6(net) => match (net.addr().to_ipv4_mapped(), net.prefix_len().checked_sub(96)) {
            (Some(addr), Some(prefix)) => Ipv4Net::new(addr, prefix)
                .map_or_else(|_| cidr.trunc(), |net| IpNet::V4(net.trunc())),
            (None, _) | (_, None) => cidr.trunc(),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tenant::tests::{given, network_terms};

    fn define(network: &str, cidr: &str) -> Command {
        Command::Define {
            network: NetworkName::parse(network).unwrap(),
            cidr: cidr.parse().unwrap(),
            terms: network_terms(),
        }
    }

    fn remove(network: &str) -> Command {
        Command::Remove { network: NetworkName::parse(network).unwrap() }
    }

    #[test]
    fn the_longest_prefix_decides_for_both_families_and_for_mapped_addresses() {
        let mut tenant = given(&[]);
        for (name, cidr) in [
            ("everywhere", "0.0.0.0/0"),
            ("office", "10.0.0.0/8"),
            ("lab", "::ffff:10.1.0.0/112"),
            ("six", "2001:db8::/32"),
            ("six.lab", "2001:db8:1::/48"),
        ] {
            tenant.must(define(name, cidr));
        }
        for (address, name) in [
            ("192.0.2.1", Some("everywhere")),
            ("10.9.0.1", Some("office")),
            ("10.1.2.3", Some("lab")),
            ("::ffff:10.1.2.3", Some("lab")),
            ("2001:db8:2::1", Some("six")),
            ("2001:db8:1::1", Some("six.lab")),
            ("2001:db9::1", None),
        ] {
            let in_force = tenant.networks().iter();
            let in_force =
                in_force.filter_map(|(name, held)| Some((held.in_force()?.cidr, name.as_str())));
            let found = longest_prefix(in_force, address.parse().unwrap());
            assert_eq!(found, name, "{address}");
        }
    }

    #[test]
    fn versions_go_on_after_a_removal_and_repeating_changes_nothing() {
        let mut tenant = given(&[]);
        let office = NetworkName::parse("office").unwrap();
        assert_eq!(tenant.refused(remove("office")), "network.unknown");
        for (command, events, version) in [
            (define("office", "10.0.0.0/8"), 1, Some(1)),
            (define("office", "10.3.2.1/8"), 0, Some(1)),
            (remove("office"), 1, None),
            (remove("office"), 0, None),
            (define("office", "10.0.0.0/8"), 1, Some(2)),
        ] {
            assert_eq!(tenant.must(command).len(), events);
            let held = tenant.networks()[&office].in_force().map(|held| held.version);
            assert_eq!(held, version);
        }
    }

    #[test]
    fn one_range_has_one_name() {
        let mut tenant = given(&[define("office", "10.0.0.0/8").into()]);
        assert_eq!(tenant.refused(define("branch", "::ffff:10.0.0.0/104")), "network.taken");
        tenant.must(remove("office"));
        assert_eq!(tenant.must(define("branch", "10.0.0.0/8")).len(), 1);
    }

    proptest! {
        #[test]
        fn no_other_network_that_holds_the_address_is_longer(
            nets in prop::collection::vec((any::<u8>(), 0u8..=32), 0..20), last in any::<u8>(),
        ) {
            let cidr = |(byte, prefix): &(u8, u8)| {
                IpNet::new([byte & 3, *byte, 0, 0].into(), *prefix).unwrap().trunc()
            };
            let networks: Vec<IpNet> = nets.iter().map(cidr).collect();
            let address = IpAddr::from([last & 3, last, 0, 1]);
            let holding = |prefix: u8| {
                networks.iter().any(|cidr| cidr.prefix_len() == prefix && cidr.contains(&address))
            };
            let naive = (0..=32).rev().find(|prefix| holding(*prefix));
            let found = longest_prefix(networks.iter().map(|cidr| (*cidr, cidr.prefix_len())), address);
            prop_assert_eq!(found, naive);
        }
    }
}
