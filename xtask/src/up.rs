//! `cargo xtask up`: Lockstep in one process with the demo company, and on request the calls of real days.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    play::{CALLS, DEMO_PASSWORD},
    report,
    shell::{self, root},
};

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// When the file's days have calls enough to look at; at other times its morning is played.
const BUSY: std::ops::Range<&str> = "08:00".."20:00";
const MORNING: &str = "10:00";

/// Where a browser finds what.
struct Addresses {
    edge: String,
    desk: String,
    mirror: String,
    site: String,
    data: PathBuf,
}

pub(crate) fn up(demo: bool, serve: &[String]) -> Result<ExitCode> {
    let lockstep = build::release()?;
    let said = |flag: &str, default: &str| said(serve, flag).unwrap_or(default).to_owned();
    let addresses = Addresses {
        edge: said("--edge", "127.0.0.1:7080"),
        desk: said("--desk", "127.0.0.1:7081"),
        mirror: said("--mirror", "127.0.0.1:7083"),
        site: said("--demo-site", "127.0.0.1:7082"),
        data: root().join(said("--data-dir", "data")),
    };
    let mut server = Command::new(&lockstep);
    server.args(["serve", "--demo"]).args(serve).current_dir(root());
    if demo {
        // The player names an address for each customer.
        server.args(["--trusted-proxy", "127.0.0.1/32"]);
    }
    let mut server = server.spawn().context("cannot start the server")?;
    until_ready(&mut server, &addresses.desk)?;
    let Addresses { site, desk, mirror, .. } = &addresses;
    report::welcome(site, desk, mirror, DEMO_PASSWORD);
    let mut player = demo.then(|| play(&lockstep, &addresses)).transpose()?;
    // An interrupt from the keyboard reaches the server too; it drains and ends by itself.
    let status = server.wait()?;
    if let Some(player) = &mut player
        && player.try_wait()?.is_none()
    {
        player.kill()?;
        player.wait()?;
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What was handed on for a flag, as `--flag value` or `--flag=value`.
fn said<'a>(serve: &'a [String], flag: &str) -> Option<&'a str> {
    let at = serve.iter().position(|word| word.split('=').next() == Some(flag))?;
    serve[at].split_once('=').map(|(_, value)| value).or(serve.get(at + 1).map(String::as_str))
}

fn until_ready(server: &mut Child, desk: &str) -> Result<()> {
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("the server ended with {status} before it was ready");
        }
        if ready(desk).is_ok_and(|ready| ready) {
            return Ok(());
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn ready(desk: &str) -> std::io::Result<bool> {
    let mut desk_door = TcpStream::connect(desk)?;
    desk_door.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(desk_door, "GET /health/ready HTTP/1.1\r\nHost: {desk}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    desk_door.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// Real calls, from now on, as if the file's first day were today.
fn play(lockstep: &Path, addresses: &Addresses) -> Result<Child> {
    let today = shell::output(shell::command("date +%F"))?;
    let now = shell::output(shell::command("date +%H:%M"))?;
    let from = Some(now.trim()).filter(|now| BUSY.contains(now)).unwrap_or(MORNING);
    Command::new(lockstep)
        .args(["traffic", "--quiet", "--shift-to", today.trim(), "--from-time", from])
        .args(["--edge", &format!("http://{}", addresses.edge)])
        .args(["--desk", &format!("http://{}", addresses.desk)])
        .arg("--calls")
        .arg(root().join(CALLS))
        .arg("--company-secret")
        .arg(addresses.data.join("secrets/demo-company"))
        .arg("--journal")
        .arg(addresses.data.join("traffic.jsonl"))
        .env("LOCKSTEP_ADMIN_PASSWORD", DEMO_PASSWORD)
        .spawn()
        .context("cannot start the player of calls")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_that_is_handed_on_is_seen_in_both_forms() {
        let serve = ["--desk", "127.0.0.1:9", "--edge=127.0.0.1:8"].map(String::from);
        assert_eq!(said(&serve, "--desk"), Some("127.0.0.1:9"));
        assert_eq!(said(&serve, "--edge"), Some("127.0.0.1:8"));
        assert_eq!(said(&serve, "--data-dir"), None);
    }
}
