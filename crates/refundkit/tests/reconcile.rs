//! Journal against provider where reading is the difficulty: lists that shift, lag or break off, and
//! payments that can't be read. What can't be compared is said, and never passed over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use common::{FakeProvider, Scene, capabilities, captured, name, unseen};
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::ports::{Cursor, Period, ReadErrorKind, RefundPage};
use refundkit::core::{Attempt, Detail, RefundPlan, RefundStatus, ReversalPlan};
use refundkit::{
    Capabilities, DifferenceKind, Extent, Noticed, Payment, PaymentId, Plan, Preview, Provider,
    ReadError, Reconciled, RefundId, RefundRequest, Refunds,
};

type Pages = dyn Fn(usize, Vec<ProviderRefund>, Option<Cursor>) -> Result<RefundPage, ReadError>
    + Send
    + Sync;

/// The fake provider with another list: by the number of the call, counted from 0, all refunds that
/// there are, and the page that is asked for.
struct Paged {
    fake: Arc<FakeProvider>,
    pages: Box<Pages>,
    calls: Mutex<usize>,
    veil: Mutex<Veil>,
}

/// What else this provider does otherwise.
#[derive(Clone, Copy, Default)]
struct Veil {
    payment: Option<fn(&mut Payment)>,
    refund: Option<ReadErrorKind>,
}

impl std::fmt::Debug for Paged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Paged")
    }
}

#[async_trait]
impl Provider for Paged {
    fn adapter(&self) -> &str {
        self.fake.adapter()
    }
    fn capabilities(&self) -> &Capabilities {
        self.fake.capabilities()
    }
    async fn payment(&self, payment: &PaymentId, detail: Detail) -> Result<Payment, ReadError> {
        let mut read = self.fake.payment(payment, detail).await?;
        let veil = *self.veil.lock().unwrap();
        if let Some(change) = veil.payment {
            change(&mut read);
        }
        Ok(read)
    }
    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let fact = self.fake.refund_status(payment, refund).await;
        let veil = *self.veil.lock().unwrap();
        match veil.refund {
            Some(kind) => Err(ReadError::new(kind, "it can't be asked for")),
            None => fact,
        }
    }
    async fn refunds(
        &self,
        period: &Period,
        cursor: Option<Cursor>,
    ) -> Result<RefundPage, ReadError> {
        let call = {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            *calls - 1
        };
        let all = match self.fake.refunds(period, None).await {
            Ok(page) => page.refunds,
            Err(_) => Vec::new(),
        };
        (self.pages)(call, all, cursor)
    }
    async fn refund(&self, _: &RefundPlan, _: Attempt) -> Answer {
        panic!("nothing is sent")
    }
    async fn reverse(&self, _: &ReversalPlan, _: Attempt) -> Answer {
        panic!("nothing is sent")
    }
    fn preview(
        &self,
        _: &Plan,
        _: &refundkit::core::ProviderKey,
    ) -> Result<Preview, refundkit::core::Refusal> {
        panic!("nothing is shown")
    }
}

/// So many refunds of payments of their own, an hour ago.
async fn past(count: usize) -> Scene {
    let id = |number| format!("pi_{number}");
    let payments = (0..count).map(|number| captured(&id(number)));
    let scene = Scene::with(capabilities(), payments.collect());
    for number in 0..count {
        let payment = id(number).parse().unwrap();
        let request = RefundRequest::new(payment, format!("k-{number}").parse().unwrap());
        let request = request.amount("10.00 GBP".parse().unwrap());
        scene.refunds.refund(&name(), &request).await.unwrap();
    }
    scene.fake.turn(&RefundStatus::Succeeded);
    scene.refunds.resume().await.unwrap();
    scene.clock.advance_minutes(60);
    scene
}

