//! The folder of providers' documents, and the judge's own proof on them: a correct refund of each
//! provider passes, and one with a mistake doesn't.

use std::path::PathBuf;

use crate::spec::Spec;

/// Where the documents are.
const FOLDER: &str = "REFUNDKIT_SPECS";

/// A document by its path below the folder; nothing where no folder is named, which is said.
pub(crate) fn document(path: &str) -> Option<Spec> {
    let Some(folder) = std::env::var_os(FOLDER) else {
        println!("contract: {FOLDER} is not set, nothing was judged by {path}");
        return None;
    };
    Some(Spec::load(&PathBuf::from(folder).join(path)).unwrap())
}

/// A request written by hand.
#[derive(Clone, Copy)]
struct Sent {
    path: &'static str,
    header: (&'static str, &'static str),
    content_type: &'static str,
    body: &'static str,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Sent {
    fn judged(self, spec: &Spec) -> Vec<String> {
        let headers = [(self.header.0.to_owned(), self.header.1.to_owned())];
        let body = Some(self.body.as_bytes());
        spec.request(
            "POST",
            self.path,
            &[],
            &headers,
            Some(self.content_type),
            body,
        )
    }
}

/// The right request passes; each variant is refused for the reason that stands beside it.
fn prove(document_path: &str, right: Sent, wrong: &[(Sent, &str)]) {
    let Some(spec) = document(document_path) else {
        return;
    };
    let problems = right.judged(&spec);
    assert!(problems.is_empty(), "{document_path}: {problems:#?}");
    for (sent, reason) in wrong {
        let problems = sent.judged(&spec);
        let told = problems.iter().any(|problem| problem.contains(reason));
        assert!(
            told,
            "{document_path}: {reason} expected, told {problems:#?}"
        );
    }
}

#[test]
fn adyen() {
    let right = Sent {
        path: "/v72/payments/WNS7WQ756L2GWR82/refunds",
        header: ("Idempotency-Key", "6f1f1a7e"),
        content_type: JSON,
        body: r#"{"merchantAccount":"Shop","amount":{"currency":"EUR","value":1050},"reference":"r1",
                 "merchantRefundReason":"RETURN"}"#,
    };
    let unknown =
        r#"{"merchantAccount":"Shop","amount":{"currency":"EUR","value":1050},"comment":"x"}"#;
    let text = r#"{"merchantAccount":"Shop","amount":{"currency":"EUR","value":"10.50"}}"#;
    let incomplete = r#"{"amount":{"currency":"EUR","value":1050}}"#;
    prove(
        "others/adyen-refunds.json",
        right,
        &[
            (
                Sent {
                    body: unknown,
                    ..right
                },
                "comment",
            ),
            (
                Sent {
                    body: text,
                    ..right
                },
                "body/amount/value",
            ),
            (
                Sent {
                    body: incomplete,
                    ..right
                },
                "merchantAccount",
            ),
            (
                Sent {
                    content_type: FORM,
                    ..right
                },
                "no body of type",
            ),
            (
                Sent {
                    path: "/payments/WNS7WQ756L2GWR82/refunds",
                    ..right
                },
                "no documented path",
            ),
        ],
    );
}

#[test]
fn mollie() {
    let right = Sent {
        path: "/v2/payments/tr_5B8cwPMGnU6qLbRvo7qEZo/refunds",
        header: ("Idempotency-Key", "6f1f1a7e-2a53-4a3c-8f5e-0d5b7a9f1c11"),
        content_type: JSON,
        body: r#"{"amount":{"currency":"EUR","value":"10.50"},"description":"Order 7",
                 "metadata":{"refundkit":"r1"}}"#,
    };
    let number = r#"{"amount":{"currency":"EUR","value":10.5},"description":"Order 7"}"#;
    let unknown = r#"{"amount":{"currency":"EUR","value":"10.50"},"description":"x","reason":"y"}"#;
    let answered =
        r#"{"amount":{"currency":"EUR","value":"10.50"},"description":"x","status":"queued"}"#;
    prove(
        "others/mollie-refunds.yaml",
        right,
        &[
            (
                Sent {
                    body: number,
                    ..right
                },
                "body/amount/value",
            ),
            (
                Sent {
                    body: unknown,
                    ..right
                },
                "reason",
            ),
            (
                Sent {
                    body: answered,
                    ..right
                },
                "status",
            ),
        ],
    );
}

