//! The engine over built-in profiles, while the provider or the way to it does harm: what the
//! journal says in the end is what happened, nothing twice and nothing lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use refundkit::{
    Clock, Filter, MemoryStore, Operation, ProviderName, RefundRequest, Refunds, State, Timestamp,
};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Addresses, FaultKind, Sandbox, SandboxConfig};

/// What differs between the providers.
#[derive(Clone, Copy)]
struct Site {
    profile: &'static str,
    key: &'static str,
    payment: &'static str,
    currency: &'static str,
    url: fn(&Addresses) -> Option<&str>,
    /// Whether requests carry a key, so that one that arrives twice is one refund.
    keyed: bool,
}

const SITES: [Site; 5] = [
    Site {
        profile: "primer",
        key: "sk_sandbox",
        payment: "prim_paid_1",
        currency: "USD",
        url: |at| Some(&at.primer),
        keyed: true,
    },
    Site {
        profile: "stripe",
        key: "sk_test_1",
        payment: "pi_card_1",
        currency: "USD",
        url: |at| at.stripe.as_deref(),
        keyed: true,
    },
    Site {
        profile: "mollie",
        key: "test_key_1",
        payment: "tr_paid_1",
        currency: "EUR",
        url: |at| at.mollie.as_deref(),
        keyed: true,
    },
    // The same provider for a profile without its key: only the token finds a refund again.
    Site {
        profile: "primer",
        key: "sk_sandbox",
        payment: "prim_paid_1",
        currency: "USD",
        url: |at| Some(&at.primer),
        keyed: false,
    },
    // No key at all, and a list that may miss a refund: what it shows proves, what it doesn't is for
    // a person.
    Site {
        profile: "polar",
        key: "polar_oat_1",
        payment: "ord_paid_1",
        currency: "USD",
        url: |at| at.polar.as_deref(),
        keyed: false,
    },
];

const KINDS: [FaultKind; 10] = [
    FaultKind::RequestLost,
    FaultKind::AnswerLost,
    FaultKind::ErrorBeforeEffect,
    FaultKind::ErrorAfterEffect,
    FaultKind::Throttle,
    FaultKind::Truncated,
    FaultKind::Html,
    FaultKind::KeyForgotten,
    FaultKind::StaleRead,
    FaultKind::DuplicateDelivery,
];

impl Site {
    fn profile(self) -> Profile {
        let text = Profile::builtin_text(self.profile).unwrap();
        let kept = |line: &&str| self.keyed || !line.starts_with("key = {");
        let lines: Vec<&str> = text.lines().filter(kept).collect();
        Profile::parse(&lines.join("\n")).unwrap()
    }
}

struct SandboxClock(Arc<Sandbox>);

impl fmt::Debug for SandboxClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SandboxClock")
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.now()).unwrap()
    }
}

struct Case {
    site: Site,
    sandbox: Arc<Sandbox>,
    refunds: Refunds,
}

fn name() -> ProviderName {
    "provider".parse().unwrap()
}

impl Case {
    async fn open(site: Site) -> Self {
        let mut config = SandboxConfig::default();
        config.api_key = site.key.to_owned();
        config.more_providers = true;
        config.payments = 0;
        let sandbox = Arc::new(Sandbox::start(config).await.unwrap());
        let url = (site.url)(sandbox.addresses()).unwrap();
        let profile = site.profile();
        let config = GenericConfig::new(profile, Secret::new(site.key).unwrap())
            .base_url(BaseUrl::parse(url).unwrap());
        let refunds = Refunds::builder()
            .namespace("faults".parse().unwrap())
            .provider(name(), Arc::new(Generic::new(config).unwrap()))
            .journal(Arc::new(MemoryStore::new()))
            .clock(Arc::new(SandboxClock(Arc::clone(&sandbox))))
            .build()
            .unwrap();
        Self {
            site,
            sandbox,
            refunds,
        }
    }

    fn request(&self, key: &str, amount: &str) -> RefundRequest {
        let amount = format!("{amount} {}", self.site.currency);
        RefundRequest::new(self.site.payment.parse().unwrap(), key.parse().unwrap())
            .amount(amount.parse().unwrap())
    }

    /// What really went back, each time.
    fn returned(&self) -> Vec<i64> {
        let effects = self.sandbox.effects();
        effects.iter().map(|effect| effect.amount.minor).collect()
    }

    async fn journal(&self) -> Vec<Operation> {
        self.refunds.list(&Filter::default()).await.unwrap()
    }

    /// What a worker does in two days: it picks up what is open, and asks about what is on its way.
    async fn work(&self) {
        for minutes in [1, 20, 20, 60, 120, 12 * 60, 60, 24 * 60] {
            self.sandbox.advance(Duration::from_secs(minutes * 60));
            self.refunds.resume().await.unwrap();
            for operation in self.journal().await {
                if operation.state() == State::Accepted {
                    self.refunds.refresh(&operation.intent.id).await.unwrap();
                }
            }
        }
    }

    /// What the journal says went back.
    async fn said(&self) -> Vec<i64> {
        let journal = self.journal().await;
        let returned = journal
            .iter()
            .filter(|operation| matches!(operation.state(), State::Succeeded | State::Accepted));
        returned
            .map(|operation| operation.intent.plan.amount().minor().get())
            .collect()
    }
}

/// One refund of 20.00 under `faults`, two days of work without them, and one more of 5.00.
async fn story(site: Site, faults: &[(FaultKind, u64)]) -> State {
    let what = format!("{} (key: {}) {faults:?}", site.profile, site.keyed);
    let case = Case::open(site).await;
    for (kind, count) in faults {
        case.sandbox.inject_next(*kind, *count);
    }
    let request = case.request("first", "20.00");
    for _ in 0..2 {
        case.refunds
            .refund(&name(), &request)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    case.sandbox.set_faults([]);
    case.work().await;
    let first = case.refunds.refund(&name(), &request).await.unwrap();
    assert_eq!(
        case.returned(),
        case.said().await,
        "{what}: {:?}",
        first.state()
    );
    assert!(
        matches!(first.state(), State::Succeeded | State::Parked),
        "{what}: {:?}",
        first.state()
    );
    // A person decides about what is parked; until then the payment waits with it.
    if first.state() == State::Succeeded {
        assert_eq!(case.returned(), [2000], "{what}");
        let more = case.request("second", "5.00");
        case.refunds
            .refund(&name(), &more)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        case.work().await;
        assert_eq!(case.returned(), [2000, 500], "{what}");
        assert_eq!(case.said().await, [2000, 500], "{what}");
    }
    first.state()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_says_what_happened_whatever_goes_wrong() {
    for site in SITES {
        for kind in KINDS {
            if kind == FaultKind::DuplicateDelivery && !site.keyed {
                continue;
            }
            for count in 1..=3 {
                let end = story(site, &[(kind, count)]).await;
                let is_for_a_person = site.profile == "polar" && end == State::Parked;
                assert!(
                    end == State::Succeeded || is_for_a_person,
                    "{} {kind} {count}: {end}",
                    site.profile
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_things_go_wrong_at_once() {
    for site in SITES {
        for second in KINDS {
            for first in [FaultKind::AnswerLost, FaultKind::Html] {
                // A key that is forgotten within the provider's promise is beyond all help, and so
                // is a request that arrives twice without one.
                let hopeless = second == FaultKind::KeyForgotten
                    || (second == FaultKind::DuplicateDelivery && !site.keyed);
                if !hopeless && first != second {
                    story(site, &[(first, 2), (second, 2)]).await;
                }
            }
        }
    }
}
