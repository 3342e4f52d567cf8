//! Reversal plans: of the whole payment, at the right stage, in time, and untouched.
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

use common::{
    CAPTURED, at, capabilities, foreign, leading_to, minor, payment, payment_at, pence, refund_in,
    reversal, reversal_request, text,
};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Lookup, Reversal};
use refundkit_core::payment::{Extent, ListedRefunds};
use refundkit_core::plan::{History, check_reversal, plan_reversal};
use refundkit_core::{
    CaptureMode, Kind, Notice, Operation, Payment, RefundStatus, Refusal, ReversalPlan,
    ReversalWindow, Stage, State,
};

fn plan(payment: &Payment) -> Result<ReversalPlan, Refusal> {
    plan_at(payment, 0)
}

fn plan_at(payment: &Payment, seconds: i64) -> Result<ReversalPlan, Refusal> {
    plan_reversal(
        payment,
        &History::default(),
        &reversal_request(),
        &capabilities(),
        at(seconds),
    )
}

fn plan_after(operations: &[Operation]) -> Result<ReversalPlan, Refusal> {
    plan_reversal(
        &payment_at(Stage::Authorized),
        &History::of(operations, refundkit_core::Timestamp::epoch()),
        &reversal_request(),
        &capabilities(),
        at(0),
    )
}

fn offering(reversal: Reversal) -> Capabilities {
    Capabilities {
        reversal,
        ..capabilities()
    }
}

fn is_offered(reversal: Reversal, stage: &Stage, mode: CaptureMode) -> bool {
    let mut payment = payment_at(stage.clone());
    payment.capture_mode = mode;
    let planned = plan_reversal(
        &payment,
        &History::default(),
        &reversal_request(),
        &offering(reversal),
        at(0),
    );
    match planned {
        Ok(_) => true,
        Err(Refusal::NotReversible { .. }) => false,
        Err(other) => panic!("{other}"),
    }
}

/// Certain until second 100, possible until second 200.
fn windowed() -> Payment {
    let mut payment = payment();
    payment.reversal_window = Some(ReversalWindow {
        certain_until: at(100),
        possible_until: at(200),
    });
    payment
}

fn stages() -> [Stage; 9] {
    [
        Stage::Created,
        Stage::Authorized,
        Stage::PartiallyCaptured,
        Stage::Captured,
        Stage::Reversed,
        Stage::Refunded,
        Stage::NeverPaid,
        Stage::Failed,
        Stage::Other("odd".to_owned()),
    ]
}

const MODES: [CaptureMode; 3] = [CaptureMode::Auto, CaptureMode::Manual, CaptureMode::Unknown];

#[test]
fn a_provider_without_reversals_reverses_at_no_stage() {
    for stage in stages() {
        for mode in MODES {
            assert!(
                !is_offered(Reversal::No, &stage, mode),
                "{stage:?} {mode:?}"
            );
        }
    }
}

#[test]
fn a_provider_that_reverses_authorisations_reverses_at_that_stage_only() {
    for stage in stages() {
        for mode in MODES {
            let offered = is_offered(Reversal::Authorized, &stage, mode);
            assert_eq!(offered, stage == Stage::Authorized, "{stage:?} {mode:?}");
        }
    }
}

#[test]
fn a_provider_that_also_reverses_captures_does_so_for_automatic_ones_only() {
    for stage in stages() {
        for mode in MODES {
            let offered = is_offered(Reversal::AuthorizedOrAutoCaptured, &stage, mode);
            let expected = stage == Stage::Authorized
                || (stage == Stage::Captured && mode == CaptureMode::Auto);
            assert_eq!(offered, expected, "{stage:?} {mode:?}");
        }
    }
}

#[test]
fn a_refusal_says_what_the_payment_is_instead() {
    for (stage, word) in [
        (Stage::Created, "nothing has been paid yet"),
        (
            Stage::PartiallyCaptured,
            "it has been captured, refund it instead",
        ),
        (Stage::Reversed, "it has been reversed already"),
        (Stage::Refunded, "it has been refunded"),
        (Stage::NeverPaid, "it was cancelled"),
        (Stage::Failed, "it failed"),
        (
            Stage::Other("odd".to_owned()),
            "it is in a state that refundkit doesn't know",
        ),
    ] {
        let refused = Refusal::NotReversible {
            payment: payment().id,
            because: word.to_owned(),
        };
        assert_eq!(plan(&payment_at(stage)), Err(refused));
    }
}

