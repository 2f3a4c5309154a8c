//! What is taken and what is refused.

#![allow(clippy::needless_pass_by_value, reason = "JSON reads best where it is used")]

use serde_json::json;

use super::*;

fn element(id: i64, tag: &str, attributes: Value, children: Value) -> Value {
    json!({ "type": 2, "id": id, "tagName": tag, "attributes": attributes, "childNodes": children })
}

fn text(id: i64, text: &str) -> Value {
    json!({ "type": 3, "id": id, "textContent": text })
}

/// A page with this in its body.
fn page(body: Value) -> Value {
    let document = json!({ "type": 0, "id": 1, "childNodes": [
        { "type": 1, "id": 2, "name": "html", "publicId": "", "systemId": "" },
        element(3, "html", json!({ "lang": "en" }), json!([element(4, "body", json!({}), json!([body]))])),
    ] });
    json!([
        { "type": 4, "timestamp": 1, "data": { "href": "https://www.example.com/tariffs", "width": 800, "height": 600 } },
        { "type": 2, "timestamp": 1, "data": { "node": document, "initialOffset": { "left": 0, "top": 0 } } },
    ])
}

fn change(data: Value) -> Value {
    json!([{ "type": 3, "timestamp": 2, "data": data }])
}

fn mutation(attributes: Value, adds: Value) -> Value {
    change(
        json!({ "source": 0, "adds": adds, "removes": [], "texts": [], "attributes": attributes }),
    )
}

fn checked(events: &Value, full: bool, fields: &mut Fields) -> Result<(), CheckError> {
    check(events.to_string().as_bytes(), full, fields)
}

fn of_page(body: Value) -> Result<(), CheckError> {
    checked(&page(body), true, &mut Fields::default())
}

/// The fields 10 (marked) and 11 (not marked), both seen.
fn seen() -> Fields {
    let mut fields = Fields::default();
    let marked =
        element(10, "input", json!({ "type": "text", "data-lockstep-share": "" }), json!([]));
    let not = element(11, "input", json!({ "type": "text", "value": "•••" }), json!([]));
    let form = element(9, "form", json!({}), json!([marked, not]));
    checked(&page(form), true, &mut fields).unwrap();
    fields
}

#[test]
fn what_a_masked_page_shows_is_taken() {
    for body in [
        element(9, "p", json!({ "class": "lead" }), json!([text(10, "Fibre for everybody")])),
        element(9, "a", json!({ "href": "https://www.example.com/account" }), json!([])),
        element(9, "a", json!({ "href": "" }), json!([])),
        element(
            9,
            "img",
            json!({ "src": "data:image/png;base64,AAAA?", "alt": "••••" }),
            json!([]),
        ),
        element(
            9,
            "svg",
            json!({}),
            json!([element(10, "use", json!({ "xlink:href": "#icon" }), json!([]))]),
        ),
        element(
            9,
            "input",
            json!({ "type": "text", "value": "••••", "checked": false }),
            json!([]),
        ),
        element(
            9,
            "input",
            json!({ "type": "text", "value": "Ada", "data-lockstep-share": "" }),
            json!([]),
        ),
        element(9, "input", json!({ "type": "submit", "value": "Order now" }), json!([])),
        element(9, "textarea", json!({}), json!([text(10, "••••")])),
        element(
            9,
            "lockstep-box",
            json!({ "style": "width:10px", "data-lockstep-box": "iframe" }),
            json!([]),
        ),
        element(
            9,
            "style",
            json!({}),
            json!([text(10, "@import url(\"https://www.example.com/a.css\");")]),
        ),
        element(
            9,
            "div",
            json!({ "style": "background:url('https://www.example.com/a.png')" }),
            json!([]),
        ),
        element(
            9,
            "p",
            json!({ "role": "Tab", "lang": "en-GB", "data-state": "open ls4z", "type": "ls9", "data-lockstep-matches": "ls1 ls2" }),
            json!([]),
        ),
        element(
            9,
            "style",
            json!({ "_cssText": "a{content:\"••• →\" url(\"https://www.example.com/a.png\")}b{content:'\\e900 '}" }),
            json!([]),
        ),
        element(9, "link", json!({ "_cssText": "a{content:\"new\"}" }), json!([])),
    ] {
        assert_eq!(of_page(body.clone()), Ok(()), "{body}");
    }
    let select = |attributes: Value| {
        let option = element(10, "option", json!({ "value": "5", "selected": true }), json!([]));
        element(9, "select", attributes, json!([option]))
    };
    assert_eq!(of_page(select(json!({ "data-lockstep-share": "" }))), Ok(()));
    assert_eq!(of_page(select(json!({}))), Err(CheckError::Value));
}

