//! Who is not let through the link, or gets nothing there.

use std::{net::SocketAddr, sync::Arc};

use futures::FutureExt as _;
use infra::link::{Dialler, DiallerState, Post, Terms};
use reqwest::StatusCode;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::{Value, json};
use tests::scenario::{
    Customer, PATIENCE, Server, Staff, TwoServers,
    certificates::Certificates,
    two_servers::{Edge, inside, link_is},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::command;

/// What the edge's log says of whom it turned away.
async fn refused_for(edge: &mut Edge) -> anyhow::Result<String> {
    let line = edge.process().hears("peers of the link were refused").await?;
    Ok(line.fields["why"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_third_host_is_turned_away_unread() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.2:0".parse()?)?;
    let mut stream = socket.connect(two.edge.link).await?;
    let mut heard = Vec::new();
    // Closed without a word; with a reset if something was still unread.
    let read = timeout(PATIENCE, stream.read_to_end(&mut heard)).await?;
    assert!(read.is_err() || heard.is_empty(), "{heard:?}");
    assert_eq!(refused_for(&mut two.edge).await?, "address");
    two.linked().await?;
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn who_shows_no_certificate_gets_nothing() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(two.certificates.file("ca.pem"))?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let protocol = format!("lockstep-link/1 door/{}", api::door::VERSION);
    config.alpn_protocols = vec![protocol.into_bytes()];
    let socket = tokio::net::TcpStream::connect(two.edge.link).await?;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let got_in = async {
        let mut tls = connector.connect(ServerName::try_from("edge")?, socket).await?;
        anyhow::Ok(tls.read_u8().await?)
    };
    let error = timeout(PATIENCE, got_in).await?.unwrap_err().to_string();
    assert!(error.contains("CertificateRequired"), "{error}");
    assert_eq!(refused_for(&mut two.edge).await?, "certificate");
    two.linked().await?;
    two.stop().await?;
    Ok(())
}

/// Dials as if it were a gateway, and says why that never worked.
async fn turned_away(edge: SocketAddr, terms: Terms) -> anyhow::Result<String> {
    let dialler = Dialler::new(edge.to_string(), terms).await?;
    let mut state = dialler.state();
    let before = state.borrow_and_update().clone();
    let serve = Arc::new(|_, _| async { panic!("the edge asked something") }.boxed());
    let tried = async {
        match &*state.wait_for(|state| *state != before).await? {
            DiallerState::Linked => anyhow::bail!("it got in"),
            DiallerState::Down(why) => Ok(why.clone()),
        }
    };
    tokio::select! {
        () = dialler.run(serve, CancellationToken::new()) => anyhow::bail!("it gave up"),
        tried = timeout(PATIENCE, tried) => tried?,
    }
}

#[tokio::test]
async fn a_stolen_edge_certificate_and_one_of_another_authority_get_nothing() -> anyhow::Result<()>
{
    let mut two = TwoServers::start().await?;
    let own = &two.certificates;
    let other = Certificates::make().await?;

    let stolen = turned_away(two.edge.link, own.terms("edge", "edge")).await?;
    assert!(stolen.contains("did not let this gateway in"), "{stolen}");
    let mut foreign = other.terms("gateway", "edge");
    foreign.files.authority = own.file("ca.pem");
    let foreign = turned_away(two.edge.link, foreign).await?;
    assert!(foreign.contains("did not let this gateway in"), "{foreign}");
    assert_eq!(refused_for(&mut two.edge).await?, "certificate");

    // The same certificate at another edge, and a gateway's certificate where an edge should be.
    let another = Edge::start(own).await?;
    let stolen = turned_away(another.link, own.terms("edge", "edge")).await?;
    assert!(stolen.contains("did not let this gateway in"), "{stolen}");
    let any = "127.0.0.1:0".parse()?;
    let pretender =
        Post::bind(any, own.terms("gateway", "gateway"), vec!["127.0.0.1/32".parse()?]).await?;
    let address = pretender.address();
    let posing = CancellationToken::new();
    let unmasked = tokio::select! {
        () = pretender.run(posing.clone()) => anyhow::bail!("it stopped posing"),
        unmasked = turned_away(address, own.terms("gateway", "edge")) => unmasked?,
    };
    assert!(unmasked.contains("did not accept each other"), "{unmasked}");

    two.linked().await?;
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_gateway_of_another_version_is_not_linked() -> anyhow::Result<()> {
    let certificates = Certificates::make().await?;
    let mut edge = Edge::start(&certificates).await?;
    let mut newer = certificates.terms("gateway", "edge");
    newer.carries = "door/next".to_owned();
    let why = turned_away(edge.link, newer).await?;
    assert!(why.contains("NoApplicationProtocol"), "{why}");
    assert_eq!(refused_for(&mut edge).await?, "certificate");
    link_is(&edge.url(), false).await?;
    edge.stop().await
}

/// Both files are replaced while both processes run; the next connection uses them.
#[tokio::test]
async fn certificates_are_renewed_without_a_restart() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    two.tolerate_loss();
    let ada = Customer::signed_in(&two.inside, "BW-1001").await?;
    let old = two.certificates.terms("gateway", "edge");
    let kept = tempfile::tempdir()?;
    let mut stale = old.clone();
    for (file, name) in [(&mut stale.files.certificate, "pem"), (&mut stale.files.key, "key")] {
        let copy = kept.path().join(name);
        std::fs::copy(&*file, &copy)?;
        *file = copy;
    }
    two.certificates.renew().await?;
    two.cable.close();
    two.unlinked().await?;
    two.cable.mend();
    two.linked().await?;
    ada.asks("billing").await?;
    let why = turned_away(two.edge.link, stale).await?;
    assert!(why.contains("did not let this gateway in"), "the old authority is gone: {why}");
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_forged_visit_token_gets_nothing_through_the_edge() -> anyhow::Result<()> {
    let two = TwoServers::start().await?;
    let ada = Customer::signed_in(&two.inside, "BW-1001").await?;
    let (head, signature) = ada.token.rsplit_once('.').expect("a token has three parts");
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let sent = reqwest::Client::new()
        .post(format!("{}/graphql", two.edge.url()))
        .bearer_auth(&forged)
        .json(&json!({ "query": "{ me { visit name } }" }))
        .send()
        .await?;
    assert_eq!(sent.status(), StatusCode::UNAUTHORIZED);
    let answer: Value = sent.json().await?;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    assert_eq!(answer["data"], Value::Null);
    two.stop().await?;
    Ok(())
}

/// An edge that has fallen into other hands: it has the edge's certificate and its address, and says what it likes.
struct Fallen {
    post: infra::link::Posted,
    server: Server,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Fallen {
    async fn stand(certificates: &Certificates) -> anyhow::Result<Self> {
        let any = "127.0.0.1:0".parse()?;
        let from = vec!["127.0.0.1/32".parse()?];
        let end = Post::bind(any, certificates.terms("edge", "gateway"), from).await?;
        let (address, post) = (end.address(), end.posted());
        let stop = CancellationToken::new();
        let running = tokio::spawn(end.run(stop.clone()));
        let server = inside(certificates, &[address], None).await?;
        link_is(&server.desk(), true).await?;
        Ok(Self { post, server, stop, running })
    }

    /// The answer to these bytes after a frame's length.
    async fn sends(&self, length: usize, bytes: &[u8]) -> anyhow::Result<Value> {
        let mut stream = self.post.open().await.expect("the gateway is linked");
        stream.write_u32(u32::try_from(length)?).await?;
        stream.write_all(bytes).await?;
        stream.flush().await?;
        let answered = async {
            let length = stream.read_u32().await?;
            let mut answer = vec![0; length as usize];
            stream.read_exact(&mut answer).await?;
            anyhow::Ok(serde_json::from_slice(&answer)?)
        };
        timeout(PATIENCE, answered).await?
    }

    async fn asks(&self, ask: Value) -> anyhow::Result<Value> {
        let frame = json!({ "version": api::door::VERSION, "ask": ask }).to_string();
        self.sends(frame.len(), frame.as_bytes()).await
    }
}

#[tokio::test]
async fn a_supervisors_command_through_the_link_gets_nothing() -> anyhow::Result<()> {
    let certificates = Certificates::make().await?;
    let mut fallen = Fallen::stand(&certificates).await?;
    let opened = fallen.asks(json!({ "visit": { "site": "demo", "identity": null, "token": null, "address": "192.0.2.1" } })).await?;
    let token = opened["Ok"]["token"].as_str().expect("a visit has a token").to_owned();
    let pass = json!({ "token": token, "address": "192.0.2.1" });
    let me = json!({ "me": { "pass": pass, "at_least": [] } });
    let before = fallen.asks(me.clone()).await?["Ok"]["tokens"].clone();
    assert!(before.is_array(), "{before}");

    let kim = Staff::session(&fallen.server, "kim").await?;
    let supervisor = json!({ "token": kim.token, "address": "192.0.2.1" });
    let submit = |pass: &Value, act: Value| json!({ "submit": { "pass": pass, "command": { "command_id": command(), "act": act } } });
    let cancel = json!({ "cancel_contact": { "contact": uuid::Uuid::nil() } });
    let mut as_staff = submit(&pass, cancel.clone());
    as_staff["submit"]["command"]["actor"] = json!({ "Staff": kim.id });
    for beyond in [
        submit(&pass, json!({ "set_presence": { "agent": kim.id, "presence": "BREAK" } })),
        submit(&pass, json!({ "sign_out_agent": { "agent": kim.id } })),
        json!({ "desk": { "query": "mutation { signIn { __typename } }" } }),
        json!({ "board": { "pass": supervisor } }),
        as_staff,
    ] {
        let answer = fallen.asks(beyond.clone()).await?;
        assert_eq!(answer["Err"]["code"], "FORBIDDEN", "{beyond} got {answer}");
    }
    // The door's own questions, under a supervisor's session or nobody's.
    let forged = json!({ "token": "e30.e30.e30", "address": "192.0.2.1" });
    for pass in [&supervisor, &forged] {
        for ask in [
            submit(pass, cancel.clone()),
            json!({ "me": { "pass": pass, "at_least": [] } }),
            json!({ "follow_me": { "pass": pass, "at_least": [] } }),
            json!({ "topics": pass }),
        ] {
            let answer = fallen.asks(ask.clone()).await?;
            assert_eq!(answer["Err"]["code"], "UNAUTHENTICATED", "{ask} got {answer}");
        }
    }
    let garbage = b"GET /graphql HTTP/1.1\r\n\r\n";
    let garbage = fallen.sends(garbage.len(), garbage).await?;
    assert_eq!(garbage["Err"]["code"], "FORBIDDEN", "{garbage}");
    let long = fallen.sends(8 * 1024 * 1024, b"{").await?;
    assert_eq!(long["Err"]["code"], "FORBIDDEN", "{long}");

    let after = fallen.asks(me).await?["Ok"]["tokens"].clone();
    assert_eq!(after, before, "nothing was decided");
    fallen.server.tolerate("link lost");
    fallen.stop.cancel();
    fallen.running.await?;
    fallen.server.stop().await?;
    Ok(())
}