#[test]
fn paypal() {
    let right = Sent {
        path: "/v2/payments/captures/2GG279541U471931P/refund",
        header: ("PayPal-Request-Id", "6f1f1a7e"),
        content_type: JSON,
        body: r#"{"amount":{"currency_code":"USD","value":"10.50"},"invoice_id":"r1"}"#,
    };
    let number = r#"{"amount":{"currency_code":"USD","value":10.5}}"#;
    let unknown = r#"{"amount":{"currency_code":"USD","value":"10.50","minor":1050}}"#;
    prove(
        "others/paypal-refunds.json",
        right,
        &[
            (
                Sent {
                    body: number,
                    ..right
                },
                "body/amount/value",
            ),
            (
                Sent {
                    body: unknown,
                    ..right
                },
                "minor",
            ),
        ],
    );
}

#[test]
fn square() {
    let right = Sent {
        path: "/v2/refunds",
        header: ("Square-Version", "2026-01-22"),
        content_type: JSON,
        body: r#"{"idempotency_key":"6f1f1a7e","payment_id":"bP9m","reason":null,
                 "amount_money":{"amount":1050,"currency":"USD"}}"#,
    };
    let keyless = r#"{"payment_id":"bP9m","amount_money":{"amount":1050,"currency":"USD"}}"#;
    let text =
        r#"{"idempotency_key":"6f1f1a7e","amount_money":{"amount":"1050","currency":"USD"}}"#;
    let nested =
        r#"{"idempotency_key":"k","amount_money":{"amount":1050,"currency":"USD","minor":1}}"#;
    prove(
        "others/square-refunds.json",
        right,
        &[
            (
                Sent {
                    body: keyless,
                    ..right
                },
                "idempotency_key",
            ),
            (
                Sent {
                    body: text,
                    ..right
                },
                "body/amount_money/amount",
            ),
            (
                Sent {
                    body: nested,
                    ..right
                },
                "minor",
            ),
        ],
    );
}

#[test]
fn stripe() {
    let right = Sent {
        path: "/v1/refunds",
        header: ("Idempotency-Key", "6f1f1a7e"),
        content_type: FORM,
        body: "payment_intent=pi_1&amount=1050&reason=duplicate&metadata[refundkit]=5&expand[]=charge",
    };
    prove(
        "others/stripe-refunds-only.json",
        right,
        &[
            (
                Sent {
                    body: "payment_intent=pi_1&amount=10.50",
                    ..right
                },
                "body/amount",
            ),
            (
                Sent {
                    body: "payment_intent=pi_1&reason=other",
                    ..right
                },
                "body/reason",
            ),
            (
                Sent {
                    body: "payment_intent=pi_1&note=x",
                    ..right
                },
                "note",
            ),
            (
                Sent {
                    body: "charge=ch_1&charge=ch_2",
                    ..right
                },
                "body/charge",
            ),
            (
                Sent {
                    body: "charge=ch_1&expand=charge",
                    ..right
                },
                "body/expand",
            ),
            (
                Sent {
                    content_type: JSON,
                    ..right
                },
                "no body of type",
            ),
        ],
    );
}

#[test]
fn primer() {
    for path in [
        "primer/primer-refunds-asis.yaml",
        "primer/primer-refunds-fixed.yaml",
    ] {
        let right = Sent {
            path: "/payments/kHdEw9EG/refund",
            header: ("x-api-version", "2.4"),
            content_type: "application/json; charset=utf-8",
            body: r#"{"amount":1050,"orderId":"r1","reason":"Returned"}"#,
        };
        let unknown = r#"{"amount":1050,"currencyCode":"EUR"}"#;
        prove(
            path,
            right,
            &[
                (
                    Sent {
                        body: unknown,
                        ..right
                    },
                    "currencyCode",
                ),
                (
                    Sent {
                        body: r#"{"amount":"1050"}"#,
                        ..right
                    },
                    "body/amount",
                ),
                (
                    Sent {
                        header: ("x-api-key", "k"),
                        ..right
                    },
                    "`X-API-VERSION` is missing",
                ),
            ],
        );
    }
}
