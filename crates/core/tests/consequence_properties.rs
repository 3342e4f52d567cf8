//! What follows from a provider's message, whatever is known of the operations of its payment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::any::{self, pieces};
use common::{evidence, gbp, minor, refund, reversal, token};
use proptest::prelude::*;
use refundkit_core::ProviderRefund;
use refundkit_core::operation::Source;
use refundkit_core::webhook::{Consequence, EventContent, consequence};
use refundkit_core::{Fact, Operation, RefundStatus, State};

/// Up to three refunds of one payment, or its reversal, with anything known of them.
fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let refunds = prop::collection::vec(pieces(), 0..4).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered
            .map(|(number, known)| refund(number, 1_000, known))
            .collect()
    });
    prop_oneof![4 => refunds, 1 => pieces().prop_map(|known| vec![reversal(0, known)])]
}

/// What a message can say of a refund: ours or not, as it was asked for or not.
fn shown() -> impl Strategy<Value = ProviderRefund> {
    let amount = prop::option::of(prop::sample::select(vec![1_000, 900]));
    let named = (any::refund_id(), prop::option::of(0..5_usize));
    (named, any::status(), amount, any::<bool>()).prop_map(|((id, by), status, amount, stated)| {
        ProviderRefund {
            payment: Some("pay_1".parse().unwrap()),
            currency: stated.then(gbp),
            id,
            token: by.map(token),
            amount: amount.map(minor),
            ..ProviderRefund::with_status(status)
        }
    })
}

fn say(operations: &mut [Operation], seconds: i64, told: &Consequence) {
    if let Some((id, fact)) = &told.fact {
        let owner = operations
            .iter_mut()
            .find(|operation| operation.intent.id == *id)
            .expect("a fact is about one of the payment's operations");
        owner.evidence.push(evidence(seconds, fact.clone()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// A message that comes twice is nothing new the second time, whoever remembers it or not, where it
    /// was newer than all that was known.
    #[test]
    fn the_same_message_again_says_nothing(
        mut operations in operations(),
        shown in shown(),
        seconds in 1_000_000..1_000_009_i64,
    ) {
        let news = EventContent::Refund(Box::new(shown));
        let first = consequence(&operations, &news);
        say(&mut operations, seconds, &first);
        let again = consequence(&operations, &news);
        match &first.fact {
            Some(_) => prop_assert_eq!(again, Consequence::default()),
            None => prop_assert_eq!(again, first),
        }
    }

    /// However old it is and however often it comes, it is written down twice at most: once more where
    /// something held at its time that it is to turn round.
    #[test]
    fn a_message_is_never_written_down_more_than_twice(
        mut operations in operations(),
        shown in shown(),
        seconds in 0..9_i64,
    ) {
        let news = EventContent::Refund(Box::new(shown));
        for seconds in [seconds, 1_000_000, 1_000_001] {
            let told = consequence(&operations, &news);
            prop_assert!(told.fact.is_none() || seconds <= 1_000_000);
            say(&mut operations, seconds, &told);
        }
    }

    /// It is the provider's word, by whom it came and about the refund that it names, and never a
    /// decision: no message sends, gives up, or proves absence.
    #[test]
    fn a_message_is_a_word_and_never_a_decision(
        operations in operations(),
        shown in shown(),
    ) {
        let told = consequence(&operations, &EventContent::Refund(Box::new(shown.clone())));
        prop_assert!(!told.refresh || !operations.is_empty());
        if let Some((_, fact)) = &told.fact {
            prop_assert!(!fact.is_decision());
            let refund = match fact {
                Fact::Seen { by, refund } => {
                    prop_assert_eq!(*by, Source::Webhook);
                    refund
                }
                // Without the id where that is another's.
                Fact::Contradicted { refund, .. } if refund.id.is_none() => return Ok(()),
                Fact::Contradicted { refund, .. } => refund,
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(refund, &shown.as_evidence());
        }
    }

    /// Ours is what carries our token or an id that was known before; all else is to be read.
    #[test]
    fn a_word_is_about_the_operation_whose_refund_it_is(
        operations in operations(),
        shown in shown(),
    ) {
        let told = consequence(&operations, &EventContent::Refund(Box::new(shown.clone())));
        let has_token = |operation: &Operation| shown.token.as_ref() == Some(&operation.intent.key);
        let knows_id = |operation: &Operation| {
            let summary = operation.summary();
            summary.refunds().any(|id| Some(id) == shown.id.as_ref())
        };
        match &told.fact {
            Some((id, _)) => {
                let owner = operations.iter().find(|one| one.intent.id == *id).unwrap();
                prop_assert!(has_token(owner) || knows_id(owner));
                prop_assert!(has_token(owner) || !operations.iter().any(has_token));
            }
            None if told.refresh => {}
            None => {
                let last = operations.iter().any(|one| {
                    let last = one.evidence.last().map(|evidence| &evidence.fact);
                    last.is_some_and(|fact| matches!(fact, Fact::Seen { .. } | Fact::Contradicted { .. }))
                });
                prop_assert!(operations.is_empty() || last);
            }
        }
    }

    /// A success that the provider has told of goes on until it tells of a failure.
    #[test]
    fn no_message_but_a_failure_lowers_a_success(
        mut operations in operations(),
        shown in shown(),
        seconds in 0..9_i64,
    ) {
        let decided = |one: &Operation| {
            one.evidence.iter().any(|known| matches!(known.fact, Fact::Decided { .. }))
        };
        let before: Vec<State> = operations.iter().map(Operation::state).collect();
        let told = consequence(&operations, &EventContent::Refund(Box::new(shown.clone())));
        let contradicts = matches!(told.fact, Some((_, Fact::Contradicted { .. })));
        say(&mut operations, seconds, &told);
        for (operation, before) in operations.iter().zip(before) {
            let lowers = contradicts || shown.status == RefundStatus::Failed;
            if before == State::Succeeded && !decided(operation) && !lowers {
                prop_assert_eq!(operation.state(), State::Succeeded);
            }
        }
    }

    /// A message without a word of its own asks to read the payment, where anything of it is ours.
    #[test]
    fn a_hint_is_no_fact(operations in operations()) {
        let refresh = !operations.is_empty();
        let payment = "pay_1".parse().unwrap();
        prop_assert_eq!(consequence(&operations, &EventContent::Changed(payment)), Consequence { fact: None, refresh });
        prop_assert_eq!(consequence(&operations, &EventContent::Other), Consequence::default());
    }
}
