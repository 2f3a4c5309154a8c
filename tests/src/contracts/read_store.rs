//! What every read store promises, and what the projector makes of it: rows and checkpoint move together or not at all.

use std::sync::Arc;

use domain::{
    id::{AccountId, AgentId, CallbackId, ContactId, TicketId},
    log::{Partition, Position, Whole},
    time::Timestamp,
};
use futures::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use projections::{
    callback_list, checkpoint, contact_history, contact_timeline, contract_list, explain,
    floor::Floor,
    intervals,
    memory::Hand,
    metrics::{Counts, INTERVAL, day_of, interval_of},
    page::Cursor,
    ports::{
        read_store::{ReadStore, Row, Statement, TransactError, Value},
        source::{EventSource, Read, SourceError},
    },
    projector::Projector,
    rebuild::{self, Pace, rebuild},
    service_list,
    stored::{self, Project, StoredView},
    ticket_list,
};

/// A log that is told once and then says no more.
pub struct Told(pub Vec<Arc<Whole>>);

impl EventSource for Told {
    fn read(&self, _: Partition, from: Position) -> BoxStream<'static, Result<Read, SourceError>> {
        let rest: Vec<_> =
            self.0.iter().filter(|whole| whole.position.seq > from.seq).cloned().collect();
        let end = rest.last().map_or(from, |whole| whole.position);
        let reads = rest.into_iter().map(Read::Whole).chain([Read::CaughtUp(end)]);
        stream::iter(reads.map(Ok)).chain(stream::pending()).boxed()
    }

    fn seek_time<'a>(
        &'a self,
        _: &'a Partition,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        async { Ok(Position::START) }.boxed()
    }

    fn end<'a>(&'a self, _: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        let end = self.0.last().map_or(Position::START, |whole| whole.position);
        async move { Ok(end) }.boxed()
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        let partition = self.0[0].records[0].partition.clone();
        async move { Ok(vec![partition]) }.boxed()
    }
}

fn statement(sql: &'static str, parameters: Vec<Value>) -> Statement {
    Statement::new(sql, parameters)
}

async fn words(store: &dyn ReadStore) -> Vec<Row> {
    store.query(statement("SELECT n, word FROM words ORDER BY n", vec![])).await.unwrap()
}

pub async fn what_is_written_comes_back_and_a_failure_leaves_nothing(store: &dyn ReadStore) {
    let make = "CREATE TABLE words (n BIGINT PRIMARY KEY, word TEXT)";
    let add = "INSERT INTO words (n, word) VALUES ($1, $2)";
    let first = vec![i64::MIN.into(), Value::Null];
    store.transact(vec![statement(make, vec![]), statement(add, first)]).await.unwrap();
    store.transact(vec![statement(add, vec![7i64.into(), "grüße ☎".into()])]).await.unwrap();
    let there =
        vec![vec![Value::Int(i64::MIN), Value::Null], vec![Value::Int(7), "grüße ☎".into()]];
    assert_eq!(words(store).await, there);

    let twice = vec![
        statement(add, vec![8i64.into(), Value::Null]),
        statement(add, vec![7i64.into(), Value::Null]),
    ];
    assert!(store.transact(twice).await.is_err(), "a key is there only once");
    assert_eq!(words(store).await, there);

    let other = "UPDATE words SET word = $2 WHERE n = $1";
    let nobody =
        Statement { must_change: Some(1), ..statement(other, vec![99i64.into(), "nobody".into()]) };
    let before = statement(add, vec![9i64.into(), Value::Null]);
    let refused = store.transact(vec![before, nobody]).await.unwrap_err();
    assert!(matches!(refused, TransactError::NotAsManyRows { at: 1, changed: 0 }), "{refused:?}");
    assert_eq!(words(store).await, there);
}

/// Every row of a view in use, in the order of its keys.
pub(super) async fn dump(store: &dyn ReadStore, view: &StoredView) -> Vec<Vec<Row>> {
    let generation = checkpoint::in_use(store, view).await.unwrap().expect("the view was built");
    let mut tables = Vec::new();
    for table in view.tables {
        let sql = format!("SELECT * FROM {{{}}} ORDER BY 1, 2", table.name);
        let all = view.resolve(Statement::new(sql, vec![]), generation);
        tables.push(store.query(all).await.unwrap());
    }
    tables
}

