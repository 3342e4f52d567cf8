use serde::Deserialize;
use serde_json::Value;

/// What a placeholder can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placeholder {
    Payment,
    Refund,
    AmountMinor,
    AmountMajor,
    Currency,
    Token,
    Reference,
    Reason,
}

const PLACEHOLDERS: [(&str, Placeholder); 8] = [
    ("payment", Placeholder::Payment),
    ("refund", Placeholder::Refund),
    ("amount.minor", Placeholder::AmountMinor),
    ("amount.major", Placeholder::AmountMajor),
    ("currency", Placeholder::Currency),
    ("token", Placeholder::Token),
    ("reference", Placeholder::Reference),
    ("reason", Placeholder::Reason),
];

/// The values of one request. What is absent takes the field that names it along.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Values<'a> {
    pub(crate) payment: Option<&'a str>,
    pub(crate) refund: Option<&'a str>,
    pub(crate) minor: Option<i64>,
    pub(crate) major: Option<&'a str>,
    pub(crate) currency: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
    pub(crate) reference: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
}

/// A text with placeholders such as `{amount.minor}` in it, or one placeholder alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Placeholder),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| format!("\"{text}\" opens a placeholder and doesn't close it"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Value(placeholder(name)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

fn placeholder(name: &str) -> Result<Placeholder, String> {
    PLACEHOLDERS
        .iter()
        .find(|(found, _)| *found == name)
        .map(|(_, placeholder)| *placeholder)
        .ok_or_else(|| {
            let names: Vec<&str> = PLACEHOLDERS.iter().map(|(name, _)| *name).collect();
            format!(
                "there is no placeholder {{{name}}}; there are {}",
                names.join(", ")
            )
        })
}

impl Template {
    /// Whether the placeholder is used.
    pub(crate) fn uses(&self, placeholder: Placeholder) -> bool {
        self.0.contains(&Part::Value(placeholder))
    }

    /// The filled-in value: a number where the template is an amount in minor units and nothing
    /// else, a text otherwise; `None` where a value is absent.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Option<Value> {
        if let [Part::Value(Placeholder::AmountMinor)] = self.0.as_slice() {
            return values.minor.map(Value::from);
        }
        self.text(values).map(Value::from)
    }

    /// The filled-in text; `None` where a value is absent.
    pub(crate) fn text(&self, values: &Values<'_>) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.clone()),
                Part::Value(placeholder) => values.of(*placeholder),
            })
            .collect()
    }
}

impl Values<'_> {
    fn of(&self, placeholder: Placeholder) -> Option<String> {
        let text = match placeholder {
            Placeholder::AmountMinor => return self.minor.map(|minor| minor.to_string()),
            Placeholder::Payment => self.payment,
            Placeholder::Refund => self.refund,
            Placeholder::AmountMajor => self.major,
            Placeholder::Currency => self.currency,
            Placeholder::Token => self.token,
            Placeholder::Reference => self.reference,
            Placeholder::Reason => self.reason,
        };
        text.map(str::to_owned)
    }
}

/// A path such as `/payments/{payment}/refund`: every segment is a constant or one placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Segment(Vec<Template>);

impl TryFrom<String> for Segment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let rest = text
            .strip_prefix('/')
            .ok_or_else(|| format!("the path \"{text}\" must begin with a slash"))?;
        let segment = |part: &str| -> Result<Template, String> {
            let template = Template::try_from(part.to_owned())?;
            match template.0.as_slice() {
                [Part::Text(_)] | [Part::Value(Placeholder::Payment | Placeholder::Refund)] => {
                    Ok(template)
                }
                _ => Err(format!(
                    "in the path \"{text}\", a segment must be a constant, {{payment}} or {{refund}}"
                )),
            }
        };
        rest.split('/')
            .map(segment)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Segment {
    /// The filled-in segments; an absent value leaves an empty one, with which nothing is sent.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Vec<String> {
        self.0
            .iter()
            .map(|template| template.text(values).unwrap_or_default())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn an_amount_alone_is_a_number_and_inside_a_text_it_is_text() {
        let values = Values {
            minor: Some(1000),
            token: Some("tok"),
            ..Values::default()
        };
        assert_eq!(
            template("{amount.minor}").fill(&values),
            Some(Value::from(1000))
        );
        assert_eq!(
            template("{amount.minor}p").fill(&values),
            Some(Value::from("1000p"))
        );
        assert_eq!(
            template("ref-{token}").fill(&values),
            Some(Value::from("ref-tok"))
        );
        assert_eq!(template("{reason}").fill(&values), None);
        assert_eq!(
            template("constant").fill(&values),
            Some(Value::from("constant"))
        );
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |text: &str| Template::try_from(text.to_owned()).unwrap_err();
        assert!(wrong("{amount}").contains("amount.minor"));
        assert!(wrong("{token").contains("close"));
        let path = |text: &str| Segment::try_from(text.to_owned());
        assert!(path("/payments/{payment}/refund").is_ok());
        assert!(path("payments").is_err());
        assert!(path("/payments/x{payment}").is_err());
        assert!(path("/payments/{token}").is_err());
        assert!(path("/payments//refund").is_err());
    }
}
