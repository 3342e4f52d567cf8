//! Dojo's answers, as its pages and its OpenAPI document show them in each version, and with one thing
//! changed.

use super::*;
use serde_json::{Value, json};

fn answer(status: u16, body: &str) -> Response {
    Response::new(status, body.to_owned())
}

fn fact(answer: Answer) -> ProviderRefund {
    let Answer::Refund(fact) = answer else {
        panic!("no refund: {answer:?}");
    };
    fact
}

#[test]
fn the_refund_page_of_2022_01_03() {
    let body =
        r#"{"status":"Created","message":"refund for the order 3443","refundId":"555546464"}"#;
    let fact = fact(refund(&answer(200, body)));
    assert_eq!(fact.id, Some(RefundId::new("555546464").unwrap()));
    assert_eq!(fact.status, RefundStatus::Pending);
    assert_eq!(fact.payment, None);
}

#[test]
fn the_refund_page_of_2024_02_05() {
    let body =
        r#"{"message":"refund for the order 3443","refundId":"rfnd_g8mCx87TykeQ6BOXqxZ9NQ"}"#;
    let fact = fact(refund(&answer(200, body)));
    assert_eq!(fact.id.unwrap().as_str(), "rfnd_g8mCx87TykeQ6BOXqxZ9NQ");
    assert_eq!(fact.status, RefundStatus::Unstated);
}

#[test]
fn the_refund_of_the_openapi_document() {
    let body =
        r#"{"paymentIntentId":"pi_1","refundId":"rfnd_127usj","refundReason":"r","notes":null}"#;
    let fact = fact(refund(&answer(200, body)));
    assert_eq!(fact.payment, Some(PaymentId::new("pi_1").unwrap()));
    assert_eq!(fact.status, RefundStatus::Unstated);
}

#[test]
fn the_reversal_page_of_2022_01_03_and_the_shapes_since() {
    let body =
        r#"{"status":"Created","message":"reverse for the order 3443","reversalId":"55873"}"#;
    let first = fact(reversal(&answer(200, body)));
    assert_eq!(first.id, Some(RefundId::new("55873").unwrap()));
    assert_eq!(first.status, RefundStatus::Pending);
    for body in [
        r#"{"message":"reverse for the order 3443","reversalId":"rvs_127usj"}"#,
        r#"{"id":"rvs_127usj"}"#,
    ] {
        let fact = fact(reversal(&answer(200, body)));
        assert_eq!(fact.id, Some(RefundId::new("rvs_127usj").unwrap()));
        assert_eq!(fact.status, RefundStatus::Unstated);
    }
}

#[test]
fn every_documented_status_is_known_and_others_are_kept() {
    let word = |word: &str| status(Some(word.to_owned()));
    assert_eq!(word("Created"), RefundStatus::Pending);
    assert_eq!(word("Successful"), RefundStatus::Succeeded);
    assert_eq!(word("Failed"), RefundStatus::Failed);
    assert_eq!(
        word("successful"),
        RefundStatus::Other("successful".to_owned())
    );
    assert_eq!(status(None), RefundStatus::Unstated);
}

#[test]
fn a_success_without_an_id_is_unreadable() {
    for body in [
        "{}",
        "",
        "<html>",
        "[]",
        r#"{"refundId":"../x"}"#,
        r#"{"refundId":5}"#,
    ] {
        assert!(
            matches!(refund(&answer(200, body)), Answer::Unreadable { .. }),
            "{body}"
        );
        assert!(
            matches!(reversal(&answer(200, body)), Answer::Unreadable { .. }),
            "{body}"
        );
    }
    assert!(matches!(
        refund(&answer(302, "{}")),
        Answer::Unreadable { .. }
    ));
}

#[test]
fn errors_are_read_in_either_letter_case() {
    for body in [
        r#"{"Status":400,"Detail":"Your refund request was not successful. Status: Failed.","Extensions":{}}"#,
        r#"{"status":400,"detail":"Your refund request was not successful. Status: Failed."}"#,
    ] {
        let Answer::Problem {
            status,
            code,
            message,
            ..
        } = refund(&answer(400, body))
        else {
            panic!("no problem: {body}");
        };
        assert_eq!((status, code.as_deref()), (400, None));
        assert_eq!(
            message.as_deref(),
            Some("Your refund request was not successful. Status: Failed.")
        );
    }
}

