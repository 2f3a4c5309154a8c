//! PostgreSQL from Debian's packages: a cluster of its own, on loopback.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{
    folder::Folder,
    process::{Says, ensure_free, tail, until},
};
use crate::{
    needs,
    shell::{self, root},
};

pub(super) const DATABASE: &str = "lockstep";
/// May do everything.
const OPERATOR: &str = "lockstep_operator";
/// What these may stands in `deploy/postgres/grants.sql`. Neither deciders nor the edge have one.
const ROLES: [&str; 5] =
    ["lockstep_owner", "lockstep_project", "lockstep_desk", "lockstep_gateway", "lockstep_effects"];
const BURIED_WITHIN: Duration = Duration::from_secs(10);
const START_TIMEOUT_SECS: u32 = 60;
/// The server refuses to run as root.
const INSTEAD_OF_ROOT: &str = "postgres";

pub(super) struct Postgres<'a> {
    pub(super) folder: &'a Folder,
    pub(super) port: u16,
}

impl Postgres<'_> {
    /// Each with the file that its password is in.
    pub(super) fn users(&self) -> Vec<(&'static str, PathBuf)> {
        let users = [OPERATOR].into_iter().chain(ROLES);
        users.map(|user| (user, self.path(&format!("users/{user}")))).collect()
    }

    pub(super) fn up(&self) -> Result<()> {
        let cluster = self.cluster();
        if cluster.pid().is_some() && self.answers() {
            eprintln!("postgresql: already up at 127.0.0.1:{}", self.port);
            return self.apply(false);
        }
        if cluster.pid().is_some() {
            eprintln!("postgresql: does not answer at 127.0.0.1:{}; starting it again", self.port);
            cluster.stop()?;
        }
        ensure_free(self.port, "postgres-port")?;
        self.folder.within("postgres/users")?;
        for (user, _) in self.users() {
            self.folder.password(&format!("postgres/users/{user}"))?;
        }
        if !cluster.data().join("PG_VERSION").exists() {
            eprintln!("postgresql: making a cluster in {}", cluster.home.display());
            cluster.make(&self.password(OPERATOR)?)?;
        }
        eprintln!("postgresql: starting at 127.0.0.1:{}", self.port);
        cluster.start(self.port)?;
        self.apply(true)?;
        eprintln!("postgresql: up");
        Ok(())
    }

    pub(super) fn down(&self) -> Result<()> {
        let cluster = self.cluster();
        if cluster.pid().is_none() {
            eprintln!("postgresql: not running");
            return Ok(());
        }
        eprintln!("postgresql: stopping");
        cluster.stop()
    }

    pub(super) fn wipe(&self) -> Result<()> {
        let home = self.cluster().home;
        if home.exists() {
            eprintln!("postgresql: removing its data");
            fs::remove_dir_all(&home)
                .with_context(|| format!("cannot remove {}", home.display()))?;
        }
        Ok(())
    }

    pub(super) fn status(&self) -> Says {
        let version = needs::postgres_program("postgres").and_then(|postgres| {
            let said = shell::output(shell::command(&format!("{} --version", postgres.display())));
            said.ok()?.split_whitespace().nth(2).map(str::to_owned)
        });
        Says {
            name: "postgresql",
            version: version.unwrap_or_else(|| "not installed".into()),
            at: format!("127.0.0.1:{}", self.port),
            reachable: self.cluster().pid().is_some() && self.answers(),
            pid: self.cluster().pid(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("postgres").join(name)
    }

    fn password(&self, user: &str) -> Result<String> {
        self.folder.password(&format!("postgres/users/{user}"))
    }

    fn cluster(&self) -> Cluster {
        Cluster::below(&self.path(""))
    }

    fn answers(&self) -> bool {
        let ready = format!("pg_isready --quiet --host 127.0.0.1 --port {} --timeout 2", self.port);
        shell::command(&ready).status().is_ok_and(|status| status.success())
    }

    /// The database, its roles and what they may: after a start, and whenever the files have changed.
    fn apply(&self, started: bool) -> Result<()> {
        let files = root().join("deploy/postgres");
        let mut hasher = DefaultHasher::new();
        for name in ["apply.sh", "grants.sql"] {
            hasher.write(&fs::read(files.join(name))?);
        }
        let now = format!("{:016x}", hasher.finish());
        let stamp = self.path("applied");
        if !started && fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
            return Ok(());
        }
        eprintln!("postgresql: database, roles and permissions");
        let there = format!("SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'");
        let mut look = self.client("psql", "postgres")?;
        look.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", &there]);
        if shell::output(look)?.trim().is_empty() {
            let mut create = self.client("createdb", "postgres")?;
            create.arg(DATABASE);
            shell::run(create)?;
        }
        let mut apply = self.client("sh", DATABASE)?;
        apply.arg(files.join("apply.sh")).arg(self.path("users"));
        shell::run(apply)?;
        fs::write(&stamp, now).with_context(|| format!("cannot write {}", stamp.display()))
    }

    /// A program that connects as the operator.
    fn client(&self, program: &str, database: &str) -> Result<Command> {
        let mut client = shell::command(program);
        client.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string());
        client.env("PGUSER", OPERATOR).env("PGPASSWORD", self.password(OPERATOR)?);
        client.env("PGDATABASE", database).env("PGOPTIONS", "-c client_min_messages=warning");
        Ok(client)
    }
}

