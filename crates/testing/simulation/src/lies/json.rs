//! JSON in which a key may stand twice, and places in it.

use std::fmt::{self, Write as _};

use serde_json::Value;

/// The first entries of a list are places of their own; those behind are reached by
/// [`Part::Every`] only.
const ENTRIES: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Truth(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Key(String),
    At(usize),
    Every,
}

/// Where a value stands, from the outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) Vec<Part>);

/// What becomes of a value.
pub(super) enum Edit {
    Keep,
    Set(Json),
    Remove,
    /// It stays, and this one follows it under the same key.
    Twice(Json),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().enumerate() {
            match part {
                Part::Key(name) if number > 0 => write!(f, ".{name}")?,
                Part::Key(name) => f.write_str(name)?,
                Part::At(at) => write!(f, "[{at}]")?,
                Part::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Json {
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self::of)
    }

    fn of(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Truth(truth),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text),
            Value::Array(entries) => Self::List(entries.into_iter().map(Self::of).collect()),
            Value::Object(pairs) => {
                let pairs = pairs.into_iter();
                Self::Object(pairs.map(|(key, value)| (key, Self::of(value))).collect())
            }
        }
    }

    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text);
        text
    }

    fn write_to(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Truth(truth) => text.push_str(if *truth { "true" } else { "false" }),
            Self::Number(number) => text.push_str(number),
            Self::Text(words) => quote(words, text),
            Self::List(entries) => {
                for (number, entry) in entries.iter().enumerate() {
                    text.push(if number == 0 { '[' } else { ',' });
                    entry.write_to(text);
                }
                text.push_str(if entries.is_empty() { "[]" } else { "]" });
            }
            Self::Object(pairs) => {
                for (number, (key, value)) in pairs.iter().enumerate() {
                    text.push(if number == 0 { '{' } else { ',' });
                    quote(key, text);
                    text.push(':');
                    value.write_to(text);
                }
                text.push_str(if pairs.is_empty() { "{}" } else { "}" });
            }
        }
    }

    /// Every place in it, with what stands there.
    pub(super) fn places<'a>(&'a self, so_far: &Place, found: &mut Vec<(Place, &'a Self)>) {
        let mut step = |part: Part, value: &'a Self| {
            let mut place = so_far.clone();
            place.0.push(part);
            found.push((place.clone(), value));
            value.places(&place, found);
        };
        match self {
            Self::Object(pairs) => {
                for (key, value) in pairs {
                    step(Part::Key(key.clone()), value);
                }
            }
            Self::List(entries) => {
                for (at, entry) in entries.iter().enumerate() {
                    if at < ENTRIES {
                        step(Part::At(at), entry);
                    }
                    step(Part::Every, entry);
                }
            }
            Self::Null | Self::Truth(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    /// What stands at a place; of a list that is too short, the last entry.
    pub(super) fn at(&self, place: &[Part]) -> Option<&Self> {
        let Some((part, rest)) = place.split_first() else {
            return Some(self);
        };
        let next = match (self, part) {
            (Self::Object(pairs), Part::Key(name)) => {
                pairs.iter().find(|(key, _)| key == name).map(|(_, v)| v)
            }
            (Self::List(entries), Part::At(at)) => entries.get(*at).or_else(|| entries.last()),
            (Self::List(entries), Part::Every) => entries.first(),
            _ => None,
        };
        next?.at(rest)
    }

    /// The same with what stands at a place changed.
    pub(super) fn edited(&self, place: &[Part], change: &dyn Fn(&Self) -> Edit) -> Self {
        let Some((part, rest)) = place.split_first() else {
            return self.clone();
        };
        match (self, part) {
            (Self::Object(pairs), Part::Key(name)) => {
                let mut changed = Vec::with_capacity(pairs.len() + 1);
                for (key, value) in pairs {
                    if key == name {
                        let made = value.made(rest, change).into_iter();
                        changed.extend(made.map(|value| (key.clone(), value)));
                    } else {
                        changed.push((key.clone(), value.clone()));
                    }
                }
                Self::Object(changed)
            }
            (Self::List(entries), Part::At(_) | Part::Every) => {
                let meant = |at: usize| *part == Part::Every || *part == Part::At(at);
                let entries = entries.iter().enumerate();
                let made = entries.flat_map(|(at, entry)| match meant(at) {
                    true => entry.made(rest, change),
                    false => vec![entry.clone()],
                });
                Self::List(made.collect())
            }
            _ => self.clone(),
        }
    }

    fn made(&self, rest: &[Part], change: &dyn Fn(&Self) -> Edit) -> Vec<Self> {
        if !rest.is_empty() {
            return vec![self.edited(rest, change)];
        }
        match change(self) {
            Edit::Keep => vec![self.clone()],
            Edit::Set(other) => vec![other],
            Edit::Remove => Vec::new(),
            Edit::Twice(other) => vec![self.clone(), other],
        }
    }

    /// The same without the fields of these names, wherever they stand.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        match self {
            Self::Object(pairs) => {
                let kept = pairs
                    .iter()
                    .filter(|(key, _)| !names.contains(&key.as_str()));
                Self::Object(
                    kept.map(|(key, v)| (key.clone(), v.without(names)))
                        .collect(),
                )
            }
            Self::List(entries) => {
                Self::List(entries.iter().map(|entry| entry.without(names)).collect())
            }
            Self::Null | Self::Truth(_) | Self::Number(_) | Self::Text(_) => self.clone(),
        }
    }
}

fn quote(words: &str, text: &mut String) {
    // Writing into a string doesn't fail.
    let _ = write!(text, "{}", Value::from(words));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(json: &Json) -> Vec<String> {
        let mut found = Vec::new();
        json.places(&Place::default(), &mut found);
        found.iter().map(|(place, _)| place.to_string()).collect()
    }

    #[test]
    fn what_is_read_is_written_again_and_every_place_has_a_name() {
        let text = r#"{"a":1.50,"b":[{"c":"x\"y"},null],"d":{},"e":[],"f":true}"#;
        let json = Json::read(text).unwrap();
        assert_eq!(json.write().replace("1.5,", "1.50,"), text);
        let places = [
            "a", "b", "b[0]", "b[0].c", "b[*]", "b[*].c", "b[1]", "b[*]", "d", "e", "f",
        ];
        assert_eq!(all(&json), places);
    }

    #[test]
    fn a_place_can_be_changed_taken_out_and_doubled() {
        let json = Json::read(r#"{"a":[{"b":1},{"b":2}],"c":3}"#).unwrap();
        let b = |part| [Part::Key("a".to_owned()), part, Part::Key("b".to_owned())];
        let edited = |part, edit: fn() -> Edit| json.edited(&b(part), &|_| edit()).write();
        assert_eq!(
            edited(Part::At(1), || Edit::Set(Json::Null)),
            r#"{"a":[{"b":1},{"b":null}],"c":3}"#
        );
        assert_eq!(
            edited(Part::Every, || Edit::Remove),
            r#"{"a":[{},{}],"c":3}"#
        );
        assert_eq!(
            edited(Part::At(0), || Edit::Twice(Json::Null)),
            r#"{"a":[{"b":1,"b":null},{"b":2}],"c":3}"#
        );
        assert_eq!(edited(Part::At(7), || Edit::Remove), json.write());
        assert_eq!(
            json.at(&b(Part::At(7))),
            Some(&Json::Number("2".to_owned()))
        );
        assert_eq!(json.without(&["b"]).write(), r#"{"a":[{},{}],"c":3}"#);
    }
}