async fn project_all_of(store: &Arc<dyn ReadStore>, log: &[Arc<Whole>], view: &'static StoredView) {
    let source: Arc<dyn EventSource> = Arc::new(Told(log.to_vec()));
    let worker = Projector::new(view, log[0].records[0].partition.clone());
    let end = log.last().unwrap().position.seq;
    tokio::select! {
        reached = worker.wait_for(end, std::time::Duration::from_secs(60)) => reached.unwrap(),
        never = worker.run(source, Arc::clone(store)) => match never {},
    }
}

async fn project_all(store: &Arc<dyn ReadStore>, log: &[Arc<Whole>], workers: usize) {
    let source: Arc<dyn EventSource> = Arc::new(Told(log.to_vec()));
    let partition = log[0].records[0].partition.clone();
    let end = log.last().unwrap().position.seq;
    for view in stored::ALL.iter().filter(|view| view.reads.includes(&partition)) {
        let team: Vec<_> = (0..workers).map(|_| Projector::new(view, partition.clone())).collect();
        let runs = team.iter().map(|one| one.run(Arc::clone(&source), Arc::clone(store)));
        let reached = futures::future::join_all(
            team.iter().map(|one| one.wait_for(end, std::time::Duration::from_secs(60))),
        );
        tokio::select! {
            reached = reached => reached.into_iter().for_each(Result::unwrap),
            (never, ..) = futures::future::select_all(runs.map(Box::pin)) => match never {},
        }
    }
}

async fn dump_all(
    store: &dyn ReadStore,
    partition: &Partition,
) -> Vec<(&'static str, Vec<Vec<Row>>)> {
    let mut all = Vec::new();
    for view in stored::ALL.iter().filter(|view| view.reads.includes(partition)) {
        all.push((view.name, dump(store, view).await));
    }
    all
}

/// `one` and `other` are two empty stores.
pub async fn two_workers_never_apply_twice(
    one: Arc<dyn ReadStore>,
    other: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let partition = log[0].records[0].partition.clone();
    project_all(&one, log, 1).await;
    project_all(&other, log, 3).await;
    let (alone, together) =
        (dump_all(&*one, &partition).await, dump_all(&*other, &partition).await);
    assert_eq!(alone, together);
    assert!(alone.iter().all(|(_, tables)| !tables[0].is_empty()), "every view has rows");
}

/// `store` and `other` are two empty stores.
pub async fn however_it_came_about_the_view_is_the_same(
    store: Arc<dyn ReadStore>,
    other: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let partition = log[0].records[0].partition.clone();
    // Little by little, each time by another worker.
    for upto in [log.len() / 3, log.len() / 2, log.len()] {
        project_all(&store, &log[..upto], 1).await;
    }
    let incremental = dump_all(&*store, &partition).await;
    for view in stored::ALL.iter().filter(|view| view.reads.includes(&partition)) {
        let before = checkpoint::in_use(&*store, view).await.unwrap();
        rebuild(view, &Told(log.to_vec()), &*store).await.unwrap();
        assert_ne!(checkpoint::in_use(&*store, view).await.unwrap(), before);
    }
    assert_eq!(dump_all(&*store, &partition).await, incremental);
    // All at once; now so that rows are changed after they were written, now so that they are not.
    for read_max in [1, 3, 1_000] {
        let pace = Pace { read_max, gathered_bytes_max: 1 };
        let views: Vec<_> =
            stored::ALL.into_iter().filter(|view| view.reads.includes(&partition)).collect();
        let told = Told(log.to_vec());
        let built = rebuild::beside_at(pace, &views, &told, &*store, &|_, _| ()).await.unwrap();
        for one in built {
            rebuild::switch(one, &*store).await.unwrap();
        }
        assert_eq!(dump_all(&*store, &partition).await, incremental, "{read_max} at once");
    }
    project_all(&other, log, 1).await;
    assert_eq!(dump_all(&*other, &partition).await, incremental, "from nothing");
    let progress = checkpoint::progress(&*store).await.unwrap();
    let end = i64::try_from(log.last().unwrap().position.seq).unwrap();
    assert_eq!(progress.len(), incremental.len());
    assert!(progress.iter().all(|one| one.seq == end), "{progress:?}");
}