#[test]
fn what_a_page_must_not_show_is_refused() {
    for body in [
        element(9, "script", json!({}), json!([text(10, "SCRIPT_PLACEHOLDER")])),
        element(9, "IFRAME", json!({}), json!([])),
        element(9, "meta", json!({ "name": "token", "content": "x" }), json!([])),
        json!({ "type": 5, "id": 9, "textContent": "a comment" }),
        element(9, "img", json!({ "onerror": "alert(1)" }), json!([])),
        element(9, "img", json!({ "ONLOAD": "" }), json!([])),
        element(9, "img", json!({ "srcset": "https://www.example.com/a.png 2x" }), json!([])),
        element(9, "a", json!({ "href": "https://www.example.com/?token=1" }), json!([])),
        element(9, "a", json!({ "href": " JavaScript:alert(1)" }), json!([])),
        element(9, "a", json!({ "href": "data:text/html,x" }), json!([])),
        element(9, "form", json!({ "action": "//evil.example/" }), json!([])),
        element(9, "div", json!({ "style": "background:url(https://evil.example/?x)" }), json!([])),
        element(9, "div", json!({ "style": "background:URL( 'javascript:x' )" }), json!([])),
        element(9, "style", json!({}), json!([text(10, "@import 'https://evil.example/?x'")])),
        element(9, "a", json!({ "href": "https://www.example.com/a;jsessionid=1" }), json!([])),
        element(9, "a", json!({ "href": "https://www.example.com/a%3bjsessionid=1" }), json!([])),
        element(9, "p", json!({ "role": "ada-byron" }), json!([])),
        element(9, "p", json!({ "lang": "ada byron" }), json!([])),
        element(9, "p", json!({ "data-state": "4711" }), json!([])),
        element(9, "p", json!({ "data-user": "ada" }), json!([])),
        element(9, "p", json!({ "style": "list-style-type:\"ada\";" }), json!([])),
        element(9, "p", json!({ "style": { "content": "\"x\"", "--x": 1 } }), json!([])),
        element(9, "style", json!({}), json!([text(10, "a{quotes:'«' 'ada'}")])),
        element(9, "style", json!({ "_cssText": "a{content:'\\61 da'}" }), json!([])),
        element(9, "link", json!({ "_cssText": "a{background:url(\"x?y\")}" }), json!([])),
        element(9, "input", json!({ "type": "text", "value": "Ada" }), json!([])),
        element(9, "input", json!({ "type": "checkbox", "checked": true }), json!([])),
        element(9, "textarea", json!({}), json!([text(10, "what I wrote")])),
        json!({ "type": 9, "id": 9 }),
    ] {
        assert!(of_page(body.clone()).is_err(), "{body}");
    }
    let mut other_page = page(text(9, ""));
    other_page[0]["data"]["href"] = json!("https://www.example.com/?session=1");
    assert!(checked(&other_page, true, &mut Fields::default()).is_err());
}

#[test]
fn words_that_the_company_has_marked_are_taken() {
    let mut marked = page(element(9, "p", json!({ "data-state": "ada" }), json!([])));
    let of = |page: &Value| checked(page, true, &mut Fields::default());
    assert_eq!(of(&marked), Err(CheckError::Words("data-state".to_owned())));
    marked[0]["data"]["words"] = json!(["ada"]);
    assert_eq!(of(&marked), Ok(()));
}

