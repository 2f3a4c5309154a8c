//! What staff may read.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

use async_graphql::{Context, MergedObject, Object, Result};
use domain::{
    id::{AccountId, AgentId, CallbackId, ContactId, StaffId},
    log::Partition,
    staff::Role,
};
use projections::live::Live;
use uuid::Uuid;

use super::{display::DisplayQuery, session::Who};
use crate::{
    errors::{coded, of_door},
    graphql::{
        account::Account,
        agent,
        callback::CallbackState,
        clock::Clock,
        connection::{
            AccountConnection, CallbackConnection, ContactConnection, TicketConnection, page,
        },
        contact::{ContactDetail, EarlierContact},
        contract::Contract,
        desk::{Board, Desk, RejectionQuestion},
        network::Network,
        outcome::Outcome,
        policy::{Code, ConsentText, Policy, Rejection, Topic},
        projection::Projection,
        record::{LiveState, Record},
        scalar::Token,
        staff::Staff,
        ticket::TicketState,
        trend::Trend,
    },
    history::Narrowed,
    inside::{Inside, inside},
    limits::PAGE_MAX,
    rows,
    trend::Asked,
};

/// What staff may read.
#[derive(MergedObject, Default)]
pub struct Query(Reading, DisplayQuery);

#[derive(Default)]
pub(super) struct Reading;

pub(super) fn who<'c>(ctx: &Context<'c>) -> &'c Who {
    ctx.data_unchecked::<Who>()
}

async fn at_least(ctx: &Context<'_>, tokens: Option<Vec<Token>>) -> Result<()> {
    inside(ctx).at_least(&tokens.unwrap_or_default()).await.map_err(of_door)
}

#[Object]
impl Reading {
    async fn whoami(&self, ctx: &Context<'_>) -> Result<Staff> {
        inside(ctx)
            .staff(who(ctx).staff)
            .ok_or_else(|| coded("NOT_FOUND", "you are not on the staff any more"))
    }

