//! How deep the brackets of a text are, before anybody parses it.

use super::{NESTING_MAX, Refused};

/// Brackets inside strings and comments count for nothing; whatever the parser would read otherwise is refused.
pub(super) fn check(text: &str) -> Result<(), Refused> {
    let mut rest = text;
    let mut open = 0_usize;
    while let Some(at) = rest.find(['"', '#', '(', '[', '{', ')', ']', '}']) {
        let here = &rest[at..];
        let taken = match here.as_bytes().first() {
            Some(b'"') => string(here).ok_or(Refused::Unended)?,
            Some(b'#') => here.find(['\n', '\r']).unwrap_or(here.len()),
            Some(b'(' | b'[' | b'{') => {
                open += 1;
                if open > NESTING_MAX {
                    return Err(Refused::TooDeep);
                }
                1
            }
            // One too many is for the parser to say.
            _ => {
                open = open.saturating_sub(1);
                1
            }
        };
        rest = here.get(taken..).unwrap_or_default();
    }
    Ok(())
}

/// The bytes of the string that begins here, with both of its ends.
fn string(here: &str) -> Option<usize> {
    if let Some(block) = here.strip_prefix("\"\"\"") {
        let mut inside = block;
        loop {
            let at = inside.find("\"\"\"")?;
            let before = &inside[..at];
            inside = &inside[at + 3..];
            // `\"""` is a part of the string.
            if !before.ends_with('\\') {
                return Some(here.len() - inside.len());
            }
        }
    }
    let mut chars = here.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some(at + 1),
            '\n' | '\r' => return None,
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(open: &str, close: &str, levels: usize) -> String {
        format!("{{ it(a: {}1{}) }}", open.repeat(levels), close.repeat(levels))
    }

    #[test]
    fn every_kind_of_bracket_counts_and_they_count_together() {
        for (open, close) in [("[", "]"), ("{a:", "}")] {
            assert_eq!(check(&deep(open, close, NESTING_MAX - 2)), Ok(()));
            assert_eq!(check(&deep(open, close, NESTING_MAX - 1)), Err(Refused::TooDeep));
            assert_eq!(check(&deep(open, close, 1_600)), Err(Refused::TooDeep));
        }
        let types =
            |levels| format!("query($a: {}Int{}) {{ it }}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(check(&types(NESTING_MAX - 1)), Ok(()));
        assert_eq!(check(&types(NESTING_MAX)), Err(Refused::TooDeep));
    }

    #[test]
    fn brackets_in_strings_and_comments_count_for_nothing() {
        let many = "[{(".repeat(100);
        for text in [
            format!("{{ it(a: \"{many}\") }}"),
            format!("{{ it(a: \"\\\"{many}\\\\\") }}"),
            format!("{{ it(a: \"\"\"{many}\n\\\"\"\"{many}\"{many}\"\"\") }}"),
            format!("{{ it # {many} \" \"\"\" \r\n }}"),
            format!("{{ it(a: \"\" b: \"\"\"\"\"\") # {many}\n }}"),
            format!("{{ it }} # {many}"),
            format!("{{ it(a: \"# \") it }} # {many}"),
        ] {
            assert_eq!(check(&text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_hides_nothing_from_the_parser_hides_nothing_here() {
        let many = "[".repeat(100);
        for text in [
            format!("{{ it(a: \"\\\"\" b: {many}"),
            format!("{{ it(a: \"\" b: {many}"),
            format!("{{ it(a: \"\"\"\\\\\"\"\" b: \"\"\" c: {many}"),
            format!("# \"\n{many}"),
            format!("# \"\"\"\r{many}"),
            format!("\"#\" {many}"),
            format!("]]]] )))) {many}"),
        ] {
            assert_eq!(check(&text), Err(Refused::TooDeep), "{text}");
        }
        for text in ["\"", "{ it(a: \"b\n\") }", "{ it(a: \"\"\"b) }", "\"\"\"\"", "\"\\", "\"\\\""]
        {
            assert_eq!(check(text), Err(Refused::Unended), "{text}");
        }
    }
}
