//! The engine over every adapter and both journals: the same story has the same end everywhere.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;

use common::day::Day;
use refundkit::{
    Error, MemoryStore, Provider, ProviderName, RefundRequest, Refunds, ReversalRequest, State,
    Store,
};
use refundkit_dojo::Version;
use refundkit_sandbox::{Fault, FaultKind, Sandbox};
use refundkit_sqlite::SqliteStore;

#[derive(Clone, Copy, Debug)]
enum Site {
    Dojo(Version),
    Dodo,
    Primer,
}

const SITES: [Site; 4] = [
    Site::Dojo(Version::V2022_01_03),
    Site::Dojo(Version::NEWEST),
    Site::Dodo,
    Site::Primer,
];

impl Site {
    const fn payment(self) -> &'static str {
        match self {
            Self::Dojo(_) => "pi_paid_1",
            Self::Dodo => "pay_paid_1",
            Self::Primer => "prim_paid_1",
        }
    }

    const fn authorized(self) -> Option<&'static str> {
        match self {
            Self::Dojo(_) => Some("pi_auth_1"),
            Self::Dodo => None,
            Self::Primer => Some("prim_auth_1"),
        }
    }

    const fn currency(self) -> &'static str {
        match self {
            Self::Dojo(_) => "GBP",
            Self::Dodo | Self::Primer => "USD",
        }
    }

    fn adapter(self, sandbox: &Sandbox) -> Arc<dyn Provider> {
        match self {
            Self::Dojo(version) => common::adapters::dojo(sandbox, version),
            Self::Dodo => common::adapters::dodo(sandbox),
            Self::Primer => common::adapters::primer(sandbox),
        }
    }
}

struct Case {
    site: Site,
    sandbox: Sandbox,
    refunds: Arc<Refunds>,
    _folder: tempfile::TempDir,
}

impl Case {
    async fn open(site: Site, sqlite: bool) -> Self {
        let sandbox = Sandbox::start(Day::noon().sandbox()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal: Arc<dyn Store> = if sqlite {
            Arc::new(
                SqliteStore::open(folder.path().join("journal.db"))
                    .await
                    .unwrap(),
            )
        } else {
            Arc::new(MemoryStore::new())
        };
        let refunds = Refunds::builder()
            .namespace("matrix".parse().unwrap())
            .provider(name(), site.adapter(&sandbox))
            .journal(journal)
            .clock(Arc::new(Day::of(&sandbox)))
            .build()
            .unwrap();
        Self {
            site,
            sandbox,
            refunds: Arc::new(refunds),
            _folder: folder,
        }
    }

    fn request(&self, key: &str, amount: &str) -> RefundRequest {
        RefundRequest::new(self.site.payment().parse().unwrap(), key.parse().unwrap()).amount(
            format!("{amount} {}", self.site.currency())
                .parse()
                .unwrap(),
        )
    }

    fn effects(&self) -> Vec<i64> {
        self.sandbox
            .effects()
            .iter()
            .map(|effect| effect.amount.minor)
            .collect()
    }
}

fn name() -> ProviderName {
    "provider".parse().unwrap()
}

/// All sites with both journals.
async fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for site in SITES {
        for sqlite in [false, true] {
            cases.push(Case::open(site, sqlite).await);
        }
    }
    cases
}

fn returned(state: State) -> bool {
    matches!(state, State::Succeeded | State::Accepted)
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_add_up_and_stop_at_the_whole() {
    for case in cases().await {
        for key in ["a", "b"] {
            let done = case
                .refunds
                .refund(&name(), &case.request(key, "20.00"))
                .await
                .unwrap();
            assert!(returned(done.state()), "{done:?}");
        }
        let over = case
            .refunds
            .refund(&name(), &case.request("c", "40.00"))
            .await;
        assert!(matches!(over, Err(Error::Refused(_))), "{over:?}");
        assert_eq!(case.effects(), [2000, 2000]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_cleared_up_with_one_effect() {
    for case in cases().await {
        case.sandbox
            .set_faults([Fault::always(FaultKind::AnswerLost)]);
        for _ in 0..3 {
            let done = case
                .refunds
                .refund(&name(), &case.request("a", "20.00"))
                .await
                .unwrap();
            // The oldest version shows neither refunds nor their sum.
            let expected = match case.site {
                Site::Dojo(Version::V2022_01_03) => State::Unknown,
                Site::Dojo(_) | Site::Dodo | Site::Primer => State::Succeeded,
            };
            assert_eq!(done.state(), expected);
        }
        assert_eq!(case.effects(), [2000]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_with_one_key_has_one_effect() {
    for case in cases().await {
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (refunds, request) = (Arc::clone(&case.refunds), case.request("a", "20.00"));
                tokio::spawn(async move { refunds.refund(&name(), &request).await })
            })
            .collect();
        for task in tasks {
            assert!(returned(task.await.unwrap().unwrap().state()));
        }
        assert_eq!(case.effects(), [2000]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_with_many_keys_returns_no_more_than_was_paid() {
    for case in cases().await {
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let refunds = Arc::clone(&case.refunds);
                let request = case.request(&format!("key-{number}"), "9.00");
                tokio::spawn(async move { refunds.refund(&name(), &request).await })
            })
            .collect();
        let mut refused = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => {}
                Err(Error::Refused(refusal)) => refused.push(refusal),
                Err(other) => panic!("{other:?}"),
            }
        }
        let paid = if matches!(case.site, Site::Primer) {
            7000
        } else {
            5000
        };
        let sum: i64 = case.effects().iter().sum();
        assert_eq!(sum, paid / 900 * 900, "{:?}: {refused:?}", case.site);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resume_clears_up_what_was_left_unknown() {
    for case in cases().await {
        case.sandbox
            .set_faults([FaultKind::AnswerLost, FaultKind::StaleRead].map(Fault::always));
        let left = case
            .refunds
            .refund(&name(), &case.request("a", "20.00"))
            .await
            .unwrap();
        assert!(
            matches!(left.state(), State::Unknown | State::Succeeded),
            "{left:?}"
        );
        case.sandbox.set_faults([]);
        case.refunds.resume().await.unwrap();
        let done = case.refunds.status(&left.intent.id).await.unwrap();
        assert!(returned(done.state()), "{done:?}");
        assert_eq!(case.effects(), [2000]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reversal_takes_the_whole_payment_back() {
    for case in cases().await {
        let Some(payment) = case.site.authorized() else {
            continue;
        };
        let request = ReversalRequest::new(payment.parse().unwrap(), "a".parse().unwrap());
        case.sandbox
            .set_faults([Fault::always(FaultKind::AnswerLost)]);
        let done = case.refunds.reverse(&name(), &request).await.unwrap();
        assert_eq!(done.state(), State::Succeeded);
        let refund = RefundRequest::new(payment.parse().unwrap(), "b".parse().unwrap());
        let refused = case.refunds.refund(&name(), &refund).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert_eq!(case.effects().len(), 1);
    }
}
