//! Drafts with every combination of choices: each is a profile, and agrees with the vectors beside it.

use refundkit_core::capabilities::Idempotency;
use refundkit_generic::Profile;

use super::*;
use crate::draft::draft_vectors;
use crate::vectors::Vectors;

/// One of each choice, in every combination.
fn all() -> Vec<Draft> {
    let mut all = vec![Draft::new(
        "shop-pay",
        "https://api.sandbox.shop.example/v2",
    )];
    let mut choose = |change: &dyn Fn(&mut Draft)| {
        let mut changed = all.clone();
        changed.iter_mut().for_each(change);
        all.extend(changed);
    };
    choose(&|draft| draft.encoding = DraftEncoding::Form);
    choose(&|draft| draft.amount = DraftAmount::Major);
    choose(&|draft| draft.live_url = Some("https://api.shop.example".to_owned()));
    choose(&|draft| draft.key_header = Some("Idempotency-Key".to_owned()));
    choose(&|draft| draft.refund_path = "/refunds".to_owned());
    choose(&|draft| draft.refunds_path = Some("/payments/{payment}/refunds".to_owned()));
    choose(&|draft| draft.payment_path = None);
    choose(&|draft| draft.title = "Shop \"Pay\" \\ Söhne".to_owned());
    let header = |mut draft: Draft| {
        draft.auth = DraftAuth::Header("X-Api-Key".to_owned());
        draft
    };
    let basic = |mut draft: Draft| {
        draft.auth = DraftAuth::Basic;
        draft
    };
    let headers: Vec<Draft> = all.iter().cloned().map(header).collect();
    let basics: Vec<Draft> = all.iter().cloned().map(basic).collect();
    [all, headers, basics].concat()
}

#[test]
fn every_draft_is_a_profile_that_says_that_it_is_one() {
    let all = all();
    assert_eq!(all.len(), 3 * 256);
    for draft in all {
        let text = super::draft(&draft);
        let profile = Profile::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(crate::check(&text), [], "{text}");
        assert_eq!(profile.title(), draft.title);
        assert_eq!(profile.unverified().len(), 1);
        assert_eq!(
            profile.secrets().count(),
            if draft.auth == DraftAuth::Basic { 2 } else { 1 }
        );
    }
}

#[test]
fn every_draft_agrees_with_the_vectors_beside_it() {
    for draft in all() {
        let profile = Profile::parse(&super::draft(&draft)).unwrap();
        let text = draft_vectors(&draft).unwrap_or_else(|error| panic!("{error}"));
        let vectors = Vectors::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(vectors.len() >= 3, "{text}");
        assert_eq!(vectors.run(&profile), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn no_error_is_a_refusal_and_no_key_is_assumed() {
    let text = draft(&Draft::new("shop", "https://api.shop.example"));
    let profile = Profile::parse(&text).unwrap();
    assert!(profile.document().errors.answers.is_empty());
    assert_eq!(profile.capabilities().refund_key, Idempotency::None);
}

#[test]
fn what_can_not_be_used_is_found_and_never_breaks_out_of_its_text() {
    let mut draft = Draft::new("shop", "https://api.shop.example");
    draft.title = "\", name = \"other".to_owned();
    let read = Profile::parse(&super::draft(&draft));
    assert!(read.is_ok_and(|profile| profile.name() == "shop"));
    draft.title = "\"\nname = \"other".to_owned();
    let error = Profile::parse(&super::draft(&draft)).unwrap_err();
    assert!(error.to_string().contains("title"), "{error}");
    for (name, url) in [
        ("Shop", "https://a.example"),
        ("shop", "http://a.example"),
        ("shop", ""),
    ] {
        let draft = Draft::new(name, url);
        assert!(
            Profile::parse(&super::draft(&draft)).is_err(),
            "{name} {url}"
        );
        assert!(draft_vectors(&draft).is_err());
    }
}
