//! Documents of all shapes, and a slow reference that spreads every fragment where it stands.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// A selection as it is written; `Spread(n)` is of a fragment with a higher number than the one that it stands in.
#[derive(Clone, Debug)]
enum Part {
    Field(Value, Vec<Part>),
    Inline(Vec<Part>),
    Spread(usize),
}

#[derive(Clone, Debug)]
enum Value {
    Nothing,
    Text(String),
    Block(String),
    Comment(String),
    List(u8),
    Object(u8),
}

#[derive(Clone, Debug)]
struct Text {
    mutation: bool,
    root: Vec<Part>,
    fragments: Vec<Vec<Part>>,
}

const FRAGMENTS: usize = 12;

fn value() -> impl Strategy<Value = Value> {
    // Brackets, quotes and number signs more often than by chance.
    let dirt = "[\\[\\]{}()#\"\\\\ a-c,é]{0,12}";
    prop_oneof![
        4 => Just(Value::Nothing),
        1 => dirt.prop_map(Value::Text),
        1 => dirt.prop_map(Value::Block),
        1 => dirt.prop_map(Value::Comment),
        1 => (1_u8..40).prop_map(Value::List),
        1 => (1_u8..40).prop_map(Value::Object),
    ]
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let leaf = prop_oneof![
        3 => value().prop_map(|value| Part::Field(value, vec![])),
        2 => (0..FRAGMENTS).prop_map(Part::Spread),
    ];
    let part = leaf.prop_recursive(6, 40, 6, |inner| {
        let many = prop::collection::vec(inner, 1..6);
        prop_oneof![
            (value(), many.clone()).prop_map(|(value, parts)| Part::Field(value, parts)),
            many.prop_map(Part::Inline),
        ]
    });
    prop::collection::vec(part, 1..12)
}

fn texts() -> impl Strategy<Value = Text> {
    (any::<bool>(), parts(), prop::collection::vec(parts(), FRAGMENTS))
        .prop_map(|(mutation, root, fragments)| Text { mutation, root, fragments })
}

impl Text {
    fn written(&self) -> String {
        let mut text = if self.mutation { "mutation " } else { "query " }.to_owned();
        write_parts(&mut text, &self.root, 0);
        for (n, parts) in self.fragments.iter().enumerate() {
            write!(text, "\nfragment F{n} on T ").unwrap();
            write_parts(&mut text, parts, n + 1);
        }
        text
    }

    /// What the limits say, counted the long way. `None`: as it should be.
    fn verdict(&self) -> Result<usize, Refused> {
        let deepest = self.fragments.iter().chain([&self.root]).map(|parts| nested(parts)).max();
        if deepest.unwrap_or(0) > NESTING_MAX {
            return Err(Refused::TooDeep);
        }
        let mut reached = [false; FRAGMENTS];
        let mut left = SELECTIONS_MAX;
        let mut fits = self.spread(&self.root, 0, &mut reached, &mut left);
        for n in 0..FRAGMENTS {
            if !reached[n] {
                reached[n] = true;
                fits = fits && self.spread(&self.fragments[n], n + 1, &mut reached, &mut left);
            }
        }
        if !fits {
            return Err(Refused::TooLarge);
        }
        let acts = if self.mutation { self.acts(&self.root, 0) } else { 0 };
        if acts > ACTS_MAX { Err(Refused::TooManyActs) } else { Ok(acts) }
    }

    /// Takes one from `left` for each selection; `false` once there is none.
    fn spread(&self, parts: &[Part], from: usize, reached: &mut [bool], left: &mut usize) -> bool {
        parts.iter().all(|part| {
            let Some(less) = left.checked_sub(1) else { return false };
            *left = less;
            match part {
                Part::Field(_, inner) | Part::Inline(inner) => {
                    self.spread(inner, from, reached, left)
                }
                Part::Spread(n) => match spread_of(*n, from) {
                    Some(n) => {
                        reached[n] = true;
                        self.spread(&self.fragments[n], n + 1, reached, left)
                    }
                    None => true,
                },
            }
        })
    }

    fn acts(&self, parts: &[Part], from: usize) -> usize {
        let acts = parts.iter().map(|part| match part {
            Part::Field(..) => 1,
            Part::Inline(inner) => self.acts(inner, from),
            Part::Spread(n) => {
                spread_of(*n, from).map_or(1, |n| self.acts(&self.fragments[n], n + 1))
            }
        });
        acts.sum()
    }
}

