use super::*;
use refundkit_core::payment::Stage;

fn answer(status: u16, body: &str) -> Response {
    Response::new(status, body.to_owned())
}

/// Every field of `RefundResponse` in the OpenAPI document.
const REFUND: &str = r#"{"refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"succeeded",
    "created_at":"2026-11-20T09:30:00.123456Z","is_partial":false,"amount":1000,"currency":"USD","reason":"reason",
    "metadata":{"foo":"string","refundkit_token":"abcdefgh","n":5,"b":true},
    "customer":{"customer_id":"cus_1","name":"Ada","email":"ada@example.com","phone_number":null,"metadata":{}},
    "brand_id":"brn_1","network_reference":null}"#;

fn fact_of(body: &str) -> RefundFact {
    let answer = refund(&answer(200, body));
    let Answer::Refund(fact) = answer else {
        panic!("no refund: {answer:?}");
    };
    fact
}

#[test]
fn a_refund_of_the_openapi_document() {
    let fact = fact_of(REFUND);
    assert_eq!(fact.refund.unwrap().as_str(), "ref_1");
    assert_eq!(fact.payment.unwrap().as_str(), "pay_1");
    assert_eq!(fact.amount.unwrap().get(), 1000);
    assert_eq!(fact.currency.unwrap().code(), "USD");
    assert_eq!(fact.status, RefundStatus::Succeeded);
}

#[test]
fn amount_and_currency_may_be_null() {
    let body = REFUND
        .replace(r#""amount":1000"#, r#""amount":null"#)
        .replace(r#""currency":"USD""#, r#""currency":null"#);
    let fact = fact_of(&body);
    assert_eq!((fact.amount, fact.currency), (None, None));
}

#[test]
fn every_documented_status_is_known_and_others_are_kept() {
    for (word, expected) in [
        ("succeeded", RefundStatus::Succeeded),
        ("failed", RefundStatus::Failed),
        ("pending", RefundStatus::Pending),
        ("review", RefundStatus::Review),
        ("Succeeded", RefundStatus::Other("Succeeded".to_owned())),
        ("on_hold", RefundStatus::Other("on_hold".to_owned())),
    ] {
        assert_eq!(fact_of(&REFUND.replace("succeeded", word)).status, expected);
    }
}

#[test]
fn a_success_without_the_required_fields_is_unreadable() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"refund_id":"ref_1"}"#,
        &REFUND.replace("1000", "10.5"),
        &REFUND.replace("1000", "-1"),
        &REFUND.replace("ref_1", "../x"),
    ] {
        let answer = refund(&answer(200, body));
        assert!(matches!(answer, Answer::Unreadable { .. }), "{body}");
    }
    assert!(matches!(
        refund(&answer(307, "")),
        Answer::Unreadable { .. }
    ));
}

#[test]
fn an_error_keeps_its_code_whatever_its_status() {
    let body = r#"{"code":"NOTHING_TO_REFUND","message":"no refundable amount remains"}"#;
    for status in [400, 409, 422, 500] {
        let Answer::Problem {
            status: found,
            code,
            message,
            ..
        } = refund(&answer(status, body))
        else {
            panic!("no problem");
        };
        assert_eq!(found, status);
        assert_eq!(code.as_deref(), Some("NOTHING_TO_REFUND"));
        assert_eq!(message.as_deref(), Some("no refundable amount remains"));
    }
    assert!(matches!(
        refund(&answer(502, "<html>")),
        Answer::Problem {
            status: 502,
            code: None,
            message: None,
            ..
        }
    ));
}

#[test]
fn the_token_is_found_in_metadata_first_and_in_the_reason_else() {
    let wire = |body: &str| {
        let refund: wire::Refund = serde_json::from_str(body).unwrap();
        listed(&refund).unwrap().refund.token.map(String::from)
    };
    assert_eq!(wire(REFUND).as_deref(), Some("abcdefgh"));
    let listed = r#"{"refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"pending",
        "created_at":"2026-11-20T09:30:00Z","is_partial":true,"amount":5,"currency":"USD","reason":"broken [rk:xyz]"}"#;
    assert_eq!(wire(listed).as_deref(), Some("xyz"));
}

