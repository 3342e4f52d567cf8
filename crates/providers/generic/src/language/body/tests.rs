//! Bodies of requests, as a profile describes them, in JSON and in forms: the order of fields, values
//! that are absent, numbers, the caller's own pairs.

use std::borrow::Cow;

use super::*;

struct Sample(Option<&'static str>);

impl Values for Sample {
    fn of(&self, placeholder: &Placeholder) -> Option<Cow<'_, str>> {
        let known = [
            (Placeholder::Minor, Some("1000")),
            (Placeholder::MinorText, Some("1000")),
            (Placeholder::Major, Some("10.00")),
            (Placeholder::MajorNumber, Some("10.00")),
            (Placeholder::Currency, Some("EUR")),
            (Placeholder::Token, Some("t\"k")),
            (Placeholder::Reason, self.0),
        ];
        let found = known.iter().find(|(known, _)| known == placeholder)?;
        found.1.map(Into::into)
    }
}

fn body(text: &str) -> Body {
    toml::from_str(text).unwrap()
}

fn filling<'a>(values: &'a Sample, metadata: &'a Metadata) -> Filling<'a, Sample> {
    Filling {
        values,
        metadata,
        taken: &|name| name == "mine",
    }
}

fn json(text: &str, reason: Option<&'static str>) -> String {
    let metadata = Metadata::new([("ticket", "4\\2"), ("mine", "x")]).unwrap();
    let bytes = body(text).json(&filling(&Sample(reason), &metadata));
    String::from_utf8(bytes).unwrap()
}

#[test]
fn fields_keep_their_order_and_absent_values_take_their_fields_along() {
    assert_eq!(
        json(
            "z = '{reason}'\na = { value = '{amount.major}', currency = '{currency}' }\nlive = false\nn = 3\nlist = ['{reason}', 1]\nnone = ['{reason}']\n[metadata]\nk = '{reason}'",
            None
        ),
        r#"{"a":{"value":"10.00","currency":"EUR"},"live":false,"n":3,"list":[1]}"#
    );
    assert_eq!(json("", None), "{}");
    assert_eq!(
        json("b = '{token}'\na = '{reason}'", Some("x\ny")),
        r#"{"b":"t\"k","a":"x\ny"}"#
    );
}

#[test]
fn amounts_alone_are_numbers_and_others_are_text() {
    assert_eq!(
        json(
            "a = '{amount.minor}'\nb = '{amount.minor_text}'\nc = '{amount.major_number}'\nd = '{amount.major}'\ne = '{amount.minor}x'",
            None
        ),
        r#"{"a":1000,"b":"1000","c":10.00,"d":"10.00","e":"1000x"}"#
    );
}

#[test]
fn the_callers_pairs_stand_beside_the_profiles_own() {
    assert_eq!(
        json("[metadata]\ntoken = '{token}'\n'*' = ''", None),
        r#"{"metadata":{"token":"t\"k","ticket":"4\\2"}}"#
    );
    assert!(body("[metadata]\n'*' = ''").carries_metadata());
    assert!(!body("a = 1").carries_metadata());
}

#[test]
fn forms_nest_in_brackets() {
    let body = body(
        "amount = '{amount.minor}'\nexpand = ['charge']\nr = '{reason}'\n[metadata]\ntoken = '{token}'\n'*' = ''",
    );
    let metadata = Metadata::new([("ticket", "42")]).unwrap();
    let pairs = body.form(&filling(&Sample(None), &metadata));
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("amount", "1000"),
            ("expand[0]", "charge"),
            ("metadata[token]", "t\"k"),
            ("metadata[ticket]", "42")
        ]
    );
    assert!(body.uses(&Placeholder::Token) && !body.uses(&Placeholder::Currency));
}

#[test]
fn what_a_body_cannot_hold_is_refused() {
    let deep = format!("a = {}1{}", "[".repeat(9), "]".repeat(9));
    for bad in ["a = 1.5", "a = 2020-01-01", "a = '{nope}'", deep.as_str()] {
        assert!(toml::from_str::<Body>(bad).is_err(), "{bad}");
    }
}
