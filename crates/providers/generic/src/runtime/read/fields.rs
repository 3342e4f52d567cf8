//! The fields that a profile wants of an answer, found in one pass over its JSON. Nothing else of
//! it is kept, and numbers stay the text that they are.

use std::borrow::Cow;
use std::fmt;

use refundkit_http::Response;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::language::{Paths, Place, Step};

/// Which fields are wanted, compiled from paths. A field is named by its number in the list that
/// the reader was made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    root: Node,
    slots: usize,
    places: Vec<Vec<Where>>,
}

/// One level of the JSON, as far as it is wanted.
#[derive(Clone, Debug, Default)]
struct Node {
    slot: Option<usize>,
    fields: Vec<(String, Node)>,
    entries: Vec<(usize, Node)>,
}

#[derive(Clone, Debug)]
enum Where {
    Slot(usize),
    Joined(Vec<usize>),
    Header(String),
    Tail(String),
    OwnToken,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    fields: &'a Fields,
    slots: Vec<Option<&'a RawValue>>,
    around: Around<'a>,
}

/// What else an answer has than its body.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around<'a> {
    pub(crate) response: Option<&'a Response>,
    pub(crate) token: Option<&'a str>,
}

impl Fields {
    pub(crate) fn new<'p>(wanted: impl IntoIterator<Item = Option<&'p Paths>>) -> Self {
        let mut fields = Self::default();
        for paths in wanted {
            let places = paths.map_or(&[][..], Paths::places);
            let places = places.iter().map(|place| fields.place(place)).collect();
            fields.places.push(places);
        }
        fields
    }

    fn place(&mut self, place: &Place) -> Where {
        match place {
            Place::Body(steps) => Where::Slot(self.slot(steps)),
            Place::Joined(several) => {
                Where::Joined(several.iter().map(|steps| self.slot(steps)).collect())
            }
            Place::Header(name) => Where::Header(name.clone()),
            Place::Tail(name) => Where::Tail(name.clone()),
            Place::OwnToken => Where::OwnToken,
        }
    }

    fn slot(&mut self, steps: &[Step]) -> usize {
        let mut node = &mut self.root;
        for step in steps {
            node = match step {
                Step::Field(name) => child(&mut node.fields, name.clone()),
                Step::Entry(at) => child(&mut node.entries, *at),
            };
        }
        *node.slot.get_or_insert_with(|| {
            let slot = self.slots;
            self.slots = slot.saturating_add(1);
            slot
        })
    }

    /// Reads one object. An empty text has no fields.
    pub(crate) fn read<'a>(
        &'a self,
        json: &'a str,
        around: Around<'a>,
    ) -> Result<Found<'a>, String> {
        let mut slots = vec![None; self.slots];
        if !json.trim().is_empty() {
            walk(&self.root, json, &mut slots).map_err(|error| {
                format!(
                    "it is not the expected JSON (line {}, column {}{})",
                    error.line(),
                    error.column(),
                    if error.is_data() {
                        ": a field stands in it twice"
                    } else {
                        ""
                    }
                )
            })?;
        }
        Ok(Found {
            fields: self,
            slots,
            around,
        })
    }
}

fn child<K: PartialEq>(children: &mut Vec<(K, Node)>, key: K) -> &mut Node {
    let at = children.iter().position(|(found, _)| *found == key);
    let at = at.unwrap_or_else(|| {
        children.push((key, Node::default()));
        children.len().saturating_sub(1)
    });
    #[expect(clippy::indexing_slicing, reason = "it was found or pushed just now")]
    &mut children[at].1
}