    /// What was counted over whole days, interval by interval, from the stored view. Up to a moment behind the board.
    /// (SUPERVISOR)
    async fn trend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this queue alone; without it, of the whole site.")] queue: Option<
            String,
        >,
        #[graphql(desc = "The first day on the site's clock, YYYY-MM-DD; without it, today.")]
        from: Option<String>,
        #[graphql(desc = "The last day; without it, the first. 31 days at most.")] to: Option<
            String,
        >,
        #[graphql(
            default_with = "Some(5)",
            desc = "Length of an interval: 5, 15, 30 or 60 minutes."
        )]
        minutes: Option<u32>,
    ) -> Result<Trend> {
        inside(ctx).trend(Asked { queue, from, to, minutes: minutes.unwrap_or(5) }).await
    }

    /// Agent: what I am doing now. (role AGENT)
    async fn desk(&self, ctx: &Context<'_>, at_least: Option<Vec<Token>>) -> Result<Desk> {
        self::at_least(ctx, at_least).await?;
        inside(ctx).desk(AgentId::from(who(ctx).staff))
    }

    /// Supervisor: everything live on the site. (SUPERVISOR)
    async fn board(&self, ctx: &Context<'_>, at_least: Option<Vec<Token>>) -> Result<Board> {
        self::at_least(ctx, at_least).await?;
        let tokens = inside(ctx).tokens();
        Ok(rows::board(tokens, inside(ctx).ports.live.read(Live::board)))
    }

    /// The live fold at a seq as canonical JSON and its SHA-256, for auditors to compare with a fold of their own. (AUDITOR)
    async fn live_state(
        &self,
        ctx: &Context<'_>,
        at_least: Option<Vec<Token>>,
    ) -> Result<LiveState> {
        self::at_least(ctx, at_least).await?;
        Ok(inside(ctx).live_state())
    }

    /// (SUPERVISOR, ANALYST; an agent for contacts of their own)
    async fn contact(
        &self,
        ctx: &Context<'_>,
        id: Uuid,
        at_least: Option<Vec<Token>>,
    ) -> Result<Option<ContactDetail>> {
        self::at_least(ctx, at_least).await?;
        inside(ctx).contact_for(who(ctx), ContactId(id)).await
    }

    /// What the customer of this contact asked for before, newest first. (SUPERVISOR, ANALYST; an agent for the
    /// customers whom they are offered or serve now)
    async fn earlier_contacts(
        &self,
        ctx: &Context<'_>,
        contact: Uuid,
        #[graphql(default_with = "Some(10)")] first: Option<i32>,
    ) -> Result<Vec<EarlierContact>> {
        inside(ctx).earlier_contacts(who(ctx), ContactId(contact), page(first)?).await
    }

    /// The number that a callback goes to. (AGENT for their own, SUPERVISOR)
    async fn callback_number(&self, ctx: &Context<'_>, callback: Uuid) -> Result<Option<String>> {
        inside(ctx).callback_number(who(ctx), CallbackId(callback)).await
    }

    /// History, newest first. (SUPERVISOR, ANALYST)
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(50)")] first: Option<i32>,
        after: Option<String>,
        queue: Option<String>,
        agent: Option<Uuid>,
        topic: Option<String>,
        exit: Option<String>,
    ) -> Result<ContactConnection> {
        let narrowed = Narrowed { queue, agent, topic, exit };
        inside(ctx).contacts(narrowed, page(first)?, after.as_deref()).await
    }

    async fn callbacks(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(50)")] first: Option<i32>,
        after: Option<String>,
        state: Option<CallbackState>,
    ) -> Result<CallbackConnection> {
        inside(ctx).callbacks(page(first)?, after.as_deref(), state).await
    }

    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(50)")] first: Option<i32>,
        after: Option<String>,
        state: Option<TicketState>,
    ) -> Result<TicketConnection> {
        inside(ctx).all_tickets(page(first)?, after.as_deref(), state).await
    }

    /// (AGENT, SUPERVISOR)
    async fn account(&self, ctx: &Context<'_>, id: Uuid) -> Option<Account> {
        inside(ctx).account(AccountId(id))
    }

    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(50)")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<AccountConnection> {
        inside(ctx).accounts(page(first)?, after.as_deref())
    }

    async fn contracts(&self, ctx: &Context<'_>) -> Vec<Contract> {
        inside(ctx).ports.directory.read(|directory| {
            let contracts = directory.contracts().map(|contract| Contract {
                id: contract.contract.0,
                version: contract.version,
                title: contract.title.clone(),
                tier: contract.tier.to_string(),
                terms_json: json(&contract.terms),
            });
            contracts.collect()
        })
    }

    async fn networks(&self, ctx: &Context<'_>) -> Vec<Network> {
        inside(ctx).ports.directory.read(|directory| {
            let networks = directory.networks().map(|network| Network {
                name: network.network.to_string(),
                version: network.version,
                cidr: network.cidr.to_string(),
                terms_json: json(&network.terms),
            });
            networks.collect()
        })
    }

    /// A text that a customer agreed to, by the version that the consent names. (SUPERVISOR, ANALYST, AUDITOR,
    /// ADMINISTRATOR)
    async fn consent_text(&self, ctx: &Context<'_>, version: String) -> Result<ConsentText> {
        let text = inside(ctx)
            .ports
            .directory
            .read(|directory| directory.consent(&version).map(ConsentText::from));
        text.ok_or_else(|| coded("NOT_FOUND", "no text of this version was ever in force"))
    }

    /// Topics, rules, queues in force. (every role)
    async fn policy(&self, ctx: &Context<'_>) -> Result<Policy> {
        let policy = inside(ctx).ports.directory.read(|directory| directory.policy().cloned());
        let policy = policy.ok_or_else(|| {
            coded("NOT_FOUND", "no policy is in force yet; an administrator must publish one")
        })?;
        let definition = &policy.definition;
        let topics = definition.topics.iter();
        Ok(Policy {
            version: policy.version,
            definition_json: json(definition),
            topics: topics
                .map(|one| Topic { topic: one.topic.to_string(), title: one.title.clone() })
                .collect(),
            dispositions: codes(&definition.dispositions),
            reasons: codes(&definition.reasons),
            rejections: rejections(definition),
        })
    }

    /// (SUPERVISOR, ADMINISTRATOR)
    async fn staff(&self, ctx: &Context<'_>) -> Vec<Staff> {
        let ids: Vec<StaffId> = inside(ctx)
            .ports
            .directory
            .read(|directory| directory.all_staff().map(|staff| staff.staff).collect());
        ids.into_iter().filter_map(|id| inside(ctx).staff(id)).collect()
    }

    async fn outcome(&self, ctx: &Context<'_>, command_id: Uuid) -> Outcome {
        let actor = domain::command::Actor::Staff(who(ctx).staff);
        inside(ctx).outcome_of(command_id, &actor)
    }

    /// (AUDITOR)
    async fn records(
        &self,
        ctx: &Context<'_>,
        partition: String,
        #[graphql(default_with = "Some(0)")] after_seq: Option<u64>,
        #[graphql(default_with = "Some(100)")] first: Option<i32>,
    ) -> Result<Vec<Record>> {
        let partition: Partition = partition
            .parse()
            .map_err(|error: domain::log::NotAPartition| coded("BAD_INPUT", error.to_string()))?;
        inside(ctx).records(partition, after_seq.unwrap_or_default(), page(first)?).await
    }

    /// Stored views and their checkpoints. (ADMINISTRATOR, SUPERVISOR)
    async fn projections(&self, ctx: &Context<'_>) -> Result<Vec<Projection>> {
        inside(ctx).projections().await
    }

    async fn clock(&self, ctx: &Context<'_>) -> Clock {
        inside(ctx).clock()
    }
}

