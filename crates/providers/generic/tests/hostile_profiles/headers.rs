//! Headers that frame a request, are there twice, or carry more than a value.

use super::{Edit, all_refused};

const VERSION: &str = "X-Version = \"7\"";
const TRACE: &str = "X-Trace = \"refund\"";
const SIGNATURE: &str = "X-Signature = \"{signed.body}\"";
const TENANT: &str = "X-Tenant = \"{setting.merchant}\"";
const KEY: &str = "header = \"Idempotency-Key\"";
const CANCEL: &str = "header = \"Cancel-Key\"";

#[test]
fn what_frames_a_request_is_not_the_profiles_to_set() {
    const EDITS: &[Edit] = &[
        (VERSION, "Host = \"evil.example\"", "Host"),
        (VERSION, "hOSt = \"evil.example\"", "hOSt"),
        (VERSION, "Content-Length = \"0\"", "Content-Length"),
        (VERSION, "content-length = \"0\"", "content-length"),
        (
            TRACE,
            "Transfer-Encoding = \"chunked\"",
            "Transfer-Encoding",
        ),
        (
            TRACE,
            "TRANSFER-ENCODING = \"chunked\"",
            "TRANSFER-ENCODING",
        ),
        (TRACE, "Connection = \"close\"", "Connection"),
        (TRACE, "Keep-Alive = \"timeout=5\"", "Keep-Alive"),
        (TRACE, "Upgrade = \"h2c\"", "Upgrade"),
        (TRACE, "Expect = \"100-continue\"", "Expect"),
        (TRACE, "TE = \"trailers\"", "TE"),
        (TRACE, "Trailer = \"X\"", "Trailer"),
        (TRACE, "Content-Type = \"text/plain\"", "Content-Type"),
        (TRACE, "Content-Encoding = \"gzip\"", "Content-Encoding"),
        (TRACE, "Accept-Encoding = \"gzip\"", "Accept-Encoding"),
        (
            TRACE,
            "X-HTTP-Method-Override = \"GET\"",
            "X-HTTP-Method-Override",
        ),
        (TRACE, "Proxy-Connection = \"close\"", "Proxy-Connection"),
        (SIGNATURE, "Host = \"{signed.body}\"", "Host"),
        (SIGNATURE, "cOnNeCtIoN = \"{signed.body}\"", "cOnNeCtIoN"),
        (TENANT, "Host = \"{setting.merchant}\"", "Host"),
        (
            TENANT,
            "Content-length = \"{setting.merchant}\"",
            "Content-length",
        ),
        (KEY, "header = \"Host\"", "header that a key can travel in"),
        (
            KEY,
            "header = \"content-LENGTH\"",
            "header that a key can travel in",
        ),
        (
            CANCEL,
            "header = \"Transfer-Encoding\"",
            "header that a key can travel in",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn names_and_values_stay_in_their_line() {
    const EDITS: &[Edit] = &[
        (VERSION, "\"X: 1\" = \"7\"", "no name of a header"),
        (VERSION, "\"X\\r\\nHost\" = \"7\"", "no name of a header"),
        (VERSION, "\"\" = \"7\"", "no name of a header"),
        (VERSION, "\"X.Y\" = \"7\"", "no name of a header"),
        (
            VERSION,
            "\"\u{425}-Version\" = \"7\"",
            "no name of a header",
        ),
        (VERSION, "X-Version = \"7\\r\\nX-Evil: 1\"", "visible ASCII"),
        (VERSION, "X-Version = \"7\\u0000\"", "visible ASCII"),
        (VERSION, "X-Version = \"\"", "visible ASCII"),
        (VERSION, "X-Version = \"\u{ff17}\"", "visible ASCII"),
        (
            TRACE,
            "X-Trace = \"{payment}\\nX-Evil: 1\"",
            "visible ASCII",
        ),
        (
            SIGNATURE,
            "X-Signature = \"a\\r\\n{signed.body}\"",
            "visible ASCII",
        ),
        (
            KEY,
            "header = \"Idempotency Key\"",
            "header that a key can travel in",
        ),
        (KEY, "header = \"\"", "header that a key can travel in"),
        (
            KEY,
            "header = \"Key\\r\\nX\"",
            "header that a key can travel in",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn no_header_is_there_twice() {
    const EDITS: &[Edit] = &[
        (KEY, "header = \"Authorization\"", "twice"),
        (KEY, "header = \"authorization\"", "twice"),
        (KEY, "header = \"x-version\"", "twice"),
        (KEY, "header = \"X-TRACE\"", "twice"),
        (CANCEL, "header = \"X-Signature\"", "twice"),
        (VERSION, "X-Version = \"7\"\nx-version = \"8\"", "twice"),
        (VERSION, "authorization = \"Bearer other\"", "twice"),
        (VERSION, "idempotency-key = \"fixed\"", "twice"),
        (TRACE, "X-Version = \"8\"", "twice"),
        (TRACE, "Idempotency-key = \"fixed\"", "twice"),
        (TENANT, "authorization = \"{setting.merchant}\"", "twice"),
        (
            TENANT,
            "X-Tenant = \"{setting.merchant}\", x-tenant = \"2\"",
            "twice",
        ),
    ];
    all_refused(EDITS);
}
