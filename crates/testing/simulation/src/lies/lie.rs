//! What is told instead of the truth.

use std::collections::BTreeSet;
use std::fmt;

use super::json::{Edit, Json, Place};
use super::site::{Route, Site};

/// The statuses that an answer gets instead of its own.
const STATUSES: [u16; 23] = [
    200, 201, 202, 203, 204, 205, 206, 400, 401, 402, 403, 404, 405, 409, 410, 422, 423, 425, 429,
    500, 502, 503, 504,
];

/// One lie about answers of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lie {
    pub(super) about: Route,
    pub(super) told: Tale,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tale {
    At(Place, Twist),
    Body(Body),
    Status(u16, Dress),
}

/// What becomes of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Twist {
    Removed,
    Null,
    Emptied,
    Text,
    Number,
    Truth,
    List,
    Object,
    /// A number as text, and a text of digits as a number.
    Respelt,
    Anothers,
    Twice,
    ThenNull,
    ThenAnothers,
    EntriesTwice,
    /// So many entries stay in front.
    Cut(usize),
    /// So many go in front.
    From(usize),
    Reversed,
    Padded,
}

/// What stands in place of the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Body {
    Anothers,
    Twins,
    Nothing,
    Half,
    Page,
    EmptyObject,
    EmptyList,
    Null,
}

/// What comes with another status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dress {
    True,
    Bare,
    /// An error of the provider's own, by its place in [`Site::errors`].
    Error(usize),
}

/// Kinds of lies, as they are counted.
pub(super) const KINDS: [&str; 12] = [
    "none",
    "removed",
    "null",
    "emptied",
    "another type",
    "another's",
    "doubled",
    "list cut",
    "list reordered",
    "list padded",
    "whole body",
    "HTTP status",
];

impl Lie {
    pub(super) const fn kind(&self) -> &'static str {
        match &self.told {
            Tale::Status(..) => "HTTP status",
            Tale::Body(_) => "whole body",
            Tale::At(_, twist) => match twist {
                Twist::Removed => "removed",
                Twist::Null => "null",
                Twist::Emptied => "emptied",
                Twist::Text
                | Twist::Number
                | Twist::Truth
                | Twist::List
                | Twist::Object
                | Twist::Respelt => "another type",
                Twist::Anothers => "another's",
                Twist::Twice | Twist::ThenNull | Twist::ThenAnothers | Twist::EntriesTwice => {
                    "doubled"
                }
                Twist::Cut(_) | Twist::From(_) => "list cut",
                Twist::Reversed => "list reordered",
                Twist::Padded => "list padded",
            },
        }
    }

    /// The answer with the lie in it. The donors are answers of the same kind about another payment, and
    /// about one that is alike.
    pub(super) fn tell(
        &self,
        site: &Site,
        (status, body): (u16, &str),
        [another, twin]: [Option<&Json>; 2],
    ) -> (u16, String) {
        let told = match &self.told {
            Tale::Status(status, dress) => {
                let body = match dress {
                    Dress::True => body,
                    Dress::Bare => "",
                    Dress::Error(at) => site.errors.get(*at).map_or("", |(_, body)| body),
                };
                return (*status, body.to_owned());
            }
            Tale::Body(kind) => match kind {
                Body::Anothers => another.map(Json::write),
                Body::Twins => twin.map(Json::write),
                Body::Nothing => Some(String::new()),
                Body::Half => body.get(..body.len() / 2).map(str::to_owned),
                Body::Page => Some("<html><body>Welcome</body></html>".to_owned()),
                Body::EmptyObject => Some("{}".to_owned()),
                Body::EmptyList => Some("[]".to_owned()),
                Body::Null => Some("null".to_owned()),
            },
            Tale::At(place, twist) => Json::read(body).and_then(|json| {
                let donor = another.and_then(|donor| donor.at(&place.0));
                let twisted = json.edited(&place.0, &|value| twist.edit(value, donor));
                // Bytes that are the same but for blanks are no lie.
                (twisted != json).then(|| twisted.write())
            }),
        };
        (status, told.unwrap_or_else(|| body.to_owned()))
    }
}

