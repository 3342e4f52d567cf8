//! What a profile says of messages: nothing that a forger could make use of.

use super::{BASE, fault, refusal};

const SIGNED: &str = r#"
[webhook]
signature = "X-Signature"
separator = ","
prefix = "v1="
timestamp_prefix = "t="
algorithm = "hmac-sha256"
encoding = "hex"
signed = "{timestamp}.{body}"
event_id = "id"
event = "type"
events = ["refunded"]
payment = "data.payment"
at = "data"
"#;

fn all_refused(base: &str, edits: &[(&str, &str, &str)]) {
    assert_eq!(refusal(&[BASE, base].concat()), None, "the base is fine");
    let faults: Vec<String> = edits
        .iter()
        .filter_map(|(from, to, expected)| {
            assert!(base.contains(from), "the base has no {from}");
            let text = [BASE, &base.replacen(from, to, 1)].concat();
            let problem = fault(refusal(&text), expected)?;
            Some(format!("{} ({expected}): {problem}", to.escape_debug()))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_signature_proves_what_is_taken() {
    all_refused(
        SIGNED,
        &[
            (
                "algorithm = \"hmac-sha256\"",
                "algorithm = \"sha256\"",
                "without a key",
            ),
            ("algorithm = \"hmac-sha256\"", "algorithm = \"md5\"", "md5"),
            ("algorithm = \"hmac-sha256\"\n", "", "a part of how"),
            ("signature = \"X-Signature\"\n", "", "a part of how"),
            ("signed = \"{timestamp}.{body}\"\n", "", "a part of how"),
            ("\"{timestamp}.{body}\"", "\"{timestamp}\"", "{body}"),
            ("\"{timestamp}.{body}\"", "\"{url}{body}\"", "only"),
            (
                "\"{timestamp}.{body}\"",
                "\"{body}.{timestamp}\"",
                "ends with",
            ),
            ("\"{timestamp}.{body}\"", "\"{body}\"", "isn't signed"),
            (
                "\"{timestamp}.{body}\"",
                "\"{id}.{timestamp}.{body}\"",
                "names no header",
            ),
            (
                "event_id = \"id\"",
                "event_id = \"header:X-Id\"",
                "another message's",
            ),
            (
                "event_id = \"id\"",
                "event_id = [\"id\", \"header:X-Id\"]",
                "one header",
            ),
            (
                "event_id = \"id\"",
                "event_id = \"own:token\"",
                "one header",
            ),
            ("event_id = \"id\"", "timestamp = \"at\"", "already"),
            ("timestamp_prefix = \"t=\"\n", "", "no header is named"),
            (
                "timestamp_prefix = \"t=\"\n",
                "timestamp = \"at\"\n",
                "no header is named",
            ),
            (
                "timestamp_prefix = \"t=\"\n",
                "timestamp = [\"header:A\", \"header:B\"]\n",
                "one header",
            ),
            (
                "event_id = \"id\"",
                "tolerance_seconds = 86400",
                "tolerance_seconds",
            ),
            ("event_id = \"id\"", "key = \"hex\"", "hex"),
        ],
    );
}

#[test]
fn a_header_is_read_one_way() {
    all_refused(
        SIGNED,
        &[
            ("\"X-Signature\"", "[]", "one to four headers"),
            (
                "\"X-Signature\"",
                "[\"A\", \"B\", \"C\", \"D\", \"E\"]",
                "one to four headers",
            ),
            ("\"X-Signature\"", "\"X Signature\"", "one to four headers"),
            (
                "\"X-Signature\"",
                "\"X-Signature\\r\\n\"",
                "one to four headers",
            ),
            ("separator = \",\"", "separator = \"\"", "a comma"),
            ("separator = \",\"", "separator = \"=\"", "a comma"),
            ("separator = \",\"", "separator = \", \"", "a comma"),
            ("separator = \",\"\n", "", "needs the separator"),
            ("prefix = \"v1=\"\n", "", "which parts"),
            ("prefix = \"v1=\"", "prefix = \"\"", "1 to 20"),
            ("prefix = \"v1=\"", "prefix = \"v,1=\"", "1 to 20"),
            (
                "prefix = \"v1=\"",
                "prefix = \"v1=v1=v1=v1=v1=v1=v1=\"",
                "1 to 20",
            ),
            ("prefix = \"v1=\"", "prefix = \"v1 \"", "1 to 20"),
            (
                "timestamp_prefix = \"t=\"",
                "timestamp_prefix = \"v1=\"",
                "begin alike",
            ),
            (
                "timestamp_prefix = \"t=\"",
                "timestamp_prefix = \"v1=t\"",
                "begin alike",
            ),
            (
                "timestamp_prefix = \"t=\"",
                "timestamp_prefix = \"v\"",
                "begin alike",
            ),
        ],
    );
}

#[test]
fn what_is_read_of_a_message_is_in_its_body() {
    all_refused(
        SIGNED,
        &[
            (
                "event = \"type\"",
                "event = \"header:X-Event\"",
                "message's body",
            ),
            ("\"data.payment\"", "\"header:X-Payment\"", "message's body"),
            ("\"data.payment\"", "\"own:token\"", "message's body"),
            ("at = \"data\"", "at = \"header:X-Data\"", "message's body"),
            ("at = \"data\"", "at = \"a + b\"", "message's body"),
            ("events = [\"refunded\"]\n", "", "both of them, or neither"),
            ("event = \"type\"\n", "", "both of them, or neither"),
        ],
    );
    let many = format!("events = [{}]", "\"x\",".repeat(101));
    all_refused(SIGNED, &[("events = [\"refunded\"]", &many, "at most 100")]);
}

#[test]
fn nothing_but_a_hint_is_taken_from_what_nobody_signed() {
    let unsigned = "\n[webhook]\npayment = \"data.payment\"\n";
    let with = |line: &str| [unsigned, line].concat();
    for line in [
        "at = \"data\"",
        "event_id = \"id\"",
        "timestamp = \"at\"",
        "timestamp_prefix = \"t=\"",
        "separator = \",\"",
        "prefix = \"v1=\"",
        "key = \"standard\"",
    ] {
        let text = [BASE, &with(line)].concat();
        let problem = fault(refusal(&text), "nobody has signed");
        assert_eq!(problem, None, "{line}");
    }
    assert_eq!(refusal(&[BASE, unsigned].concat()), None);
}
