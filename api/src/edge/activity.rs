//! `POST /activity`: the pages that a visit showed, in batches.

use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};

use super::{Caller, Edge, pass};
use crate::{
    door::View,
    limits::{Refusal, Strict, VIEWS_MAX},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    views: Vec<View>,
}

#[derive(Serialize)]
pub(super) struct Accepted {
    accepted: usize,
}

pub(super) async fn activity(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
    Strict(body): Strict<Body>,
) -> Result<Json<Accepted>, Refusal> {
    let pass = pass(&headers, address)?;
    if body.views.len() > VIEWS_MAX {
        let sent = body.views.len();
        return Err(Refusal::bad(format!(
            "{sent} views in one request; send at most {VIEWS_MAX} at once"
        )));
    }
    let accepted = edge.door.activity(&pass, body.views).await?;
    Ok(Json(Accepted { accepted }))
}
