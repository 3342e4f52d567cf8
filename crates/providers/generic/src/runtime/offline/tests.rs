//! An error answer that a profile takes for an empty list of refunds, and others that come near it and
//! are none.

use refundkit_http::{Response, Secret};

use super::*;

#[test]
fn an_error_stands_for_an_empty_list_word_for_word_only() {
    let text = Profile::builtin_text("stripe").unwrap();
    let with = |status: u16| {
        let empty = format!(
            "[refunds]\nempty = {{ status = {status}, field = \"error\", is = \"none\" }}\n"
        );
        Profile::parse(&text.replacen("[refunds]\n", &empty, 1))
    };
    assert!(with(500).unwrap_err().to_string().contains("only a 4xx"));
    let key = Secret::new("sk_test_vector").unwrap();
    let config = GenericConfig::new(with(404).unwrap(), key);
    let stripe = Offline::new(config).unwrap();
    let read = |status: u16, body: &str| {
        let response = Response::new(status, body.to_owned());
        let page = stripe.refunds(&"pi_1".parse().unwrap(), "EUR".parse().unwrap(), &response);
        page.map(|page| (page.refunds.len(), page.whole)).ok()
    };
    assert_eq!(read(404, r#"{"error": "none"}"#), Some((0, true)));
    for (status, body) in [
        (400, r#"{"error": "none"}"#),
        (404, r#"{"error": "none of that charge"}"#),
        (404, r#"{"message": "none"}"#),
        (404, ""),
        (200, r#"{"error": "none"}"#),
    ] {
        assert_eq!(read(status, body), None, "{status} {body}");
    }
}
