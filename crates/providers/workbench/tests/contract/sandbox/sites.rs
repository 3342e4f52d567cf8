//! Which documents each simulated provider is held against.

use refundkit_sandbox::Provider;

use super::visitor::Visitor;
use super::{dodo, dojo, mollie, primer, stripe};

pub(super) struct Site {
    pub(super) documents: &'static [Document],
    /// Of what no document is at hand.
    pub(super) undocumented: &'static [&'static str],
    /// Asks for everything that the provider answers.
    pub(super) walk: fn(&mut Visitor),
}

pub(super) struct Document {
    pub(super) path: &'static str,
    /// What a request of this version has in its head.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// So many answers are judged at least.
    pub(super) judged: usize,
    /// What the document has against the answers, and what holds instead.
    pub(super) otherwise: &'static [(&'static str, &'static str)],
}

const fn dojo(
    path: &'static str,
    headers: &'static [(&str, &str)],
    otherwise: &'static [(&str, &str)],
) -> Document {
    Document {
        path,
        headers,
        judged: 21,
        otherwise,
    }
}

const DOJO: &[Document] = &[
    dojo(
        "dojo/dojo-2022-04-07-refunds.yaml",
        &[("version", "2022-04-07")],
        &[dojo::PASCAL],
    ),
    dojo(
        "dojo/dojo-2024-02-05-refunds.yaml",
        &[("version", "2024-02-05")],
        &[dojo::PASCAL, dojo::VALIDATION],
    ),
    dojo(
        "dojo/dojo-2025-09-10-refunds.yaml",
        &[("version", "2025-09-10")],
        &[dojo::PASCAL, dojo::VALIDATION],
    ),
    dojo(
        "dojo/dojo-2026-02-27-refunds.yaml",
        &[("version", "2026-02-27")],
        &[dojo::PASCAL, dojo::VALIDATION],
    ),
];

/// The later document has one operation, the earlier one all.
const DODO: &[Document] = &[
    Document {
        path: "dodo/dodo-1.86.0-refunds.yaml",
        headers: &[],
        judged: 29,
        otherwise: dodo::OTHERWISE,
    },
    Document {
        path: "dodo/dodo-1.102.0-post-refunds.yaml",
        headers: &[],
        judged: 3,
        otherwise: dodo::OTHERWISE,
    },
];

const PRIMER: &[Document] = &[
    Document {
        path: "primer/primer-refunds-fixed.yaml",
        headers: &[],
        judged: 21,
        otherwise: &[],
    },
    Document {
        path: "primer/primer-refunds-asis.yaml",
        headers: &[],
        judged: 21,
        otherwise: primer::OTHERWISE,
    },
];

const STRIPE: &[Document] = &[Document {
    path: "others/stripe-refunds-only.json",
    headers: &[],
    judged: 22,
    otherwise: &[],
}];

const MOLLIE: &[Document] = &[Document {
    path: "others/mollie-refunds.yaml",
    headers: &[],
    judged: 38,
    otherwise: &[],
}];

pub(super) fn site(provider: Provider) -> Site {
    let (documents, undocumented, walk): (_, &[_], fn(&mut Visitor)) = match provider {
        Provider::Dojo => (DOJO, &["version 2022-01-03"], dojo::walk),
        Provider::Dodo => (DODO, &[], dodo::walk),
        Provider::Primer => (PRIMER, &[], primer::walk),
        Provider::Stripe => (STRIPE, &["payment intents"], stripe::walk),
        Provider::Mollie => (MOLLIE, &[], mollie::walk),
        Provider::Polar => (&[], &["the whole of it"], |_| ()),
    };
    Site {
        documents,
        undocumented,
        walk,
    }
}