/// The server's data and log, in a folder of the user that it runs as.
struct Cluster {
    home: PathBuf,
}

impl Cluster {
    /// In the services' folder; or, if that is somewhere that only root can enter, in the machine's folder for what
    /// is to stay.
    fn below(folder: &Path) -> Self {
        let home = folder.join("cluster");
        let mut look = Command::new("runuser");
        look.args(["-u", INSTEAD_OF_ROOT, "--", "test", "-x"])
            .arg(folder.parent().unwrap_or(folder));
        let enters = !is_root() || look.status().is_ok_and(|status| status.success());
        if enters {
            return Self { home };
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(home.as_os_str().as_encoded_bytes());
        Self { home: format!("/var/tmp/lockstep-postgres-{:016x}", hasher.finish()).into() }
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    /// Of the last server, as it wrote it down; it may be gone.
    fn last_pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Of the server, if it runs.
    fn pid(&self) -> Option<u32> {
        let pid = self.last_pid()?;
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let data = self.data();
        String::from_utf8_lossy(&arguments).contains(&*data.to_string_lossy()).then_some(pid)
    }

    fn make(&self, operator_password: &str) -> Result<()> {
        let home = &self.home;
        fs::create_dir_all(home).with_context(|| format!("cannot make {}", home.display()))?;
        // `initdb` reads it as the user that the server runs as.
        let password = home.join("operator-password");
        fs::write(&password, operator_password)?;
        if is_root() {
            let user: u32 = shell::output(shell::command(&format!("id -u {INSTEAD_OF_ROOT}")))?
                .trim()
                .parse()?;
            chown(home, Some(user), None)?;
            chown(&password, Some(user), None)?;
        }
        let mut initdb = self.as_server("initdb")?;
        initdb.arg("--pgdata").arg(self.data()).arg("--pwfile").arg(&password);
        initdb.args(["--username", OPERATOR, "--auth", "scram-sha-256"]);
        initdb.args(["--encoding", "UTF8", "--locale", "C.UTF-8"]);
        let made = shell::output(initdb);
        fs::remove_file(&password)?;
        made.map(drop)
    }

    fn start(&self, port: u16) -> Result<()> {
        // One that was killed a moment ago may still have its number, and no other is let in meanwhile.
        until(BURIED_WITHIN, || {
            self.last_pid().is_none_or(|pid| !Path::new(&format!("/proc/{pid}")).exists())
        });
        let mut start = self.as_server("pg_ctl")?;
        start.args(["start", "--silent", "--wait", "--timeout", &START_TIMEOUT_SECS.to_string()]);
        start.arg("--pgdata").arg(self.data()).arg("--log").arg(self.log());
        // No socket file: its path would be too long in many a folder.
        start.arg("--options").arg(format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
        ));
        shell::run(start).map_err(|error| {
            let (log, tail) = (self.log(), tail(&self.log()));
            error.context(format!(
                "PostgreSQL does not start; the end of its log {}:\n{tail}",
                log.display()
            ))
        })
    }

    fn stop(&self) -> Result<()> {
        let mut stop = self.as_server("pg_ctl")?;
        stop.args(["stop", "--silent", "--mode", "fast", "--pgdata"]).arg(self.data());
        shell::run(stop)
    }

    /// One of the server's programs, as a user that it agrees to run as, in a folder that this user can enter.
    fn as_server(&self, program: &str) -> Result<Command> {
        let path =
            needs::postgres_program(program).context("PostgreSQL's server is not installed")?;
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", INSTEAD_OF_ROOT, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.home);
        Ok(command)
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
