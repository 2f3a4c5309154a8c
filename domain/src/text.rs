//! What may stand in a text that people see: no control characters, something visible, and a direction of its own.

/// How a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In one line, beside other words: a name, a title, a label.
    Line,
    /// By itself, in several lines: a message, a note.
    Block,
}

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    TooLong {
        chars: usize,
    },
    /// Such as NUL, or a line break in a name.
    Control,
    /// Nothing of it can be seen.
    Invisible,
    /// A character that turns the direction of the words beside it.
    Direction,
}

/// The text without white space around it, if it can be shown in this shape and has at most `max` characters.
pub fn parse(text: &str, shape: Shape, max: usize) -> Result<&str, Fault> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars == 0 {
        return Err(Fault::Empty);
    }
    if chars > max {
        return Err(Fault::TooLong { chars });
    }
    if text.chars().any(|c| is_control(c, shape)) {
        return Err(Fault::Control);
    }
    if text.chars().all(is_invisible) {
        return Err(Fault::Invisible);
    }
    if shape == Shape::Line && text.chars().any(turns_direction) {
        return Err(Fault::Direction);
    }
    Ok(text)
}

/// What others wrote, such as the title of a page: without what could not stand in a line.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !is_control(*c, Shape::Line) && !turns_direction(*c)).collect()
}

fn is_control(c: char, shape: Shape) -> bool {
    let breaks = matches!(c, '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}');
    match shape {
        Shape::Line => breaks || c.is_control(),
        Shape::Block => !breaks && c.is_control(),
    }
}

/// Embeddings, overrides and isolates (UAX #9); marks, which turn nothing, belong to some languages.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// White space, what is ignored by default (`Default_Ignorable_Code_Point` of the Unicode data), and blank letters.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_others_is_shown_without_what_turns_it() {
        assert_eq!(shown("Your\u{202e} bill\u{0}\n2026"), "Your bill2026");
    }

    #[test]
    fn what_cannot_be_shown_is_refused_and_every_language_is_taken() {
        use Shape::{Block, Line};
        for (text, shape, wanted) in [
            ("  Ada Byron ", Line, Ok("Ada Byron")),
            ("Łukasz Ünal", Line, Ok("Łukasz Ünal")),
            ("محمد", Line, Ok("محمد")),
            ("שרה\u{200f}", Line, Ok("שרה\u{200f}")),
            ("क्\u{200d}ष", Line, Ok("क्\u{200d}ष")),
            ("👩\u{200d}👧 \u{2764}\u{fe0f}", Line, Ok("👩\u{200d}👧 \u{2764}\u{fe0f}")),
            ("two\nlines\tand a tab", Block, Ok("two\nlines\tand a tab")),
            ("two\nlines", Line, Err(Fault::Control)),
            ("two\u{2028}lines", Line, Err(Fault::Control)),
            ("a\u{0}b", Line, Err(Fault::Control)),
            ("a\u{0}b", Block, Err(Fault::Control)),
            ("a\u{1b}[31mb", Block, Err(Fault::Control)),
            ("a\u{85}b", Block, Err(Fault::Control)),
            ("", Line, Err(Fault::Empty)),
            (" \u{a0}\u{3000} ", Block, Err(Fault::Empty)),
            ("\u{200b}\u{200d}", Line, Err(Fault::Invisible)),
            ("\u{feff}", Block, Err(Fault::Invisible)),
            ("\u{3164} \u{2800}", Line, Err(Fault::Invisible)),
            ("\u{e0041}\u{ad}", Block, Err(Fault::Invisible)),
            ("\u{202e}nimda", Line, Err(Fault::Direction)),
            ("Sam\u{2066}x\u{2069}", Line, Err(Fault::Direction)),
            ("\u{202e}nimda", Block, Ok("\u{202e}nimda")),
            ("abcdefghijklmnopqrstu", Line, Err(Fault::TooLong { chars: 21 })),
        ] {
            assert_eq!(parse(text, shape, 20), wanted, "{text:?}");
        }
    }
}
