//! The world: some nodes on one log, one bus and one read store, and what can happen to them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use commands::{
    decider::{Decider, Progress},
    hydration::Hydrated,
    ports::{clock::Clock, snapshots::Snapshots},
};
use domain::{
    command::Envelope,
    site::{Site, SiteCommand},
    time::{Span, Timestamp},
};
use futures::{FutureExt, future::BoxFuture};
use projections::{
    callback_list, contact_history, intervals, outcomes::Known, projector::Projector, state::State,
    stored::StoredView, tail::Tail,
};
use tokio::{runtime::Runtime, sync::watch, time::Instant};

use super::{
    Break,
    broker::{Broker, Shared, locked, shared},
    bus::{SimQueue, Topic},
    clock::NodeClock,
    executor::Executor,
    judged,
    laws::{CALM, DEADLINE, Holds, JUDGE, Laws, ONCE, ROWS, SETTLES, SNAPSHOT, STANDS},
    log::SimLog,
    ops::{NODES, Op, Wish},
    partition,
    people::{self, Answer, People},
    probe::{self, Watched},
    reader::Rule,
    snapshots::SimSnapshots,
    store::{Db, Fault, SimStore},
    tally,
};

mod rest;

/// Nodes that project: two workers on one checkpoint.
const PROJECTING: usize = 2;
/// Polls after which a world that never gets quiet is left alone until the next operation.
const POLLS_MAX: usize = 3_000;
/// Times that things arrive and are worked on in one `Flow`.
const ROUNDS_MAX: usize = 40;
/// Nothing stays due for longer than this while a node owns the partition.
const DUE_MAX: Span = Span::secs(3);
/// After the faults everything comes to rest within this time.
const REST: Span = Span::secs(60);
const STEP: Duration = Duration::from_millis(250);
/// Claims in one world that says nothing about how long it takes: beyond it somebody claims in turns for ever.
const CLAIMS_MAX: u64 = 400;

struct Node {
    alive: bool,
    suspended: bool,
    clock: Arc<NodeClock>,
    assigned: watch::Sender<bool>,
    progress: watch::Receiver<Progress>,
    tail: Tail<State<Site>>,
    projector: Projector,
    /// Since when it owns undisturbed: under which claim, the world's time, and what it had settled then.
    steady: Option<(u64, Timestamp, Timestamp)>,
}

pub(super) struct World<'a> {
    runtime: &'a Runtime,
    since: Instant,
    pub(super) broker: Shared<Broker>,
    topic: Shared<Topic>,
    db: Shared<Db>,
    snapshots: Arc<SimSnapshots>,
    view: &'static StoredView,
    nodes: Vec<Node>,
    executor: Executor,
    people: People,
    pub(super) laws: Laws,
    slow_disk: bool,
    troubles: Arc<Mutex<Vec<String>>>,
    pub(super) faults: BTreeMap<&'static str, u64>,
}

impl<'a> World<'a> {
    /// `runtime` is entered, and its time stands still until the world moves it.
    pub(super) fn new(runtime: &'a Runtime, view: usize, broken: Option<Break>) -> Self {
        probe::begin(broken == Some(Break::Deadline));
        let rule = if broken == Some(Break::Fence) { Rule::Unfenced } else { Rule::Fold };
        let broker = Broker::new(NODES, rule, broken == Some(Break::Idempotency));
        let laws = Laws::new(&broker);
        let views = [&tally::VIEW, &contact_history::VIEW, &callback_list::VIEW, &intervals::VIEW];
        let since = Instant::now();
        let mut world = Self {
            runtime,
            since,
            broker: shared(broker),
            topic: shared(Topic::new(NODES)),
            db: Db::new(NODES, broken == Some(Break::CompareAndSet)),
            snapshots: Arc::default(),
            view: views[view % views.len()],
            nodes: Vec::new(),
            executor: Executor::default(),
            people: People::default(),
            laws,
            slow_disk: false,
            troubles: Arc::default(),
            faults: BTreeMap::new(),
        };
        for node in 0..NODES {
            let clock = Arc::new(NodeClock::new(since));
            let fresh = world.node(node, clock, node == 0);
            world.nodes.push(fresh);
            locked(&world.topic).assign(node, node == 0);
        }
        world
    }