#[test]
fn a_capture_by_the_merchant_is_said_to_be_one() {
    let mut payment = payment();
    payment.capture_mode = CaptureMode::Manual;
    let refusal = plan(&payment).unwrap_err();
    assert!(
        refusal.to_string().contains("captured by the merchant"),
        "{refusal}"
    );
}

#[test]
fn a_reversal_is_of_all_that_was_authorised() {
    let mut payment = payment_at(Stage::Authorized);
    payment.captured = minor(0);
    let plan = plan(&payment).unwrap();
    assert_eq!(plan.amount(), pence(CAPTURED));
    assert_eq!(plan.payment(), &payment.id);
    assert_eq!(plan.budget().cap, minor(CAPTURED));
    assert_eq!(plan.budget().external, minor(0));
}

#[test]
fn a_payment_worth_nothing_is_not_reversed() {
    let mut payment = payment_at(Stage::Authorized);
    payment.authorized = minor(0);
    let refusal = plan(&payment).unwrap_err();
    assert!(matches!(refusal, Refusal::NoMoney { .. }), "{refusal}");
}

#[test]
fn a_payment_beyond_the_providers_field_is_not_reversed() {
    let mut narrow = capabilities();
    narrow.largest_amount = CAPTURED - 1;
    let planned = plan_reversal(
        &payment(),
        &History::default(),
        &reversal_request(),
        &narrow,
        at(0),
    );
    let refused = Refusal::TooLargeForProvider {
        asked: pence(CAPTURED),
        largest: CAPTURED - 1,
    };
    assert_eq!(planned, Err(refused));
}

#[test]
fn a_payment_without_a_window_can_be_reversed_at_any_time() {
    assert_eq!(plan_at(&payment(), 1_000_000_000).unwrap().notices(), []);
}

#[test]
fn a_reversal_is_certain_up_to_and_including_the_windows_certain_end() {
    for seconds in [0, 99, 100] {
        assert_eq!(plan_at(&windowed(), seconds).unwrap().notices(), []);
    }
}

#[test]
fn a_reversal_that_could_be_too_late_is_planned_with_a_notice() {
    for seconds in [101, 199, 200] {
        let plan = plan_at(&windowed(), seconds).unwrap();
        assert_eq!(plan.notices(), [Notice::WindowUncertain], "{seconds}");
    }
}

#[test]
fn a_reversal_after_the_window_is_refused() {
    let refused = Refusal::NotReversible {
        payment: payment().id,
        because: "the time in which its provider reverses a payment is over".to_owned(),
    };
    for seconds in [201, 1_000_000] {
        assert_eq!(plan_at(&windowed(), seconds), Err(refused.clone()));
    }
}

#[test]
fn a_payment_of_which_the_provider_has_returned_money_is_not_reversed() {
    let mut payment = payment();
    payment.refunded = Some(minor(1));
    let refusal = plan(&payment).unwrap_err();
    assert!(
        refusal
            .to_string()
            .contains("some of its money has been returned"),
        "{refusal}"
    );
}

#[test]
fn a_refund_on_record_rules_out_a_reversal() {
    for state in [
        State::Ready,
        State::Attempting,
        State::Accepted,
        State::Unknown,
        State::Parked,
        State::Succeeded,
    ] {
        let refused = Refusal::OtherKind {
            payment: payment().id,
            asked: Kind::Reversal,
            other: Kind::Refund,
        };
        assert_eq!(
            plan_after(&[refund_in(state, 1, 1)]),
            Err(refused),
            "{state}"
        );
    }
}

#[test]
fn a_refund_that_moved_nothing_leaves_room_for_a_reversal() {
    for state in [
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        assert!(plan_after(&[refund_in(state, 1, 1)]).is_ok(), "{state}");
    }
}

