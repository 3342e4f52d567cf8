//! Headers that neither a profile nor a signer sets.

/// Names that say what a request is, and not who sends it: how it is framed and read (RFC 9110,
/// RFC 9112), and the spellings by which servers let a header overrule the method.
pub(crate) const RESERVED: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];
