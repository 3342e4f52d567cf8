//! What isn't wrong with a profile, and leaves more to people than its author may think.

use refundkit_generic::language::{Document, Mistake};

pub(super) fn of(profile: &Document) -> Vec<Mistake> {
    let mut found = Vec::new();
    if !tells_the_end(profile) {
        found.push(
            Mistake::at(
                "refund_object",
                "nothing tells how a refund ends: each stays accepted until a person has looked",
            )
            .hint("say how a refund is read (refund_status), where a payment shows its refunds, or what signed messages look like (webhook)"),
        );
    }
    let list = profile.refunds.as_ref();
    if list.is_some_and(|list| !list.may_miss_some && !list.proves_absence()) {
        found.push(
            Mistake::at(
                "refunds",
                "nothing says where the list ends: what isn't in it proves nothing",
            )
            .hint("write more, next, total, until_empty or whole, as the provider's page says; or may_miss_some = true"),
        );
    }
    found
}

/// Whether any reading or message says how far a refund has come.
fn tells_the_end(profile: &Document) -> bool {
    let payment = profile.payment.as_ref();
    let by_payment =
        payment.is_some_and(|payment| profile.refunds.is_some() || payment.refunded.is_some());
    let webhook = profile.webhook.as_ref();
    // One that nobody has signed makes refundkit read, and here there is nothing to read.
    let by_message =
        webhook.is_some_and(|webhook| webhook.signature.is_some() && webhook.at.is_some());
    profile.refund_status.is_some() || by_payment || by_message
}
