//! The demo company's own web site: its pages, who is signed in there, and the identity that it vouches for.

use axum::{
    Json, Router,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, SET_COOKIE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use crate::assets::Places;

use super::{
    company::CUSTOMERS,
    identity::{Company, ISSUER},
};

const COOKIE_NAME: &str = "brightwater_customer";

#[derive(Clone)]
struct Site {
    company: Company,
    config: String,
}

/// `places` says where the pages find the widget, and who may frame them; `site` is what the script tag names.
pub(crate) fn router(company: Company, places: &Places, site: &str) -> Router {
    let customers: Vec<_> = CUSTOMERS
        .iter()
        .map(|one| json!({ "id": one.external_id, "name": one.name, "contract": one.contract }))
        .collect();
    let config =
        json!({ "edge": places.edge, "site": site, "issuer": ISSUER, "customers": customers });
    let state = Site { company, config: format!("window.brightwater = {config};\n") };
    let pages = crate::assets::demo(places);
    Router::new()
        .route("/config.js", get(config_script))
        // The page that asks has the same address.
        .route("/sign-in", post(sign_in).fallback_service(pages.clone()))
        .route("/sign-out", post(sign_out))
        .route("/identity", get(identity))
        .with_state(state)
        .fallback_service(pages)
}

async fn config_script(State(site): State<Site>) -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, site.config).into_response()
}

#[derive(Deserialize)]
struct SignIn {
    customer: String,
}

/// The demo asks for no password: choosing a customer is signing in.
async fn sign_in(State(site): State<Site>, Json(wanted): Json<SignIn>) -> Response {
    let Some(customer) = CUSTOMERS.iter().find(|one| one.external_id == wanted.customer) else {
        let known: Vec<_> = CUSTOMERS.iter().map(|one| one.external_id).collect();
        let message = format!("there is no such demo customer; choose one of {}", known.join(", "));
        return (StatusCode::NOT_FOUND, Json(json!({ "message": message }))).into_response();
    };
    let cookie = cookie(&site.company.sign_in(customer.external_id), "Max-Age=43200");
    let body = json!({ "customer": customer.external_id, "name": customer.name });
    ([(SET_COOKIE, cookie)], Json(body)).into_response()
}

async fn sign_out() -> Response {
    ([(SET_COOKIE, cookie("", "Max-Age=0"))], StatusCode::NO_CONTENT).into_response()
}

/// `{"token": null}` for somebody who is not signed in.
async fn identity(State(site): State<Site>, headers: HeaderMap) -> Response {
    let customer = signed_in(&site.company, &headers);
    let known = customer.and_then(|id| CUSTOMERS.iter().find(|one| one.external_id == id));
    let body = match known {
        Some(one) => json!({
            "token": site.company.identity(one.external_id),
            "customer": one.external_id,
            "name": one.name,
        }),
        None => json!({ "token": null, "customer": null, "name": null }),
    };
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn signed_in(company: &Company, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .and_then(|(_, value)| company.signed_in(value))
}

fn cookie(value: &str, life: &str) -> String {
    format!("{COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax; {life}")
}
