//! A payment, its refunds and its disputes.

use super::*;

#[test]
fn a_payment_states_its_refunds_and_no_sum() {
    let payment = payment(&answer(200, PAYMENT)).unwrap();
    assert_eq!(payment.stage, Stage::Captured);
    assert_eq!(payment.captured.get(), 5000);
    assert_eq!(payment.refunded, None, "Dodo has no such field");
    assert_eq!(payment.returned().get(), 1050);
    assert_eq!(payment.extent, Some(Extent::Part));
    assert_eq!(payment.method.as_deref(), Some("card"));
    assert_eq!(payment.disputes, Some(Vec::new()));
    let listed = payment.refunds.unwrap();
    assert!(listed.whole);
    assert_eq!(listed.refunds[0].token.as_ref().unwrap().as_str(), "tok1");
    assert_eq!(listed.refunds[2].token, None);
    assert!(payment.amounts_comparable);
}

#[test]
fn a_list_that_is_missing_is_none_and_not_empty() {
    let mut body: Value = serde_json::from_str(PAYMENT).unwrap();
    for field in ["refunds", "disputes"] {
        for value in [Some(json!([])), Some(Value::Null), None] {
            let mut body = body.clone();
            match &value {
                Some(value) => body[field] = value.clone(),
                None => drop(body.as_object_mut().unwrap().remove(field)),
            }
            let read = payment(&answer(200, &body.to_string())).unwrap();
            let is_there = match field {
                "refunds" => read.refunds == Some(ListedRefunds::whole(Vec::new())),
                _ => read.disputes == Some(Vec::new()),
            };
            assert_eq!(is_there, value == Some(json!([])), "{field} {value:?}");
            let is_none = match field {
                "refunds" => read.refunds.is_none(),
                _ => read.disputes.is_none(),
            };
            assert_eq!(is_none, !is_there);
        }
    }
    body["refunds"] = json!({});
    assert!(payment(&answer(200, &body.to_string())).is_err());
}

