//! Headers that a signer adds to a request: which reach it, masked, and what it may not set.

use refundkit_http::BaseUrl;

use super::*;

fn header(name: &str) -> SignedHeader {
    SignedHeader::new(name, "value").unwrap()
}

#[test]
fn values_of_several_words_reach_the_request_whole_and_masked() {
    let base = BaseUrl::parse("https://api.example.com").unwrap();
    for value in [
        "abc",
        "Bearer abc.def-ghi",
        "keyid=\"k\", headers=\"host date\", signature=\"s3cr3t=\"",
    ] {
        let header = SignedHeader::new("Authorization", value).unwrap();
        assert_eq!(header.name(), "Authorization");
        assert_eq!(header.expose(), value);
        assert_eq!(
            format!("{header:?}"),
            "SignedHeader { name: \"Authorization\", .. }"
        );
        let request = header.add_to(Request::get(&base, &["refunds"]));
        let shown = ("Authorization".to_owned(), "[secret]".to_owned());
        assert_eq!(request.preview().headers, [shown]);
    }
}

#[test]
fn names_and_values_that_no_request_can_carry_are_refused_unrepeated() {
    let long_name = "n".repeat(65);
    let long_value = "v".repeat(4097);
    let long_words = ["v".repeat(2048), "v".repeat(2048)].join(" ");
    for (name, value) in [
        ("", "value"),
        ("na me", "value"),
        ("name:", "value"),
        ("name\r\nHost", "value"),
        ("größe", "value"),
        (long_name.as_str(), "value"),
        ("name", ""),
        ("name", " "),
        ("name", " planted"),
        ("name", "planted "),
        ("name", "two  planted"),
        ("name", "planted\r\nHost: other"),
        ("name", "plan\tted"),
        ("name", "plänted"),
        ("name", "plant\u{7f}ed"),
        ("name", long_value.as_str()),
        ("name", long_words.as_str()),
    ] {
        let error = SignedHeader::new(name, value).unwrap_err().to_string();
        assert!(error.len() < 200, "{error}");
        for part in ["planted", "Host", "other", "vvv", "nnn", "größe"] {
            assert!(!error.contains(part), "{error}");
        }
    }
    assert!(SignedHeader::new(&"n".repeat(64), &"v".repeat(4096)).is_ok());
}

#[test]
fn what_frames_a_request_is_not_the_signers_to_set() {
    for name in RESERVED {
        for name in [(*name).to_owned(), name.to_uppercase()] {
            let error = SignedHeader::new(&name, "value").unwrap_err().to_string();
            assert!(error.contains(&name.to_lowercase()), "{error}");
        }
    }
    // What signers of requests do set.
    for name in ["Authorization", "Date", "Digest", "Signature", "x-api-key"] {
        assert_eq!(header(name).name(), name);
    }
}

#[test]
fn a_signer_can_replace_no_header_of_the_request() {
    let taken = ["Idempotency-Key", "X-Request-Id"];
    let error = checked(vec![header("idempotency-key")], &taken).unwrap_err();
    assert!(error.to_string().contains("Idempotency-Key"), "{error}");
    assert!(checked(vec![header("X-REQUEST-ID")], &taken).is_err());
    let passed = checked(vec![header("a"), header("b")], &taken).unwrap();
    let names: Vec<&str> = passed.iter().map(SignedHeader::name).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(checked(Vec::new(), &taken).unwrap().is_empty());
}

#[test]
fn more_than_eight_headers_and_one_name_twice_are_refused() {
    let many = |count: usize| (0..count).map(|n| header(&format!("x-{n}"))).collect();
    assert_eq!(checked(many(8), &[]).unwrap().len(), 8);
    assert!(checked(many(9), &[]).is_err());
    assert!(checked(vec![header("Date"), header("date")], &[]).is_err());
}
