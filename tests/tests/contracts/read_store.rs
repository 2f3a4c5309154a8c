//! The read stores, in an `SQLite` file and in PostgreSQL, under the projector and a site that is decided for real.

use std::sync::Arc;

use domain::{
    account, callback, command,
    command::Actor,
    contact, contract,
    entitlement::{Terms, Topics},
    id::{
        AccountId, Channel, ContactId, ContractId, ServiceId, SubjectId, TicketId, TierName,
        TopicName,
    },
    link,
    log::Whole,
    service,
    tenant::TenantEvent,
    ticket,
};
use infra::sqlite::read_store::SqliteReadStore;
use projections::ports::read_store::ReadStore;
use tempfile::TempDir;
use tests::{
    contracts::{
        read_store::{self as promises, Held},
        steering,
    },
    postgres::Database,
};

#[path = "../../../projections/tests/world/mod.rs"]
mod world;

use world::{World, agent, sealed, staff, uuid};

/// An empty store, and what goes when the test ends.
trait Fresh: Sized {
    async fn fresh() -> Self;
    fn store(&self) -> Arc<dyn ReadStore>;
}

impl Fresh for TempDir {
    async fn fresh() -> Self {
        tempfile::tempdir().unwrap()
    }

    fn store(&self) -> Arc<dyn ReadStore> {
        Arc::new(SqliteReadStore::open(&self.path().join("read.db")).unwrap())
    }
}

impl Fresh for Database {
    async fn fresh() -> Self {
        Self::fresh().await
    }

    fn store(&self) -> Arc<dyn ReadStore> {
        Arc::new(self.read_store())
    }
}

/// Two agents serve, one customer is called back, some leave.
fn a_day() -> (Vec<Arc<Whole>>, Held) {
    let mut world = World::new();
    world.agent_at_work(1);
    let contact = world.ask(1).unwrap();
    serve(&mut world, 1, contact);
    let callback = world.ask_for_callback(2, callback::When::Asap).unwrap();
    world.pass(300);
    world.agent_at_work(2);
    for n in 3..=12 {
        let contact = world.ask(n).unwrap();
        world.pass(5);
        if world.offer_to(2).is_some() {
            serve(&mut world, 2, contact);
        }
        world.pass(20);
    }
    world.pass(7_200);
    let queued = |whole: &Arc<Whole>| {
        whole.records.iter().filter(|record| &*record.kind == "contact.queued").count()
    };
    let contacts = world.log.iter().map(queued).sum();
    (world.log, Held { contacts, served: (contact, agent(1)), callback })
}

/// Around midnight: some are answered and some give up, after a while and at once; one is called back, another not
/// reached, offers are missed and taken back, and talks reach into the next day.
fn two_days() -> Vec<Arc<Whole>> {
    let mut world = World::new();
    world.agent_at_work(1);
    for round in 0..4u64 {
        for n in round * 20 + 1..=round * 20 + 9 {
            let contact = world.ask(n).unwrap();
            world.pass(i64::try_from(n % 5).unwrap() * 9);
            match (n % 4, world.offer_to(1)) {
                (0, _) => drop(world.order(
                    Actor::Customer(world::visit(n)),
                    domain::site::SiteCommand::Contact(contact::Command::Cancel { contact }),
                )),
                (1, Some(_)) => serve(&mut world, 1, contact),
                (2, Some(_)) => drop(world.accept(1)),
                _ => world.pass(25),
            }
        }
        for n in [round * 20 + 10, round * 20 + 11] {
            world.ask_for_callback(n, callback::When::Asap).unwrap();
            world.presence(1, domain::agent::Presence::Available).ok();
            world.pass(40);
            let Some((link, held)) =
                world.site.links.iter().map(|(id, link)| (*id, link.contact)).next_back()
            else {
                continue;
            };
            let report = if n % 2 == 0 { link::Report::Answered } else { link::Report::NoAnswer };
            world.link(staff(1), link::Command::Report { link, report }).ok();
            world.contact(1, contact::Command::Finish { contact: held }).ok();
        }
        world.presence(1, domain::agent::Presence::Available).ok();
        world.pass(10_750);
    }
    world.log
}

