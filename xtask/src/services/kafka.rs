//! Apache Kafka from Maven Central's jars: one process that is broker and controller, on loopback.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    io::{Read as _, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use super::{
    folder::Folder,
    process::{Background, Says, connect, ensure_free, tail, until},
};
use crate::shell::{self, root};

/// As in `deploy/kafka/pom.xml` and the images, which a test compares.
const VERSION: &str = "4.1.0";
const COPY_JARS: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
/// The first may do everything, and is what the broker is to itself; what the others may stands in
/// `deploy/kafka/acls`. The edge has no user.
const USERS: [&str; 6] = ["operator", "decide", "gateway", "desk", "project", "effects"];
const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const START_PATIENCE: Duration = Duration::from_secs(90);
const HEAL_PATIENCE: Duration = Duration::from_secs(10);
const STOP_PATIENCE: Duration = Duration::from_secs(40);

pub(super) struct Kafka<'a> {
    pub(super) folder: &'a Folder,
    pub(super) port: u16,
    pub(super) controller_port: u16,
    pub(super) tls_port: u16,
}

impl Kafka<'_> {
    /// Each with the file that its password is in.
    pub(super) fn users(&self) -> Vec<(&'static str, PathBuf)> {
        USERS.map(|user| (user, self.path(&format!("users/{user}")))).into()
    }

    /// The certificate that clients of the TLS listener trust.
    pub(super) fn ca(&self) -> PathBuf {
        self.path("tls/ca.pem")
    }

    pub(super) fn up(&self) -> Result<()> {
        let process = self.process();
        let alive = process.pid().is_some();
        if alive && until(HEAL_PATIENCE, || self.answers()) {
            eprintln!("kafka: already up at 127.0.0.1:{}", self.port);
            return self.apply(false);
        }
        if alive {
            eprintln!("kafka: does not answer; starting it again");
            process.stop(HEAL_PATIENCE)?;
        }
        ensure_free(self.port, "kafka-port")?;
        ensure_free(self.controller_port, "kafka-controller-port")?;
        ensure_free(self.tls_port, "kafka-tls-port")?;
        self.download()?;
        self.certificates()?;
        self.configure()?;
        self.format()?;
        eprintln!("kafka: starting at 127.0.0.1:{}", self.port);
        let server = self.java("-Xms256m -Xmx512m -XX:+UseG1GC -XX:MaxGCPauseMillis=20", |java| {
            java.arg("kafka.Kafka").arg(self.path("server.properties"));
        });
        let mut server = process.start(&server)?;
        let mut ended = || !matches!(server.try_wait(), Ok(None));
        if !until(START_PATIENCE, || self.answers() || ended()) || ended() {
            return Err(process.failure("Kafka does not start"));
        }
        self.apply(true)?;
        eprintln!("kafka: up");
        Ok(())
    }

    pub(super) fn down(&self) -> Result<()> {
        let process = self.process();
        if process.pid().is_none() {
            eprintln!("kafka: not running");
            return Ok(());
        }
        eprintln!("kafka: stopping");
        process.stop(STOP_PATIENCE)
    }

    pub(super) fn wipe(&self) -> Result<()> {
        let data = self.path("data");
        if data.exists() {
            eprintln!("kafka: removing its data");
            fs::remove_dir_all(&data)
                .with_context(|| format!("cannot remove {}", data.display()))?;
        }
        Ok(())
    }

    pub(super) fn status(&self) -> Says {
        Says {
            name: "kafka",
            version: VERSION.into(),
            at: format!("127.0.0.1:{} (TLS: {})", self.port, self.tls_port),
            reachable: self.process().pid().is_some() && self.answers(),
            pid: self.process().pid(),
        }
    }

    /// A file or folder of its own, in the services' folder.
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("kafka").join(name)
    }

    fn lib(&self) -> PathBuf {
        self.path(&format!("lib-{VERSION}"))
    }

    fn process(&self) -> Background {
        Background {
            pid_file: self.path("pid"),
            log: self.path("server.log"),
            mark: self.path("server.properties").to_string_lossy().into_owned(),
        }
    }

    /// Java with Kafka on the class path.
    fn java(&self, options: &str, with: impl FnOnce(&mut Command)) -> Command {
        let mut java = shell::command("java");
        java.args(options.split_whitespace());
        let logging = root().join("deploy/kafka/log4j2.properties");
        java.arg(format!("-Dlog4j2.configurationFile={}", logging.display()));
        java.arg("-cp").arg(self.lib().join("*"));
        with(&mut java);
        java
    }

    fn download(&self) -> Result<()> {
        let lib = self.lib();
        if lib.exists() {
            return Ok(());
        }
        eprintln!("kafka: downloading Apache Kafka {VERSION} from Maven Central");
        // Moved to its place when it is whole.
        let part = self.folder.within("kafka/lib.part")?;
        let mut maven = shell::command("mvn --batch-mode --quiet --file deploy/kafka/pom.xml");
        let log = self.path("download.log");
        maven.arg("--log-file").arg(&log).stdout(Stdio::null()).stderr(Stdio::null());
        maven.arg(COPY_JARS).arg("-DincludeScope=runtime");
        maven.arg(format!("-DoutputDirectory={}", part.display()));
        shell::run(maven).map_err(|error| {
            error.context(format!(
                "cannot download Kafka; is Maven Central reachable? Maven's log {}:\n{}",
                log.display(),
                tail(&log)
            ))
        })?;
        fs::rename(part, lib).context("cannot move Kafka's jars to their place")
    }

    /// A certificate authority for development, and the broker's certificate for loopback.
    fn certificates(&self) -> Result<()> {
        let tls = self.folder.within("kafka/tls")?;
        if tls.join("broker.pem").exists() {
            return Ok(());
        }
        eprintln!("kafka: making its certificates");
        let openssl = |arguments: &str| {
            let mut openssl = shell::command(&format!("openssl {arguments}"));
            openssl.current_dir(&tls);
            shell::output(openssl).map(drop)
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc";
        openssl(&format!(
            "req -x509 {key} -days 3650 -subj /CN=lockstep-development -keyout ca.key -out ca.pem"
        ))?;
        openssl(&format!(
            "req -x509 {key} -days 3650 -subj /CN=localhost -CA ca.pem -CAkey ca.key \
             -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
             -keyout broker.key -out broker.crt"
        ))?;
        let chain =
            ["broker.key", "broker.crt", "ca.pem"].map(|name| fs::read_to_string(tls.join(name)));
        let chain = chain.into_iter().collect::<Result<String, _>>()?;
        self.folder.write_secret("kafka/tls/broker.pem", &chain).map(drop)
    }

    fn configure(&self) -> Result<()> {
        self.folder.within("kafka/users")?;
        for user in USERS {
            self.folder.password(&format!("kafka/users/{user}"))?;
        }
        let operator = fs::read_to_string(self.path("users/operator"))?;
        let common = root().join("deploy/kafka/server.properties");
        let common = fs::read_to_string(&common)
            .with_context(|| format!("cannot read {}", common.display()))?;
        let (users, data, tls) = (self.path("users"), self.path("data"), self.path("tls"));
        let password = |user: &str| format!("\"${{dir:{}:{user}}}\"", users.display());
        let known = USERS.map(|user| format!("user_{user}={}", password(user))).join(" ");
        let login =
            format!("{PLAIN} username=\"operator\" password={} {known};", password("operator"));
        let (port, tls_port, controller_port) = (self.port, self.tls_port, self.controller_port);
        let (data, tls) = (data.display(), tls.display());
        let server = format!(
            "\
# Written by `cargo xtask services up` at every start.
{common}
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAIN://127.0.0.1:{port},TLS://127.0.0.1:{tls_port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAIN://127.0.0.1:{port},TLS://127.0.0.1:{tls_port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAIN:SASL_PLAINTEXT,TLS:SASL_SSL
inter.broker.listener.name=PLAIN
log.dirs={data}
# The machine has few processors, and much else to do with them.
num.network.threads=1
num.io.threads=2
ssl.keystore.location={tls}/broker.pem
listener.name.plain.plain.sasl.jaas.config={login}
listener.name.tls.plain.sasl.jaas.config={login}
"
        );
        self.folder.write("kafka/server.properties", &server)?;
        self.folder.write_secret(
            "kafka/operator.properties",
            &format!(
                "\
# For Kafka's own command line tools, as `--command-config` or `--consumer.config`.
bootstrap.servers=127.0.0.1:{port}
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config={PLAIN} username=\"operator\" password=\"{operator}\";
"
            ),
        )?;
        Ok(())
    }

    fn format(&self) -> Result<()> {
        if self.path("data/meta.properties").exists() {
            return Ok(());
        }
        eprintln!("kafka: formatting its storage");
        let tool = |arguments: &[&str]| {
            shell::output(self.java("", |java| {
                java.arg("kafka.tools.StorageTool").args(arguments);
            }))
        };
        let id = tool(&["random-uuid"])?;
        let settings = self.path("server.properties");
        tool(&["format", "-t", id.trim(), "-c", &settings.to_string_lossy()]).map(drop)
    }

    /// Brings topics and permissions to what the files say; after a start, and whenever they have changed.
    fn apply(&self, started: bool) -> Result<()> {
        let files = root().join("deploy/kafka");
        let mut hasher = DefaultHasher::new();
        for name in ["Apply.java", "topics", "acls"] {
            hasher.write(&fs::read(files.join(name))?);
        }
        let now = format!("{:016x}", hasher.finish());
        let stamp = self.path("applied");
        if !started && fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
            return Ok(());
        }
        eprintln!("kafka: topics and permissions");
        let apply = self.java("-Xmx128m", |java| {
            java.arg(files.join("Apply.java")).arg(self.path("operator.properties")).arg(&files);
        });
        shell::run(apply).map_err(|error| self.process().failure(&error.to_string()))?;
        self.folder.write("kafka/applied", &now).map(drop)
    }

    /// Asks which versions of the protocol it speaks: the one question a broker answers to anybody.
    fn answers(&self) -> bool {
        const CORRELATION: [u8; 4] = *b"lock";
        let mut question = vec![0, 0, 0, 10, 0, 18, 0, 0];
        question.extend(CORRELATION);
        question.extend([0xff, 0xff]);
        let Some(mut broker) = connect(self.port) else { return false };
        let mut answer = [0; 8];
        broker.write_all(&question).is_ok()
            && broker.read_exact(&mut answer).is_ok()
            && answer[4..] == CORRELATION
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_same_everywhere() {
        for (file, text, times) in [
            ("deploy/kafka/pom.xml", format!("<version>{VERSION}</version>"), 2),
            ("docker-compose.yml", format!("apache/kafka:{VERSION}"), 1),
            ("Dockerfile", format!("apache/kafka:{VERSION}"), 1),
        ] {
            let held = fs::read_to_string(root().join(file)).unwrap();
            assert_eq!(held.matches(&text).count(), times, "{text} in {file}");
        }
    }

    #[test]
    fn every_user_of_the_permissions_has_a_password() {
        let acls = fs::read_to_string(root().join("deploy/kafka/acls")).unwrap();
        for line in acls.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let user = line.split_whitespace().next().unwrap();
            assert!(USERS[1..].contains(&user), "{line}");
        }
        let compose = fs::read_to_string(root().join("deploy/kafka/compose.properties")).unwrap();
        for user in USERS {
            let password = format!("user_{user}=\"${{dir:/run/secrets:kafka_{user}}}\"");
            assert!(compose.contains(&password), "{user}");
        }
    }
}