/// `store` is empty.
pub async fn another_version_is_built_anew(store: Arc<dyn ReadStore>, log: &[Arc<Whole>]) {
    static NEXT: StoredView = StoredView {
        name: contact_history::VIEW.name,
        version: contact_history::VIEW.version + 1,
        reads: contact_history::VIEW.reads,
        nouns: contact_history::VIEW.nouns,
        tables: contact_history::VIEW.tables,
        project: contact_history::VIEW.project,
    };
    project_all(&store, log, 1).await;
    let before = dump(&*store, &contact_history::VIEW).await;
    let generation = checkpoint::attach(&*store, &NEXT).await.unwrap();
    let partition = log[0].records[0].partition.clone();
    let position = checkpoint::read(&*store, &NEXT, generation, &partition).await.unwrap();
    assert_eq!(position, Position::START);
    assert!(dump(&*store, &NEXT).await[0].is_empty());
    rebuild(&NEXT, &Told(log.to_vec()), &*store).await.unwrap();
    assert_eq!(dump(&*store, &NEXT).await, before);
}

/// Checkpoints are whole positions, and stand still unless they stand where the worker thinks.
pub async fn a_checkpoint_moves_only_from_where_it_stands(
    store: &dyn ReadStore,
    log: &[Arc<Whole>],
) {
    let view = &contact_history::VIEW;
    let partition = log[0].records[0].partition.clone();
    let generation = checkpoint::attach(store, view).await.unwrap();
    let start = checkpoint::read(store, view, generation, &partition).await.unwrap();
    let (first, second) = (log[0].position, log[1].position);
    let step = |from: &Position, to: &Position| {
        vec![checkpoint::step(view, generation, &partition, from, to)]
    };
    store.transact(step(&start, &first)).await.unwrap();
    assert_eq!(checkpoint::read(store, view, generation, &partition).await.unwrap(), first);
    let late = store.transact(step(&start, &second)).await.unwrap_err();
    assert!(matches!(late, TransactError::NotAsManyRows { at: 0, changed: 0 }));
    let other_epoch = Position { epoch: first.epoch + 1, ..first };
    assert!(store.transact(step(&other_epoch, &second)).await.is_err());
    store.transact(step(&first, &second)).await.unwrap();
    assert_eq!(checkpoint::read(store, view, generation, &partition).await.unwrap(), second);
}

/// `store` is empty. Each waits for the one before and then finds that it came too late.
pub async fn of_many_that_move_a_checkpoint_at_once_one_wins(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let view = &contact_history::VIEW;
    let partition = log[0].records[0].partition.clone();
    let generation = checkpoint::attach(&*store, view).await.unwrap();
    let mut from = checkpoint::read(&*store, view, generation, &partition).await.unwrap();
    let add = "INSERT INTO winners (n) VALUES ($1)";
    let make = "CREATE TABLE winners (n BIGINT PRIMARY KEY)";
    store.transact(vec![statement(make, vec![])]).await.unwrap();
    for (n, whole) in (0i64..).zip(log.iter().take(20)) {
        let to = whole.position;
        let step = checkpoint::step(view, generation, &partition, &from, &to);
        let attempts = (0..4).map(|_| {
            let row = statement(add, vec![n.into()]);
            store.transact(vec![step.clone(), row])
        });
        let done = futures::future::join_all(attempts).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        let late = done.iter().filter_map(|done| done.as_ref().err());
        for error in late {
            let too_late = matches!(error, TransactError::NotAsManyRows { at: 0, changed: 0 });
            assert!(too_late, "{error:?}");
        }
        from = to;
    }
}