#[test]
fn a_complaint_about_fields_names_them() {
    let body = r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"Amount":["must be positive"]},"traceId":"00"}"#;
    let Answer::Problem { code, message, .. } = refund(&answer(400, body)) else {
        panic!("no problem");
    };
    assert_eq!(code.as_deref(), Some(VALIDATION));
    assert_eq!(
        message.as_deref(),
        Some("One or more validation errors occurred. (Amount)")
    );
}

#[test]
fn a_complaint_that_names_no_field_as_the_documents_show_it_has_no_code() {
    for errors in [
        "{}",
        "[]",
        "null",
        r#""wrong""#,
        r#"{"Amount":"wrong"}"#,
        r#"{"Amount":[]}"#,
        r#"{"Amount":[5]}"#,
        r#"{"Amount":["wrong"],"Transaction":{"state":"declined"}}"#,
    ] {
        let body = [r#"{"status":400,"errors":"#, errors, "}"].concat();
        let read = refund(&answer(400, &body));
        assert!(
            matches!(read, Answer::Problem { code: None, .. }),
            "{errors}: {read:?}"
        );
    }
}

#[test]
fn empty_and_foreign_error_bodies_are_problems_without_words() {
    for body in ["", "<html>Bad gateway</html>", "[1]", "\"x\""] {
        let Answer::Problem {
            status: 502,
            code: None,
            message: None,
            ..
        } = refund(&answer(502, body))
        else {
            panic!("{body}");
        };
    }
}

const INTENT: &str = r#"{"id":"pi_sandbox_4TZ","captureMode":"Manual","status":"Captured",
    "amount":{"value":1000,"currencyCode":"GBP"},"tipsAmount":{"value":200,"currencyCode":"GBP"},
    "totalAmount":{"value":1200,"currencyCode":"GBP"},"refundedAmount":300,"captures":[],
    "createdAt":"2026-01-15T10:00:00.123456Z",
    "paymentDetails":{"transactionDateTime":"2026-01-15T10:00:20.973410318Z","card":{"cardNumber":"411111******1111"}},
    "unheardOf":{"x":1}}"#;

#[test]
fn an_intent_is_read_with_its_total_and_its_times() {
    let payment = payment(&answer(200, INTENT)).unwrap();
    assert_eq!(payment.stage, Stage::Captured);
    assert_eq!(payment.capture_mode, CaptureMode::Manual);
    assert_eq!(payment.authorized.get(), 1200);
    assert_eq!(payment.captured.get(), 1200);
    assert_eq!(payment.refunded, Minor::new(300));
    assert_eq!(payment.refunds, None);
    let window = payment.reversal_window.unwrap();
    assert_eq!(
        window.certain_until,
        "2026-01-15T23:30:00Z".parse().unwrap()
    );
}

#[test]
fn only_successful_captures_count() {
    let captures = r#""captures":[{"id":"cp_1","amount":500,"tipsAmount":null,"status":"Successful"},
        {"id":"cp_2","amount":100,"tipsAmount":50,"status":"Successful"},
        {"id":"cp_3","amount":999,"status":"Declined"}]"#;
    let body = INTENT.replace(r#""captures":[]"#, captures);
    assert_eq!(payment(&answer(200, &body)).unwrap().captured.get(), 650);
}

#[test]
fn every_status_of_an_intent_is_known_and_others_are_kept() {
    for (word, expected, captured) in [
        ("Created", Stage::Created, 0),
        ("Authorized", Stage::Authorized, 0),
        ("Captured", Stage::Captured, 1200),
        ("Reversed", Stage::Reversed, 0),
        ("Refunded", Stage::Refunded, 1200),
        ("Canceled", Stage::NeverPaid, 0),
        ("Settling", Stage::Other("Settling".to_owned()), 0),
    ] {
        let body = INTENT.replace("Captured", word);
        let payment = payment(&answer(200, &body)).unwrap();
        assert_eq!(payment.stage, expected);
        assert_eq!(payment.captured.get(), captured, "{word}");
    }
}

