//! Stories use the product as people do: what no hand can do stands in none of them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::metadata::root;

/// What puts something on a page without a key, a press or a touch.
const NO_HAND: &[&str] = &[
    ".fill(",
    ".clear(",
    ".check(",
    ".uncheck(",
    "setChecked(",
    "selectOption(",
    "setInputFiles(",
    "insertText(",
    "dispatchEvent(",
    "force: true",
];
/// What does so only where it runs inside the page.
const NO_HAND_INSIDE: &[&str] = &[
    ".click(",
    ".focus(",
    ".submit(",
    ".requestSubmit(",
    ".value =",
    ".checked =",
    ".selected =",
    ".selectedIndex =",
    ".scrollIntoView(",
];
/// What is given to one of these runs inside the page.
const INSIDE: &[&str] = &[
    "evaluate(",
    "evaluateAll(",
    "evaluateHandle(",
    "waitForFunction(",
    "addInitScript(",
    "$eval(",
    "$$eval(",
];
/// Code that runs inside the page however it gets there.
const OF_A_PAGE: &[&str] =
    &["document.querySelector", "document.getElementById", "document.activeElement"];

/// By file and word, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("supervisor.mjs", ".clear(", "empties a map of its own"),
    ("story.mjs", "force: true", "removes a folder"),
    ("display/ground.mjs", "force: true", "removes a folder"),
    ("bench/main.mjs", "force: true", "removes a folder"),
    ("display/shown.mjs", ".clear(", "the page's own element takes its states back"),
    ("display/painted.mjs", ".value =", "notes what a field shows"),
    ("display/painted.mjs", ".checked =", "notes what a field shows"),
    (
        "display/private-page.mjs",
        "setInputFiles(",
        "the window that chooses files is the browser's",
    ),
    ("display/private-page.mjs", "dispatchEvent(", "the page's own program writes in a field"),
    ("display/private-page.mjs", ".value =", "the page's own program writes in a field"),
    ("display/hostile/contained.mjs", ".click(", "the hostile page's own program tries to leave"),
    ("display/hostile/contained.mjs", ".submit(", "the hostile page's own program tries to leave"),
];

#[test]
fn stories_do_what_people_can_do() {
    let sources = sources();
    let all: String = sources.iter().map(|(_, text)| text.as_str()).collect();
    let mut used = BTreeSet::new();
    let mut found = Vec::new();
    for (file, text) in &sources {
        for (line, word) in without_a_hand(text, &all) {
            let known = |(at, its, _): &&(&str, &str, &str)| *at == file.as_str() && *its == word;
            match EXCEPTIONS.iter().find(known) {
                Some(exception) => drop(used.insert(exception)),
                None => found.push(format!("{file}:{line} has `{word}`")),
            }
        }
    }
    assert!(found.is_empty(), "no person does this; type, press or tap: {found:#?}");
    let unused: Vec<_> = EXCEPTIONS.iter().filter(|one| !used.contains(one)).collect();
    assert!(unused.is_empty(), "exceptions that nothing needs: {unused:#?}");
}

#[test]
fn what_no_person_does_is_noticed() {
    let inside = "function late() { field.value = 1; }\nawait page.evaluate(late);";
    for (text, word) in [
        ("await field.fill('x');", ".fill("),
        ("await page.evaluate((at) => at.click());", ".click("),
        ("await field.evaluate(\n  (one) => (one.value = ')'),\n);", ".value ="),
        (inside, ".value ="),
        ("() => document.querySelector('a').click()", ".click("),
        ("await link.click({ force: true });", "force: true"),
    ] {
        let found = without_a_hand(text, text);
        assert!(found.iter().any(|(_, its)| *its == word), "{text} has {found:?}");
    }
    for text in ["await link.click();", "page.evaluate(() => a.value === b);", "item.value = 1;"] {
        assert_eq!(without_a_hand(text, text), [], "{text}");
    }
}

/// What a text has that no hand can do, with the number of its line. Functions that are handed over
/// by name are looked up in `all`, and told where they stand.
fn without_a_hand(text: &str, all: &str) -> Vec<(usize, &'static str)> {
    let mut found = BTreeSet::new();
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    for word in NO_HAND {
        found.extend(text.match_indices(word).map(|(at, _)| (line_of(at), *word)));
    }
    let handed_over = handed_over(all);
    let named = handed_over.iter().filter_map(|name| {
        let at = text.find(&format!("function {name}("))?;
        let begin = at + text[at..].find(") {")? + 2;
        Some((begin, within(&text[begin..], '{', '}')))
    });
    let lines = text.lines().filter(|line| OF_A_PAGE.iter().any(|of| line.contains(of)));
    let lines = lines.map(|line| (line.as_ptr().addr() - text.as_ptr().addr(), line));
    let parts: Vec<_> = insides(text).chain(named).chain(lines).collect();
    for word in NO_HAND_INSIDE {
        for (begin, part) in &parts {
            for (at, _) in part.match_indices(word) {
                // `==` compares.
                let compares = word.ends_with('=') && part[at + word.len()..].starts_with('=');
                if !compares {
                    found.insert((line_of(begin + at), *word));
                }
            }
        }
    }
    found.into_iter().collect()
}

/// What stands between the brackets of a call that hands something to the page.
fn insides(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let calls = INSIDE.iter().flat_map(|call| text.match_indices(call));
    calls.map(|(at, call)| {
        let begin = at + call.len() - 1;
        (begin, within(&text[begin..], '(', ')'))
    })
}

/// The names of functions that are handed to a page.
fn handed_over(all: &str) -> BTreeSet<&str> {
    let ends = |c: char| !c.is_alphanumeric();
    let names = insides(all).map(|(_, part)| part[1..].split(ends).next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).collect()
}

/// From an opening bracket to the one that closes it; brackets in quotes do not count.
fn within(text: &str, open: char, close: char) -> &str {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(begun) if c == begun || (c == '\n' && begun != '`') => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == open => depth += 1,
            None if c == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// Every program and page of the stories, by its path below `tests/browser`.
fn sources() -> Vec<(String, String)> {
    let folder = root().join("tests/browser");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    assert!(files.len() > 20, "the stories are found");
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|ext| ["mjs", "js", "html"].iter().any(|one| ext == *one))
        {
            files.push(path);
        }
    }
}