fn serve(world: &mut World, n: u64, contact: ContactId) {
    world.accept(n).unwrap();
    let Some(link) = world.site.link_of(contact) else { return };
    let say = link::Command::Say { link, text: sealed("hello") };
    world.link(staff(n), say).unwrap();
    world.contact(n, contact::Command::Finish { contact }).unwrap();
    let (disposition, notes) = ("solved".to_owned(), Some(sealed("notes")));
    let wrap_up = contact::Command::WrapUp { contact, disposition, notes };
    world.contact(n, wrap_up).unwrap();
}

const HOME: AccountId = AccountId(uuid::Uuid::from_u128(0xacc1));
const TICKET: TicketId = TicketId(uuid::Uuid::from_u128(0x71c));

fn a_tenant() -> Vec<Arc<Whole>> {
    let (basic, subject) = (ContractId(uuid(5)), SubjectId(uuid(7)));
    let terms = Terms {
        channels: [Channel::Chat].into(),
        topics: Topics::All,
        hours: None,
        priority: 0,
        concurrent_max: 1,
    };
    let defined = |version| contract::Event::Defined {
        contract: basic,
        version,
        title: "Basic".into(),
        tier: TierName::parse("basic").unwrap(),
        terms: terms.clone(),
    };
    let recorded = |as_of| account::Event::Recorded {
        account: HOME,
        subject,
        name: sealed("name"),
        contract: basic,
        source: "crm".into(),
        as_of,
    };
    let service = service::Event::Recorded {
        service: ServiceId(uuid(60)),
        account: HOME,
        product: "Fibre".into(),
        label: sealed("label"),
        status: "active".into(),
        source: "crm".into(),
        as_of: world::START,
    };
    let opened = |ticket, number| ticket::Event::Opened {
        ticket,
        number,
        account: HOME,
        subject,
        service: None,
        topic: TopicName::parse("slow").unwrap(),
        text: sealed("text"),
    };
    let pending = ticket::State::Pending;
    let changed = ticket::Event::Changed { ticket: TICKET, state: pending, note: None };
    let events: Vec<TenantEvent> = vec![
        defined(1).into(),
        recorded(world::START).into(),
        recorded(world::START + domain::time::Span::secs(1)).into(),
        defined(2).into(),
        service.into(),
        opened(TICKET, 1).into(),
        opened(TicketId(uuid(72)), 2).into(),
        changed.into(),
        ticket::Event::Closed { ticket: TICKET, note: Some(sealed("done")) }.into(),
    ];
    let log = events.into_iter().zip(0u64..).map(|(event, after)| {
        let context = command::Context {
            now: world::START,
            actor: Actor::System,
            command_id: domain::id::CommandId(uuid(after)),
        };
        let mut whole = world::whole(after, &context, vec![(event.kind(), event.encode())]);
        for record in &mut whole.records {
            record.partition = "tenant:demo".parse().unwrap();
        }
        Arc::new(whole)
    });
    log.collect()
}

/// A decision of every version of every event that was ever stored.
fn samples() -> Vec<Whole> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/samples");
    let samples = std::fs::read_dir(folder).unwrap().zip(0u64..).map(|(entry, after)| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (kind, version) = name.split_once('@').unwrap();
        let kind: &'static str = kind.to_owned().leak();
        let event = ((kind, version.parse().unwrap()), std::fs::read(&path).unwrap());
        let context = command::Context {
            now: world::START,
            actor: Actor::System,
            command_id: domain::id::CommandId(uuid(after)),
        };
        world::whole(after, &context, vec![event])
    });
    samples.collect()
}

async fn every_change_and_every_question_is_understood<F: Fresh>() {
    let one = F::fresh().await;
    promises::every_change_and_every_question_is_understood(one.store(), &samples()).await;
}

async fn what_is_written_comes_back_and_a_failure_leaves_nothing<F: Fresh>() {
    let one = F::fresh().await;
    promises::what_is_written_comes_back_and_a_failure_leaves_nothing(&*one.store()).await;
}