fn by(
    scene: &Scene,
    pages: impl Fn(usize, Vec<ProviderRefund>, Option<Cursor>) -> Result<RefundPage, ReadError>
    + Send
    + Sync
    + 'static,
) -> (Refunds, Arc<Paged>) {
    let paged = Arc::new(Paged {
        fake: scene.fake.clone(),
        pages: Box::new(pages),
        calls: Mutex::new(0),
        veil: Mutex::default(),
    });
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .provider(name(), paged.clone())
        .journal(scene.journal.clone())
        .clock(scene.clock.clone())
        .build()
        .unwrap();
    (refunds, paged)
}

async fn reconcile(refunds: &Refunds) -> (Reconciled, Vec<DifferenceKind>) {
    let extent = Extent::Period(Period::default());
    let mut kinds = Vec::new();
    let tell = |noticed: Noticed<'_>| {
        if let Noticed::Difference { difference, .. } = noticed {
            kinds.push(difference.kind);
        }
    };
    let done = refunds.reconcile(&name(), &extent, false, tell).await;
    (done.unwrap(), kinds)
}

fn payments_read(scene: &Scene) -> usize {
    let calls = scene.fake.calls();
    calls.iter().filter(|call| **call == "payment").count()
}

/// Two refunds a page.
fn page(all: &[ProviderRefund], cursor: Option<Cursor>) -> RefundPage {
    let first: usize = cursor.map_or(0, |cursor| cursor.0.parse().unwrap());
    let end = all.len().min(first + 2);
    RefundPage {
        refunds: all[first.min(end)..end].to_vec(),
        next: (end < all.len()).then(|| Cursor(end.to_string())),
    }
}

fn down() -> ReadError {
    ReadError::new(ReadErrorKind::Unavailable, "it is down")
}

#[tokio::test]
async fn a_list_that_agrees_is_all_that_is_read() {
    let scene = past(5).await;
    let read = payments_read(&scene);
    let (refunds, _) = by(&scene, |_, all, cursor| Ok(page(&all, cursor)));
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (true, vec![]), "{done:?}");
    assert_eq!((done.operations, done.refunds, done.payments), (5, 5, 0));
    assert_eq!(payments_read(&scene), read);
}

#[tokio::test]
async fn what_a_list_leaves_out_is_asked_for_before_it_is_missing() {
    let scene = past(5).await;
    let (refunds, _) = by(&scene, |_, mut all, cursor| {
        all.truncate(3);
        Ok(page(&all, cursor))
    });
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (true, vec![]), "{done:?}");
    assert_eq!((done.refunds, done.payments), (3, 2));
}

#[tokio::test]
async fn a_list_that_shifts_is_read_again_and_not_for_ever() {
    let scene = past(5).await;
    let shifted = |all: &[ProviderRefund], cursor: Option<Cursor>| {
        let second = cursor.is_some();
        let mut page = page(all, cursor);
        if second {
            page.refunds[0] = all[1].clone();
        }
        page
    };
    let (refunds, paged) = by(&scene, move |call, all, cursor| {
        Ok(if call < 2 {
            shifted(&all, cursor)
        } else {
            page(&all, cursor)
        })
    });
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (true, vec![]), "{done:?}");
    assert_eq!(done.refunds, 5, "of the reading that was whole");
    assert_eq!(*paged.calls.lock().unwrap(), 2 + 3);
    let (refunds, paged) = by(&scene, move |_, all, cursor| Ok(shifted(&all, cursor)));
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]));
    assert!(
        done.remarks[0].contains("changed each of the 3 times"),
        "{done:?}"
    );
    assert_eq!(*paged.calls.lock().unwrap(), 3 * 2);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_no_pass() {
    let scene = past(5).await;
    let (refunds, paged) = by(&scene, |_, all, cursor| match cursor {
        None => Ok(page(&all, cursor)),
        Some(_) => Err(down()),
    });
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]));
    assert!(done.remarks[0].contains("it is down"), "{done:?}");
    assert_eq!(*paged.calls.lock().unwrap(), 1 + 3);
    assert_eq!(
        done.payments, 0,
        "nothing counts as left out of half a list"
    );
    // One that hands the same page out for ever.
    let (refunds, _) = by(&scene, |call, _, _| {
        Ok(RefundPage {
            refunds: Vec::new(),
            next: Some(Cursor(if call == 0 { "a" } else { "b" }.to_owned())),
        })
    });
    let (done, _) = reconcile(&refunds).await;
    assert!(!done.complete);
}