#[test]
fn a_value_is_taken_only_of_a_field_that_was_seen_to_be_marked() {
    let typed = |id: i64, text: &str| {
        change(json!({ "source": 5, "id": id, "text": text, "isChecked": false }))
    };
    let chosen = |id: i64| change(json!({ "source": 5, "id": id, "text": "", "isChecked": true }));
    let of = |events: Value| checked(&events, false, &mut seen());
    assert_eq!(of(typed(10, "Ada")), Ok(()));
    assert_eq!(of(chosen(10)), Ok(()));
    assert_eq!(of(typed(11, "•••")), Ok(()));
    assert_eq!(of(typed(11, "Ada")), Err(CheckError::Value));
    assert_eq!(of(chosen(11)), Err(CheckError::Value));
    assert_eq!(of(typed(99, "Ada")), Err(CheckError::Value));
    let begun_elsewhere = checked(&typed(10, "Ada"), false, &mut Fields::default());
    assert_eq!(begun_elsewhere, Err(CheckError::NotBegun));

    let value =
        |id: i64| mutation(json!([{ "id": id, "attributes": { "value": "Ada" } }]), json!([]));
    assert_eq!(of(value(10)), Ok(()));
    assert_eq!(of(value(11)), Err(CheckError::Value));
    assert_eq!(of(value(99)), Ok(()), "a page's bar or list item");
    let option = element(12, "option", json!({ "selected": true }), json!([]));
    let added = |parent: i64| {
        mutation(json!([]), json!([{ "parentId": parent, "nextId": null, "node": option }]))
    };
    assert_eq!(of(added(10)), Ok(()));
    assert_eq!(of(added(11)), Err(CheckError::Value));
}

#[test]
fn only_known_events_are_taken() {
    for harmless in [
        json!({ "source": 1, "positions": [] }),
        json!({ "source": 3, "id": 4, "x": 0, "y": 10 }),
        json!({ "source": 8, "id": 4, "adds": [{ "rule": "a{color:red}" }] }),
    ] {
        assert_eq!(checked(&change(harmless.clone()), false, &mut seen()), Ok(()), "{harmless}");
    }
    for not in [
        change(json!({ "source": 9, "id": 4, "commands": [] })),
        change(
            json!({ "source": 8, "id": 4, "adds": [{ "rule": "a{background:url(//evil.example)}" }] }),
        ),
        change(json!({})),
        json!([{ "type": 5, "timestamp": 1, "data": { "tag": "x", "payload": {} } }]),
        json!([{ "type": 6, "timestamp": 1, "data": {} }]),
        json!([{ "type": "3", "timestamp": 1, "data": { "source": 1 } }]),
        json!([1]),
        json!({ "type": 3 }),
        mutation(json!([{ "id": 4, "attributes": { "onclick": "x" } }]), json!([])),
        mutation(
            json!([]),
            json!([{ "parentId": 4, "node": element(9, "script", json!({}), json!([])) }]),
        ),
    ] {
        assert!(checked(&not, false, &mut seen()).is_err(), "{not}");
    }
    assert_eq!(check(b"[1,", false, &mut seen()), Err(CheckError::NotEvents));
    assert_eq!(
        checked(&change(json!({ "source": 1 })), true, &mut seen()),
        Err(CheckError::NotFull)
    );
}

#[test]
fn deep_pages_are_taken_up_to_the_limit() {
    // One element is two levels of JSON; event, data, document and page have the rest.
    let nested = |levels: i64| {
        (0..levels)
            .fold(text(9, ""), |inner, id| element(id + 100, "div", json!({}), json!([inner])))
    };
    assert_eq!(of_page(nested(90)), Ok(()));
    assert_eq!(of_page(nested(100)), Err(CheckError::TooDeep));
    let texts = format!("[\"{}\"]", "[{".repeat(DEPTH_MAX));
    assert_eq!(depth(texts.as_bytes()), 1);
    assert_eq!(depth(br#"["\"[", {"a":[1]}]"#), 3);
    let bomb = "[".repeat(4_000_000);
    assert_eq!(check(bomb.as_bytes(), false, &mut Fields::default()), Err(CheckError::TooDeep));
}