/// `store` is empty; `samples` has a decision of every kind of event that there is.
pub async fn every_change_and_every_question_is_understood(
    store: Arc<dyn ReadStore>,
    samples: &[Whole],
) {
    let store = &*store;
    for view in stored::ALL {
        let generation = checkpoint::attach(store, view).await.unwrap();
        let of_view = |whole: &&Whole| whole.records.iter().any(|record| view.is_of(record));
        let changes: Vec<_> = samples
            .iter()
            .filter(of_view)
            .flat_map(|whole| {
                if let Project::Alone(project) = view.project {
                    return project(whole).unwrap();
                }
                let mut hand = Hand::new(view, &whole.records[0].partition);
                hand.project(whole).unwrap();
                hand.take()
            })
            .collect();
        assert!(!changes.is_empty(), "{} is a fold of none of the samples", view.name);
        for change in changes {
            let statement = view.statement(change, generation);
            let done = store.transact(vec![statement.clone()]).await;
            done.unwrap_or_else(|error| panic!("{statement:?}: {error:?}"));
        }
    }
    ask_everything(store).await;
}

async fn ask_everything(store: &dyn ReadStore) {
    let id = uuid::Uuid::from_u128(9);
    let after = Cursor::new(Timestamp(1), id);
    let narrow = contact_history::Filter {
        queue: Some("help".into()),
        agent: Some(AgentId(id)),
        topic: Some("help".into()),
        exit: Some(domain::contact::Exit::Answered),
        account: Some(AccountId(id)),
        subject: Some(domain::id::SubjectId(id)),
    };
    for filter in [contact_history::Filter::default(), narrow] {
        contact_history::contacts(store, &filter, 5, Some(&after)).await.unwrap();
    }
    contact_history::contact(store, ContactId(id)).await.unwrap();
    contact_timeline::timeline(store, ContactId(id), Some(CallbackId(id))).await.unwrap();
    for state in [None, Some(projections::floor::CallbackState::Queued)] {
        callback_list::callbacks(store, state, 5, Some(&after)).await.unwrap();
    }
    projections::account_list::accounts(store, 5, Some(&after)).await.unwrap();
    contract_list::contract_at(store, domain::id::ContractId(id), 1).await.unwrap();
    let site = Partition::Site(domain::id::SiteName::parse("demo").expect("a plain name"));
    for queue in [None, Some("help")] {
        let (from, until) = (Timestamp::MIN, Timestamp::MAX);
        intervals::between(store, &site, queue, from, until).await.unwrap();
    }
    service_list::services_of(store, AccountId(id)).await.unwrap();
    for state in [None, Some(domain::ticket::State::Open)] {
        ticket_list::tickets(store, state, 5, Some(&after)).await.unwrap();
    }
    ticket_list::notes_of(store, TicketId(id)).await.unwrap();
}

/// What the caller's log holds.
pub struct Held {
    pub contacts: usize,
    /// Served once, by this agent.
    pub served: (ContactId, AgentId),
    pub callback: CallbackId,
}

/// `store` is empty; `log` is of a site.
pub async fn history_is_paged_and_explained(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
    held: &Held,
) {
    project_all(&store, log, 1).await;
    let store = &*store;
    let everything = contact_history::Filter::default();
    let (mut after, mut seen): (Option<Cursor>, Vec<ContactId>) = (None, Vec::new());
    loop {
        let page = contact_history::contacts(store, &everything, 2, after.as_ref()).await.unwrap();
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows.iter().map(|(_, row)| row.contact));
        after = page.rows.last().map(|(cursor, _)| cursor.clone());
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen.len(), held.contacts);
    let (contact, agent) = held.served;
    let by_agent = contact_history::Filter { agent: Some(agent), ..everything };
    let page = contact_history::contacts(store, &by_agent, 50, None).await.unwrap();
    assert!(page.rows.iter().all(|(_, row)| row.agent == Some(agent)) && !page.rows.is_empty());

    let row = contact_history::contact(store, contact).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.disposition.as_deref()), ("completed", Some("solved")));
    assert!(row.answered_at.is_some() && row.ended_at.is_some() && row.notes.is_some());
    let timeline = contact_timeline::timeline(store, contact, row.callback).await.unwrap();
    let kinds: Vec<_> = timeline.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds.first(), Some(&"entitlement.granted"));
    for kind in ["contact.queued", "reservation.accepted", "link.message_sent", "contact.completed"]
    {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    assert_eq!(contact_timeline::transcript(&timeline).len(), 1);
    let why = explain::explain(&timeline);
    assert_eq!((why[0].agent, why[0].why.candidates[0].agent), (agent, agent));

    let callbacks = callback_list::callbacks(store, None, 10, None).await.unwrap();
    assert!(callbacks.rows.iter().any(|(_, row)| row.callback == held.callback));
    let completed = projections::floor::CallbackState::Completed;
    let open = callback_list::callbacks(store, Some(completed), 10, None).await.unwrap();
    assert!(open.rows.iter().all(|(_, row)| row.state == completed && row.reason.is_some()));
}

