//! What each document shows: answers enough to test the reading of them, and requests that pass.

use crate::documents::document;

struct Shown {
    path: &'static str,
    /// So many answers at least: examples that are no longer found would test nothing, silently.
    answers: usize,
    /// So many of them at most contradict their own schema.
    contradictory: usize,
    /// So many examples of requests at least.
    requests: usize,
}

const fn shown(path: &'static str, answers: usize, contradictory: usize, requests: usize) -> Shown {
    Shown {
        path,
        answers,
        contradictory,
        requests,
    }
}

/// Stripe's document has no example at all. PayPal's has none of a success, and its errors are put
/// together from what the schemas fix. Three of Square's leave out a property that is required.
/// Primer's as published is at odds with itself, hence the corrected one; what is left there is an
/// item of a list.
const DOCUMENTS: &[Shown] = &[
    shown("others/adyen-refunds.json", 20, 0, 5),
    shown("others/mollie-refunds.yaml", 54, 0, 0),
    shown("others/paypal-refunds.json", 65, 0, 1),
    shown("others/square-refunds.json", 10, 3, 5),
    shown("others/stripe-refunds-only.json", 0, 0, 0),
    shown("primer/primer-refunds-asis.yaml", 15, 4, 5),
    shown("primer/primer-refunds-fixed.yaml", 15, 1, 5),
];

#[test]
fn documents_show_answers() {
    for shown in DOCUMENTS {
        let Some(spec) = document(shown.path) else {
            continue;
        };
        let mut answers = 0;
        let mut contradictory = 0;
        for (method, path) in spec.operations() {
            let here = spec.answers(&method, &path);
            println!(
                "contract: {}: {method} {path}: {} example answers",
                shown.path,
                here.len()
            );
            answers += here.len();
            for one in here {
                let problems = spec.answer(&method, &path, one.status, &one.body);
                if let Some(first) = problems.first() {
                    contradictory += 1;
                    println!(
                        "  {} {} is at odds with its schema: {first:.200}",
                        one.status, one.name
                    );
                }
            }
        }
        println!(
            "contract: {}: {answers} in all, {contradictory} at odds",
            shown.path
        );
        assert!(answers >= shown.answers, "{}: {answers}", shown.path);
        assert!(
            contradictory <= shown.contradictory,
            "{}: {contradictory}",
            shown.path
        );
    }
}

/// The judge is no stricter than the documents are with their own examples.
#[test]
fn documented_requests_pass() {
    for shown in DOCUMENTS {
        let Some(spec) = document(shown.path) else {
            continue;
        };
        // Primer's is required; nobody else minds.
        let headers = [("X-API-VERSION".to_owned(), "2.4".to_owned())];
        let json = Some("application/json");
        let mut found = 0;
        for (method, path) in spec.operations() {
            for (name, body) in spec.requests(&method, &path) {
                let body = body.to_string();
                let problems =
                    spec.request(&method, &path, &[], &headers, json, Some(body.as_bytes()));
                assert!(
                    problems.is_empty(),
                    "{} {path} {name}: {problems:?}",
                    shown.path
                );
                found += 1;
            }
        }
        assert!(found >= shown.requests, "{}: {found}", shown.path);
    }
}
