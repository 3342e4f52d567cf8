//! The requests of a profile.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::body::{Body, Encoding};
use super::fit::Fit;
use super::route::Path;
use super::status::StatusWord;
use super::template::Template;
use super::{Meanings, Paths};

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

/// The request that returns money.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Refund {
    /// The method; `POST` unless said otherwise.
    #[serde(default = "post")]
    pub(crate) method: Verb,
    /// The path below the API's address, such as `/payments/{payment}/refund`.
    pub(crate) path: Path,
    /// The query.
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Template>,
    /// Further headers.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// How the body is written.
    #[serde(default)]
    pub(crate) encoding: Encoding,
    /// Another content type than the encoding's own; without a body, it is sent all the same.
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    /// The body. A field whose value is absent is left out.
    #[serde(default)]
    pub(crate) body: Body,
    /// What is sent otherwise where all of an untouched payment is refunded.
    #[serde(default)]
    pub(crate) full: Option<FullRefund>,
    /// Whether the provider refunds payments as a whole only.
    #[serde(default)]
    pub(crate) full_only: bool,
    /// What protects a repeated request from being a second refund.
    #[serde(default)]
    pub(crate) key: Option<Key>,
    /// The HTTP statuses of a success; any 2xx where left out. Others from 200 to 399 say nothing.
    #[serde(default)]
    pub(crate) success: Vec<u16>,
    /// Error statuses whose body can be a refund all the same; it is one if it has the refund's status.
    #[serde(default)]
    pub(crate) results: Vec<u16>,
    /// What a success is answered with.
    pub(crate) answer: AnswerKind,
    /// Where in the answer the refund, the payment or the list is.
    #[serde(default)]
    pub(crate) at: Option<Paths>,
}

/// The same request where all of an untouched payment is refunded.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct FullRefund {
    /// Another path.
    #[serde(default)]
    pub(crate) path: Option<Path>,
    /// Another way to write the body.
    #[serde(default)]
    pub(crate) encoding: Option<Encoding>,
    /// Another body.
    #[serde(default)]
    pub(crate) body: Body,
}

const fn post() -> Verb {
    Verb::Post
}

/// What a success is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerKind {
    /// The refund itself.
    Refund,
    /// The payment, with the refund in its list of refunds, found by our token.
    Payment,
    /// A list of refunds, ours among them, found by our token.
    List,
    /// Nothing that could be read: the HTTP status alone.
    None,
}

/// What makes a request recognisable when it is sent again.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// The header that carries it. Left out where `{key}` stands in the body, the headers or the query.
    #[serde(default)]
    pub(crate) header: Option<String>,
    /// What the same key gets a second time.
    pub(crate) on_repeat: Repeat,
    /// For how many hours the provider promises to know it. Without a promise, refundkit trusts it for
    /// half a day where a reading would show the refund, and for an hour where none would.
    #[serde(default)]
    pub(crate) lifetime_hours: Option<u32>,
    /// What it has to look like.
    #[serde(default)]
    pub(crate) fit: Option<Fit>,
}

/// What the same key gets a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Repeat {
    /// The first answer once more.
    Replay,
    /// An error.
    Conflict,
    /// An answer that tells nothing of the first.
    Ignored,
}

/// The request that takes back what was authorised and not captured.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Reversal {
    /// The method; `POST` unless said otherwise.
    #[serde(default = "post")]
    pub(crate) method: Verb,
    /// The path below the API's address.
    pub(crate) path: Path,
    /// The query.
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Template>,
    /// Further headers.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// How the body is written.
    #[serde(default)]
    pub(crate) encoding: Encoding,
    /// Another content type than the encoding's own; without a body, it is sent all the same.
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    /// The body.
    #[serde(default)]
    pub(crate) body: Body,
    /// What protects a repeated request.
    #[serde(default)]
    pub(crate) key: Option<Key>,
    /// The HTTP statuses of a success; any 2xx where left out.
    #[serde(default)]
    pub(crate) success: Vec<u16>,
    /// What a success is answered with.
    pub(crate) answer: ReversalAnswer,
    /// Where in the answer it is.
    #[serde(default)]
    pub(crate) at: Option<Paths>,
    /// The reversal's status, where it is answered with an object of its own.
    #[serde(default)]
    pub(crate) status: Option<Paths>,
    /// What the words of that status mean.
    #[serde(default)]
    pub(crate) statuses: Meanings<StatusWord>,
}

/// What a reversal is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReversalAnswer {
    /// The payment, which then is reversed.
    Payment,
    /// An object of its own with a `status`.
    Status,
    /// Nothing that could be read: the success is taken on, and the payment tells the end.
    None,
}

/// A request that reads, and changes nothing.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The method; `GET` unless said otherwise.
    #[serde(default = "get")]
    pub(crate) method: Verb,
    /// The path below the API's address.
    pub(crate) path: Path,
    /// The query.
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Template>,
    /// Further headers.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// How the body is written, where there is one.
    #[serde(default)]
    pub(crate) encoding: Encoding,
    /// Another content type than the encoding's own; without a body, it is sent all the same.
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    /// The body.
    #[serde(default)]
    pub(crate) body: Body,
    /// The HTTP statuses of its success; 200 where left out.
    #[serde(default)]
    pub(crate) success: Vec<u16>,
    /// Where in the answer the object is.
    #[serde(default)]
    pub(crate) at: Option<Paths>,
}

/// An error that says that there is nothing to list.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {
    /// Its HTTP status, of 400 to 499.
    pub(crate) status: u16,
    /// Where it says so.
    pub(crate) field: Paths,
    /// The words there.
    pub(crate) is: super::OneOrMore,
}

const fn get() -> Verb {
    Verb::Get
}

/// The parts that all requests have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) method: Verb,
    pub(crate) path: &'a Path,
    pub(crate) query: &'a BTreeMap<String, Template>,
    pub(crate) headers: &'a BTreeMap<String, Template>,
    pub(crate) encoding: Encoding,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a Body,
    pub(crate) key: Option<&'a Key>,
}

impl Refund {
    /// The request for a part, or for all of an untouched payment.
    pub(crate) fn shape(&self, full: bool) -> Shape<'_> {
        let other = self.full.as_ref().filter(|_| full);
        Shape {
            method: self.method,
            path: other
                .and_then(|other| other.path.as_ref())
                .unwrap_or(&self.path),
            query: &self.query,
            headers: &self.headers,
            encoding: other
                .and_then(|other| other.encoding)
                .unwrap_or(self.encoding),
            content_type: self.content_type.as_deref(),
            body: other.map_or(&self.body, |other| &other.body),
            key: self.key.as_ref(),
        }
    }
}

impl Reversal {
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape {
            method: self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            encoding: self.encoding,
            content_type: self.content_type.as_deref(),
            body: &self.body,
            key: self.key.as_ref(),
        }
    }
}

impl Read {
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape {
            method: self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            encoding: self.encoding,
            content_type: self.content_type.as_deref(),
            body: &self.body,
            key: None,
        }
    }
}