fn codes(codes: &std::collections::BTreeMap<String, String>) -> Vec<Code> {
    codes.iter().map(|(code, title)| Code { code: code.clone(), title: title.clone() }).collect()
}

fn rejections(definition: &domain::policy::Definition) -> Vec<Rejection> {
    let all = definition.rejections.iter().map(|(code, rejection)| Rejection {
        code: code.clone(),
        title: rejection.title.clone(),
        then: rejection.then.map(Into::into),
    });
    all.collect()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what is folded from JSON is JSON")
}

impl Inside {
    pub fn staff(&self, staff: StaffId) -> Option<Staff> {
        self.ports.directory.read(|directory| {
            let staff = directory.staff(staff)?;
            Some(Staff {
                id: staff.staff.0,
                roles: staff.roles.iter().map(|role| (*role).into()).collect(),
                skills: agent::skills(&staff.skills),
                capacity: agent::capacity(&staff.capacity),
            })
        })
    }

    pub fn desk(&self, agent: AgentId) -> Result<Desk> {
        let tokens = self.tokens();
        let seen = self.ports.live.read(|live| projections::desk::desk(live.floor(), agent));
        let seen = seen.ok_or_else(|| {
            coded("NOT_FOUND", "the site does not know you as an agent yet; try again in a moment, or ask an administrator")
        })?;
        let policy = self.ports.directory.read(|directory| directory.policy().cloned());
        let (dispositions, reasons, rejections) = policy.map_or_else(Default::default, |policy| {
            let definition = &policy.definition;
            let reasons = codes(&definition.reasons);
            (codes(&definition.dispositions), reasons, rejections(definition))
        });
        let question = seen.question.map(|asked| RejectionQuestion {
            reservation: asked.reservation.0,
            contact: asked.contact.0,
            until: asked.until.into(),
        });
        Ok(Desk {
            tokens,
            now: self.now().into(),
            me: rows::agent_row(seen.me),
            offers: seen.offers.into_iter().map(|offer| self.desk_offer(offer)).collect(),
            contacts: seen.contacts.into_iter().map(|contact| self.desk_contact(contact)).collect(),
            bookings: seen.bookings.iter().map(rows::booking_row).collect(),
            invitations: self.invitations(agent.into()),
            dispositions,
            reasons,
            rejections,
            question,
        })
    }

    pub fn clock(&self) -> Clock {
        use domain::tenant::ClockKind;
        let kind = self.ports.directory.read(|directory| match directory.clock() {
            Some(ClockKind::Scaled { .. }) => "scaled",
            Some(ClockKind::Driven) => "driven",
            Some(ClockKind::Real) | None => "real",
        });
        let next_due = self.ports.clock_driver.as_ref().and_then(|driver| driver.next_due());
        Clock {
            kind: kind.to_owned(),
            now: self.ports.clock.now().into(),
            next_due: next_due.map(Into::into),
        }
    }

    /// Everything about a contact, for somebody who may see it: an agent what they serve or served, and what the
    /// customers whom they serve now asked for before.
    pub async fn contact_for(
        &self,
        who: &Who,
        contact: ContactId,
    ) -> Result<Option<ContactDetail>> {
        let detail = self.contact(contact).await?;
        let any = who.roles.has(Role::Supervisor) || who.roles.has(Role::Analyst);
        let is_open = |detail: &ContactDetail| {
            detail.row.agent == Some(who.staff.0) || self.serves(who.staff.into(), &detail.pop)
        };
        Ok(detail.filter(|detail| any || is_open(detail)))
    }
}

const _: () = assert!(PAGE_MAX >= 100, "the default page fits");
