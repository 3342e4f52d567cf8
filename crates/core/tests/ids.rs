//! Ids: one plain path segment or header value, or refused without repeating the text.
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

use proptest::prelude::*;
use refundkit_core::{
    IdError, ItemId, Namespace, OperationId, OrderId, PaymentId, ProviderKey, ProviderName,
    RefundId, RequestKey,
};

/// The ids that stand in paths, each with whether it takes a text.
fn path_ids(text: &str) -> [(&'static str, Result<String, IdError>); 5] {
    [
        ("payment", PaymentId::new(text).map(String::from)),
        ("refund", RefundId::new(text).map(String::from)),
        ("item", ItemId::new(text).map(String::from)),
        ("operation", OperationId::new(text).map(String::from)),
        ("provider key", ProviderKey::new(text).map(String::from)),
    ]
}

/// The names that an installation chooses.
fn names(text: &str) -> [Result<String, IdError>; 2] {
    [
        ProviderName::new(text).map(String::from),
        Namespace::new(text).map(String::from),
    ]
}

/// The texts that a caller chooses.
fn keys(text: &str) -> [Result<String, IdError>; 2] {
    [
        RequestKey::new(text).map(String::from),
        OrderId::new(text).map(String::from),
    ]
}

fn refused_everywhere_in_paths(texts: &[&str]) {
    for text in texts {
        for (what, id) in path_ids(text) {
            assert!(id.is_err(), "{what} id {text:?}");
        }
    }
}

#[test]
fn an_id_is_never_a_dot_segment() {
    refused_everywhere_in_paths(&[".", "..", "...", ".a", "../x", "..\\x"]);
}

#[test]
fn an_id_holds_no_separator_of_a_url() {
    refused_everywhere_in_paths(&[
        "a/b", "/a", "a/", "a\\b", "a?b", "a#b", "a;b", "a@b", "a&b=c",
    ]);
}

#[test]
fn an_id_holds_no_percent_encoding() {
    refused_everywhere_in_paths(&["%2e%2e", "%2F", "a%00", "%"]);
}

#[test]
fn an_id_holds_no_line_break_or_control_character() {
    refused_everywhere_in_paths(&["a\r\nX-Evil: 1", "a\n", "\ra", "a\0b", "a\tb", "a\u{7f}b"]);
}

#[test]
fn an_empty_or_blank_id_is_said_to_be_empty() {
    for text in ["", " ", "\t", "\r\n", "\u{a0}"] {
        for id in path_ids(text).map(|(_, id)| id) {
            assert!(matches!(id, Err(IdError::Empty { .. })), "{text:?}");
        }
        for id in names(text).into_iter().chain(keys(text)) {
            assert!(matches!(id, Err(IdError::Empty { .. })), "{text:?}");
        }
    }
}

#[test]
fn an_id_holds_no_space_and_is_not_trimmed() {
    refused_everywhere_in_paths(&["a b", " a", "a ", "a\u{a0}b"]);
}

#[test]
fn an_id_of_ten_kilobytes_is_too_long() {
    let long = "a".repeat(10_000);
    for id in path_ids(&long).map(|(_, id)| id) {
        assert!(matches!(id, Err(IdError::TooLong { .. })));
    }
    for id in names(&long).into_iter().chain(keys(&long)) {
        assert!(matches!(id, Err(IdError::TooLong { .. })));
    }
}

#[test]
fn an_id_may_be_as_long_as_its_limit_and_no_longer() {
    let fits = |length: usize| PaymentId::new("a".repeat(length)).is_ok();
    assert!(fits(255) && !fits(256));
    let fits = |length: usize| ProviderKey::new("a".repeat(length)).is_ok();
    assert!(fits(64) && !fits(65));
    let fits = |length: usize| OrderId::new("a".repeat(length)).is_ok();
    assert!(fits(128) && !fits(129));
}

#[test]
fn an_id_is_plain_ascii() {
    refused_everywhere_in_paths(&[
        "é",
        "pi_ａ",
        "pi_1\u{200b}",
        "\u{202e}pi",
        "٣",
        "🙂",
        "pі_1",
    ]);
}

#[test]
fn ids_as_providers_make_them_are_taken_over_unchanged() {
    for text in [
        "pi_pT08VyWG3EC_HQB4NBVliA",
        "rfnd_g8mCx87TykeQ6BOXqxZ9NQ",
        "555546464",
        "-starts_with_dash",
        "_",
        "a.b:c~d",
        "0194fdc2-fa2f-7cc0-81d3-ff12045b73c8",
    ] {
        for (what, id) in path_ids(text) {
            assert_eq!(id.as_deref(), Ok(text), "{what}");
        }
    }
}

#[test]
fn a_point_colon_or_tilde_does_not_stand_in_front() {
    refused_everywhere_in_paths(&[".a", ":a", "~a"]);
}

#[test]
fn a_name_is_lower_case_and_starts_with_a_letter_or_digit() {
    for good in ["dojo", "dodo-eu", "a_b.c", "0"] {
        assert!(names(good).into_iter().all(|name| name.is_ok()), "{good}");
    }
    for bad in [
        "Dojo", "-dojo", ".dojo", "_dojo", "do jo", "do/jo", "dojö", "a:b",
    ] {
        assert!(names(bad).into_iter().all(|name| name.is_err()), "{bad}");
    }
}

#[test]
fn a_key_of_the_caller_is_any_visible_ascii() {
    for good in ["order/7#refund(1)", "..", "%2e", "\"'\\", "a~!@$^&*"] {
        assert!(keys(good).into_iter().all(|key| key.is_ok()), "{good}");
    }
    for bad in ["a b", "a\r\nb", "a\tb", "é", "a\0"] {
        assert!(keys(bad).into_iter().all(|key| key.is_err()), "{bad:?}");
    }
}

#[test]
fn an_error_names_the_character_and_its_place() {
    let error = PaymentId::new("pi\n1").unwrap_err();
    assert_eq!(
        error,
        IdError::Character {
            what: "payment id",
            character: "'\\n'".to_owned(),
            position: 3,
            allowed: "letters, digits, '-', '_' and, not in front, '.', ':', '~'",
        }
    );
}

#[test]
fn an_error_never_repeats_the_text() {
    for secret in [
        "sk_live_verysecret/",
        "sk_live_verysecret\r\n",
        "sk_live_verysecret é",
    ] {
        for error in path_ids(secret).map(|(_, id)| id.unwrap_err()) {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("verysecret"), "{shown}");
            assert!(!shown.contains(['\r', '\n']), "{shown:?}");
        }
    }
    let long = "verysecret".repeat(1_000);
    for error in path_ids(&long).map(|(_, id)| id.unwrap_err()) {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("verysecret"), "{shown}");
    }
}