    fn log(&self, node: usize) -> SimLog {
        SimLog { broker: Arc::clone(&self.broker), node }
    }

    /// A process as it starts: it knows nothing but what is durable.
    fn node(&mut self, node: usize, clock: Arc<NodeClock>, owns: bool) -> Node {
        let (assigned, hint) = watch::channel(owns);
        let (report, progress) = watch::channel(Progress::default());
        let log = self.log(node);
        let decider = Decider::<Watched> {
            partition: partition(),
            log: Arc::new(log.clone()),
            snapshots: Arc::clone(&self.snapshots) as Arc<dyn Snapshots>,
            queue: Box::new(SimQueue { topic: Arc::clone(&self.topic), node }),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            assigned: hint,
            progress: report,
        };
        let decided = decider.run().map(|ended| ended.err().map(|error| error.to_string()));
        self.watch(node, "decider", decided.boxed());
        let tail = Tail::new(partition());
        let (reading, source) = (tail.clone(), Arc::new(log.clone()));
        let read = async move { Some(reading.run(source).await.to_string()) };
        self.watch(node, "tail", read.boxed());
        let projector = Projector::new(self.view, partition());
        if node < PROJECTING {
            let (worker, source) = (projector.clone(), Arc::new(log));
            let store = Arc::new(SimStore { db: Arc::clone(&self.db), node });
            let work = async move { match worker.run(source, store).await {} };
            self.watch(node, "projector", work.boxed());
        }
        let steady = None;
        Node { alive: true, suspended: false, clock, assigned, progress, tail, projector, steady }
    }

    /// No task of a node is ever to end with something to say.
    fn watch(&mut self, node: usize, name: &'static str, task: BoxFuture<'static, Option<String>>) {
        let troubles = Arc::clone(&self.troubles);
        let watched = task.map(move |said| {
            let said = said.unwrap_or_else(|| "it ended".to_owned());
            locked(&troubles).push(format!("the {name} of node {node}: {said}"));
        });
        self.executor.spawn(node, watched.boxed());
    }

    fn poll(&mut self, choice: usize) -> bool {
        let nodes = &self.nodes;
        self.executor.poll_one(choice, |node| nodes[node].alive && !nodes[node].suspended)
    }

    fn pass(&self, time: Duration) {
        self.runtime.block_on(tokio::time::advance(time));
    }

    fn truth(&self) -> Timestamp {
        NodeClock::truth(self.since)
    }

    fn count(&mut self, what: &'static str) {
        *self.faults.entry(what).or_default() += 1;
    }

    /// One operation, and the laws after it.
    pub(super) fn step(&mut self, op: Op) -> Holds {
        self.apply(op)?;
        self.look()
    }

    fn look(&mut self) -> Holds {
        self.laws.look(&mut locked(&self.broker), &self.people)?;
        let trouble = locked(&self.troubles).first().cloned();
        self.laws.hold(STANDS, trouble.is_none(), || trouble.unwrap_or_default())?;
        let claims = self.laws.claims;
        self.laws.hold(CALM, claims <= CLAIMS_MAX, || format!("{claims} claims are valid"))
    }

