//! What protects a repeated refund from being a second one.

use super::{Edit, all_refused, fault, refusal};

const KEY: &str = "key = { header = \"Idempotency-Key\", on_repeat = \"replay\", lifetime_hours = 24, fit = { max = 64 } }";
const HOURS: &str = "lifetime_hours = 24";
const FIT: &str = "fit = { max = 64 }";

/// Sent again at once, as with a key, each of these would be another refund.
#[test]
fn a_key_is_carried_by_every_refund_that_has_one() {
    const BARE: &str = "key = { on_repeat = \"replay\" }";
    const REVERSAL: &str = "key = { header = \"Cancel-Key\", on_repeat = \"replay\" }";
    // The body has a {token}, in a field where no provider looks for a key.
    const EDITS: &[Edit] = &[
        (KEY, BARE, "refund.key: nothing carries the key"),
        (REVERSAL, BARE, "reversal.key: nothing carries the key"),
    ];
    all_refused(EDITS);
    let bare = |text: &str| text.replacen(KEY, BARE, 1);
    let with_token = super::BASE.replacen(
        "[reversal]\npath = \"/payments/{payment}/cancel\"\nencoding = \"none\"",
        "[reversal]\npath = \"/payments/{payment}/cancel\"\nencoding = \"json\"\nbody = { reference = \"{token}\" }",
        1,
    );
    assert_eq!(refusal(&with_token), None);
    let with_token = with_token.replacen(REVERSAL, BARE, 1);
    assert_eq!(
        fault(refusal(&with_token), "reversal.key: nothing carries"),
        None
    );
    // In a field of its own, in a header, or in the query it is carried.
    for (from, to) in [
        (
            "headers = { X-Trace = \"refund\" }",
            "headers = { X-Once = \"{key}\" }",
        ),
        (
            "query = { mode = \"full\" }",
            "query = { once = \"{key}\" }",
        ),
    ] {
        let text = bare(&super::BASE.replacen(from, to, 1));
        assert_eq!(refusal(&text), None, "{to}");
    }
    let text = bare(super::BASE)
        .replacen(
            "bic = \"{extra.bic}\"",
            "bic = \"{extra.bic}\"\nonce = \"{key}\"",
            1,
        )
        .replacen(
            "everything = true",
            "everything = true, once = \"{key}\"",
            1,
        );
    assert_eq!(refusal(&text), None);
}

#[test]
fn a_key_has_a_carrier_a_lifetime_and_room() {
    const EDITS: &[Edit] = &[
        (
            "key = { header = \"Cancel-Key\", on_repeat = \"replay\" }",
            "key = { on_repeat = \"replay\" }",
            "nothing carries the key",
        ),
        (KEY, "key = { header = \"Idempotency-Key\" }", "on_repeat"),
        (HOURS, "lifetime_hours = 0", "1 to 9600"),
        (HOURS, "lifetime_hours = 4294967295", "1 to 9600"),
        (HOURS, "lifetime_hours = 9601", "1 to 9600"),
        (HOURS, "lifetime_hours = -1", "-1"),
        (HOURS, "lifetime_hours = 24.0", "24"),
        (HOURS, "lifetime_hours = 99999999999999999999", "line"),
        (HOURS, "lifetime_hours = inf", "line"),
        (FIT, "fit = { max = 19 }", "two tokens could be the same"),
        (FIT, "fit = { max = 0 }", "two tokens could be the same"),
        (
            FIT,
            "fit = { charset = \"digits\", max = 29 }",
            "two tokens could be the same",
        ),
        (
            FIT,
            "fit = { charset = \"uuid\", max = 32 }",
            "two tokens could be the same",
        ),
        (FIT, "fit = { min = 65, max = 64 }", "min"),
        (FIT, "fit = { min = 201 }", "min"),
        (FIT, "fit = { charset = \"emoji\" }", "emoji"),
        (
            "\n[reason]\n",
            "\n[token]\nmax = 8\n[reason]\n",
            "two tokens could be the same",
        ),
    ];
    all_refused(EDITS);
}
