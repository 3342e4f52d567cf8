//! The names in braces, and what each stands for.

use std::fmt;

use super::name::Name;
use super::near::nearest;

/// What a placeholder can stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// The payment's id.
    Payment,
    /// A refund's id.
    Refund,
    /// Minor units, a number where it stands alone.
    Minor,
    /// Minor units as text.
    MinorText,
    /// Major units as text.
    Major,
    /// Major units as a number.
    MajorNumber,
    /// `EUR`.
    Currency,
    /// `eur`.
    CurrencyLower,
    /// What finds the operation again at the provider.
    Token,
    /// The idempotency key, fitted to its field.
    Key,
    /// The caller's order id, a dash and the token; the token alone without an order id.
    Reference,
    /// The caller's order id.
    OrderId,
    /// Why.
    Reason,
    /// A note.
    Notes,
    /// A secret of the account.
    Secret(Name),
    /// A setting of the account.
    Setting(Name),
    /// A value that only the caller knows.
    Extra(Name),
    /// A signature.
    Signed(Name),
    /// The access token that was got.
    AccessToken,
    /// Seconds since 1970.
    NowSeconds,
    /// Milliseconds since 1970.
    NowMillis,
    /// `20260131093000` in UTC.
    NowCompact,
    /// RFC 3339.
    NowIso,
    /// 32 characters that are never the same twice.
    Nonce,
    /// The first 16 of them.
    NonceShort,
    /// The method, in capitals.
    Method,
    /// The method, in small letters.
    MethodLower,
    /// The path with its query.
    RequestPath,
    /// The body, byte for byte.
    RequestBody,
}

const PLAIN: [(&str, Placeholder); 25] = [
    ("payment", Placeholder::Payment),
    ("refund", Placeholder::Refund),
    ("amount.minor", Placeholder::Minor),
    ("amount.minor_text", Placeholder::MinorText),
    ("amount.major", Placeholder::Major),
    ("amount.major_number", Placeholder::MajorNumber),
    ("currency", Placeholder::Currency),
    ("currency.lower", Placeholder::CurrencyLower),
    ("token", Placeholder::Token),
    ("key", Placeholder::Key),
    ("reference", Placeholder::Reference),
    ("order_id", Placeholder::OrderId),
    ("reason", Placeholder::Reason),
    ("notes", Placeholder::Notes),
    ("access_token", Placeholder::AccessToken),
    ("now.seconds", Placeholder::NowSeconds),
    ("now.millis", Placeholder::NowMillis),
    ("now.compact", Placeholder::NowCompact),
    ("now.iso", Placeholder::NowIso),
    ("nonce", Placeholder::Nonce),
    ("nonce.short", Placeholder::NonceShort),
    ("method", Placeholder::Method),
    ("method.lower", Placeholder::MethodLower),
    ("request.path", Placeholder::RequestPath),
    ("request.body", Placeholder::RequestBody),
];

type Named = fn(Name) -> Placeholder;
const NAMED: [(&str, Named); 4] = [
    ("secret", Placeholder::Secret),
    ("setting", Placeholder::Setting),
    ("extra", Placeholder::Extra),
    ("signed", Placeholder::Signed),
];

impl Placeholder {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, found)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(found.clone());
        }
        if let Some((kind, name)) = text.split_once('.')
            && let Some((_, make)) = NAMED.iter().find(|(found, _)| *found == kind)
        {
            return Name::new(name).map(make);
        }
        let shown: String = text.chars().take(60).collect();
        let near = nearest(text, PLAIN.iter().map(|(name, _)| *name));
        let hint = match near {
            Some(near) => format!("; is {{{near}}} meant?"),
            None => {
                let names: Vec<&str> = PLAIN.iter().map(|(name, _)| *name).collect();
                format!(
                    "; there are secret.NAME, setting.NAME, extra.NAME, signed.NAME, {}",
                    names.join(", ")
                )
            }
        };
        Err(format!(
            "there is no placeholder {{{}}}{hint}",
            shown.escape_debug()
        ))
    }

    /// The profile's own name in it.
    pub(crate) const fn name(&self) -> Option<&Name> {
        if let Self::Secret(name) | Self::Setting(name) | Self::Extra(name) | Self::Signed(name) =
            self
        {
            return Some(name);
        }
        None
    }

    /// Whether it carries a credential, so that it is masked wherever a request is shown.
    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::AccessToken | Self::Signed(_))
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = PLAIN.iter().find(|(_, found)| found == self) {
            return f.write_str(name);
        }
        let named = NAMED.iter().find_map(|(kind, make)| {
            let name = self.name()?;
            (make(name.clone()) == *self).then_some((kind, name))
        });
        match named {
            Some((kind, name)) => write!(f, "{kind}.{}", name.as_str()),
            None => Ok(()),
        }
    }
}