#[test]
fn every_status_of_a_dispute_is_known_and_others_count_as_open() {
    let dispute = |status: Value| {
        let dispute = json!([{"dispute_id": "dp_1", "payment_id": "pay_1", "business_id": "b",
            "amount": "5000", "currency": "USD", "dispute_status": status, "dispute_stage": "dispute",
            "created_at": "2026-11-20T00:00:00Z", "remarks": null}]);
        let body = PAYMENT.replace(r#""disputes":[]"#, &format!(r#""disputes":{dispute}"#));
        let payment = payment(&answer(200, &body)).unwrap();
        let [found] = payment.disputes.clone().unwrap().try_into().unwrap();
        let Dispute {
            id,
            stage,
            amount,
            created_at,
        } = found;
        assert_eq!(id.as_deref(), Some("dp_1"));
        // "5000" of what isn't documented.
        assert_eq!(amount, None);
        assert_eq!(created_at, "2026-11-20T00:00:00Z".parse().ok());
        let gone = payment.disputed();
        assert_eq!(gone.is_zero(), stage == DisputeStage::Won);
        assert!(gone.is_zero() || gone == payment.captured);
        stage
    };
    for (word, stage) in [
        ("dispute_opened", DisputeStage::Open),
        ("dispute_challenged", DisputeStage::Open),
        ("dispute_won", DisputeStage::Won),
        ("dispute_cancelled", DisputeStage::Won),
        ("dispute_lost", DisputeStage::Lost),
        ("dispute_accepted", DisputeStage::Lost),
        ("dispute_expired", DisputeStage::Lost),
        ("Dispute_won", DisputeStage::Open),
        ("won", DisputeStage::Open),
        ("", DisputeStage::Open),
    ] {
        assert_eq!(dispute(json!(word)), stage, "{word}");
    }
    assert_eq!(dispute(Value::Null), DisputeStage::Open);
}

#[test]
fn the_word_for_what_is_refunded_is_an_extent_and_an_unknown_one_makes_the_list_prove_nothing() {
    for (word, extent, whole) in [
        (json!(null), None, true),
        (json!("partial"), Some(Extent::Part), true),
        (json!("full"), Some(Extent::Whole), true),
        (json!("Partial"), None, false),
        (json!("reversed"), None, false),
    ] {
        let mut body: Value = serde_json::from_str(PAYMENT).unwrap();
        body["refund_status"] = word.clone();
        let read = payment(&answer(200, &body.to_string())).unwrap();
        assert_eq!(read.extent, extent, "{word}");
        assert_eq!(read.refunds.unwrap().whole, whole, "{word}");
        let full = word == json!("full");
        assert_eq!(read.stage == Stage::Refunded, full);
    }
}

#[test]
fn a_refund_of_another_payment_in_the_list_is_left_out_and_the_list_not_whole() {
    let body = PAYMENT.replacen(
        r#""refund_id":"ref_3","payment_id":"pay_1""#,
        r#""refund_id":"ref_3","payment_id":"pay_2""#,
        1,
    );
    let listed = payment(&answer(200, &body)).unwrap().refunds.unwrap();
    assert_eq!(listed.refunds.len(), 2);
    assert!(!listed.whole);
}

#[test]
fn a_payment_settled_in_another_currency_is_not_compared() {
    let body = PAYMENT.replace(
        r#""settlement_currency":"USD""#,
        r#""settlement_currency":"EUR""#,
    );
    assert!(!payment(&answer(200, &body)).unwrap().amounts_comparable);
    let body = PAYMENT.replace(
        r#""amount":50,"currency":"USD""#,
        r#""amount":50,"currency":"EUR""#,
    );
    let listed = payment(&answer(200, &body)).unwrap().refunds.unwrap();
    assert_eq!(
        listed.refunds[2].amount, None,
        "an amount in another currency can't be counted"
    );
}

#[test]
fn every_status_of_a_payment_is_known_and_others_are_kept() {
    for (word, expected) in [
        ("succeeded", Stage::Captured),
        ("failed", Stage::Failed),
        ("cancelled", Stage::NeverPaid),
        ("processing", Stage::Created),
        ("requires_customer_action", Stage::Created),
        ("requires_merchant_action", Stage::Created),
        ("requires_payment_method", Stage::Created),
        ("requires_confirmation", Stage::Created),
        ("requires_capture", Stage::Authorized),
        (
            "partially_captured",
            Stage::Other("partially_captured".to_owned()),
        ),
        (
            "partially_captured_and_capturable",
            Stage::Other("partially_captured_and_capturable".to_owned()),
        ),
    ] {
        let body = PAYMENT.replacen(
            r#""status":"succeeded""#,
            &format!(r#""status":"{word}""#),
            1,
        );
        assert_eq!(payment(&answer(200, &body)).unwrap().stage, expected);
    }
    let body = PAYMENT.replacen(r#""status":"succeeded""#, r#""status":null"#, 1);
    assert!(matches!(
        payment(&answer(200, &body)).unwrap().stage,
        Stage::Other(_)
    ));
    let body = PAYMENT.replace("partial\",\"created", "full\",\"created");
    assert_eq!(payment(&answer(200, &body)).unwrap().stage, Stage::Refunded);
}

#[test]
fn line_items_are_read_under_their_other_name() {
    let read = with_items(payment(&answer(200, PAYMENT)).unwrap(), &answer(200, LINES)).unwrap();
    assert_eq!(read.items.len(), 2);
    assert_eq!(read.items[0].id.as_str(), "pdt_1");
    assert_eq!(read.items[0].refundable.get(), 2000);
    assert_eq!(read.partial_allowed, Some(false));
    let euros = LINES.replace("USD", "EUR");
    let read = with_items(
        payment(&answer(200, PAYMENT)).unwrap(),
        &answer(200, &euros),
    )
    .unwrap();
    assert!(
        read.items.is_empty(),
        "amounts in another currency mean something else"
    );
}

#[test]
fn an_unknown_payment_is_not_found_by_code_or_status() {
    let code = r#"{"code":"NOT_FOUND","message":"no such payment"}"#;
    assert_eq!(
        payment(&answer(400, code)).unwrap_err().kind,
        ReadErrorKind::NotFound
    );
    assert_eq!(
        payment(&answer(404, "")).unwrap_err().kind,
        ReadErrorKind::NotFound
    );
    // What broke doesn't know, and neither does a message that happens to be the word.
    assert_eq!(
        payment(&answer(500, code)).unwrap_err().kind,
        ReadErrorKind::Unavailable
    );
    assert_eq!(
        payment(&answer(400, r#"{"message":"NOT_FOUND"}"#))
            .unwrap_err()
            .kind,
        ReadErrorKind::Unreadable
    );
    assert_eq!(
        payment(&answer(401, "")).unwrap_err().kind,
        ReadErrorKind::Configuration
    );
    assert_eq!(
        payment(&answer(200, "{}")).unwrap_err().kind,
        ReadErrorKind::Unreadable
    );
}

/// [`PAYMENT`] with a reason in `ref_3` that leaves no room for a token.
fn with_long_reason() -> wire::Payment {
    let body = PAYMENT.replace("by hand", &"x".repeat(2990));
    super::super::payment(&answer(200, &body)).unwrap()
}

#[test]
fn a_long_reason_sends_the_reader_to_the_metadata() {
    let ref_3 = RefundId::new("ref_3").unwrap();
    assert_eq!(
        needs_metadata(&with_long_reason()).as_slice(),
        std::slice::from_ref(&ref_3)
    );
    let short = super::super::payment(&answer(200, PAYMENT)).unwrap();
    assert!(needs_metadata(&short).is_empty());
    let single = REFUND.replace("ref_1", "ref_3");
    let mut payment = with_long_reason();
    add_metadata(&mut payment, &ref_3, &answer(200, &single));
    let listed = of_payment(payment).unwrap().refunds.unwrap();
    assert!(listed.whole);
    let token = ProviderKey::new("abcdefgh").unwrap();
    assert_eq!(listed.refunds[2].token, Some(token));
}

#[test]
fn metadata_that_cant_be_read_leaves_the_refund_in_the_list_and_the_list_not_whole() {
    let ref_3 = RefundId::new("ref_3").unwrap();
    let single = REFUND.replace("ref_1", "ref_3");
    let without = single.replace("metadata", "mata");
    for (status, body) in [
        (500, single.as_str()),
        (206, &single),
        (404, ""),
        (200, "<html>"),
        (200, &without),
        (200, REFUND),
        (200, &single.replace("pay_1", "pay_2")),
        (
            200,
            &single.replace(r#""n":5"#, r#""refundkit_token":"another""#),
        ),
    ] {
        let mut payment = with_long_reason();
        add_metadata(&mut payment, &ref_3, &answer(status, body));
        let listed = of_payment(payment).unwrap().refunds.unwrap();
        assert!(!listed.whole, "{status} {body}");
        assert_eq!(listed.refunds.len(), 3);
        assert_eq!(listed.refunds[0].token, ProviderKey::new("tok1").ok());
        assert_eq!(listed.refunds[2].token, None);
    }
}

#[test]
fn items_are_counted_by_any_spelling_of_an_exact_amount() {
    let payment = || payment(&answer(200, PAYMENT)).unwrap();
    let spelled = |of: &str| {
        answer(
            200,
            &LINES.replace(":2000,\"name\"", &format!(":{of},\"name\"")),
        )
    };
    let read = with_items(payment(), &spelled("2e3")).unwrap();
    assert_eq!(read.items[0].refundable.get(), 2000);
    for inexact in ["2000.5", "-2000", "\"2000\""] {
        assert!(
            with_items(payment(), &spelled(inexact)).is_err(),
            "{inexact}"
        );
    }
}
