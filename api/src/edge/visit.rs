//! `POST /visit`: opens a visit, or renews one.

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{Caller, Edge};
use crate::{
    door::{Visit, VisitAsk},
    limits::{Refusal, Strict},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    site: Option<String>,
    identity: Option<String>,
    token: Option<String>,
}

pub(super) async fn visit(
    State(edge): State<Edge>,
    Caller(address): Caller,
    Strict(body): Strict<Body>,
) -> Result<Json<Visit>, Refusal> {
    let Body { site, identity, token } = body;
    let site = site.unwrap_or_else(|| edge.site.to_string());
    Ok(Json(edge.door.visit(VisitAsk { site, identity, token, address }).await?))
}
