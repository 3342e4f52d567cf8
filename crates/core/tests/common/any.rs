//! Evidence of every kind there is, for properties.

use proptest::prelude::*;
use refundkit_core::ProviderRefund;
use refundkit_core::operation::{Decision, Source};
use refundkit_core::{Evidence, Fact, Outcome, RefundId, RefundStatus};

use super::{decided, evidence as known, fact, not_sent, refused, unknown};

pub(crate) fn status() -> impl Strategy<Value = RefundStatus> {
    prop::sample::select(vec![
        RefundStatus::Unstated,
        RefundStatus::Other("odd".to_owned()),
        RefundStatus::Pending,
        RefundStatus::Review,
        RefundStatus::Failed,
        RefundStatus::Succeeded,
    ])
}

pub(crate) fn source() -> impl Strategy<Value = Source> {
    prop::sample::select(vec![
        Source::Listed,
        Source::Asked,
        Source::Total,
        Source::Webhook,
    ])
}

pub(crate) fn refund_id() -> impl Strategy<Value = Option<RefundId>> {
    prop::option::of("re_[123]").prop_map(|id| id.map(|id| RefundId::new(id).unwrap()))
}

pub(crate) fn refund_fact() -> impl Strategy<Value = ProviderRefund> {
    (status(), refund_id()).prop_map(|(status, refund)| ProviderRefund {
        id: refund,
        ..fact(status)
    })
}

pub(crate) fn outcome() -> impl Strategy<Value = Outcome> {
    let executed = refund_id().prop_map(|refund| ProviderRefund {
        id: refund,
        ..fact(RefundStatus::Succeeded)
    });
    prop_oneof![
        Just(not_sent()),
        Just(refused()),
        Just(unknown()),
        Just(Outcome::Exists),
        executed.prop_map(Outcome::Executed),
        refund_fact().prop_map(Outcome::Accepted),
        ("[ab]", refund_fact()).prop_map(|(what, fact)| Outcome::Contradiction { what, fact }),
    ]
}

/// The provider's own word from elsewhere than an answer.
pub(crate) fn word() -> impl Strategy<Value = Fact> {
    (source(), refund_fact()).prop_map(|(by, refund)| Fact::Seen { by, refund })
}

/// One of every kind. A new kind of fact is added here too.
pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    let decision = prop::sample::select(vec![
        Decision::Ready,
        Decision::Rejected,
        Decision::Succeeded,
    ]);
    prop_oneof![
        (1..4_u32).prop_map(|attempt| Fact::Marked { attempt }),
        (1..4_u32, outcome()).prop_map(|(attempt, outcome)| Fact::answered(attempt, outcome, None)),
        word(),
        ("[ab]", refund_fact()).prop_map(|(what, refund)| Fact::Contradicted { what, refund }),
        Just(Fact::cancelled()),
        (1..4_u32).prop_map(|attempt| Fact::Absent { attempt }),
        (1..4_u32).prop_map(|attempt| Fact::NoRoom { attempt }),
        (0..4_u32, "[ab]").prop_map(|(attempt, why)| Fact::parked(attempt, why)),
        (0..4_u32, decision).prop_map(|(attempt, decision)| decided(0, attempt, decision).fact),
    ]
}

pub(crate) fn evidence() -> impl Strategy<Value = Evidence> {
    (0..4_i64, any_fact()).prop_map(|(seconds, fact)| known(seconds, fact))
}

pub(crate) fn pieces() -> impl Strategy<Value = Vec<Evidence>> {
    prop::collection::vec(evidence(), 0..9)
}