    fn apply(&mut self, op: Op) -> Holds {
        match op {
            Op::Flow => return self.flow(),
            Op::Run { order, polls } => self.run(order, polls),
            Op::Pass { millis } => self.pass(Duration::from_millis(millis.into())),
            Op::Ask { wish, node, life_secs } => self.ask(wish, node, life_secs),
            Op::Retry { pick } => {
                let again = self.people.retry(pick.into());
                self.send(again);
            }
            Op::Twist { pick } => {
                let twisted = self.people.twist(pick.into());
                self.send(twisted);
            }
            Op::Hear { node } => return self.hear(node.into()),
            Op::Accept { pick } => drop(locked(&self.topic).accept(pick.into())),
            Op::LoseCommand { pick } => drop(locked(&self.topic).lose(pick.into())),
            Op::Duplicate { pick } => drop(locked(&self.topic).duplicate(pick.into())),
            Op::Redeliver { node, forget } => {
                let mut topic = locked(&self.topic);
                topic.forget_done(forget.into());
                topic.redeliver(node.into());
            }
            Op::Deliver { pick, count } => {
                locked(&self.broker).deliver(pick.into(), count.into());
            }
            Op::LoseRecord { pick } => {
                if locked(&self.broker).lose(pick.into()) {
                    self.count("records lost");
                }
            }
            Op::Show { count } => {
                if !self.slow_disk {
                    locked(&self.broker).show(count.into());
                }
            }
            Op::LogCrash { keep } => {
                let lost = locked(&self.broker).crash(keep.into());
                *self.faults.entry("records lost with the disk").or_default() += lost as u64;
                self.disturb();
            }
            Op::WriteError { node } => {
                locked(&self.broker).fail(node.into());
                self.disturb();
            }
            Op::Late { node, late } => {
                locked(&self.broker).late[usize::from(node)] = late;
                self.disturb();
            }
            Op::SlowDisk { slow } => {
                self.slow_disk = slow;
                self.disturb();
            }
            Op::LogDown { down } => {
                let mut broker = locked(&self.broker);
                broker.down = down;
                broker.wake();
                drop(broker);
                self.disturb();
            }
            Op::Cut { node, cut } => self.cut(node.into(), cut),
            Op::Kill { node } => self.kill(node.into()),
            Op::Start { node } => self.start(node.into()),
            Op::Suspend { node, suspended } => {
                self.nodes[usize::from(node)].suspended = suspended;
                self.disturb();
            }
            Op::Assign { node, assigned } => self.assign(node.into(), assigned),
            Op::ClockJump { node, millis } => {
                self.nodes[usize::from(node)].clock.jump(Span::millis(millis.into()));
                self.disturb();
            }
            Op::ClockStop { node } => {
                self.nodes[usize::from(node)].clock.stop();
                self.disturb();
            }
            Op::ClockRight { node } => {
                self.nodes[usize::from(node)].clock.right(self.truth());
                self.disturb();
            }
            Op::KeepSnapshot { node } => self.keep_snapshot(node.into()),
            Op::LoseSnapshots => {
                let lost = self.snapshots.lose_all();
                *self.faults.entry("snapshots lost").or_default() += lost as u64;
            }
            Op::StoreFails { node, written } => {
                let fault = if written { Fault::AnswerLost } else { Fault::Refused };
                locked(&self.db).faults[usize::from(node)] = Some(fault);
            }
        }
        Ok(())
    }

    fn run(&mut self, order: u16, polls: u8) {
        let mut choice = usize::from(order);
        for _ in 0..polls {
            choice = choice.wrapping_mul(25_173).wrapping_add(13_849);
            if !self.poll((choice >> 4) & 0xff) {
                return;
            }
        }
    }

    fn flow(&mut self) -> Holds {
        for _ in 0..ROUNDS_MAX {
            while locked(&self.topic).accept(0) {}
            let before = {
                let mut broker = locked(&self.broker);
                broker.deliver_all();
                if !self.slow_disk {
                    broker.show(usize::MAX);
                }
                broker.shown
            };
            let mut polls = 0;
            while polls < POLLS_MAX && self.poll(0) {
                polls += 1;
            }
            let moving = locked(&self.broker).moves();
            if polls == 0 && !moving && before == locked(&self.broker).shown {
                break;
            }
        }
        self.look()?;
        self.look_at_deadlines()
    }

