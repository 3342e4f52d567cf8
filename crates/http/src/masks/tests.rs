//! Secrets in every writing in which a provider could repeat them are masked; published words, ids and
//! amounts never are.

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use refundkit_core::capabilities::Meaning;
use refundkit_core::{Currency, PaymentId, RefundId, RefundStatus, Stage};

use super::*;
use crate::Response;

const KEY: &str = "sk_live_a+b/c=planted~K3Y";

fn masks(key: &str) -> Masks {
    Masks::new([Secret::new(key).unwrap()])
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Everything that a provider could write instead of the key.
fn writings(key: &str) -> Vec<String> {
    let url =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let mut all = vec![
        key.to_owned(),
        url(key),
        url(&url(key)),
        url(key).to_lowercase(),
        percent(key),
        percent(key).to_lowercase(),
        key.replace('/', "\\/"),
        key.replace('+', "\\u002B"),
        key.replace('+', " "),
        serde_json::to_string(key).unwrap(),
    ];
    for (user, after) in [
        ("", ""),
        ("", ":"),
        ("u:", ""),
        ("us:", ""),
        ("use:", "xyz"),
        ("user:", "\n"),
    ] {
        let text = [user, key, after].concat();
        for coded in [
            STANDARD.encode(&text),
            STANDARD_NO_PAD.encode(&text),
            URL_SAFE.encode(&text),
            URL_SAFE_NO_PAD.encode(&text),
        ] {
            all.extend([url(&coded), ["Basic ", &coded].concat(), coded]);
        }
    }
    all
}

#[test]
fn a_key_is_masked_in_every_writing() {
    for writing in writings(KEY) {
        let text = ["no: '", &writing, "' is wrong"].concat();
        let masked = masks(KEY).text(&text).into_owned();
        let plain = masked.replace("Basic ", "").replace('"', "");
        assert_eq!(plain, "no: '[secret]' is wrong", "{text}");
    }
    let upper = KEY.to_ascii_uppercase();
    assert_eq!(masks(KEY).text(&upper), "[secret]");
}

#[test]
fn what_holds_no_key_stays() {
    for text in [
        "",
        "card declined",
        "sk_live_ is missing",
        "sk_live_a+b/c=planted~K3",
        "é%",
        "%25%2",
        "\\",
        "100 %",
    ] {
        assert_eq!(masks(KEY).text(text), text);
        assert_eq!(Masks::default().text(text), text);
    }
}

#[test]
fn the_beginning_of_a_key_is_masked_where_the_text_was_cut() {
    let cut = |characters: usize| {
        let text: String = ["no: ", KEY].concat().chars().take(characters).collect();
        [&text, "…"].concat()
    };
    assert_eq!(masks(KEY).text(&cut(4 + 7)), "no: [secret]…");
    assert_eq!(masks(KEY).text(&cut(4 + 20)), "no: [secret]…");
    let coded = STANDARD.encode(["user:", KEY].concat());
    let text = ["no: ", coded.get(..20).unwrap_or_default(), "…"].concat();
    assert_eq!(masks(KEY).text(&text), "no: [secret]…");
}

#[test]
fn the_part_behind_a_prefix_and_a_key_with_a_masked_card_number_are_known() {
    let masks = masks("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(
        masks.text("of MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "of [secret]"
    );
    let digits = Masks::new([Secret::new("sk_4111111111111111_planted").unwrap()]);
    assert_eq!(digits.text("sk_[card number]_planted"), "[secret]");
}

#[test]
fn a_header_makes_its_credentials_known() {
    let pair = STANDARD.encode("merchant-7:planted_password");
    let key_alone = STANDARD.encode("planted_key_1:");
    let mut masks = Masks::default();
    masks.learn_header(&["Basic ", &pair].concat());
    masks.learn_header(&["basic ", &key_alone].concat());
    masks.learn_header("Bearer planted_token");
    masks.learn_header("planted_alone");
    masks.learn_header("Signature short planted_signature");
    for text in [
        "planted_password",
        "planted_key_1",
        &pair,
        "planted_token",
        "planted_alone",
        "planted_signature",
    ] {
        assert_eq!(masks.text(text), MASK);
    }
    for text in ["merchant-7", "Bearer", "Signature", "short"] {
        assert_eq!(masks.text(text), text);
    }
    assert!(!format!("{masks:?}").contains("planted"));
}

#[test]
fn words_that_decide_are_matched_as_they_are() {
    let rules = [
        AnswerRule::status_code(400, "INSUFFICIENT_BALANCE", Meaning::Refused),
        AnswerRule::status_message(400, "not enough left", Meaning::Refused),
    ];
    let problem = |key, code: &str, message: &str| {
        let answer = Response::new(400, "").with_masks(masks(key));
        answer
            .judged_by(&rules)
            .problem(Some(code.to_owned()), Some(message.to_owned()))
    };
    // Whatever the key is, a published word is none.
    for (key, code, message) in [
        ("insufficient", "InsufficientBalance", "not enough left"),
        ("insufficient", "insufficient_balance", "x"),
        ("not_enough_left", "x", "not enough left"),
    ] {
        let said = format!("{:?}", problem(key, code, message));
        assert!(said.contains(code) && said.contains(message), "{said}");
    }
    let said = format!("{:?}", problem("insufficient", "x", "insufficient means"));
    assert!(said.contains("[secret] means"), "{said}");
}

#[test]
fn ids_amounts_and_known_words_are_never_masked() {
    let id = "planted_id_1";
    let masks = masks(id);
    let mut payment = refundkit_core::Payment::new(
        PaymentId::new(id).unwrap(),
        Currency::new("EUR").unwrap(),
        Stage::Other(id.to_owned()),
    );
    payment.refunds = Some(refundkit_core::ListedRefunds::whole(vec![
        refundkit_core::ProviderRefund {
            id: Some(RefundId::new(id).unwrap()),
            ..refundkit_core::ProviderRefund::with_status(RefundStatus::Other(["on ", id].concat()))
        },
    ]));
    let read = masks
        .of(Ok::<_, refundkit_core::ports::ReadError>(payment.clone()))
        .unwrap();
    assert_eq!(read.id, payment.id);
    assert_eq!(read.stage, Stage::Other(MASK.to_owned()));
    let [refund] = read.shown() else {
        panic!("one refund is shown");
    };
    assert_eq!(refund.id, Some(RefundId::new(id).unwrap()));
    assert_eq!(refund.status, RefundStatus::Other("on [secret]".to_owned()));
    payment.stage = Stage::Captured;
    payment.refunds = None;
    assert_eq!(masks.of(payment.clone()), payment);
}

proptest! {
    #[test]
    fn no_writing_of_any_key_is_left(key in "[!-~]{8,40}", before in "[a-z ]{0,9}") {
        let masks = masks(&key);
        for writing in writings(&key) {
            let text = [&*before, " ", &*writing, " !"].concat();
            let masked = masks.text(&text).into_owned();
            prop_assert!(!masked.contains(&writing), "{}", masked);
            prop_assert!(masked.contains(MASK), "{}", masked);
            prop_assert_eq!(masks.text(&masked), masked.as_str());
        }
    }

    #[test]
    fn any_text_is_survived(key in "[!-~]{8,12}", text in any::<String>()) {
        let _ = masks(&key).text(&text);
        let _ = masks(&key).text(&[&*text, "…"].concat());
    }
}