impl Twist {
    fn edit(self, value: &Json, donor: Option<&Json>) -> Edit {
        let set = |other: Json| Edit::Set(other);
        let donor = || donor.cloned();
        match (self, value) {
            (Self::Removed, _) => Edit::Remove,
            (Self::Null, _) => set(Json::Null),
            (Self::Emptied, _) => emptied(value),
            (Self::Text, Json::Text(_))
            | (Self::Number, Json::Number(_))
            | (Self::Truth, Json::Truth(_))
            | (Self::List, Json::List(_))
            | (Self::Object, Json::Object(_)) => Edit::Keep,
            (Self::Text, _) => set(Json::Text("x".to_owned())),
            (Self::Number, _) => set(Json::Number("7".to_owned())),
            (Self::Truth, _) => set(Json::Truth(true)),
            (Self::List, _) => set(Json::List(vec![value.clone()])),
            (Self::Object, _) => set(Json::Object(vec![("value".to_owned(), value.clone())])),
            (Self::Respelt, Json::Number(number)) => set(Json::Text(number.clone())),
            (Self::Respelt, Json::Text(text)) if is_whole(text) => set(Json::Number(text.clone())),
            (Self::Anothers, _) => donor().map_or(Edit::Keep, Edit::Set),
            (Self::Twice, _) => Edit::Twice(value.clone()),
            (Self::ThenNull, _) => Edit::Twice(Json::Null),
            (Self::ThenAnothers, _) => donor().map_or(Edit::Keep, Edit::Twice),
            (Self::EntriesTwice, Json::List(entries)) => {
                let twice = entries
                    .iter()
                    .flat_map(|entry| [entry.clone(), entry.clone()]);
                set(Json::List(twice.collect()))
            }
            (Self::Cut(length), Json::List(entries)) => {
                set(Json::List(entries.iter().take(length).cloned().collect()))
            }
            (Self::From(first), Json::List(entries)) => {
                set(Json::List(entries.iter().skip(first).cloned().collect()))
            }
            (Self::Reversed, Json::List(entries)) => {
                set(Json::List(entries.iter().rev().cloned().collect()))
            }
            (Self::Padded, Json::List(entries)) => match donor() {
                Some(Json::List(others)) => set(Json::List([entries.clone(), others].concat())),
                _ => Edit::Keep,
            },
            (
                Self::Respelt
                | Self::EntriesTwice
                | Self::Cut(_)
                | Self::From(_)
                | Self::Reversed
                | Self::Padded,
                _,
            ) => Edit::Keep,
        }
    }
}

fn emptied(value: &Json) -> Edit {
    Edit::Set(match value {
        Json::Null => return Edit::Keep,
        Json::Truth(_) => Json::Truth(false),
        Json::Number(_) => Json::Number("0".to_owned()),
        Json::Text(_) => Json::Text(String::new()),
        Json::List(_) => Json::List(Vec::new()),
        Json::Object(_) => Json::Object(Vec::new()),
    })
}

fn is_whole(text: &str) -> bool {
    !text.starts_with('0') && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// All lies about a true answer that would change something of it.
pub(super) fn about(
    site: &Site,
    about: Route,
    answer: (u16, &str),
    donors: [Option<&Json>; 2],
) -> Vec<Lie> {
    let bodies = [
        Body::Anothers,
        Body::Twins,
        Body::Nothing,
        Body::Half,
        Body::Page,
        Body::EmptyObject,
        Body::EmptyList,
        Body::Null,
    ];
    let mut tales: BTreeSet<Tale> = bodies.into_iter().map(Tale::Body).collect();
    for status in STATUSES {
        tales.extend([Dress::True, Dress::Bare].map(|dress| Tale::Status(status, dress)));
        let errors = 0..site.errors.len();
        tales.extend(errors.map(|at| Tale::Status(status, Dress::Error(at))));
    }
    let json = Json::read(answer.1);
    let mut places = Vec::new();
    if let Some(json) = &json {
        json.places(&Place::default(), &mut places);
    }
    for (place, value) in places {
        let twists = twists(value).into_iter();
        tales.extend(twists.map(|twist| Tale::At(place.clone(), twist)));
    }
    let lies = tales.into_iter().map(|told| Lie { about, told });
    let changes = |lie: &Lie| {
        let (status, body) = lie.tell(site, answer, donors);
        (status, body.as_str()) != answer
    };
    lies.filter(changes).collect()
}

fn twists(value: &Json) -> Vec<Twist> {
    let mut twists = vec![
        Twist::Removed,
        Twist::Null,
        Twist::Emptied,
        Twist::Text,
        Twist::Number,
        Twist::Truth,
        Twist::List,
        Twist::Object,
        Twist::Respelt,
        Twist::Anothers,
        Twist::Twice,
        Twist::ThenNull,
        Twist::ThenAnothers,
    ];
    if let Json::List(entries) = value {
        twists.extend([Twist::EntriesTwice, Twist::Reversed, Twist::Padded]);
        twists.extend((1..entries.len()).map(Twist::Cut));
        twists.extend((1..entries.len()).map(Twist::From));
    }
    twists
}

impl fmt::Display for Lie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.about;
        match &self.told {
            Tale::At(place, Twist::Cut(length)) => write!(f, "{about}:{place}:cut-{length}"),
            Tale::At(place, Twist::From(first)) => write!(f, "{about}:{place}:from-{first}"),
            Tale::At(place, twist) => write!(f, "{about}:{place}:{}", lower(twist)),
            Tale::Body(body) => write!(f, "{about}:body:{}", lower(body)),
            Tale::Status(status, Dress::Error(at)) => write!(f, "{about}:{status}:error-{at}"),
            Tale::Status(status, dress) => write!(f, "{about}:{status}:{}", lower(dress)),
        }
    }
}

/// A variant's name in the small letters of case names.
fn lower(variant: &impl fmt::Debug) -> String {
    let mut name = String::new();
    for letter in format!("{variant:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