#[test]
fn a_total_that_is_missing_is_none_and_no_zero() {
    for without in ["", r#""refundedAmount":null,"#] {
        for word in ["Captured", "Refunded"] {
            let body = INTENT
                .replace("Captured", word)
                .replace(r#""refundedAmount":300,"#, without);
            let payment = payment(&answer(200, &body)).unwrap();
            assert_eq!(payment.refunded, None, "{word} {without}");
            assert_eq!((payment.refunds, payment.disputes), (None, None));
        }
    }
}

#[test]
fn status_and_total_are_as_stated_where_they_contradict_each_other() {
    for (word, stage) in [("Refunded", Stage::Refunded), ("Created", Stage::Created)] {
        for (text, total) in [("0", 0), ("300", 300), ("99999", 99_999)] {
            let body = INTENT.replace("Captured", word).replace(
                r#""refundedAmount":300"#,
                &[r#""refundedAmount":"#, text].concat(),
            );
            let payment = payment(&answer(200, &body)).unwrap();
            assert_eq!(payment.stage, stage);
            assert_eq!(payment.refunded, Minor::new(total));
        }
    }
}

#[test]
fn only_200_is_a_reading() {
    for status in [201, 202, 203, 204, 206, 299] {
        let refund = r#"{"refundId":"1","status":"Successful"}"#;
        for error in [
            payment(&answer(status, INTENT)).unwrap_err(),
            refund_status(&answer(status, refund)).unwrap_err(),
        ] {
            assert_eq!(error.kind, ReadErrorKind::Unreadable, "{status}");
            assert!(error.message.contains(&status.to_string()), "{error}");
        }
    }
}

#[test]
fn another_payments_intent_is_handed_on_with_its_own_id() {
    let read = payment(&answer(200, &INTENT.replace("pi_sandbox_4TZ", "pi_2"))).unwrap();
    assert_eq!(read.id.as_str(), "pi_2");
    let other = r#"{"paymentIntentId":"pi_2","refundId":"rfnd_2"}"#;
    let read = fact(refund(&answer(200, other)));
    assert_eq!(read.payment, PaymentId::new("pi_2").ok());
}

/// The fields of [`INTENT`] that are read, and whether one may be null or missing.
const FIELDS: [(&str, &str, bool); 12] = [
    ("", "id", false),
    ("", "status", false),
    ("", "captureMode", true),
    ("", "amount", false),
    ("amount", "value", false),
    ("amount", "currencyCode", false),
    ("", "totalAmount", true),
    ("totalAmount", "value", false),
    ("totalAmount", "currencyCode", false),
    ("", "refundedAmount", true),
    ("", "captures", true),
    ("", "createdAt", true),
];

/// The intent after `change` to one of its fields.
fn changed(parent: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Response {
    let mut intent: Value = serde_json::from_str(INTENT).unwrap();
    let object = match parent {
        "" => &mut intent,
        name => &mut intent[name],
    };
    change(object.as_object_mut().unwrap());
    answer(200, &intent.to_string())
}

#[test]
fn every_field_of_an_intent_is_there_or_unreadable_or_stated_as_missing() {
    let whole = payment(&answer(200, INTENT)).unwrap();
    for (parent, field, optional) in FIELDS {
        let null = changed(parent, |object| {
            object.insert(field.to_owned(), Value::Null);
        });
        let missing = changed(parent, |object| {
            object.remove(field);
        });
        for changed in [null, missing] {
            let read = payment(&changed);
            assert_eq!(read.is_ok(), optional, "{parent} {field}: {read:?}");
            let total = read.map_or(whole.refunded, |read| read.refunded);
            let expected = whole.refunded.filter(|_| field != "refundedAmount");
            assert_eq!(total, expected, "{parent} {field}");
        }
        for other in [json!(true), json!([[]]), json!({"x": 1}), json!(-1.5)] {
            let read = payment(&changed(parent, |object| {
                object.insert(field.to_owned(), other.clone());
            }));
            let kind = read.err().map(|error| error.kind);
            assert_eq!(kind, Some(ReadErrorKind::Unreadable), "{field} {other}");
        }
    }
    let twice = INTENT.replace(r#""status":"#, r#""status":"Created","status":"#);
    assert!(payment(&answer(200, &twice)).is_err(), "a field twice");
    let euros = INTENT.replacen("GBP", "EUR", 1);
    assert!(payment(&answer(200, &euros)).is_err(), "two currencies");
}

#[test]
fn every_field_of_a_refund_is_there_or_unreadable_or_stated_as_missing() {
    let body = json!({"paymentIntentId": "pi_1", "refundId": "rfnd_1", "status": "Successful"});
    for (field, optional) in [
        ("paymentIntentId", true),
        ("refundId", false),
        ("status", true),
    ] {
        let mut missing = body.clone();
        missing.as_object_mut().unwrap().remove(field);
        let mut null = body.clone();
        null[field] = Value::Null;
        for changed in [missing, null] {
            let read = refund(&answer(200, &changed.to_string()));
            let Answer::Refund(read) = read else {
                assert!(!optional, "{field}: {read:?}");
                continue;
            };
            assert!(optional, "{field}");
            // An answer without a status tells that it was taken on, and no more.
            let unstated = read.status == RefundStatus::Unstated;
            assert_eq!(unstated, field == "status");
            assert_eq!(read.payment.is_none(), field == "paymentIntentId");
        }
        for other in [json!(5), json!(true), json!([]), json!({}), json!("")] {
            let mut changed = body.clone();
            changed[field] = other.clone();
            let read = refund(&answer(200, &changed.to_string()));
            let Answer::Refund(read) = read else {
                continue;
            };
            assert_eq!(
                read.status,
                RefundStatus::Other(String::new()),
                "{field} {other}"
            );
        }
    }
}

#[test]
fn nonsense_in_an_intent_is_unreadable() {
    for (from, to) in [
        (r#""value":1200"#, r#""value":-1"#),
        (r#""refundedAmount":300"#, r#""refundedAmount":-300"#),
        (r#""refundedAmount":300"#, r#""refundedAmount":3.5"#),
        (
            r#""totalAmount":{"value":1200,"currencyCode":"GBP"}"#,
            r#""totalAmount":{"value":1200,"currencyCode":"pounds"}"#,
        ),
        ("pi_sandbox_4TZ", "../x"),
    ] {
        let error = payment(&answer(200, &INTENT.replace(from, to))).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unreadable, "{to}");
    }
    assert_eq!(
        payment(&answer(404, "")).unwrap_err().kind,
        ReadErrorKind::NotFound
    );
    assert_eq!(
        payment(&answer(401, "")).unwrap_err().kind,
        ReadErrorKind::Configuration
    );
}

#[test]
fn a_single_refund_tells_its_status_in_the_oldest_version_only() {
    let old = refund_status(&answer(200, r#"{"refundId":"1","status":"Successful"}"#)).unwrap();
    assert_eq!(old.status, RefundStatus::Succeeded);
    let new = refund_status(&answer(200, r#"{"refundId":"rfnd_1"}"#)).unwrap_err();
    assert_eq!(new.kind, ReadErrorKind::Unsupported);
}

#[test]
fn every_spelling_of_an_exact_amount_is_that_amount() {
    let intent = |value: &str, refunded: &str, capture: &str| {
        let body = format!(
            r#"{{"id":"pi_1","status":"Captured","amount":{{"value":{value},"currencyCode":"GBP"}},
            "refundedAmount":{refunded},"captures":[{{"amount":{capture},"status":"Successful"}}]}}"#
        );
        payment(&answer(200, &body))
    };
    for thousand in ["1000", "1000.0", "1e3", "1E+3", "10.00e2", "10000e-1"] {
        let payment = intent(thousand, thousand, thousand).unwrap();
        let read = [
            payment.authorized,
            payment.refunded.unwrap(),
            payment.captured,
        ];
        assert_eq!(read.map(Minor::get), [1000; 3], "{thousand}");
    }
    let none = intent("1000", "-0.0", "1000").unwrap();
    assert_eq!(none.refunded, Some(Minor::ZERO));
    for inexact in [
        "1000.5", "1e-1", "-1000", "1e19", "1e999", "\"1000\"", "true",
    ] {
        for (value, refunded, capture) in [
            (inexact, "0", "1000"),
            ("1000", inexact, "1000"),
            ("1000", "0", inexact),
        ] {
            let error = intent(value, refunded, capture).unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::Unreadable, "{inexact}");
        }
    }
}