    /// While a node owns the partition undisturbed, and everything that it decided is in the log, nothing is due.
    fn look_at_deadlines(&mut self) -> Holds {
        let (truth, seq) = (self.truth(), self.laws.seq());
        let due = self.laws.folded.due.first().map(|(at, due)| (*at, *due));
        let healthy = !self.slow_disk && !locked(&self.broker).down;
        for (nth, node) in self.nodes.iter_mut().enumerate() {
            let progress = node.progress.borrow().clone();
            let reaches = {
                let broker = locked(&self.broker);
                broker.reaches(nth) && !broker.late[nth]
            };
            let owns = node.alive && !node.suspended && progress.owns && reaches && healthy;
            if !owns || progress.in_flight > 0 || progress.seq != seq {
                node.steady = None;
                continue;
            }
            let Some((at, what)) = due else { continue };
            self.laws.hold(DEADLINE, at > progress.settled_at, || {
                format!(
                    "{what:?} was due {} ms before node {nth} said that all due was decided",
                    (progress.settled_at - at).as_millis()
                )
            })?;
            let claims = self.laws.claims;
            let begins = (claims, truth, progress.settled_at);
            let steady = node.steady.filter(|(under, ..)| *under == claims).unwrap_or(begins);
            node.steady = Some(steady);
            let (_, begun, settled) = steady;
            // A wall that runs otherwise slows partition time by a twentieth at most.
            let passed = Span((truth - begun).0 / 20 * 19);
            let late = (settled + passed) - at;
            self.laws.hold(DEADLINE, late <= DUE_MAX, || {
                format!("{what:?} has been due for {} ms while node {nth} owns", late.as_millis())
            })?;
        }
        Ok(())
    }

    fn disturb(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.steady = None);
    }

    fn ask(&mut self, wish: Wish, node: u8, life_secs: u16) {
        let node = &self.nodes[usize::from(node)];
        if !node.alive || node.suspended {
            return;
        }
        let now = node.clock.now().max(node.tail.time());
        let asked = node.tail.read(|state| people::command(state.root(), now, wish));
        let Some((actor, body)) = asked else { return };
        let envelope = self.people.send(actor, body, now + Span::secs(life_secs.into()));
        self.send(Some(envelope));
    }

    fn send(&mut self, envelope: Option<Envelope<SiteCommand>>) {
        locked(&self.topic).on_the_way.extend(envelope);
    }

    fn hear(&mut self, node: usize) -> Holds {
        if !self.nodes[node].alive {
            return Ok(());
        }
        self.laws.look(&mut locked(&self.broker), &self.people)?;
        let mut open = std::mem::take(&mut self.people.open);
        let mut broken = Ok(());
        open.retain(|nth| {
            let sent = &mut self.people.sent[*nth];
            let tail = &self.nodes[node].tail;
            let answer = match tail.outcome(sent.id, &sent.actor, Some(sent.expires_at)) {
                Known::Decided(outcome) => Answer::Decided(outcome),
                Known::Never => Answer::Never,
                Known::Forgotten => Answer::Forgotten,
                Known::NotYet => return true,
            };
            if broken.is_ok() {
                broken = self.laws.told(&(sent.id, sent.actor.clone()), &answer);
            }
            sent.answer = Some(answer);
            false
        });
        self.people.open = open;
        broken
    }

    fn cut(&mut self, node: usize, cut: bool) {
        let mut broker = locked(&self.broker);
        broker.cut[node] = cut;
        broker.wake();
        drop(broker);
        let mut topic = locked(&self.topic);
        topic.cut[node] = cut;
        topic.wake();
        drop(topic);
        self.disturb();
    }

    fn kill(&mut self, node: usize) {
        self.executor.drop_node(node);
        self.nodes[node].alive = false;
        self.nodes[node].suspended = false;
        self.disturb();
    }

    fn start(&mut self, node: usize) {
        if self.nodes[node].alive {
            return;
        }
        let (clock, owns) =
            (Arc::clone(&self.nodes[node].clock), *self.nodes[node].assigned.borrow());
        locked(&self.topic).restart(node);
        self.nodes[node] = self.node(node, clock, owns);
    }

    fn assign(&mut self, node: usize, assigned: bool) {
        locked(&self.topic).assign(node, assigned);
        self.nodes[node].assigned.send_replace(assigned);
        self.disturb();
    }

    /// As a node does that had to read far.
    fn keep_snapshot(&mut self, node: usize) {
        let log = self.log(node);
        let snapshots = Arc::clone(&self.snapshots);
        let keep = async move {
            let state = Hydrated::<Watched>::read(&log, &*snapshots, &partition()).await;
            if let Ok(state) = state {
                state.freeze(&*snapshots, &partition()).await;
            }
        };
        if self.nodes[node].alive {
            self.executor.spawn(node, keep.boxed());
        }
    }

    /// Runs something of its own to its end, outside every node.
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}
