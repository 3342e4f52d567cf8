//! The built-in profiles against the documents of their providers: every request that their vectors
//! show is one that the document takes, and every answer that the document shows is understood.

use std::collections::BTreeSet;

use refundkit_generic::Profile;
use refundkit_workbench::vectors::{Sample, Vectors};
use serde_json::Value;
use url::Url;

use crate::documents::document;
use crate::spec::{Example, Spec};

struct Pair {
    profile: &'static str,
    document: &'static str,
    /// So many requests are judged at least, and so many answers.
    requests: usize,
    answers: usize,
}

const fn pair(
    profile: &'static str,
    document: &'static str,
    requests: usize,
    answers: usize,
) -> Pair {
    Pair {
        profile,
        document,
        requests,
        answers,
    }
}

/// Stripe's document has refunds only, and no example. PayPal's has refunds and captures, Adyen's
/// no reading at all.
const PAIRS: &[Pair] = &[
    pair("adyen", "others/adyen-refunds.json", 5, 6),
    pair("mollie", "others/mollie-refunds.yaml", 5, 18),
    pair("paypal", "others/paypal-refunds.json", 4, 60),
    pair("square", "others/square-refunds.json", 5, 3),
    pair("stripe", "others/stripe-refunds-only.json", 4, 0),
    pair("primer", "primer/primer-refunds-fixed.yaml", 3, 8),
];

#[test]
fn every_request_is_one_that_the_document_takes() {
    for pair in PAIRS {
        let Some(spec) = document(pair.document) else {
            continue;
        };
        let mut judged = 0;
        for sample in samples(pair.profile) {
            let Some(problems) = judge(&spec, &sample) else {
                println!(
                    "contract: {}: {} {} stands in no document",
                    pair.profile, sample.method, sample.url
                );
                continue;
            };
            assert!(
                problems.is_empty(),
                "{}, \"{}\": {problems:#?}\n{sample:#?}",
                pair.profile,
                sample.what
            );
            judged += 1;
        }
        println!("contract: {}: {judged} requests judged", pair.profile);
        assert!(judged >= pair.requests, "{}: {judged}", pair.profile);
    }
}

/// The problems of a request; `None` where the document doesn't have its operation.
fn judge(spec: &Spec, sample: &Sample) -> Option<Vec<String>> {
    let url = Url::parse(&sample.url).unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let content_type = sample.headers.iter().find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-type")
            .then_some(value.as_str())
    });
    let problems = spec.request(
        &sample.method,
        url.path(),
        &query,
        &sample.headers,
        content_type,
        sample.body.as_deref().map(str::as_bytes),
    );
    let undocumented = problems
        .iter()
        .any(|problem| problem.contains("no documented path") || problem.contains("no method"));
    (!undocumented).then_some(problems)
}

fn samples(profile: &str) -> Vec<Sample> {
    let vectors = Vectors::parse(Profile::builtin_vectors(profile).unwrap()).unwrap();
    vectors
        .samples(&Profile::builtin(profile).unwrap())
        .unwrap()
}

#[test]
fn every_answer_that_a_document_shows_is_understood() {
    for pair in PAIRS {
        let Some(spec) = document(pair.document) else {
            continue;
        };
        let mut seen = BTreeSet::new();
        let mut understood = 0;
        for sample in samples(pair.profile) {
            let path = Url::parse(&sample.url).unwrap().path().to_owned();
            for example in spec.answers(&sample.method, &path) {
                if !seen.insert((sample.call, example.status, example.body.to_string())) {
                    continue;
                }
                let told = outcome(pair.profile, sample.call, &example);
                assert!(
                    is_understood(sample.call, &example, &told),
                    "{}: {} {} {}: {told}\n{:#}",
                    pair.profile,
                    sample.call,
                    example.status,
                    example.name,
                    example.body
                );
                println!(
                    "contract: {}: {} {} {}: {told:.120}",
                    pair.profile, sample.call, example.status, example.name
                );
                understood += 1;
            }
        }
        println!(
            "contract: {}: {understood} answers understood",
            pair.profile
        );
        assert!(understood >= pair.answers, "{}: {understood}", pair.profile);
    }
}

fn outcome(profile: &str, call: &'static str, example: &Example) -> String {
    let vectors = Vectors::parse(Profile::builtin_vectors(profile).unwrap()).unwrap();
    let profile = Profile::builtin(profile).unwrap();
    // An answer about a payment, and a list of its refunds, have to be about the one that was asked for.
    let id = ["/_embedded/refunds/0/paymentId", "/id", "/payment/id"]
        .iter()
        .find_map(|at| example.body.pointer(at).and_then(Value::as_str));
    // A document's `default` is an error.
    let status = if example.status == 0 {
        400
    } else {
        example.status
    };
    let body = example.body.to_string();
    let ask = |call| {
        vectors
            .outcome(
                &profile,
                call,
                id.unwrap_or("pay_1"),
                "10.00 EUR",
                status,
                &body,
            )
            .unwrap()
    };
    // Where a refund is answered with its payment, a document's example can't have our token in it:
    // it is read as the payment that it is.
    let told = ask(call);
    if call == "refund" && told.contains("exactly once") {
        return ask("payment");
    }
    told
}

/// A success is read, whether or not it is the refund of this test; an error is told with the
/// provider's own words.
fn is_understood(call: &str, example: &Example, told: &str) -> bool {
    let moves = matches!(call, "refund" | "reversal");
    let (name, why) = told.split_once(": ").unwrap_or((told, ""));
    let words = why.rsplit("HTTP ").next().unwrap_or(why);
    let has_words = !words.is_empty() && !words.chars().all(|c| c.is_ascii_digit());
    match (example.status, moves) {
        (200..=299, true) => matches!(name, "accepted" | "executed" | "contradiction" | "read"),
        (200..=299, false) => name == "read",
        (_, true) => {
            let told = matches!(
                name,
                "refused" | "later" | "unlisted" | "unknown" | "not_sent"
            );
            name == "exists" || (told && has_words)
        }
        (_, false) => name == "unreadable" && has_words,
    }
}
