//! What becomes of a provider's messages, in prose.

use std::fmt::Write as _;

use refundkit_generic::language::{
    Algorithm, DigestEncoding as Encoding, Document, KeyForm, OneOrMore, Webhook,
};

/// What becomes of the provider's messages.
pub(super) fn messages(page: &mut String, document: &Document) -> std::fmt::Result {
    writeln!(page, "\nMessages from the provider")?;
    let Some(webhook) = &document.webhook else {
        return writeln!(
            page,
            "  The profile doesn't describe them: none is taken in."
        );
    };
    if !document.messages_name_a_payment() {
        return writeln!(page, "  They don't name the payment: none is taken in.");
    }
    signature(page, webhook)?;
    let what = match (&webhook.signature, &webhook.at) {
        (Some(_), Some(_)) => {
            "the refund in it counts as far as its status says; one that can't be read makes refundkit read the payment"
        }
        _ => "the payment is read again, and nothing else follows",
    };
    if webhook.event.is_none() {
        return writeln!(page, "  each: {what}");
    }
    writeln!(page, "  {}: {what}", webhook.events.join(", "))?;
    writeln!(page, "  any other: nothing follows")
}

fn signature(page: &mut String, webhook: &Webhook) -> std::fmt::Result {
    let (Some(headers), Some(algorithm), Some(encoding), Some(signed)) = (
        &webhook.signature,
        webhook.algorithm,
        webhook.encoding,
        &webhook.signed,
    ) else {
        return writeln!(
            page,
            "  Nobody signs them so that it could be checked: anybody can send one."
        );
    };
    let headers = OneOrMore::texts(headers).join(" or ");
    let prefix = match &webhook.prefix {
        Some(prefix) => ["behind ", prefix, " in "].concat(),
        None => "in ".to_owned(),
    };
    let key = match webhook.key.unwrap_or_default() {
        KeyForm::Text => "the secret",
        KeyForm::Standard => "the secret, or what it says in base64",
    };
    writeln!(
        page,
        "  signed {prefix}{headers}: {} of {} by {key}, {}",
        hash(algorithm),
        signed.written(),
        writing(encoding)
    )?;
    if webhook.timestamp.is_some() || webhook.timestamp_prefix.is_some() {
        writeln!(
            page,
            "  signed more than five minutes before or after our own time: refused"
        )
    } else {
        writeln!(
            page,
            "  without a time: an old one that is sent again can't be told from a late one"
        )
    }
}

const fn hash(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha256 => "the SHA-256",
        Algorithm::HmacSha256 => "the HMAC with SHA-256",
        Algorithm::HmacSha512 => "the HMAC with SHA-512",
    }
}

const fn writing(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Hex => "in hexadecimal",
        Encoding::HexUpper => "in upper-case hexadecimal",
        Encoding::Base64 => "in base64",
        Encoding::Base64Url => "in base64url",
        Encoding::Base64OfHex => "in base64 of its hexadecimal",
    }
}