async fn a_checkpoint_moves_only_from_where_it_stands<F: Fresh>() {
    let one = F::fresh().await;
    promises::a_checkpoint_moves_only_from_where_it_stands(&*one.store(), &a_day().0).await;
    let one = F::fresh().await;
    promises::of_many_that_move_a_checkpoint_at_once_one_wins(one.store(), &a_day().0).await;
}

async fn workers_that_race_never_apply_twice<F: Fresh>() {
    for log in [a_day().0, a_tenant()] {
        let (one, other) = (F::fresh().await, F::fresh().await);
        promises::two_workers_never_apply_twice(one.store(), other.store(), &log).await;
    }
}

async fn rebuilt_or_incremental_or_from_nothing_the_rows_are_the_same<F: Fresh>() {
    for log in [a_day().0, a_tenant()] {
        let (one, other) = (F::fresh().await, F::fresh().await);
        promises::however_it_came_about_the_view_is_the_same(one.store(), other.store(), &log)
            .await;
    }
}

async fn another_version_of_a_view_is_built_anew<F: Fresh>() {
    let one = F::fresh().await;
    promises::another_version_is_built_anew(one.store(), &a_day().0).await;
}

async fn history_is_paged_and_every_offer_explained<F: Fresh>() {
    let one = F::fresh().await;
    let (log, held) = a_day();
    promises::history_is_paged_and_explained(one.store(), &log, &held).await;
}

async fn intervals_are_what_the_live_figures_count<F: Fresh>() {
    let one = F::fresh().await;
    promises::intervals_are_what_the_live_figures_count(one.store(), &two_days()).await;
}

async fn accounts_contracts_services_and_tickets_are_listed<F: Fresh>() {
    let one = F::fresh().await;
    promises::tenants_are_listed(one.store(), &a_tenant(), HOME, TICKET).await;
}

async fn a_stopped_view_stays_stopped_over_restarts<F: Fresh>() {
    let one = F::fresh().await;
    steering::a_stopped_view_stays_stopped_over_restarts(one.store(), &a_day().0).await;
}

async fn a_decision_that_cannot_be_read_stops_one_view_alone<F: Fresh>() {
    let one = F::fresh().await;
    steering::a_decision_that_cannot_be_read_stops_one_view_alone(one.store(), &a_day().0).await;
}

async fn a_decision_is_passed_over_only_as_the_operator_says<F: Fresh>() {
    let one = F::fresh().await;
    steering::a_decision_is_passed_over_only_as_the_operator_says(one.store(), &a_day().0).await;
}

async fn a_view_begins_again_from_nothing<F: Fresh>() {
    let one = F::fresh().await;
    steering::a_view_begins_again_from_nothing(one.store(), &a_day().0).await;
}

async fn what_is_built_beside_waits_for_the_switch<F: Fresh>() {
    let one = F::fresh().await;
    steering::what_is_built_beside_waits_for_the_switch(one.store(), &a_day().0).await;
}

/// The whole suite, for one technology.
macro_rules! every_promise {
    ($technology:ident: $fresh:ty => $($promise:ident),* $(,)?) => {
        mod $technology {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    super::$promise::<$fresh>().await;
                }
            )*
        }
    };
    ($technology:ident: $fresh:ty) => {
        every_promise! { $technology: $fresh =>
            what_is_written_comes_back_and_a_failure_leaves_nothing,
            every_change_and_every_question_is_understood,
            a_checkpoint_moves_only_from_where_it_stands,
            workers_that_race_never_apply_twice,
            rebuilt_or_incremental_or_from_nothing_the_rows_are_the_same,
            another_version_of_a_view_is_built_anew,
            history_is_paged_and_every_offer_explained,
            intervals_are_what_the_live_figures_count,
            accounts_contracts_services_and_tickets_are_listed,
            a_stopped_view_stays_stopped_over_restarts,
            a_decision_that_cannot_be_read_stops_one_view_alone,
            a_decision_is_passed_over_only_as_the_operator_says,
            a_view_begins_again_from_nothing,
            what_is_built_beside_waits_for_the_switch,
        }
    };
}

every_promise!(sqlite: tempfile::TempDir);
every_promise!(postgres: tests::postgres::Database);
