//! Paths below the address of an API.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::placeholder::Placeholder;
use super::template::{Template, Values, shown};

/// A path such as `/payments/{payment}/refund`: every segment is a constant or one placeholder, an
/// id also with an ending (`{payment}.json`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Path(Vec<Template>);

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let path = shown(&text);
        let rest = text
            .strip_prefix('/')
            .ok_or_else(|| format!("the path {path} must begin with a slash"))?;
        // A path may end with a slash, and some providers' do.
        let mut segments: Vec<&str> = rest.split('/').collect();
        let ends_with_slash = segments.len() > 1 && segments.last() == Some(&"");
        if ends_with_slash {
            segments.pop();
        }
        if segments.len() > 12 {
            return Err(format!("the path {path} has more than 12 segments"));
        }
        let segment = |part: &str| -> Result<Template, String> {
            let template = Template::try_from(part.to_owned())?;
            let fits = match (template.constant(), template.alone()) {
                (Some(text), _) => is_segment(text),
                (
                    None,
                    Some(Placeholder::Payment | Placeholder::Refund | Placeholder::Setting(_)),
                ) => true,
                // An id holds no dots alone, so whatever is behind it stays one segment with it.
                _ => template.with_ending().is_some_and(|(id, ending)| {
                    matches!(id, Placeholder::Payment | Placeholder::Refund) && is_segment(ending)
                }),
            };
            fits.then_some(template).ok_or_else(|| {
                format!(
                    "in the path {path}, a segment must be a constant of letters, digits, '-', '_', '.', ':' and '~', or one of {{payment}}, {{refund}} and {{setting.NAME}} alone; an id may have an ending such as .json"
                )
            })
        };
        let mut segments = segments
            .into_iter()
            .map(segment)
            .collect::<Result<Vec<_>, _>>()?;
        if ends_with_slash {
            segments.push(Template::default());
        }
        Ok(Self(segments))
    }
}

/// What stays one segment, whatever a URL parser does with it.
pub(crate) fn is_segment(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && !text.chars().all(|c| c == '.')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '~'))
}

impl Path {
    /// The filled-in segments, without the empty one that a slash at the end leaves; an absent
    /// value leaves an empty one, with which nothing is sent.
    pub(crate) fn fill<'a>(&'a self, values: &'a impl Values) -> Vec<Cow<'a, str>> {
        self.segments()
            .iter()
            .map(|template| template.fill(values).unwrap_or_default())
            .collect()
    }

    pub(crate) fn ends_with_slash(&self) -> bool {
        self.0.len() > 1 && self.0.last().is_some_and(|last| last.is_empty())
    }

    pub(crate) fn segments(&self) -> &[Template] {
        match self.0.split_last() {
            Some((_, before)) if self.ends_with_slash() => before,
            _ => &self.0,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            write!(f, "/{segment}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Path {
    fn schema_name() -> Cow<'static, str> {
        "Path".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "path",
            "description": "A path such as /payments/{payment}/refund."
        })
    }
}