/// The fragment that is spread from one with the number `from`; `None`: a plain field stands there.
fn spread_of(n: usize, from: usize) -> Option<usize> {
    (from < FRAGMENTS).then(|| from + n % (FRAGMENTS - from))
}

fn nested(parts: &[Part]) -> usize {
    let inside = parts.iter().map(|part| match part {
        Part::Field(value, inner) => {
            let value = match value {
                Value::Nothing | Value::Comment(_) => 0,
                Value::Text(_) | Value::Block(_) => 1,
                Value::List(levels) | Value::Object(levels) => 1 + usize::from(*levels),
            };
            value.max(if inner.is_empty() { 0 } else { nested(inner) })
        }
        Part::Inline(inner) => nested(inner),
        Part::Spread(_) => 0,
    });
    1 + inside.max().unwrap_or(0)
}

fn write_parts(text: &mut String, parts: &[Part], from: usize) {
    text.push('{');
    for part in parts {
        match part {
            Part::Field(value, inner) => {
                text.push_str(" f");
                write_value(text, value);
                if !inner.is_empty() {
                    write_parts(text, inner, from);
                }
            }
            Part::Inline(inner) => {
                text.push_str(" ... on T ");
                write_parts(text, inner, from);
            }
            Part::Spread(n) => match spread_of(*n, from) {
                Some(n) => write!(text, " ...F{n}").unwrap(),
                None => text.push_str(" f"),
            },
        }
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Nothing => {}
        Value::Text(said) => {
            let said = said.replace('\\', "\\\\").replace('"', "\\\"");
            write!(text, "(a:\"{said}\")").unwrap();
        }
        Value::Block(said) => {
            // A backslash or a quotation mark at the end would belong to what ends the string.
            let said = said.replace("\"\"\"", "\\\"\"\"");
            write!(text, "(a:\"\"\"{said}.\"\"\")").unwrap();
        }
        Value::Comment(said) => writeln!(text, " # {said}").unwrap(),
        Value::List(levels) => {
            let levels = usize::from(*levels);
            write!(text, "(a:{}{})", "[".repeat(levels), "]".repeat(levels)).unwrap();
        }
        Value::Object(levels) => {
            let levels = usize::from(*levels);
            write!(text, "(a:{}1{})", "{b:".repeat(levels), "}".repeat(levels)).unwrap();
        }
    }
}

fn told(text: &str) -> Result<usize, String> {
    match read(text) {
        Ok((document, _)) => Ok(count::check(&document).expect("it was counted a moment ago")),
        Err(error) => Err(error.message),
    }
}

proptest! {
    #[test]
    fn the_verdict_is_that_of_the_slow_reference(text in texts()) {
        let written = text.written();
        let expected = text.verdict().map_err(|refused| refused.to_string());
        prop_assert_eq!(told(&written), expected, "{}", written);
    }

    /// Whatever is sent: an answer, no panic, and nothing deep reaches the parser.
    #[test]
    fn every_text_has_an_answer(text in "[\\[\\]{}()#\"\\\\ \\n\\ra-c,:.$@!é]{0,200}") {
        let answer = read(&text);
        if nesting::check(&text).is_err() {
            prop_assert!(answer.is_err());
        }
    }
}

#[test]
fn what_stopped_the_process_is_refused_in_no_time() {
    for (open, close) in [("[", "]"), ("{a:", "}")] {
        let deep = format!("{}1{}", open.repeat(1_600), close.repeat(1_600));
        for text in [
            format!("{{availability(topic:{deep}){{channel}}}}"),
            format!("query($a: T = {deep}) {{it}}"),
            format!("{{it @include(if: {deep})}}"),
            format!("{{it{{unknown(a: {deep})}}}}"),
        ] {
            assert_eq!(told(&text), Err(Refused::TooDeep.to_string()));
        }
    }
    let mut doubling = "{...F0}".to_owned();
    for n in 0..24 {
        write!(doubling, " fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1).unwrap();
    }
    doubling.push_str(" fragment F24 on Query{__typename}");
    assert_eq!(told(&doubling), Err(Refused::TooLarge.to_string()));
}
