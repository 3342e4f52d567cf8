//! Both servers: the same accept loop, the same limits, two threads.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use refundkit::{ProviderName, Refunds};
use refundkit_cli::commands::serve::{Limits, Meters, app, serve};
use refundkit_dodo::{Dodo, DodoConfig, DodoWebhooks};
use refundkit_http::Secret;
use refundkit_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::signed::SECRET;

pub(crate) fn journal(folder: &Path) -> PathBuf {
    folder.join("refundkit.db")
}

pub(crate) fn echo() {
    let router = Router::new().route("/webhooks/{provider}", post(async |body: Bytes| body));
    run(async { router });
}

/// As `refundkit serve` puts it together, without its worker.
pub(crate) fn take_in(folder: &Path) {
    run(async {
        let name: ProviderName = "dodo".parse().unwrap();
        let dodo = Dodo::new(DodoConfig::new(Secret::new("sk_test_1").unwrap())).unwrap();
        let webhooks = DodoWebhooks::new(vec![Secret::new(SECRET).unwrap()]).unwrap();
        let meters = Meters::install().unwrap();
        let refunds = Refunds::builder()
            .namespace("shop".parse().unwrap())
            .provider(name.clone(), Arc::new(dodo))
            .webhooks(name, Arc::new(webhooks))
            .on_transition(Meters::transition)
            .journal(Arc::new(SqliteStore::open(journal(folder)).await.unwrap()))
            .build()
            .unwrap();
        app(Arc::new(refunds), meters)
    });
}

fn run(router: impl Future<Output = Router>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let router = router.await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let (open, closed) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let _ = std::io::stdin().read(&mut [0]);
            drop(open);
        });
        let until = async {
            let _ = closed.await;
        };
        serve(listener, router, Limits::default(), until).await;
    });
}
