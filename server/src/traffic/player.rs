//! The play: customers arrive, wait and give up; agents sign in, accept, serve and go home.

mod agents;
mod customers;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    TrafficArgs,
    act::{Answer, Visit},
    pace::{Pace, Reached},
    plan::{At, Plan, Step},
    setup::World,
    state,
    summary::Played,
};

/// After the last step, what is still open may fall due within this.
const DRAIN_SECS_MAX: i64 = 2 * 86_400;

/// A call that is a customer by now.
struct Caller {
    visit: Visit,
    asked: At,
    /// The contact that waits for it; a callback's is known once it is offered.
    contact: Option<Uuid>,
    callback: Option<Uuid>,
    served: bool,
}

pub(super) struct Player {
    world: World,
    plan: Plan,
    pace: Pace,
    site: String,
    issuer: String,
    callers: BTreeMap<usize, Caller>,
    by_contact: BTreeMap<Uuid, usize>,
    by_callback: BTreeMap<Uuid, usize>,
    by_agent: BTreeMap<Uuid, String>,
    /// By agent: whom they serve.
    serving: BTreeMap<String, BTreeSet<Uuid>>,
    leaving: BTreeSet<String>,
    accounts: BTreeSet<String>,
    /// The last token of the site: what is read next is no older.
    token: Option<String>,
    /// Something may have become an offer since the desks were looked at.
    look: bool,
    /// The instant at which they will be.
    looks_at: Option<At>,
    played: Played,
    bar: ProgressBar,
}

impl Player {
    pub(super) async fn new(
        args: &TrafficArgs,
        world: World,
        mut plan: Plan,
        shift_secs: i64,
    ) -> anyhow::Result<Self> {
        let first = plan.next_at().context("there is something to play")?;
        let pace = if args.driven {
            let data =
                world.doer.query(world.player(), "{ clock { now nextDue } }", Value::Null).await?;
            Pace::driven(&data["clock"], first)?
        } else {
            let begin = match args.from_time {
                Some(time) => first - first.rem_euclid(86_400) + seconds(time),
                None => first,
            };
            plan.begin_at(begin);
            Pace::waited(begin, args.speed)?
        };
        let by_agent =
            world.agents.iter().map(|(server, agent)| (agent.id, server.clone())).collect();
        let bar = ProgressBar::new(plan.calls.len() as u64);
        if args.quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.set_style(
            ProgressStyle::with_template(
                "{msg}  {wide_bar}  {pos}/{len} calls  {elapsed_precise}  {eta} left",
            )
            .context("the template is one")?,
        );
        Ok(Self {
            world,
            plan,
            pace,
            site: args.site.clone(),
            issuer: args.company_issuer.clone(),
            callers: BTreeMap::new(),
            by_contact: BTreeMap::new(),
            by_callback: BTreeMap::new(),
            by_agent,
            serving: BTreeMap::new(),
            leaving: BTreeSet::new(),
            accounts: BTreeSet::new(),
            token: None,
            look: false,
            looks_at: None,
            played: Played::new(args, shift_secs),
            bar,
        })
    }

    pub(super) async fn play(&mut self) -> anyhow::Result<Played> {
        while let Some(at) = self.plan.next_at() {
            if self.towards(at).await? == Reached::Between {
                // Looking may lead to something earlier.
                self.look().await?;
                continue;
            }
            while let Some(step) = self.plan.pop_until(at) {
                self.take(step).await?;
            }
        }
        self.drain().await?;
        if self.played.has_more() {
            self.close_day().await?;
        }
        self.bar.finish_and_clear();
        self.played.left_waiting = self.callers.values().filter(|caller| !caller.served).count();
        self.world.doer.journal.flush()?;
        Ok(self.played.clone())
    }

    /// Lets time pass until `at`; whatever falls due before it, the agents see at once.
    async fn reach(&mut self, at: At) -> anyhow::Result<()> {
        while self.towards(at).await? == Reached::Between {
            self.look().await?;
        }
        Ok(())
    }

