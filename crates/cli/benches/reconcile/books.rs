//! A journal with many refunds, and providers that have them; and what differs between the two.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use refundkit::core::ProviderRefund;
use refundkit::core::answer::{Outcome, RefundStatus};
use refundkit::core::ledger::Begun;
use refundkit::core::plan::{History, Plan, plan_refund};
use refundkit::core::ports::Committed;
use refundkit::core::{Change, Evidence, Fact, Intent, PaymentLedger, Stage, fingerprint};
use refundkit::{
    Capabilities, Minor, Namespace, Payment, Provider as _, ProviderName, RefundId, RefundRequest,
    RequestKey, Store, Timestamp, WorkerId,
};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Plant, Provider, Sandbox};
use refundkit_sqlite::SqliteStore;

const AGO: Duration = Duration::from_secs(2 * 3600);
const WORKERS: usize = 256;
const AMOUNT: i64 = 1_000;

/// One of the three providers.
struct Site {
    provider: Provider,
    name: ProviderName,
    currency: &'static str,
    capabilities: Capabilities,
}

/// Everything that the workers share.
struct Books {
    journal: SqliteStore,
    sites: [Site; 3],
    at: Timestamp,
}

/// Fills journal and providers, and says what was planted, by payment.
pub(crate) async fn fill(
    sandbox: &Sandbox,
    folder: &Path,
    refunds: usize,
) -> BTreeMap<String, String> {
    configure(sandbox, folder);
    sandbox.rewind(AGO);
    let books = Arc::new(Books {
        journal: SqliteStore::open(folder.join("journal.db")).await.unwrap(),
        sites: sites(sandbox),
        at: Timestamp::from_unix_millis(sandbox.now()).unwrap(),
    });
    let workers: Vec<_> = (0..WORKERS)
        .map(|first| {
            let books = Arc::clone(&books);
            tokio::spawn(async move {
                let mut made = Vec::new();
                for number in (first..refunds).step_by(WORKERS) {
                    made.push(books.refund(number).await);
                }
                made
            })
        })
        .collect();
    for worker in workers {
        for payment in worker.await.unwrap() {
            sandbox.add_payment(payment);
        }
    }
    let planted = plant(sandbox, refunds);
    sandbox.advance(AGO);
    planted
}

/// Of ten refunds eight are Dodo's, which lists them; one is Dojo's, and one Primer's.
fn place(number: usize) -> usize {
    match number % 10 {
        0 => 1,
        1 => 2,
        _ => 0,
    }
}

fn payment_id(number: usize) -> String {
    format!("pay_{number}")
}

fn refund_id(number: usize) -> String {
    format!("ref_{number}")
}

/// The number of the refund that waits for a person.
const PARKED: usize = 1_009;

impl Books {
    /// Writes one refund down that has succeeded, and returns the payment as its provider has it.
    async fn refund(&self, number: usize) -> refundkit_sandbox::Payment {
        let site = &self.sites[place(number)];
        let intent = self.intent(site, number);
        let attempt = 1;
        // Primer's refunds have no id but the text that was sent with them.
        let (id, text) = match site.provider {
            Provider::Primer => (intent.key.to_string(), Some(intent.key.to_string())),
            Provider::Dodo => (refund_id(number), Some(format!("[rk:{}]", intent.key))),
            Provider::Dojo | Provider::Stripe | Provider::Mollie | Provider::Polar => {
                (refund_id(number), None)
            }
        };
        let fact = if number == PARKED {
            let why = "nobody knows".to_owned();
            Fact::parked(attempt, why)
        } else {
            let outcome = Outcome::Executed(ProviderRefund {
                id: Some(RefundId::new(id).unwrap()),
                ..ProviderRefund::with_status(RefundStatus::Succeeded)
            });
            Fact::answered(attempt, outcome, None)
        };
        let evidence = Evidence { at: self.at, fact };
        let ledger = PaymentLedger::new(site.name.clone(), intent.plan.payment().clone(), 0);
        let mut change = Change::of(&ledger, &WorkerId::new("filler").unwrap());
        assert_eq!(change.begin(intent.clone()).unwrap(), Begun::New);
        change.mark(&intent.id, self.at).unwrap();
        change.note(&intent.id, &evidence).unwrap();
        let committed = self.journal.commit(&change.into()).await.unwrap();
        assert!(matches!(committed, Committed::Done(_)));
        let now = self.at.unix_millis();
        let id = payment_id(number);
        refundkit_sandbox::Payment::captured(site.provider, id, 2_500, site.currency, now)
            .with_refund(&refund_id(number), AMOUNT, text.as_deref(), now)
    }