#[test]
fn json_refuses_what_the_constructor_refuses() {
    for text in ["", ".", "..", "a/b", "%2e%2e", "a\r\nb", "a b", "é"] {
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<PaymentId>(&json).is_err(), "{json}");
        assert!(serde_json::from_str::<RefundId>(&json).is_err(), "{json}");
        assert!(serde_json::from_str::<ItemId>(&json).is_err(), "{json}");
        assert!(serde_json::from_str::<OperationId>(&json).is_err());
        assert!(serde_json::from_str::<ProviderKey>(&json).is_err());
    }
    let long = serde_json::to_string(&"a".repeat(10_000)).unwrap();
    assert!(serde_json::from_str::<PaymentId>(&long).is_err());
}

#[test]
fn json_errors_do_not_repeat_the_text_either() {
    let error = serde_json::from_str::<PaymentId>("\"verysecret/\"").unwrap_err();
    assert!(!error.to_string().contains("verysecret"), "{error}");
}

#[test]
fn an_id_survives_json() {
    let id = PaymentId::new("pi_1.a:b~c").unwrap();
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, "\"pi_1.a:b~c\"");
    assert_eq!(serde_json::from_str::<PaymentId>(&json).unwrap(), id);
}

proptest! {
    #[test]
    fn an_id_is_the_text_it_was_made_of_and_needs_no_encoding(text in "\\PC{1,40}|[a-z0-9._:~-]{1,40}") {
        if let Ok(id) = PaymentId::new(text.clone()) {
            prop_assert_eq!(id.as_str(), &text);
            prop_assert_eq!(id.to_string().parse::<PaymentId>(), Ok(id));
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte)));
            prop_assert!(!text.starts_with('.'));
        }
    }
}