    async fn towards(&mut self, at: At) -> anyhow::Result<Reached> {
        self.pace.towards(at, &self.world.doer, self.world.player()).await
    }

    async fn take(&mut self, step: Step) -> anyhow::Result<()> {
        match step {
            Step::Accounts { from, until } => self.accounts(from, until).await?,
            Step::SignIn { server } => self.sign_in(&server).await?,
            Step::Finish { contact } => self.finish(contact).await?,
            Step::Arrive { call } => self.arrive(call).await?,
            Step::Look => {
                self.looks_at = None;
                self.look().await?;
            }
            Step::GiveUp { call } => self.give_up(call).await?,
            Step::SignOut { server } => self.sign_out(&server).await?,
            Step::CloseDay => self.close_day().await?,
        }
        if self.look {
            self.look = false;
            let now = self.pace.now();
            if self.looks_at.replace(now) != Some(now) {
                self.plan.add(now, Step::Look);
            }
        }
        Ok(())
    }

    /// After the last step: what waits still is answered for by the server's own deadlines.
    async fn drain(&mut self) -> anyhow::Result<()> {
        let limit = self.pace.now() + DRAIN_SECS_MAX;
        while self.is_anything_open().await? {
            let Some(due) = self.pace.due().filter(|due| *due <= limit) else { return Ok(()) };
            let at = self.plan.next_at().map_or(due, |next| next.min(due));
            self.reach(at).await?;
            self.look().await?;
            while let Some(step) = self.plan.pop_until(at) {
                self.take(step).await?;
            }
        }
        Ok(())
    }

    async fn is_anything_open(&mut self) -> anyhow::Result<bool> {
        let document = "query($at: [Token!]) { clock { now nextDue } board(atLeast: $at) { contacts { id } callbacks { id state } } }";
        let data = self.ask_board(document).await?;
        self.pace.learn(&data["clock"])?;
        let board = &data["board"];
        let any = |list: &Value| list.as_array().is_some_and(|all| !all.is_empty());
        let open = board["callbacks"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["state"] != "COMPLETED"));
        Ok(any(&board["contacts"]) || open)
    }

    async fn ask_board(&self, document: &str) -> anyhow::Result<Value> {
        let at: Vec<&str> = self.token.as_deref().into_iter().collect();
        self.world.doer.query(self.world.player(), document, json!({ "at": at })).await
    }

    /// Remembers the token of what was done, counts what was refused. Whether it was done.
    fn note(&mut self, what: &str, answer: &Answer) -> bool {
        if let Some(token) = answer.token().filter(|token| token.starts_with("site:")) {
            self.token = Some(token.to_owned());
        }
        if let Answer::Refused { code } = answer {
            *self.played.refused.entry(format!("{what}: {code}")).or_default() += 1;
        }
        answer.is_done()
    }

    /// The server's own numbers of this day beside the player's.
    async fn close_day(&mut self) -> anyhow::Result<()> {
        let document = "query($at: [Token!]) { board(atLeast: $at) { totals { offered answered abandoned \
            shortAbandoned callbacksRequested asaSeconds rona serviceLevel { formula value } } } }";
        let totals = self.ask_board(document).await?["board"]["totals"].take();
        let date = date(self.pace.now());
        self.played.close_day(date, totals);
        Ok(())
    }

    /// The live state through the API against a fold of another process over the same records.
    pub(super) async fn compare_state(&self, data_dir: &std::path::Path) -> anyhow::Result<bool> {
        let data =
            self.ask_board("query($at: [Token!]) { liveState(atLeast: $at) { seq sha256 } }");
        let live = data.await?["liveState"].take();
        state::compare(&live, &format!("site:{}", self.site), data_dir).await
    }
}

/// Seconds since midnight.
fn seconds(time: jiff::civil::Time) -> i64 {
    i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// The date of an instant, for people.
fn date(at: At) -> String {
    Timestamp::from_second(at)
        .map_or_else(|_| String::new(), |at| at.strftime("%F %H:%M").to_string())
}
