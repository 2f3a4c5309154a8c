//! GraphQL of the staff: `POST /graphql`, and the same as a socket.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use async_graphql::{Request, Response as Answer};
use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use serde_json::Value;

use domain::staff::Role;

use super::{
    DeskState,
    live::Session,
    session::{self, SignedIn, Who, unauthenticated},
};
use crate::{
    document::Document,
    edge::same_origin,
    limits::{Peer, Refusal, Strict},
    socket::{self, Close, Operations, Output},
};

impl DeskState {
    /// The request with whom it is from; `Err`: fields that are not open to them.
    pub(super) fn authorised(&self, who: &Who, document: Document) -> Result<Request, Box<Answer>> {
        let operation = document.request().operation_name.as_deref();
        let refused = self.table.check(document.parsed(), operation, who.roles);
        if refused.is_empty() {
            Ok(document.into_request().data(who.clone()).data(Arc::clone(&self.inside)))
        } else {
            Err(Box::new(Answer::from_errors(refused)))
        }
    }
}

pub(super) async fn post(
    State(desk): State<Arc<DeskState>>,
    SignedIn(who): SignedIn,
    Strict(request): Strict<Request>,
) -> Result<Response, Refusal> {
    let asked = Document::read(request);
    let acts = asked.as_ref().map_or(NonZeroU32::MIN, Document::acts);
    desk.staff.check_many(&who.staff, acts).map_err(Refusal::too_many)?;
    desk.devices.seen(&desk.inside, &who).await;
    let answer = match asked.and_then(|document| desk.authorised(&who, document)) {
        Ok(request) => desk.schema.execute(request).await,
        Err(refused) => *refused,
    };
    Ok(axum::Json(answer).into_response())
}

pub(super) async fn socket(
    State(desk): State<Arc<DeskState>>,
    peer: Peer,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| {
        Refusal::new(
            StatusCode::UPGRADE_REQUIRED,
            "BAD_INPUT",
            format!(
                "send POST with JSON, or open a WebSocket with the protocol `{}`",
                socket::PROTOCOL
            ),
        )
    })?;
    // The cookie comes with any page's socket: only our own pages may open one with it.
    if let Some(origin) = headers.get(header::ORIGIN)
        && !same_origin(origin.to_str().unwrap_or_default(), &headers)
    {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            "sockets of the desk are open to its own pages only",
        ));
    }
    let token = session::token_in(&headers);
    let sockets = desk.sockets.clone();
    let address = desk.proxies.address(peer.0, &headers);
    Ok(socket::upgrade(upgrade, sockets, Staff { desk, token, address }))
}

struct Staff {
    desk: Arc<DeskState>,
    token: Option<String>,
    address: IpAddr,
}

impl Operations for Staff {
    type Peer = (String, Who);

    fn init(&self, payload: Option<Value>) -> BoxFuture<'_, Result<Self::Peer, Close>> {
        async move {
            let given =
                payload.as_ref().and_then(|payload| payload.get("token")).and_then(Value::as_str);
            let token =
                given.map(str::to_owned).or_else(|| self.token.clone()).ok_or_else(|| {
                    Close::unauthorized(
                        "Unauthorized: sign in first, or send {\"token\": …} in connection_init",
                    )
                })?;
            match session::who(&self.desk.inside, &self.desk.signer, &token) {
                Ok(who) => {
                    if who.roles.has(Role::Agent) {
                        self.desk.devices.opened(who.staff.into());
                        self.desk.devices.seen(&self.desk.inside, &who).await;
                    }
                    Ok((token, who))
                }
                Err(refusal) => {
                    Err(Close::unauthorized(format!("Unauthorized: {}", refusal.message)))
                }
            }
        }
        .boxed()
    }

    fn run(&self, (token, _): &Self::Peer, document: Document) -> BoxStream<'static, Output> {
        let who = match session::who(&self.desk.inside, &self.desk.signer, token) {
            Ok(who) => who,
            Err(refusal) => return refused(&refusal),
        };
        if let Err(secs) = self.desk.staff.check_many(&who.staff, document.acts()) {
            return socket::too_many(secs);
        }
        if super::hub::is_shared(document.parsed()) {
            return super::hub::follow(Arc::clone(&self.desk), token.clone(), document);
        }
        let desk = Arc::clone(&self.desk);
        match desk.authorised(&who, document) {
            Ok(request) => {
                let session = Session::new(Arc::clone(&desk), token.clone(), self.address);
                desk.schema
                    .execute_stream(request.data(session))
                    .map(|answer| socket::output(&answer))
                    .boxed()
            }
            Err(answer) => socket::one(socket::output(&answer)),
        }
    }

    /// Whoever is not on the staff any more, or lost a role, is told so at once, whatever runs on the socket.
    fn ended(&self, (token, who): &Self::Peer) -> BoxFuture<'static, Close> {
        let (desk, token, held) = (Arc::clone(&self.desk), token.clone(), who.roles);
        let mut directory = desk.inside.ports.directory.changes();
        async move {
            loop {
                match session::who(&desk.inside, &desk.signer, &token) {
                    Ok(who) if who.roles.hold_all(held) => {}
                    Ok(_) => {
                        return Close::new(
                            4403,
                            "Forbidden: your roles have changed; sign in again",
                        );
                    }
                    Err(refusal) => {
                        return Close::unauthorized(format!("Unauthorized: {}", refusal.message));
                    }
                }
                if directory.next().await.is_none() {
                    return std::future::pending().await;
                }
            }
        }
        .boxed()
    }

    fn over(&self, (_, who): Self::Peer) -> BoxFuture<'_, ()> {
        async move {
            if who.roles.has(Role::Agent) {
                self.desk.devices.gone(&self.desk.inside, who.staff.into()).await;
            }
        }
        .boxed()
    }
}

pub(super) fn refused(refusal: &Refusal) -> BoxStream<'static, Output> {
    let refusal = unauthenticated(refusal.message.clone());
    let errors = serde_json::json!([{
        "message": refusal.message,
        "extensions": { "code": refusal.code, "reason": refusal.because.reason },
    }]);
    socket::one(Output::Error(errors.to_string().into()))
}
