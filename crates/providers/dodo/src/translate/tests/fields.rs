//! Every field of every reading, harmed.

use super::*;

#[test]
fn another_payments_body_is_handed_on_with_its_own_id() {
    let body = PAYMENT.replace("pay_1", "pay_2");
    let read = payment(&answer(200, &body)).unwrap();
    assert_eq!(read.id.as_str(), "pay_2");
    assert!(read.refunds.unwrap().whole);
    let fact = refund_status(&answer(200, &REFUND.replace("ref_1", "ref_2"))).unwrap();
    assert_eq!(fact.id.unwrap().as_str(), "ref_2");
}

#[test]
fn only_200_is_a_reading() {
    let page = format!(r#"{{"items":[{REFUND}]}}"#);
    for status in [201, 202, 203, 204, 206, 299] {
        let lines = with_items(
            payment(&answer(200, PAYMENT)).unwrap(),
            &answer(status, LINES),
        );
        for error in [
            payment(&answer(status, PAYMENT)).unwrap_err(),
            refund_status(&answer(status, REFUND)).unwrap_err(),
            refunds(&answer(status, &page)).unwrap_err(),
            lines.unwrap_err(),
        ] {
            assert_eq!(error.kind, ReadErrorKind::Unreadable, "{status}");
            assert!(error.message.contains(&status.to_string()), "{error}");
        }
    }
}

/// What changes of `body` without `field`, with null in its place, and with other types.
fn harmed(body: &str, parent: Option<&str>, field: &str) -> [Response; 6] {
    let harm = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        let mut body: Value = serde_json::from_str(body).unwrap();
        let object = match parent {
            None => &mut body,
            Some(name) => &mut body[name][0],
        };
        change(object.as_object_mut().unwrap());
        answer(200, &body.to_string())
    };
    let put = |value: Value| {
        harm(&move |object| {
            object.insert(field.to_owned(), value.clone());
        })
    };
    [
        harm(&|object| {
            object.remove(field);
        }),
        put(Value::Null),
        put(json!(true)),
        put(json!([[]])),
        put(json!({"x": {}})),
        put(json!(-1.5)),
    ]
}

#[test]
fn every_field_of_a_payment_is_there_or_unreadable_or_stated_as_missing() {
    for (parent, field, optional) in [
        (None, "payment_id", false),
        (None, "status", true),
        (None, "total_amount", false),
        (None, "currency", false),
        (None, "settlement_currency", true),
        (None, "refund_status", true),
        (None, "refunds", true),
        (None, "disputes", true),
        (None, "payment_method", true),
        (None, "created_at", true),
        (Some("refunds"), "refund_id", false),
        (Some("refunds"), "payment_id", false),
        (Some("refunds"), "status", false),
        (Some("refunds"), "amount", true),
        (Some("refunds"), "currency", true),
        (Some("refunds"), "reason", true),
        (Some("refunds"), "created_at", true),
    ] {
        let [missing, null, others @ ..] = harmed(PAYMENT, parent, field);
        for changed in [missing, null] {
            let read = payment(&changed);
            assert_eq!(read.is_ok(), optional, "{parent:?} {field}: {read:?}");
        }
        for changed in others {
            let kind = payment(&changed).err().map(|error| error.kind);
            assert_eq!(kind, Some(ReadErrorKind::Unreadable), "{parent:?} {field}");
        }
    }
    let twice = PAYMENT.replacen(r#""status":"#, r#""status":"failed","status":"#, 1);
    assert!(payment(&answer(200, &twice)).is_err(), "a field twice");
}

#[test]
fn every_field_of_a_refund_is_there_or_unreadable_or_stated_as_missing() {
    for (field, optional) in [
        ("refund_id", false),
        ("payment_id", false),
        ("status", false),
        ("amount", true),
        ("currency", true),
        ("reason", true),
        ("created_at", true),
        ("metadata", true),
    ] {
        let page = format!(r#"{{"items":[{REFUND}]}}"#);
        let single = harmed(REFUND, None, field);
        let [missing, null, others @ ..] = single.clone();
        for changed in [missing, null] {
            let is_read = matches!(refund(&changed), Answer::Refund(_));
            assert_eq!(is_read, optional, "{field}");
            assert_eq!(refund_status(&changed).is_ok(), optional, "{field}");
        }
        for changed in others {
            // Metadata is an object, and of any content.
            let is_object =
                field == "metadata" && changed.body().windows(4).any(|b| b == b"\"x\":");
            let is_read = matches!(refund(&changed), Answer::Refund(_));
            assert_eq!(is_read, is_object, "{field} {changed:?}");
            assert_eq!(refund_status(&changed).is_ok(), is_object, "{field}");
        }
        let read = harmed(&page, Some("items"), field).map(|page| refunds(&page).is_ok());
        let expected = single.map(|single| refund_status(&single).is_ok());
        assert_eq!(read, expected, "{field}");
    }
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
