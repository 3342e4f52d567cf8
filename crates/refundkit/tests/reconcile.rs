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
use refundkit::core::answer::Answer;
use refundkit::core::ports::{Cursor, Period, ReadErrorKind, RefundPage};
use refundkit::core::{
    Attempt, Detail, RefundFact, RefundPlan, RefundStatus, ReversalPlan, Sighting,
};
use refundkit::{
    Capabilities, DifferenceKind, Extent, Noticed, Payment, PaymentId, Plan, Preview, Provider,
    ReadError, Reconciled, RefundId, RefundRequest, Refunds,
};

type Pages =
    dyn Fn(usize, Vec<Sighting>, Option<Cursor>) -> Result<RefundPage, ReadError> + Send + Sync;

/// The fake provider with another list: by the number of the call, counted from 0, all refunds that
/// there are, and the page that is asked for.
struct Paged {
    fake: Arc<FakeProvider>,
    pages: Box<Pages>,
    calls: Mutex<usize>,
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
        self.fake.payment(payment, detail).await
    }
    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<RefundFact, ReadError> {
        self.fake.refund_status(payment, refund).await
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
    async fn refund(&self, _: &RefundPlan, _: &Attempt) -> Answer {
        panic!("nothing is sent")
    }
    async fn reverse(&self, _: &ReversalPlan, _: &Attempt) -> Answer {
        panic!("nothing is sent")
    }
    fn preview(&self, _: &Plan, _: &refundkit::core::ProviderKey) -> Preview {
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
    pages: impl Fn(usize, Vec<Sighting>, Option<Cursor>) -> Result<RefundPage, ReadError>
    + Send
    + Sync
    + 'static,
) -> (Refunds, Arc<Paged>) {
    let paged = Arc::new(Paged {
        fake: scene.fake.clone(),
        pages: Box::new(pages),
        calls: Mutex::new(0),
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
fn page(all: &[Sighting], cursor: Option<Cursor>) -> RefundPage {
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
    let shifted = |all: &[Sighting], cursor: Option<Cursor>| {
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
        all.retain(|one| one.refund.amount != Some(common::minor(500)));
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
