//! The text over which a provider signs its messages.

use serde::Deserialize;

/// The text that a provider has signed: `{body}`, with `{timestamp}`, `{id}` and fixed characters
/// around it as the provider writes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Signed(Vec<Piece>);

/// A piece of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Fixed characters.
    Text(String),
    /// The event's id, as its header has it.
    Id,
    /// The time, as its header has it.
    Timestamp,
    /// The body, byte for byte.
    Body,
}

/// The longest text of fixed characters and placeholders.
const LONGEST: usize = 200;

impl TryFrom<String> for Signed {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let visible = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        if text.len() > LONGEST || !visible {
            return Err("what is signed has at most 200 visible ASCII characters".to_owned());
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after
                .split_once('}')
                .ok_or("what is signed has a brace that isn't closed")?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(match name {
                "id" => Piece::Id,
                "timestamp" => Piece::Timestamp,
                "body" => Piece::Body,
                _ => return Err("what is signed has {id}, {timestamp} and {body} only".to_owned()),
            });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let signed = Self(pieces);
        signed.check().map(|()| signed)
    }
}

impl Signed {
    /// Two messages must not have the same text, or one's signature would do for the other.
    fn check(&self) -> Result<(), String> {
        let count = |wanted: &Piece| self.0.iter().filter(|piece| *piece == wanted).count();
        if count(&Piece::Body) != 1 {
            return Err("what is signed has {body} in it, once".to_owned());
        }
        if count(&Piece::Id) > 1 || count(&Piece::Timestamp) > 1 {
            return Err("what is signed has {id} and {timestamp} once at most".to_owned());
        }
        if self.0.last() != Some(&Piece::Body) {
            return Err("what is signed ends with {body}".to_owned());
        }
        let blurred = |pair: &[Piece]| matches!(pair, [Piece::Id, Piece::Timestamp | Piece::Body]);
        let open = |pair: &[Piece]| matches!(pair, [Piece::Timestamp, Piece::Id]);
        if self.0.windows(2).any(|pair| blurred(pair) || open(pair)) {
            return Err("between {id} and what stands beside it there is a character".to_owned());
        }
        Ok(())
    }

    pub(crate) fn has(&self, wanted: &Piece) -> bool {
        self.0.contains(wanted)
    }

    /// The bytes that were signed. A value that isn't there is empty; the profile's check sees to it
    /// that none is missing.
    pub(crate) fn bytes(&self, id: Option<&str>, timestamp: Option<&str>, body: &[u8]) -> Vec<u8> {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_bytes(),
            Piece::Id => id.unwrap_or_default().as_bytes(),
            Piece::Timestamp => timestamp.unwrap_or_default().as_bytes(),
            Piece::Body => body,
        });
        pieces.collect::<Vec<_>>().concat()
    }

    /// As it is written in a profile.
    #[must_use]
    pub fn written(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Id => "{id}",
            Piece::Timestamp => "{timestamp}",
            Piece::Body => "{body}",
        });
        pieces.collect()
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Signed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Signed".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "signed",
            "description": "The text that was signed: {body}, {timestamp}.{body}, {id}.{timestamp}.{body} and the like."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(text: &str) -> Result<Signed, String> {
        text.to_owned().try_into()
    }

    #[test]
    fn the_text_is_put_together_as_the_provider_does_it() {
        let bytes = |text: &str| {
            let signed = signed(text).unwrap();
            String::from_utf8(signed.bytes(Some("msg_1"), Some("170"), b"{}")).unwrap()
        };
        assert_eq!(bytes("{body}"), "{}");
        assert_eq!(bytes("{timestamp}{body}"), "170{}");
        assert_eq!(bytes("{timestamp}:{body}"), "170:{}");
        assert_eq!(bytes("v0:{id}.{timestamp}.{body}"), "v0:msg_1.170.{}");
    }

    #[test]
    fn what_could_be_read_two_ways_is_refused() {
        for bad in [
            "",
            "{timestamp}",
            "{body}{body}",
            "{body}.{timestamp}",
            "{timestamp}.{timestamp}.{body}",
            "{id}{timestamp}.{body}",
            "{timestamp}{id}.{body}",
            "{id}{body}",
            "{url}{body}",
            "{body",
            "{}{body}",
            "\u{e9}{body}",
            "\n{body}",
        ] {
            assert!(signed(bad).is_err(), "{bad:?}");
        }
        assert!(signed(&["x".repeat(200).as_str(), "{body}"].concat()).is_err());
    }
}
