//! What protects a repeated refund from being a second one.

use super::{Edit, all_refused};

const KEY: &str = "key = { header = \"Idempotency-Key\", on_repeat = \"replay\", lifetime_hours = 24, fit = { max = 64 } }";
const HOURS: &str = "lifetime_hours = 24";
const FIT: &str = "fit = { max = 64 }";

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