#[tokio::test]
async fn payments_that_cant_be_read_are_named_and_at_some_point_left_alone() {
    let scene = past(30).await;
    let unsupported = |_, _, _| Err(ReadError::new(ReadErrorKind::Unsupported, "no list"));
    let (refunds, _) = by(&scene, unsupported);
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (true, vec![]), "{done:?}");
    assert_eq!(done.payments, 30);
    assert!(done.remarks[0].contains("can't be seen"));
    scene.fake.down(true);
    let read = payments_read(&scene);
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]));
    assert_eq!(payments_read(&scene) - read, 20);
    assert!(done.remarks[0].contains("payment pi_0 could not be read"));
    assert!(
        done.remarks
            .iter()
            .any(|why| why.contains("20 payments in a row"))
    );
}

#[tokio::test]
async fn what_has_just_been_made_is_not_missed() {
    let scene = past(2).await;
    let request = RefundRequest::new("pi_0".parse().unwrap(), "new".parse().unwrap());
    let request = request.amount("5.00 GBP".parse().unwrap());
    scene.refunds.refund(&name(), &request).await.unwrap();
    let (refunds, _) = by(&scene, |_, mut all, cursor| {
        all.retain(|one| one.amount != Some(common::minor(500)));
        Ok(page(&all, cursor))
    });
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (true, vec![]), "{done:?}");
    assert_eq!(
        done.operations, 2,
        "the new one is of no period that has ended"
    );
}

#[tokio::test]
async fn a_provider_that_shows_nothing_is_no_pass() {
    let scene = Scene::with(unseen(), Vec::new());
    let (done, kinds) = reconcile(&scene.refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]));
    assert!(done.remarks[0].contains("shows no payments"));
}

fn whole_list(
    _: usize,
    refunds: Vec<ProviderRefund>,
    _: Option<Cursor>,
) -> Result<RefundPage, ReadError> {
    let next = None;
    Ok(RefundPage { refunds, next })
}

async fn over(refunds: &Refunds, extent: Extent) -> Reconciled {
    let done = refunds.reconcile(&name(), &extent, false, |_| {}).await;
    done.unwrap()
}

#[tokio::test]
async fn a_listed_refund_of_a_payment_that_is_not_found_is_no_pass() {
    let scene = past(2).await;
    let (refunds, _) = by(&scene, |call, mut all, cursor| {
        let mut other = all[0].clone();
        other.payment = "pi_nowhere".parse().ok();
        other.id = Some("rf_nowhere".parse().unwrap());
        other.token = None;
        all.push(other);
        whole_list(call, all, cursor)
    });
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]), "{done:?}");
    assert!(done.remarks[0].contains("pi_nowhere"), "{done:?}");
    let (refunds, _) = by(&past(2).await, |call, mut all, cursor| {
        all[0].payment = None;
        whole_list(call, all, cursor)
    });
    assert!(reconcile(&refunds).await.0.remarks[0].contains("of which payment"));
}

