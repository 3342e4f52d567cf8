use serde::Deserialize;

/// A three-digit HTTP status as the key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct HttpStatus(pub(crate) u16);

impl TryFrom<String> for HttpStatus {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let three = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let status = text
            .parse()
            .ok()
            .filter(|code| three && (200..600).contains(code));
        status
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is no HTTP status from 200 to 599"))
    }
}

#[cfg(feature = "tools")]
impl schemars::JsonSchema for HttpStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HttpStatus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[2-5][0-9][0-9]$" })
    }
}