    fn intent(&self, site: &Site, number: usize) -> Intent {
        let id = payment_id(number).parse().unwrap();
        let currency = site.currency.parse().unwrap();
        let mut payment = Payment::new(id, currency, Stage::Captured);
        payment.authorized = Minor::new(AMOUNT).unwrap();
        payment.captured = payment.authorized;
        let key = RequestKey::new(format!("key-{number}")).unwrap();
        let request = RefundRequest::new(payment.id.clone(), key.clone());
        let plan = plan_refund(&payment, &History::default(), &request, &site.capabilities);
        let plan = Plan::Refund(plan.unwrap());
        let space = Namespace::new("bench").unwrap();
        let (amount, kind) = (plan.amount(), plan.kind());
        let token = fingerprint::provider_key(&space, &key, &payment.id, amount, kind);
        Intent {
            id: fingerprint::operation_id(&space, &key).unwrap(),
            provider: site.name.clone(),
            fingerprint: fingerprint::Fingerprint::of(&site.name, kind.as_str(), &number),
            request_key: key,
            key: token.unwrap(),
            origin: Default::default(),
            plan,
            created_at: self.at,
        }
    }
}

/// One difference of each kind.
fn plant(sandbox: &Sandbox, refunds: usize) -> BTreeMap<String, String> {
    let mut planted = BTreeMap::from([(payment_id(PARKED), "went_through".to_owned())]);
    let mut note = |payment: String, kind: &str| {
        assert!(planted.insert(payment, kind.to_owned()).is_none());
    };
    let stranger = |id: &str| {
        let now = sandbox.now();
        refundkit_sandbox::Payment::captured(Provider::Dodo, id, 2_500, "USD", now)
    };
    sandbox.add_payment(stranger("pay_stranger"));
    // Spread over the whole, all of them Dodo's.
    let step = refunds / 10 / 10 * 10;
    let dodo = [
        (Plant::Remove, "missing"),
        (Plant::Double, "doubled"),
        (Plant::Amount(AMOUNT + 1), "amount"),
        (Plant::Currency("CAD".to_owned()), "currency"),
        (Plant::Pending, "status"),
        (Plant::Fail, "late_failure"),
        (Plant::Move("pay_stranger".to_owned()), "other_payment"),
    ];
    for (place, (plant, kind)) in dodo.into_iter().enumerate() {
        let number = place * step + 5;
        assert!(sandbox.plant(Provider::Dodo, &refund_id(number), plant));
        note(payment_id(number), kind);
    }
    let text = "[rk:abcdefghijklmnopqrstuvwxyz234567]";
    let extra = stranger("pay_extra").with_refund("ref_extra", 700, Some(text), sandbox.now());
    sandbox.add_payment(extra);
    note("pay_extra".to_owned(), "extra");
    sandbox.tamper(Provider::Dodo, &payment_id(8), 300);
    note(payment_id(8), "dashboard");
    let (sum, reversed) = (step * 3, step * 7);
    assert!(sandbox.plant(Provider::Dojo, &refund_id(sum), Plant::Amount(600)));
    note(payment_id(sum), "sum");
    assert!(sandbox.take_back(Provider::Dojo, &payment_id(reversed)));
    note(payment_id(reversed), "reversed_and_refunded");
    assert_eq!(planted.len(), 12);
    planted
}

fn sites(sandbox: &Sandbox) -> [Site; 3] {
    let at = sandbox.addresses();
    let key = || Secret::new(at.api_key.as_str()).unwrap();
    let base = |url: &str| BaseUrl::parse(url).unwrap();
    let dodo = Dodo::new(DodoConfig::new(key()).base_url(base(&at.dodo))).unwrap();
    let dojo = Dojo::new(DojoConfig::new(key()).base_url(base(&at.dojo))).unwrap();
    let profile = Profile::builtin("primer").unwrap();
    let config = GenericConfig::new(profile, key()).base_url(base(&at.primer));
    let primer = Generic::new(config).unwrap();
    let site = |provider, name: &str, currency, capabilities: &Capabilities| Site {
        provider,
        name: name.parse().unwrap(),
        currency,
        capabilities: capabilities.clone(),
    };
    [
        site(Provider::Dodo, "dodo", "USD", dodo.capabilities()),
        site(Provider::Dojo, "dojo", "GBP", dojo.capabilities()),
        site(Provider::Primer, "primer", "EUR", primer.capabilities()),
    ]
}

fn configure(sandbox: &Sandbox, folder: &Path) {
    let at = sandbox.addresses();
    std::fs::write(folder.join("key"), &at.api_key).unwrap();
    let mut text = "journal = \"sqlite:journal.db\"\nnamespace = \"bench\"\n".to_owned();
    for (name, adapter, url) in [
        ("dojo", "adapter = \"dojo\"", &at.dojo),
        ("dodo", "adapter = \"dodo\"", &at.dodo),
        (
            "primer",
            "adapter = \"generic\"\nprofile = \"primer\"",
            &at.primer,
        ),
    ] {
        text += &format!(
            "[providers.{name}]\n{adapter}\napi_key = {{ file = \"key\" }}\nbase_url = \"{url}\"\n"
        );
    }
    std::fs::write(folder.join("refundkit.toml"), text).unwrap();
}