impl<'a> Found<'a> {
    /// The JSON of the field, null aside.
    pub(crate) fn raw(&self, field: usize) -> Option<&'a str> {
        let places = self.fields.places.get(field)?;
        places.iter().find_map(|place| match place {
            Where::Slot(slot) => self.slot(*slot),
            Where::Joined(_) | Where::Header(_) | Where::Tail(_) | Where::OwnToken => None,
        })
    }

    /// The field as text: a text, or a number or a truth as it is written.
    pub(crate) fn text(&self, field: usize) -> Option<Cow<'a, str>> {
        let places = self.fields.places.get(field)?;
        places.iter().find_map(|place| self.at(place))
    }

    fn at(&self, place: &'a Where) -> Option<Cow<'a, str>> {
        let header = |name: &str| self.around.response?.header(name);
        match place {
            Where::Slot(slot) => scalar(self.slot(*slot)?),
            Where::Joined(slots) => {
                let parts: Option<Vec<_>> =
                    slots.iter().map(|slot| scalar(self.slot(*slot)?)).collect();
                parts.map(|parts| Cow::Owned(parts.join("+")))
            }
            Where::Header(name) => header(name).map(Cow::Borrowed),
            Where::Tail(name) => {
                let path = header(name)?.split(['?', '#']).next()?;
                let tail = path.trim_end_matches('/').rsplit('/').next()?;
                Some(Cow::Borrowed(tail))
            }
            Where::OwnToken => self.around.token.map(Cow::Borrowed),
        }
    }

    fn slot(&self, slot: usize) -> Option<&'a str> {
        self.slots.get(slot).copied().flatten().map(RawValue::get)
    }
}

/// A text, a number or a truth as text; nothing for null, lists and objects.
pub(crate) fn scalar(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' => match serde_json::from_str::<&str>(json) {
            Ok(plain) => Some(Cow::Borrowed(plain)),
            Err(_) => serde_json::from_str::<String>(json).ok().map(Cow::Owned),
        },
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// The entries of a list; `None` where it is none.
pub(crate) fn entries(json: &str) -> Option<Vec<&str>> {
    let raw: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(raw.into_iter().map(RawValue::get).collect())
}

fn walk<'a>(
    node: &Node,
    json: &'a str,
    slots: &mut [Option<&'a RawValue>],
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    Walk {
        node,
        slots,
        inside: false,
    }
    .deserialize(&mut deserializer)?;
    deserializer.end()
}

struct Walk<'n, 's, 'a> {
    node: &'n Node,
    slots: &'s mut [Option<&'a RawValue>],
    /// Whether the whole of this node has been kept already, and its fields are wanted too.
    inside: bool,
}

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        let Some(slot) = self.node.slot.filter(|_| !self.inside) else {
            return deserializer.deserialize_any(self);
        };
        let raw = <&RawValue>::deserialize(deserializer)?;
        if raw.get() != "null"
            && let Some(place) = self.slots.get_mut(slot)
        {
            *place = Some(raw);
        }
        if self.node.fields.is_empty() && self.node.entries.is_empty() {
            return Ok(());
        }
        let mut inner = serde_json::Deserializer::from_str(raw.get());
        let inside = Walk {
            node: self.node,
            slots: self.slots,
            inside: true,
        };
        inside.deserialize(&mut inner).map_err(D::Error::custom)
    }
}

/// Anything that is neither an object nor a list holds no wanted field.
impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = 0_u128;
        while let Some(key) = map.next_key_seed(Key(&self.node.fields))? {
            let Some((at, child)) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at));
            let bit = bit.unwrap_or(0);
            // Which of the two would count is anybody's guess.
            if seen & bit != 0 {
                return Err(A::Error::custom("a field stands in it twice"));
            }
            seen |= bit;
            map.next_value_seed(Walk {
                node: child,
                slots: self.slots,
                inside: false,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        let mut at = 0_usize;
        loop {
            let wanted = self.node.entries.iter().find(|(found, _)| *found == at);
            let more = match wanted {
                Some((_, node)) => list
                    .next_element_seed(Walk {
                        node,
                        slots: self.slots,
                        inside: false,
                    })?
                    .is_some(),
                None => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                return Ok(());
            }
            at = at.saturating_add(1);
        }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A key as the number and the node of the wanted field, without a copy of its text.
struct Key<'n>(&'n [(String, Node)]);

impl<'n, 'a> DeserializeSeed<'a> for Key<'n> {
    type Value = Option<(usize, &'n Node)>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'n> Visitor<'_> for Key<'n> {
    type Value = Option<(usize, &'n Node)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let mut fields = self.0.iter().enumerate();
        let found = fields.find(|(_, (wanted, _))| wanted == name);
        Ok(found.map(|(at, (_, node))| (at, node)))
    }
}

#[cfg(test)]
mod tests;