#[test]
fn a_reversal_that_has_not_ended_blocks_another() {
    for state in [
        State::Ready,
        State::Attempting,
        State::Accepted,
        State::Unknown,
        State::Parked,
    ] {
        let refusal = plan_after(&[reversal(1, leading_to(state))]).unwrap_err();
        assert!(
            matches!(refusal, Refusal::UnderWay { .. }),
            "{state}: {refusal}"
        );
    }
}

#[test]
fn a_payment_that_we_have_reversed_is_not_reversed_again() {
    let refusal = plan_after(&[reversal(1, leading_to(State::Succeeded))]).unwrap_err();
    assert!(
        matches!(refusal, Refusal::NotReversible { .. }),
        "{refusal}"
    );
}

#[test]
fn a_reversal_that_moved_nothing_may_be_tried_anew() {
    for state in [State::Failed, State::Rejected, State::Cancelled] {
        assert!(
            plan_after(&[reversal(1, leading_to(state))]).is_ok(),
            "{state}"
        );
    }
}

#[test]
fn a_reason_travels_with_the_plan_where_it_fits() {
    let planned = |reason: &str, limit: Option<usize>| {
        let mut can = capabilities();
        can.reversal_reason = limit;
        let request = reversal_request().reason(text(reason));
        plan_reversal(&payment(), &History::default(), &request, &can, at(0))
    };
    let reason = "ä".repeat(20);
    assert_eq!(
        planned(&reason, Some(20)).unwrap().reason(),
        Some(&text(&reason))
    );
    for refused in [planned(&reason, Some(19)), planned("r", None)] {
        assert!(matches!(refused, Err(Refusal::Text(_))), "{refused:?}");
    }
}

#[test]
fn a_request_for_a_reversal_is_checked_before_anything_is_read() {
    let no_reversals = check_reversal(&reversal_request(), &offering(Reversal::No));
    assert!(matches!(no_reversals, Err(Refusal::NotReversible { .. })));
    let long = reversal_request().reason(text(&"x".repeat(21)));
    let too_long = check_reversal(&long, &capabilities());
    assert!(matches!(too_long, Err(Refusal::Text(_))));
    assert_eq!(check_reversal(&reversal_request(), &capabilities()), Ok(()));
}

/// A payment that was captured by itself, at a provider that reverses those too and watches nothing.
fn plan_captured(
    change: impl FnOnce(&mut Payment, &mut Capabilities),
) -> Result<ReversalPlan, Refusal> {
    let mut payment = payment();
    payment.capture_mode = CaptureMode::Auto;
    payment.refunded = Some(minor(0));
    let mut can = offering(Reversal::AuthorizedOrAutoCaptured);
    change(&mut payment, &mut can);
    let request = reversal_request();
    plan_reversal(&payment, &History::default(), &request, &can, at(0))
}

#[test]
fn what_is_captured_is_reversed_only_where_a_reading_tells_of_refunds_and_disputes() {
    assert!(plan_captured(|_, _| {}).is_ok());
    let unclear = |planned| matches!(planned, Err(Refusal::Unclear { .. }));
    assert!(unclear(plan_captured(|_, can| can.shows_disputes = true)));
    let totalless = |enforces_cap| {
        plan_captured(|payment, can| {
            can.lookup = Lookup::Total;
            can.enforces_cap = enforces_cap;
            payment.refunded = None;
        })
    };
    assert!(unclear(totalless(false)));
    assert!(totalless(true).is_ok(), "its provider tells, and watches");
}

#[test]
fn what_says_by_anything_that_money_was_returned_is_not_reversed() {
    let listed = |status| ProviderRefund {
        amount: None,
        ..foreign(1, status, 300)
    };
    let refused = |change: &dyn Fn(&mut Payment)| {
        let planned = plan_captured(|payment, can| {
            can.enforces_cap = true;
            payment.refunded = None;
            change(payment);
        });
        matches!(planned, Err(Refusal::NotReversible { .. }))
    };
    assert!(refused(&|payment| payment.extent = Some(Extent::Whole)));
    let listing = |status: RefundStatus| {
        refused(&move |payment| {
            payment.refunds = Some(ListedRefunds::whole(vec![listed(status.clone())]));
        })
    };
    assert!(listing(RefundStatus::Pending));
    assert!(!listing(RefundStatus::Failed));
}
