//! Policies that cross partitions: what the tenant decided and its sites have to follow.
//!
//! Each compares what should be with what is, and sends what is missing. So they need no checkpoint, and
//! sending again is harmless; ids derive from (policy, subject, version).

use domain::{
    agent, callback,
    command::{Actor, Envelope, derived_id},
    entitlement::{ContractFacts, Facts, NetworkFacts},
    id::{AccountId, AgentId, CommandId, PolicyName, SiteName, StaffId},
    queue,
    site::{Site, SiteCommand},
    staff::Role,
    tenant::Tenant,
    time::Timestamp,
};

use crate::decider::EXPIRES_AFTER;

/// A site's policies send at most this many commands at once; the rest follows when these are read.
pub const COMMANDS_MAX: usize = 256;

/// The commands that bring `site` to what the tenant wants of it.
pub fn follow_tenant(
    tenant: &Tenant,
    name: &SiteName,
    site: &Site,
    now: Timestamp,
) -> Vec<Envelope<SiteCommand>> {
    define_queues_as_published(tenant, site, now)
        .chain(define_reasons_as_published(tenant, site, now))
        .chain(retire_agents_as_staff(tenant, name, site, now))
        .chain(enroll_agents_as_staff(tenant, name, site, now))
        .take(COMMANDS_MAX)
        .collect()
}

fn define_queues_as_published<'a>(
    tenant: &'a Tenant,
    site: &'a Site,
    now: Timestamp,
) -> impl Iterator<Item = Envelope<SiteCommand>> + 'a {
    let published = tenant.policy().into_iter().flat_map(|policy| policy.definition.queues.iter());
    published
        .filter(|(queue, definition)| {
            site.queues.get(queue).is_none_or(|known| known.definition != **definition)
        })
        .map(move |(queue, definition)| {
            let version = tenant.policy().map_or(0, |policy| policy.version);
            let command =
                queue::Command::Define { queue: queue.clone(), definition: definition.clone() };
            envelope(
                "define-queues-as-published",
                queue.as_str(),
                version,
                now,
                SiteCommand::Queue(command),
            )
        })
}

fn define_reasons_as_published(
    tenant: &Tenant,
    site: &Site,
    now: Timestamp,
) -> Option<Envelope<SiteCommand>> {
    let policy = tenant.policy()?;
    let (held, reasons) = (&site.reasons, policy.definition.reason_codes(policy.version));
    if (&held.pauses, &held.rejections) == (&reasons.pauses, &reasons.rejections) {
        return None;
    }
    let command = SiteCommand::Agent(agent::Command::DefineReasons { reasons });
    Some(envelope("define-reasons-as-published", "reasons", policy.version, now, command))
}

/// Whoever left the staff, serves at another site or is no agent any more hands back what they hold.
fn retire_agents_as_staff<'a>(
    tenant: &'a Tenant,
    name: &'a SiteName,
    site: &'a Site,
    now: Timestamp,
) -> impl Iterator<Item = Envelope<SiteCommand>> + 'a {
    let known = site.agents.iter().filter(|(_, known)| !known.retired);
    known.filter_map(move |(id, known)| {
        let member = tenant.staff().get(&StaffId::from(*id))?;
        let serves = member
            .serving()
            .is_some_and(|staff| staff.site == *name && staff.roles.contains(&Role::Agent));
        let version = member.version();
        (!serves && version >= known.version).then(|| {
            let command = agent::Command::Retire { agent: *id, version };
            envelope(
                "retire-agents-as-staff",
                &id.to_string(),
                version,
                now,
                SiteCommand::Agent(command),
            )
        })
    })
}

fn enroll_agents_as_staff<'a>(
    tenant: &'a Tenant,
    name: &'a SiteName,
    site: &'a Site,
    now: Timestamp,
) -> impl Iterator<Item = Envelope<SiteCommand>> + 'a {
    let serving = tenant.staff().iter().filter_map(|(id, member)| Some((id, member.serving()?)));
    let agents =
        serving.filter(move |(_, staff)| staff.site == *name && staff.roles.contains(&Role::Agent));
    agents
        .filter(|(id, staff)| {
            site.agents.get(&AgentId::from(**id)).is_none_or(|known| known.version < staff.version)
        })
        .map(move |(id, staff)| {
            let command = agent::Command::Enroll {
                agent: AgentId::from(*id),
                version: staff.version,
                skills: staff.skills.clone(),
                capacity: staff.capacity.clone(),
            };
            envelope(
                "enroll-agents-as-staff",
                &id.to_string(),
                staff.version,
                now,
                SiteCommand::Agent(command),
            )
        })
}

/// The terms of open callbacks, where contract or network are others than when they were asked for.
///
/// Apart from [`follow_tenant`], because it looks at every callback: it is asked when the tenant has changed.
pub fn recheck_callbacks(
    tenant: &Tenant,
    site: &Site,
    now: Timestamp,
) -> Vec<Envelope<SiteCommand>> {
    let others = site.callbacks.iter().filter_map(|(id, callback)| {
        let before = callback.facts.as_deref()?;
        let facts = facts_of_now(tenant, callback.account, before)?;
        (facts != *before).then_some((*id, facts))
    });
    others
        .take(COMMANDS_MAX)
        .map(|(callback, facts)| {
            let version = facts.contract.version;
            let network = facts.network.as_ref().map(|network| network.version);
            let subject = format!("{callback}/{}/{network:?}", facts.contract.contract);
            let command = callback::Command::Recheck { callback, facts: Box::new(facts) };
            let command = SiteCommand::Callback(command);
            envelope("recheck-callbacks-against-terms", &subject, version, now, command)
        })
        .collect()
}

/// `None`: the account or the contract is not known, so nothing can be said.
fn facts_of_now(tenant: &Tenant, account: Option<AccountId>, before: &Facts) -> Option<Facts> {
    let contract = match account {
        Some(account) => tenant.account(account)?.contract,
        None => tenant.policy()?.definition.anonymous_contract,
    };
    let held = tenant.contract(contract)?;
    let network = before.network.as_ref().and_then(|network| {
        let defined = tenant.networks().get(&network.network)?.in_force()?;
        Some(NetworkFacts {
            network: network.network.clone(),
            version: defined.version,
            terms: defined.terms.clone(),
        })
    });
    Some(Facts {
        contract: ContractFacts {
            contract,
            version: held.version,
            tier: held.tier.clone(),
            terms: held.terms.clone(),
        },
        network,
        ..before.clone()
    })
}

fn envelope(
    policy: &str,
    subject: &str,
    version: u32,
    now: Timestamp,
    body: SiteCommand,
) -> Envelope<SiteCommand> {
    let id = derived_id(&[policy.as_bytes(), subject.as_bytes(), &version.to_be_bytes()]);
    Envelope {
        command_id: CommandId(id),
        actor: Actor::Policy(PolicyName::parse(policy).expect("policies have names that parse")),
        expires_at: now + EXPIRES_AFTER,
        causation: None,
        correlation: id,
        traceparent: None,
        body,
    }
}
