//! What every [`Journal`] keeps of facts.

use refundkit_core::operation::{Decision, Fact, Known, Source};
use refundkit_core::{
    Journal, Minor, Outcome, PaymentId, RefundFact, RefundId, RefundStatus, Text,
};

use super::{PAYMENT, answered, begin_new, not_sent, record, refused, sample, unknown};

/// Every kind of fact is kept, in its order.
pub async fn every_fact_comes_back(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    let refund = RefundFact {
        refund: Some(RefundId::new("rfnd_1").unwrap()),
        status: RefundStatus::Other("on \"hold\"".to_owned()),
        amount: Minor::new(1000),
        currency: "GBP".parse().ok(),
        payment: Some(PaymentId::new(PAYMENT).unwrap()),
        token: Some(wanted.key.clone()),
    };
    let facts = [
        answered(1, not_sent()),
        answered(2, unknown()),
        answered(3, Outcome::Exists),
        answered(4, refused()),
        answered(5, Outcome::Accepted(refund.clone())),
        answered(6, Outcome::Executed(refund.clone())),
        answered(
            7,
            Outcome::Contradiction {
                what: "y".to_owned(),
                fact: refund.clone(),
            },
        ),
        Fact::Seen {
            by: Source::Listed,
            refund: refund.clone(),
        },
        Fact::Seen {
            by: Source::Asked,
            refund: refund.clone(),
        },
        Fact::Seen {
            by: Source::Total,
            refund: refund.clone(),
        },
        Fact::Contradicted {
            what: "z".to_owned(),
            refund,
        },
        Fact::Cancelled,
        Fact::Absent { attempt: 6 },
        Fact::NoRoom { attempt: 6 },
        Fact::Parked {
            attempt: 6,
            why: "w".to_owned(),
            told: Some(RefundStatus::Pending),
        },
        Fact::Decided {
            attempt: 6,
            decision: Decision::Rejected,
            evidence: Text::new("the dashboard\nsays so").unwrap(),
            by: Text::new("Ada").unwrap(),
            known: Known {
                pieces: 15,
                told: Some(RefundStatus::Succeeded),
                contradictions: ["z".to_owned()].into(),
            },
        },
    ];
    for fact in facts.clone() {
        record(journal, &wanted, fact).await;
    }
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    let kept = found.evidence.into_iter().map(|evidence| evidence.fact);
    assert_eq!(kept.collect::<Vec<_>>(), facts);
}
