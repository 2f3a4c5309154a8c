//! The built front ends, embedded: content types, cache headers, entity tags, and one content policy a page.

mod policy;

use axum::{
    Json, Router,
    body::Body,
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            ETAG, IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::{any, get},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde_json::json;

#[derive(RustEmbed)]
#[folder = "../web/dist/edge"]
struct Edge;

#[derive(RustEmbed)]
#[folder = "../web/dist/desk"]
struct Desk;

#[derive(RustEmbed)]
#[folder = "../web/dist/mirror"]
struct Mirror;

#[derive(RustEmbed)]
#[folder = "../web/dist/demo"]
struct Demo;

/// Where browsers see the listeners, and whose pages are shown there.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) edge: String,
    pub(crate) desk: String,
    pub(crate) mirror: String,
    /// Origins of the company's pages.
    pub(crate) company: Vec<String>,
    /// Origins whose pages are opened together all the same.
    pub(crate) together: Vec<String>,
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Lockstep</title>\
    <h1>The front ends are not built</h1><p>This server was built without them. Run <code>cargo xtask up</code>, \
    which builds the front ends first.</p>";

/// The widget and what it loads.
pub(crate) fn edge() -> Router {
    Router::new().fallback(any(|request: Request| async move {
        let mut response = serve::<Edge>(&request, |_| policy::EDGE.to_owned(), &|page| page);
        // The widget runs on the company's pages.
        open_to_others(&mut response);
        response
    }))
}

/// Desk, board and `GraphiQL`.
pub(crate) fn desk(places: &Places) -> Router {
    let config = json!({
        "mirror": places.mirror,
        "origins": places.company.iter().chain(&places.together).collect::<Vec<_>>(),
    });
    let (pages, graphiql) = (policy::desk(places), policy::GRAPHIQL.to_owned());
    let policy = move |path: &str| {
        if path.starts_with("graphiql") { graphiql.clone() } else { pages.clone() }
    };
    Router::new()
        .route(
            "/display-config",
            get(move || async move { ([(CACHE_CONTROL, "no-store")], Json(config)) }),
        )
        .fallback(any(move |request: Request| async move {
            serve::<Desk>(&request, policy, &|page| page)
        }))
}

/// The page in which staff see the customer's, and the one in which each shared widget runs.
pub(crate) fn mirror(places: &Places) -> Router {
    let (page, widget) = (policy::mirror(places), policy::shared_widget(places));
    let policy = move |path: &str| {
        if path.starts_with("widget") { widget.clone() } else { page.clone() }
    };
    Router::new().fallback(any(move |request: Request| async move {
        let mut response = serve::<Mirror>(&request, policy, &|page| page);
        put(response.headers_mut(), REFERRER_POLICY, "no-referrer");
        // The widget's page has no origin: even its own scripts come from another one.
        open_to_others(&mut response);
        response
    }))
}

/// The demo company's pages; each `{{edge}}` in a page becomes the edge's address.
pub(crate) fn demo(places: &Places) -> Router {
    let (policy, edge_url) = (policy::demo(places), places.edge.clone());
    Router::new().fallback(any(move |request: Request| async move {
        let fill = |page: String| page.replace("{{edge}}", &edge_url);
        let mut response = serve::<Demo>(&request, |_| policy, &fill);
        // Staff see the company's pages in the mirror, with their pictures and styles.
        if !response.headers().contains_key(CONTENT_SECURITY_POLICY) {
            open_to_others(&mut response);
        }
        response
    }))
}

/// Pages of other origins load it.
fn open_to_others(response: &mut Response) {
    let headers = response.headers_mut();
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
}

fn serve<E: RustEmbed>(
    request: &Request,
    policy: impl FnOnce(&str) -> String,
    fill: &dyn Fn(String) -> String,
) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "GET, HEAD")]).into_response();
    }
    let path = request.uri().path().trim_matches('/');
    let Some((name, asset)) = find::<E>(path) else {
        return if E::iter().next().is_none() && !path.contains('.') {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, html)], NOT_BUILT).into_response()
        } else {
            (StatusCode::NOT_FOUND, "there is nothing at this address\n").into_response()
        };
    };
    let is_page =
        std::path::Path::new(&name).extension().is_some_and(|extension| extension == "html");
    let mut headers = HeaderMap::new();
    let tag = format!("\"{}\"", hex::encode(&asset.metadata.sha256_hash()[..16]));
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let kind = match kind.type_() {
        mime_guess::mime::TEXT => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    put(&mut headers, CONTENT_TYPE, &kind);
    put(&mut headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut headers, CACHE_CONTROL, if is_hashed(&name) { FOR_EVER } else { ASK_EACH_TIME });
    put(&mut headers, ETAG, &tag);
    if is_page {
        put(&mut headers, CONTENT_SECURITY_POLICY, &policy(&name));
        put(&mut headers, REFERRER_POLICY, "same-origin");
    }
    if request.headers().get(IF_NONE_MATCH).is_some_and(|has| has.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let body = if is_page {
        Body::from(fill(String::from_utf8_lossy(&asset.data).into_owned()))
    } else {
        Body::from(asset.data)
    };
    (headers, body).into_response()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    headers.insert(name, HeaderValue::from_str(value).expect("made of printable characters"));
}

/// `/board` is `board.html` or `board/index.html`.
fn find<E: RustEmbed>(path: &str) -> Option<(String, EmbeddedFile)> {
    let index =
        if path.is_empty() { "index.html".to_owned() } else { format!("{path}/index.html") };
    [path.to_owned(), format!("{path}.html"), index]
        .into_iter()
        .find_map(|name| E::get(&name).map(|file| (name, file)))
}

/// The builder puts a hash of the content into these names: `assets/desk-B3xQ9z1k.js`.
fn is_hashed(name: &str) -> bool {
    name.starts_with("assets/") || name.contains("/assets/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(RustEmbed)]
    #[folder = "tests/pages"]
    struct Pages;

    fn get(path: &str, tag: Option<&str>) -> Response {
        let mut request = axum::http::Request::get(path);
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).unwrap();
        serve::<Pages>(&request, |_| "default-src 'none'".to_owned(), &|page| page)
    }

    #[test]
    fn a_page_has_a_content_policy_and_is_asked_for_each_time() {
        let page = get("/board", None);
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(page.headers()[CONTENT_SECURITY_POLICY], "default-src 'none'");
        assert_eq!(page.headers()[CACHE_CONTROL], ASK_EACH_TIME);
    }

    #[test]
    fn a_hashed_asset_is_kept_for_ever_and_an_unchanged_one_is_not_sent_again() {
        let script = get("/assets/board-12345678.js", None);
        assert_eq!(script.headers()[CACHE_CONTROL], FOR_EVER);
        let tag = script.headers()[ETAG].to_str().unwrap().to_owned();
        let again = get("/assets/board-12345678.js", Some(&tag));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for path in ["/../Cargo.toml", "/none", "/assets"] {
            assert_eq!(get(path, None).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