const PAYMENT: &str = r#"{"payment_id":"pay_1","status":"succeeded","total_amount":5000,"currency":"USD","tax":null,
    "settlement_amount":5000,"settlement_currency":"USD","refund_status":"partial","created_at":"2026-11-19T00:00:00Z",
    "refunds":[
      {"refund_id":"ref_1","payment_id":"pay_1","business_id":"b","status":"succeeded","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":1000,"currency":"USD","reason":"a [rk:tok1]"},
      {"refund_id":"ref_2","payment_id":"pay_1","business_id":"b","status":"failed","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":700,"currency":"USD","reason":null},
      {"refund_id":"ref_3","payment_id":"pay_1","business_id":"b","status":"review","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":50,"currency":"USD","reason":"by hand"}]}"#;

#[test]
fn a_payment_counts_what_is_returned_or_on_its_way() {
    let payment = payment(&answer(200, PAYMENT)).unwrap();
    assert_eq!(payment.stage, Stage::Captured);
    assert_eq!(
        (payment.captured.get(), payment.refunded.get()),
        (5000, 1050)
    );
    let refunds = payment.refunds.unwrap();
    assert_eq!(refunds[0].token.as_ref().unwrap().as_str(), "tok1");
    assert_eq!(refunds[2].token, None);
    assert!(payment.amounts_comparable);
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
    let refunds = payment(&answer(200, &body)).unwrap().refunds.unwrap();
    assert_eq!(
        refunds[2].amount, None,
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

const LINES: &str = r#"{"currency":"USD","items":[
    {"items_id":"pdt_1","amount":3000,"tax":500,"refundable_amount":2000,"name":"Book","description":null},
    {"items_id":"pdt_2","amount":2000,"tax":0,"refundable_amount":2000}],"partial_refund_allowed":false}"#;

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
    assert_eq!(
        payment(&answer(401, "")).unwrap_err().kind,
        ReadErrorKind::Configuration
    );
    assert_eq!(
        payment(&answer(200, "{}")).unwrap_err().kind,
        ReadErrorKind::Unreadable
    );
}

/// The currency codes of `POST /refunds` in the OpenAPI document, version 1.102.0.
const CURRENCIES: &str = "AED ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD \
    BWP BYN BZD CAD CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR \
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN \
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SZL THB TND \
    TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

#[test]
fn all_145_currencies_are_carried_and_have_known_decimals() {
    let codes: Vec<&str> = CURRENCIES.split_whitespace().collect();
    assert_eq!(codes.len(), 145);
    for code in codes {
        let fact = fact_of(&REFUND.replace("USD", code));
        assert!(fact.currency.unwrap().exponent().is_some(), "{code}");
    }
    let unknown = fact_of(&REFUND.replace("USD", "QQQ")).currency.unwrap();
    assert_eq!((unknown.code(), unknown.exponent()), ("QQQ", None));
}

#[test]
fn a_page_of_refunds_is_read() {
    let page = format!(r#"{{"items":[{REFUND}]}}"#);
    let refunds = refunds(&answer(200, &page)).unwrap();
    let id = RefundId::new("ref_1").unwrap();
    assert_eq!(refunds[0].refund.id, Some(id));
    assert!(super::refunds(&answer(200, r#"{"data":[]}"#)).is_err());
}

#[test]
fn a_long_reason_sends_the_reader_to_the_metadata() {
    let long = "x".repeat(2990);
    let body = PAYMENT.replace("by hand", &long);
    let ids = needs_metadata(&answer(200, &body));
    assert_eq!(ids, [RefundId::new("ref_3").unwrap()]);
    assert!(needs_metadata(&answer(200, PAYMENT)).is_empty());
}

#[test]
fn every_spelling_of_an_exact_amount_is_that_amount() {
    let amount = |of: &str| REFUND.replace(r#""amount":1000"#, &[r#""amount":"#, of].concat());
    let total = |of: &str| {
        PAYMENT.replace(
            r#""total_amount":5000"#,
            &[r#""total_amount":"#, of].concat(),
        )
    };
    for thousand in ["1000", "1000.0", "1e3", "1E+3", "10.00e2", "10000e-1"] {
        let read = fact_of(&amount(thousand)).amount.map(|amount| amount.get());
        assert_eq!(read, Some(1000), "{thousand}");
        let read = payment(&answer(200, &total(thousand))).unwrap();
        assert_eq!(read.authorized.get(), 1000, "{thousand}");
    }
    for inexact in [
        "1000.5", "1e-1", "-1000", "1e19", "1e999", "\"1000\"", "true",
    ] {
        let read = refund(&answer(200, &amount(inexact)));
        assert!(
            matches!(read, Answer::Unreadable { .. }),
            "{inexact}: {read:?}"
        );
        let error = payment(&answer(200, &total(inexact))).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unreadable, "{inexact}");
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