#[tokio::test]
async fn a_payment_that_nobody_knows_is_no_pass() {
    let scene = past(1).await;
    let known = Extent::Payment("pi_0".parse().unwrap());
    assert!(over(&scene.refunds, known).await.complete);
    let mistyped = Extent::Payment("pi_O".parse().unwrap());
    let done = over(&scene.refunds, mistyped).await;
    assert!(
        !done.complete && done.remarks[0].contains("pi_O"),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_period_in_which_nothing_has_settled_is_no_pass() {
    let scene = past(1).await;
    let ago = |minutes: u64| {
        let now = refundkit::Clock::now(&*scene.clock);
        Some(now.saturating_sub(std::time::Duration::from_secs(60 * minutes)))
    };
    for (since, until, complete) in [
        (ago(16), None, true),
        (ago(15), None, false),
        (ago(5), None, false),
        (ago(90), ago(120), false),
        (ago(120), ago(90), true),
    ] {
        let extent = Extent::Period(Period { since, until });
        let done = over(&scene.refunds, extent).await;
        assert_eq!(done.complete, complete, "{since:?} to {until:?}: {done:?}");
        assert_eq!(done.remarks.is_empty(), complete, "{done:?}");
    }
}

#[tokio::test]
async fn refunds_without_amount_beyond_those_that_are_asked_about_are_no_pass() {
    let scene = past(1).await;
    for number in 0..22 {
        let request = RefundRequest::new(
            "pi_0".parse().unwrap(),
            format!("m-{number}").parse().unwrap(),
        );
        let request = request.amount("1.00 GBP".parse().unwrap());
        scene.refunds.refund(&name(), &request).await.unwrap();
    }
    scene.clock.advance_minutes(60);
    let (refunds, paged) = by(&scene, whole_list);
    let bare = |payment: &mut Payment| {
        for refund in payment
            .refunds
            .iter_mut()
            .flat_map(|listed| &mut listed.refunds)
        {
            refund.amount = None;
        }
    };
    paged.veil.lock().unwrap().payment = Some(bare);
    let done = over(&refunds, Extent::Payment("pi_0".parse().unwrap())).await;
    assert_eq!((done.differences, done.complete), (0, false), "{done:?}");
    assert!(
        done.remarks[0].starts_with("3 operations or refunds"),
        "{done:?}"
    );
}

#[tokio::test]
async fn refunds_that_cant_be_asked_about_are_at_some_point_left_alone_too() {
    let scene = past(30).await;
    let unsupported = |_, _, _| Err(ReadError::new(ReadErrorKind::Unsupported, "no list"));
    let (refunds, paged) = by(&scene, unsupported);
    *paged.veil.lock().unwrap() = Veil {
        payment: Some(|payment| {
            payment.refunds = Some(refundkit::core::ListedRefunds::default());
            payment.refunded = Some(common::minor(0));
        }),
        refund: Some(ReadErrorKind::Unavailable),
    };
    let (done, kinds) = reconcile(&refunds).await;
    assert_eq!((done.complete, kinds), (false, vec![]));
    assert_eq!(done.payments, 20, "{done:?}");
}

#[tokio::test]
async fn a_total_too_small_stays_one_though_the_refund_is_there_by_itself() {
    let by_total = Capabilities {
        lookup: refundkit::core::capabilities::Lookup::Total,
        ..capabilities()
    };
    let scene = Scene::with(by_total, vec![captured("pi_0")]);
    let request = RefundRequest::new("pi_0".parse().unwrap(), "k".parse().unwrap());
    let request = request.amount("10.00 GBP".parse().unwrap());
    scene.refunds.refund(&name(), &request).await.unwrap();
    scene.clock.advance_minutes(60);
    let unsupported = |_, _, _| Err(ReadError::new(ReadErrorKind::Unsupported, "no list"));
    let (refunds, paged) = by(&scene, unsupported);
    let (_, kinds) = reconcile(&refunds).await;
    assert_eq!(kinds, []);
    paged.veil.lock().unwrap().payment = Some(|payment| payment.refunded = Some(common::minor(0)));
    let (_, kinds) = reconcile(&refunds).await;
    assert_eq!(kinds, [DifferenceKind::Sum]);
    paged.veil.lock().unwrap().refund = Some(ReadErrorKind::NotFound);
    let (_, kinds) = reconcile(&refunds).await;
    assert_eq!(kinds, [DifferenceKind::Missing]);
}
