//! Dodo's answers to refunds, as its OpenAPI document shows them, and with one thing changed: statuses,
//! errors, currencies, tokens.

mod fields;
mod payments;

use super::*;
use refundkit_core::payment::{Dispute, DisputeStage, Extent, ListedRefunds, Payment, Stage};
use serde_json::{Value, json};

fn answer(status: u16, body: &str) -> Response {
    Response::new(status, body.to_owned())
}

/// The payment of a reading that needs no other.
fn payment(response: &Response) -> Result<Payment, ReadError> {
    super::payment(response).and_then(of_payment)
}

/// Every field of `RefundResponse` in the OpenAPI document.
const REFUND: &str = r#"{"refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"succeeded",
    "created_at":"2026-11-20T09:30:00.123456Z","is_partial":false,"amount":1000,"currency":"USD","reason":"reason",
    "metadata":{"foo":"string","refundkit_token":"abcdefgh","n":5,"b":true},
    "customer":{"customer_id":"cus_1","name":"Ada","email":"ada@example.com","phone_number":null,"metadata":{}},
    "brand_id":"brn_1","network_reference":null}"#;

const PAYMENT: &str = r#"{"payment_id":"pay_1","status":"succeeded","total_amount":5000,"currency":"USD","tax":null,
    "settlement_amount":5000,"settlement_currency":"USD","refund_status":"partial","created_at":"2026-11-19T00:00:00Z",
    "disputes":[],"payment_method":"card","refunds":[
      {"refund_id":"ref_1","payment_id":"pay_1","business_id":"b","status":"succeeded","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":1000,"currency":"USD","reason":"a [rk:tok1]"},
      {"refund_id":"ref_2","payment_id":"pay_1","business_id":"b","status":"failed","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":700,"currency":"USD","reason":null},
      {"refund_id":"ref_3","payment_id":"pay_1","business_id":"b","status":"review","created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":50,"currency":"USD","reason":"by hand"}]}"#;

const LINES: &str = r#"{"currency":"USD","items":[
    {"items_id":"pdt_1","amount":3000,"tax":500,"refundable_amount":2000,"name":"Book","description":null},
    {"items_id":"pdt_2","amount":2000,"tax":0,"refundable_amount":2000}],"partial_refund_allowed":false}"#;

fn fact_of(body: &str) -> ProviderRefund {
    let answer = refund(&answer(200, body));
    let Answer::Refund(fact) = answer else {
        panic!("no refund: {answer:?}");
    };
    fact
}

#[test]
fn a_refund_of_the_openapi_document() {
    let fact = fact_of(REFUND);
    assert_eq!(fact.id.unwrap().as_str(), "ref_1");
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
        listed(&refund).unwrap().token.map(String::from)
    };
    assert_eq!(wire(REFUND).as_deref(), Some("abcdefgh"));
    let listed = r#"{"refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"pending",
        "created_at":"2026-11-20T09:30:00Z","is_partial":true,"amount":5,"currency":"USD","reason":"broken [rk:xyz]"}"#;
    assert_eq!(wire(listed).as_deref(), Some("xyz"));
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
    assert_eq!(refunds[0].id, Some(id));
    assert!(super::refunds(&answer(200, r#"{"data":[]}"#)).is_err());
}

#[test]
fn a_token_in_another_form_is_found_among_all_texts() {
    let token = ProviderKey::new("abcdefghijklmnop").unwrap();
    let read = |from: &str, to: &str| {
        let body = REFUND.replace(from, to);
        assert_ne!(body, REFUND);
        let refund: wire::Refund = serde_json::from_str(&body).unwrap();
        listed(&refund).unwrap()
    };
    for (from, to) in [
        (
            r#""reason":"reason""#,
            r#""reason":"[RK:ABCDEFGHIJKLMNOP] by Ada""#,
        ),
        (
            r#""refundkit_token":"abcdefgh""#,
            r#""refundkit_token":" abcdefghijklmnop ""#,
        ),
        (
            r#""refundkit_token":"abcdefgh""#,
            r#""Refundkit-Token":"abcdefghijklmnop""#,
        ),
        (r#""foo":"string""#, r#""foo":"was abcdefghij""#),
    ] {
        let refund = read(from, to);
        assert!(refund.references.resemble(&token), "{to}");
        assert_ne!(refund.token.as_ref(), Some(&token), "{to}");
    }
    let others = read(
        r#""refundkit_token":"abcdefgh""#,
        r#""refundkit_token":"zyxwvuts""#,
    );
    assert!(!others.references.resemble(&token));
}

#[test]
fn a_success_carries_the_token_that_stands_in_it() {
    let token = |body: &str| fact_of(body).token.map(String::from);
    assert_eq!(token(REFUND).as_deref(), Some("abcdefgh"));
    let in_reason = REFUND
        .replace(r#""reason":"reason""#, r#""reason":"broken [rk:xyz]""#)
        .replace("refundkit_token", "other");
    assert_eq!(token(&in_reason).as_deref(), Some("xyz"));
    for value in ["5", "null", "true", "[\"abcdefgh\"]", "{}", "\"a b\""] {
        let body = REFUND.replace(r#":"abcdefgh""#, &[":", value].concat());
        assert_eq!(token(&body), None, "{value}");
    }
    let twice = REFUND.replace(r#""n":5"#, r#""refundkit_token":"another""#);
    let twice = refund(&answer(200, &twice));
    assert!(matches!(twice, Answer::Unreadable { .. }), "{twice:?}");
}
