//! Where a field of an answer is.

use serde::Deserialize;

/// Where a field of an answer is. Several places are tried in order.
///
/// A place is a path of names with dots between them, with numbers in brackets for the entries of a
/// list (`data.items[0].id`), `header:NAME` for a header, `tail:NAME` for what follows the last
/// slash of a header (`tail:location`), or `own:token` for what was sent. Two paths joined by ` + `
/// are read as one text with a plus sign between them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OneOrMore")]
pub struct Paths(Vec<Place>);

/// One text, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One text.
    One(String),
    /// A list, in its order.
    More(Vec<String>),
}

impl OneOrMore {
    /// All of them.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

/// One place in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the body; empty for all of it.
    Body(Vec<Step>),
    /// Several in the body, joined by plus signs.
    Joined(Vec<Vec<Step>>),
    /// A header.
    Header(String),
    /// What follows the last slash of a header.
    Tail(String),
    /// The token that was sent.
    OwnToken,
}

/// One step into a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of an object.
    Field(String),
    /// An entry of a list, counted from 0.
    Entry(usize),
}

/// The longest path, the most places, and the last entry that can be named.
const LONGEST: usize = 10;
const MOST_PLACES: usize = 6;
const LAST_ENTRY: usize = 99;

impl TryFrom<OneOrMore> for Paths {
    type Error = String;

    fn try_from(given: OneOrMore) -> Result<Self, Self::Error> {
        let texts = given.texts();
        if texts.is_empty() || texts.len() > MOST_PLACES {
            return Err(format!("a list of paths holds 1 to {MOST_PLACES}"));
        }
        let places = texts.iter().map(|text| place(text));
        places.collect::<Result<_, _>>().map(Self)
    }
}

fn place(text: &str) -> Result<Place, String> {
    if text == "own:token" {
        return Ok(Place::OwnToken);
    }
    type Make = fn(String) -> Place;
    let kinds: [(&str, Make); 2] = [("header:", Place::Header), ("tail:", Place::Tail)];
    for (kind, make) in kinds {
        if let Some(name) = text.strip_prefix(kind) {
            let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if name.is_empty() || name.len() > 100 || !name.chars().all(is_token) {
                return Err(wrong(
                    text,
                    "the header's name has letters, digits, '-' and '_'",
                ));
            }
            return Ok(make(name.to_ascii_lowercase()));
        }
    }
    if text == "." {
        return Ok(Place::Body(Vec::new()));
    }
    let parts: Vec<&str> = text.split(" + ").collect();
    match parts.as_slice() {
        [one] => steps(one).map(Place::Body),
        several if several.len() <= 3 => several
            .iter()
            .map(|part| steps(part))
            .collect::<Result<_, _>>()
            .map(Place::Joined),
        _ => Err(wrong(text, "at most three paths can be joined")),
    }
}

fn steps(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@' | ':');
        if name.is_empty() || name.len() > 100 || !name.chars().all(fits) {
            return Err(wrong(text, "names with dots between them"));
        }
        steps.push(Step::Field(name.to_owned()));
        while !rest.is_empty() {
            let (number, after) = rest
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .ok_or_else(|| wrong(text, "an entry of a list is a number in brackets"))?;
            let at = number.parse().ok().filter(|at| *at <= LAST_ENTRY);
            let at = at.ok_or_else(|| wrong(text, "entries are counted from 0 to 99"))?;
            steps.push(Step::Entry(at));
            rest = after;
        }
    }
    if steps.len() > LONGEST {
        return Err(wrong(text, "a path has at most 10 steps"));
    }
    Ok(steps)
}

fn wrong(text: &str, why: &str) -> String {
    let start: String = text.chars().take(60).collect();
    format!("\"{}\" is no path: {why}", start.escape_debug())
}

impl Paths {
    pub(crate) fn places(&self) -> &[Place] {
        &self.0
    }

    /// Whether all of the places are single values in the body.
    pub(crate) fn is_plain(&self) -> bool {
        let plain = |place: &Place| matches!(place, Place::Body(_));
        self.0.iter().all(plain)
    }

    /// Whether all of the places are in the body.
    pub(crate) fn is_in_the_body(&self) -> bool {
        let inside = |place: &Place| matches!(place, Place::Body(_) | Place::Joined(_));
        self.0.iter().all(inside)
    }

    /// The object that the only place is a field of; `None` for the answer itself, and for several.
    pub(crate) fn around(&self) -> Option<Self> {
        let [Place::Body(steps)] = self.0.as_slice() else {
            return None;
        };
        let (_, around) = steps.split_last()?;
        (!around.is_empty()).then(|| Self(vec![Place::Body(around.to_vec())]))
    }

    /// Whether any of the places is an entry of a list.
    pub(crate) fn is_in_a_list(&self) -> bool {
        let is_entry = |steps: &Vec<Step>| {
            let mut steps = steps.iter();
            steps.any(|step| matches!(step, Step::Entry(_)))
        };
        self.0.iter().any(|place| match place {
            Place::Body(steps) => is_entry(steps),
            Place::Joined(several) => several.iter().any(is_entry),
            Place::Header(_) | Place::Tail(_) | Place::OwnToken => false,
        })
    }

    /// Whether any of the places is in the body.
    pub(crate) fn reads_the_body(&self) -> bool {
        self.0
            .iter()
            .any(|place| matches!(place, Place::Body(_) | Place::Joined(_)))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Paths {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Paths".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["string", "array"],
            "format": "paths",
            "items": { "type": "string" },
            "description": "Where a field of an answer is, such as data.id, list[0].id, header:NAME, tail:location or own:token; or a list of places that are tried in order."
        })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for OneOrMore {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOrMore".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string" },
            "description": "A text, or a list of texts."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(texts: &[&str]) -> Result<Paths, String> {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        OneOrMore::More(texts).try_into()
    }

    #[test]
    fn all_kinds_of_places_are_read() {
        let read = paths(&[
            "a.b[0][2].c",
            "header:X-Id",
            "tail:Location",
            "own:token",
            ".",
            "a + b",
        ])
        .unwrap();
        let field = |name: &str| Step::Field(name.to_owned());
        assert_eq!(
            read.places(),
            [
                Place::Body(vec![
                    field("a"),
                    field("b"),
                    Step::Entry(0),
                    Step::Entry(2),
                    field("c")
                ]),
                Place::Header("x-id".to_owned()),
                Place::Tail("location".to_owned()),
                Place::OwnToken,
                Place::Body(Vec::new()),
                Place::Joined(vec![vec![field("a")], vec![field("b")]]),
            ]
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for bad in [
            "",
            "a..b",
            ".a",
            "a b",
            "a[",
            "a[x]",
            "a[100]",
            "a[1",
            "[0]",
            "header:",
            "header:a b",
            "a/b",
            "a + b + c + d",
            "a.b.c.d.e.f.g.h.i.j.k",
            "a[0]x",
            "a\u{0}",
        ] {
            assert!(paths(&[bad]).is_err(), "{bad:?}");
        }
        assert!(paths(&[]).is_err());
        assert!(paths(&["a"; 7]).is_err());
    }
}
