//! The provider suite against the simulated providers that have a built-in profile, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use refundkit_conformance::ProviderHarness;
use refundkit_conformance::provider::Harm;
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{PaymentId, Provider, Timestamp};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Addresses, Fault, FaultKind, Sandbox, SandboxConfig};

/// What differs between the providers.
#[derive(Clone, Copy)]
struct Site {
    profile: &'static str,
    key: &'static str,
    captured: &'static str,
    authorized: Option<&'static str>,
    missing: ReadErrorKind,
    url: fn(&Addresses) -> Option<&str>,
}

struct Simulated {
    site: Site,
    sandbox: Sandbox,
    provider: Generic,
    unreachable: Generic,
}

impl Site {
    fn adapter(self, url: &str) -> Generic {
        let profile = Profile::builtin(self.profile).unwrap();
        let config = GenericConfig::new(profile, Secret::new(self.key).unwrap())
            .base_url(BaseUrl::parse(url).unwrap());
        Generic::new(config).unwrap()
    }

    async fn start(self) -> Simulated {
        let mut config = SandboxConfig::default();
        config.api_key = self.key.to_owned();
        config.more_providers = true;
        let sandbox = Sandbox::start(config).await.unwrap();
        // A port that was free a moment ago, and that nobody listens on.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", nobody.local_addr().unwrap());
        drop(nobody);
        Simulated {
            provider: self.adapter((self.url)(sandbox.addresses()).unwrap()),
            unreachable: self.adapter(&url),
            site: self,
            sandbox,
        }
    }
}

impl ProviderHarness for Simulated {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    fn unreachable(&self) -> &dyn Provider {
        &self.unreachable
    }

    fn captured(&self) -> PaymentId {
        PaymentId::new(self.site.captured).unwrap()
    }

    fn authorized(&self) -> Option<PaymentId> {
        self.site.authorized.map(|id| PaymentId::new(id).unwrap())
    }

    fn missing_payment(&self) -> ReadErrorKind {
        self.site.missing
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.sandbox.now()).unwrap()
    }

    fn returned(&self, payment: &PaymentId) -> (i64, usize) {
        let effects = self.sandbox.effects();
        let ours = effects
            .iter()
            .filter(|effect| effect.payment == payment.as_str());
        let amounts: Vec<i64> = ours.map(|effect| effect.amount.minor).collect();
        (amounts.iter().sum(), amounts.len())
    }

    fn harm(&self, harm: Harm) {
        self.sandbox.set_faults(match harm {
            Harm::None => None,
            Harm::LoseAnswers => Some(Fault::always(FaultKind::AnswerLost)),
            Harm::Fail => Some(Fault::always(FaultKind::ErrorBeforeEffect)),
            Harm::Throttle => Some(Fault::always(FaultKind::Throttle)),
        });
    }

    fn secret(&self) -> &str {
        self.site.key
    }
}

mod primer {
    use super::{ReadErrorKind, Simulated, Site};

    const SITE: Site = Site {
        profile: "primer",
        key: "sk_sandbox_planted_k3y",
        captured: "prim_paid_1",
        authorized: Some("prim_auth_1"),
        // A 400 whose code stands for other troubles of a payment too.
        missing: ReadErrorKind::Unreadable,
        url: |at| Some(&at.primer),
    };

    async fn make() -> Simulated {
        SITE.start().await
    }

    refundkit_conformance::provider_suite!(make);
}

mod stripe {
    use super::{ReadErrorKind, Simulated, Site};

    const SITE: Site = Site {
        profile: "stripe",
        key: "sk_test_planted_k3y",
        captured: "pi_card_1",
        authorized: Some("pi_card_auth_1"),
        missing: ReadErrorKind::NotFound,
        url: |at| at.stripe.as_deref(),
    };

    async fn make() -> Simulated {
        SITE.start().await
    }

    refundkit_conformance::provider_suite!(make);
}

mod mollie {
    use super::{ReadErrorKind, Simulated, Site};

    const SITE: Site = Site {
        profile: "mollie",
        key: "test_planted_k3y",
        captured: "tr_paid_1",
        authorized: Some("tr_auth_1"),
        missing: ReadErrorKind::NotFound,
        url: |at| at.mollie.as_deref(),
    };

    async fn make() -> Simulated {
        SITE.start().await
    }

    refundkit_conformance::provider_suite!(make);
}

mod polar {
    use super::{ReadErrorKind, Simulated, Site};

    const SITE: Site = Site {
        profile: "polar",
        key: "polar_oat_planted_k3y",
        captured: "ord_paid_1",
        authorized: None,
        missing: ReadErrorKind::NotFound,
        url: |at| at.polar.as_deref(),
    };

    async fn make() -> Simulated {
        SITE.start().await
    }

    refundkit_conformance::provider_suite!(make);
}
