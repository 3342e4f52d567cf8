//! The signature of a message, looked for in its headers.

use refundkit_core::webhook::{self, WebhookError, WebhookProblem};
use refundkit_core::{Delivery, Timestamp};
use refundkit_http::{ConfigError, Secret, SigningKeys};

use super::super::auth::sign_with;
use super::super::read::time as moment;
use super::key::keys;
use crate::language::{Algorithm, DigestEncoding, Signed, Webhook};

/// The longest header with signatures, and the most parts of one.
const LONGEST: usize = 4096;
const MOST_PARTS: usize = 32;

/// How an account's messages are signed.
pub(super) struct SignatureCheck {
    headers: Vec<String>,
    separator: Option<char>,
    prefix: String,
    time_prefix: Option<String>,
    time_header: Option<String>,
    id_header: Option<String>,
    signed: Signed,
    algorithm: Algorithm,
    encoding: DigestEncoding,
    keys: SigningKeys,
}

/// What a signature that fits has proved beside the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proven<'a> {
    /// The message's id, where a header has it.
    pub(super) id: Option<&'a str>,
    /// The message's time, where a header has it.
    pub(super) time: Option<&'a str>,
}

/// What one header says.
struct Written<'a> {
    signatures: Vec<&'a str>,
    time: Option<&'a str>,
}

impl SignatureCheck {
    /// `None` where the profile describes no signature.
    pub(super) fn new(webhook: &Webhook, secrets: &[Secret]) -> Result<Option<Self>, ConfigError> {
        let (Some(headers), Some(signed), Some(algorithm), Some(encoding)) = (
            &webhook.signature,
            &webhook.signed,
            webhook.algorithm,
            webhook.encoding,
        ) else {
            return Ok(None);
        };
        let form = webhook.key.unwrap_or_default();
        let keys = secrets.iter().flat_map(|secret| keys(form, secret));
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let header = |name: Option<&str>| name.map(str::to_owned);
        Ok(Some(Self {
            headers: headers.texts().to_vec(),
            separator: own(&webhook.separator).chars().next(),
            prefix: own(&webhook.prefix),
            time_prefix: webhook.timestamp_prefix.clone(),
            time_header: header(webhook.time_header()),
            id_header: header(webhook.id_header()),
            signed: signed.clone(),
            algorithm,
            encoding,
            keys: SigningKeys::new(keys.collect())?,
        }))
    }

    /// Looks for a signature that fits, in all headers and by all secrets.
    pub(super) fn open<'a>(&self, delivery: &Delivery<'a>) -> Result<Proven<'a>, WebhookError> {
        let beside = |name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => match delivery.header(name) {
                Some(value) if !value.is_empty() && value.len() <= LONGEST => Ok(Some(value)),
                _ => Err(unsigned()),
            },
        };
        let (id, time) = (beside(&self.id_header)?, beside(&self.time_header)?);
        let headers = self.headers.iter();
        let values = headers.filter_map(|name| self.parts(delivery.header(name)?));
        let mut is_written = false;
        for written in values {
            is_written = true;
            let time = time.or(written.time);
            let message = self.signed.bytes(id, time, delivery.body());
            let sign = |key: &[u8]| sign_with(self.algorithm, key, &message, self.encoding);
            if self.keys.made_one_of(&written.signatures, sign) {
                return Ok(Proven { id, time });
            }
        }
        Err(if is_written {
            let why = "no secret of the account made the message's signature";
            WebhookError::new(WebhookProblem::Forged, why)
        } else {
            unsigned()
        })
    }

    /// `None` for a header without a signature, or without the one time that it should have.
    fn parts<'a>(&self, value: &'a str) -> Option<Written<'a>> {
        if value.len() > LONGEST {
            return None;
        }
        let parts: Vec<&str> = match self.separator {
            Some(separator) => value.split(separator).collect(),
            None => vec![value],
        };
        let of = |prefix: &str| -> Vec<&'a str> {
            let parts = parts.iter().filter_map(|part| part.strip_prefix(prefix));
            parts.filter(|rest| !rest.is_empty()).collect()
        };
        let signatures = of(&self.prefix);
        let time = match &self.time_prefix {
            None => None,
            // Of two times nobody knows which one was signed.
            Some(prefix) => match of(prefix).as_slice() {
                [time] => Some(*time),
                _ => return None,
            },
        };
        let fits = parts.len() <= MOST_PARTS && !signatures.is_empty();
        fits.then_some(Written { signatures, time })
    }
}

fn unsigned() -> WebhookError {
    let why = "what the message's signature is made of is missing or malformed";
    WebhookError::new(WebhookProblem::Unsigned, why)
}

/// The message's own time, if it is near enough to ours.
pub(super) fn timely(time: &str, now: Timestamp) -> Result<Timestamp, WebhookError> {
    let at = moment(time).ok_or_else(|| {
        let why = "the time that the message was signed with is none";
        WebhookError::new(WebhookProblem::Unreadable, why)
    })?;
    webhook::timely(at, now).map(|()| at)
}