/// `store` is empty; `log` is of a site, and begins and ends on different days.
pub async fn intervals_are_what_the_live_figures_count(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let partition = log[0].records[0].partition.clone();
    // Little by little, each time by another worker that must remember what the one before knew.
    for upto in (1..=log.len()).step_by(7).chain([log.len()]) {
        project_all_of(&store, &log[..upto], &intervals::VIEW).await;
    }
    let store = &*store;
    let counted = intervals::between(store, &partition, None, Timestamp::MIN, Timestamp::MAX);
    let counted = counted.await.unwrap();
    let mut floor = Floor::default();
    let mut days = 0;
    for (at, whole) in log.iter().enumerate() {
        floor.apply(whole).unwrap();
        let today = day_of(floor.now());
        if log.get(at + 1).is_some_and(|next| day_of(next.records[0].time) == today) {
            continue;
        }
        days += 1;
        for queue in floor.queues() {
            let mut stored = Counts::default();
            let of_queue = counted.iter().filter(|row| row.queue == queue.name);
            of_queue
                .filter(|row| day_of(row.starts_at) == today)
                .for_each(|row| stored.add(&row.counts));
            assert_eq!(stored, queue.today, "{} on day {today}", queue.name);
        }
    }
    assert!(days > 1, "the log is of one day");
    let offered: u32 = counted.iter().map(|row| row.counts.offered).sum();
    assert!(offered > 0 && counted.iter().all(|row| interval_of(row.starts_at) == row.starts_at));

    let one = &counted[counted.len() / 2];
    let (from, until) = (one.starts_at, one.starts_at + INTERVAL);
    let queue = one.queue.as_str();
    let found = intervals::between(store, &partition, Some(queue), from, until).await.unwrap();
    assert_eq!(found, std::slice::from_ref(one));
    let nobody = intervals::between(store, &partition, Some("nobody"), from, until).await;
    assert_eq!(nobody.unwrap(), []);
    let elsewhere = "site:elsewhere".parse().expect("a site's name");
    let elsewhere = intervals::between(store, &elsewhere, None, from, until).await;
    assert_eq!(elsewhere.unwrap(), []);
}

/// `store` is empty; `log` is of a tenant with this account and this closed ticket.
pub async fn tenants_are_listed(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
    account: AccountId,
    ticket: TicketId,
) {
    project_all(&store, log, 2).await;
    let store = &*store;
    let accounts = projections::account_list::accounts(store, 10, None).await.unwrap();
    let row = &accounts.rows.iter().find(|(_, row)| row.account == account).unwrap().1;
    let contract = contract_list::contract_at(store, row.contract, 1).await.unwrap();
    assert!(contract.is_some());
    assert!(contract_list::contract_at(store, row.contract, 99).await.unwrap().is_none());
    let services = service_list::services_of(store, account).await.unwrap();
    assert!(!services.is_empty() && services.iter().all(|row| row.account == account));
    let closed = domain::ticket::State::Closed;
    let tickets = ticket_list::tickets(store, Some(closed), 10, None).await.unwrap();
    assert_eq!(tickets.rows.iter().map(|(_, row)| row.ticket).collect::<Vec<_>>(), [ticket]);
    let notes = ticket_list::notes_of(store, ticket).await.unwrap();
    assert_eq!(notes.last().map(|(_, state, _)| *state), Some(closed));
}
