//! Whether a crate's licence expression (SPDX) can be met with what we accept.

/// Accepted beside the project's own AGPL-3.0-or-later.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// One of the alternatives needs nothing but accepted licences. Old manifests write `/` for `OR`.
pub(crate) fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    either(&mut words) && words.next().is_none()
}

type Words<'a, 'b> = &'a mut std::iter::Peekable<std::str::SplitWhitespace<'b>>;

fn either(words: Words) -> bool {
    let mut fits = both(words);
    while words.next_if_eq(&"OR").is_some() {
        fits |= both(words);
    }
    fits
}

fn both(words: Words) -> bool {
    let mut fits = one(words);
    while words.next_if_eq(&"AND").is_some() {
        fits &= one(words);
    }
    fits
}

fn one(words: Words) -> bool {
    match words.next() {
        Some("(") => {
            let fits = either(words);
            words.next_if_eq(&")").is_some() && fits
        }
        Some(licence) => {
            // An exception only permits more.
            if words.next_if_eq(&"WITH").is_some() {
                words.next();
            }
            ACCEPTED.contains(&licence)
        }
        None => false,
    }
}

#[test]
fn expressions_are_read_as_written() {
    for (expression, fits) in [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-2.0-only", false),
        ("GPL-2.0-only OR MIT", true),
        ("MIT AND GPL-2.0-only", false),
        ("(MIT OR GPL-2.0-only) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("MIT (", false),
        ("", false),
    ] {
        assert_eq!(accepted(expression), fits, "{expression}");
    }
}
