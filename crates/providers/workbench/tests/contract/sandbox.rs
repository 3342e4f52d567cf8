//! What the sandbox answers, judged by the documents of the providers that it plays.
//!
//! Only what it answers undisturbed, and the errors that it tells in a provider's own words: the
//! other faults break answers on purpose.

mod dodo;
mod dojo;
mod mollie;
mod primer;
mod sites;
mod stripe;
mod visitor;

use std::collections::{BTreeMap, BTreeSet};

use refundkit_sandbox::Provider;

use crate::documents::document;
use crate::spec::{Answered, Spec, Verdict};
use sites::{Document, site};
use visitor::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_sandbox_is_one_that_the_document_shows() {
    let mut wrong = BTreeSet::new();
    for provider in Provider::ALL {
        let site = site(provider);
        for part in site.undocumented {
            println!("contract: sandbox: {provider:?}, {part}: no document is at hand");
        }
        let mut heard = Heard::default();
        for one in site.documents {
            let Some(spec) = document(one.path) else {
                continue;
            };
            let mut visitor = Visitor::start(provider, one.headers).await;
            (site.walk)(&mut visitor);
            heard.judge(one, &spec, &visitor.answers);
        }
        for line in heard.left_out() {
            println!("  judged by no document: {line}");
        }
        wrong.extend(heard.wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const NO_OPERATION: &str = "no such operation is documented";

/// What the documents of one provider say about its answers.
#[derive(Default)]
struct Heard {
    /// The answers that a document has a schema for, as method, path and status.
    judged: BTreeSet<String>,
    /// The others of each document, and why.
    silent: BTreeMap<String, &'static str>,
    wrong: BTreeSet<String>,
}

impl Heard {
    fn judge(&mut self, document: &Document, spec: &Spec, answers: &[Answered]) {
        let path = document.path;
        let mut judged = 0;
        let mut used = BTreeSet::new();
        for answered in answers {
            let what = format!("{} {} {}", answered.method, answered.path, answered.status);
            let success = answered.status < 300;
            let why = match spec.stand_in(answered) {
                Verdict::Judged(problems) => {
                    judged += 1;
                    for problem in problems {
                        let mut known = document.otherwise.iter();
                        match known.find(|(said, _)| problem.contains(said)) {
                            Some((said, _)) => drop(used.insert(*said)),
                            None => drop(self.wrong.insert(format!("{path}: {what}: {problem}"))),
                        }
                    }
                    self.judged.insert(what);
                    continue;
                }
                Verdict::NoOperation => NO_OPERATION,
                Verdict::NoSchema if !success => "no body is documented",
                Verdict::NoStatus if !success => "no such status is documented",
                Verdict::NoSchema | Verdict::NoStatus => {
                    let missing = format!("{path}: {what}: no such success is documented");
                    self.wrong.insert(missing);
                    continue;
                }
            };
            // A document that has the operation says more than one that hasn't.
            let known = self.silent.entry(what).or_insert(why);
            if *known == NO_OPERATION {
                *known = why;
            }
        }
        println!("contract: sandbox: {path}: {judged} answers judged");
        for (said, holds) in document.otherwise {
            println!("  the document and the sandbox differ, {said}: {holds}");
            if !used.contains(said) {
                let stale = format!("{path}: they don't differ any more, {said}");
                self.wrong.insert(stale);
            }
        }
        if judged < document.judged {
            self.wrong
                .insert(format!("{path}: {judged} answers judged"));
        }
    }

    fn left_out(&self) -> impl Iterator<Item = String> {
        let silent = self.silent.iter();
        let left = silent.filter(|(what, _)| !self.judged.contains(*what));
        left.map(|(what, why)| format!("{what}: {why}"))
    }
}
