//! How a profile's requests show who sends them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Paths;
use super::body::{Body, Encoding};
use super::digest::{Algorithm, Encoding as DigestEncoding};
use super::name::Name;
use super::placeholder::Placeholder;
use super::route::Path;
use super::template::Template;

/// How requests show who sends them. The parts can be combined.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Headers such as `Authorization = "Bearer {secret.api_key}"`.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// `Authorization: Basic …` from a user and a password.
    #[serde(default)]
    pub(crate) basic: Option<Basic>,
    /// An access token that is got first; requests carry it as `{access_token}`.
    #[serde(default)]
    pub token: Option<Token>,
    /// Signatures; requests carry them as `{signed.NAME}`.
    #[serde(default)]
    pub(crate) sign: Vec<Sign>,
    /// Whether a signer of the account's own adds headers, for what nothing else can say.
    #[serde(default)]
    pub signer: bool,
}

/// HTTP's basic authentication.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Basic {
    /// The user, such as `{secret.key_id}`.
    pub(crate) user: Template,
    /// The password; may be empty.
    pub(crate) password: Template,
}

/// A request for an access token: OAuth2 client credentials, or a login of the provider's own.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The path below the API's address.
    pub path: Path,
    /// Another address for it, for tests and for live.
    #[serde(default)]
    pub(crate) api: Option<TokenApi>,
    /// Headers.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// `Authorization: Basic …`.
    #[serde(default)]
    pub(crate) basic: Option<Basic>,
    /// How the body is written.
    #[serde(default)]
    pub(crate) encoding: Encoding,
    /// The body, such as `grant_type = "client_credentials"`.
    #[serde(default)]
    pub(crate) body: Body,
    /// Where the answer has the token.
    pub(crate) access_token: Paths,
    /// Where it says for how many seconds. Without it, a token is used for five minutes.
    #[serde(default)]
    pub(crate) expires_in: Option<Paths>,
}

/// Where tokens come from, where that is another host.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenApi {
    /// For tests.
    pub(crate) test: String,
    /// For live.
    pub(crate) live: String,
}

/// One signature over parts of a request.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Sign {
    /// Its name: `{signed.NAME}`.
    pub(crate) name: Name,
    /// The text that is signed. What is absent counts as empty here.
    pub(crate) text: Template,
    /// The algorithm.
    pub(crate) algorithm: Algorithm,
    /// The secret that keys it; not for `sha256`, where the text holds the secret.
    #[serde(default)]
    pub(crate) key: Option<Name>,
    /// How the result is written.
    pub(crate) encoding: DigestEncoding,
}

impl Sign {
    /// Whether the signed text needs the request to be written.
    pub(crate) fn is_over_the_request(&self) -> bool {
        self.text.placeholders().any(|placeholder| {
            matches!(
                placeholder,
                Placeholder::Method
                    | Placeholder::MethodLower
                    | Placeholder::RequestPath
                    | Placeholder::RequestBody
            )
        })
    }
}
