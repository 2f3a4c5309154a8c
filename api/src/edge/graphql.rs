//! GraphQL of the customers: `POST /graphql`, and the same as a socket.

use async_graphql::Request;
use axum::{
    extract::{State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use serde_json::Value;

use super::{Caller, Edge, pass, schema::EdgeSchema};
use crate::{
    document::Document,
    door::{DoorCode, Pass},
    limits::{Refusal, Strict},
    socket::{self, Close, Operations, Output},
};

pub(super) async fn post(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
    Strict(request): Strict<Request>,
) -> Result<Response, Refusal> {
    let pass = pass(&headers, address)?;
    edge.door.check(&pass).await?;
    let answer = match Document::read(request) {
        Ok(document) => {
            edge.admit_more(address, document.acts())?;
            edge.schema.execute(document.into_request().data(pass)).await
        }
        Err(refused) => *refused,
    };
    Ok(axum::Json(answer).into_response())
}

pub(super) async fn socket(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
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
    edge.check_origin(&headers)?;
    let sockets = edge.sockets.clone();
    Ok(socket::upgrade(upgrade, sockets, Customer { edge, address }))
}

pub(crate) fn same_origin(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin.split_once("://").is_some_and(|(_, rest)| Some(rest) == host)
}

struct Customer {
    edge: Edge,
    address: std::net::IpAddr,
}

impl Operations for Customer {
    type Peer = (EdgeSchema, Pass);

    fn init(&self, payload: Option<Value>) -> BoxFuture<'_, Result<Self::Peer, Close>> {
        async move {
            let token = payload
                .as_ref()
                .and_then(|payload| payload.get("token"))
                .and_then(Value::as_str)
                .ok_or_else(|| {
                    Close::unauthorized(
                        "Unauthorized: connection_init needs {\"token\": …} of POST /visit",
                    )
                })?;
            let pass = Pass { token: token.to_owned(), address: self.address };
            match self.edge.door.check(&pass).await {
                Ok(()) => Ok((self.edge.schema.clone(), pass)),
                Err(error) if error.code == DoorCode::Unavailable => {
                    Err(Close { code: 1013, reason: error.message })
                }
                Err(error) => Err(Close::unauthorized(format!("Unauthorized: {}", error.message))),
            }
        }
        .boxed()
    }

    fn run(&self, (schema, pass): &Self::Peer, document: Document) -> BoxStream<'static, Output> {
        if let Err(secs) = self.edge.addresses.check_many(&pass.address.into(), document.acts()) {
            return socket::too_many(secs);
        }
        schema
            .execute_stream(document.into_request().data(pass.clone()))
            .map(|response| socket::output(&response))
            .boxed()
    }
}
