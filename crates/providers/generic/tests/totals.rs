//! A payment's own sum beside the list of its refunds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{Detail, Provider, RefundRequest};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};

#[tokio::test]
async fn a_list_of_stripes_that_lags_behind_the_charges_own_sum_contradicts_it() {
    for (received, returned, is_refused) in [
        (5_000, 0, false),
        (5_000, 1_000, true),
        // What was let go of a part that was captured may be in the sum.
        (4_000, 1_000, false),
    ] {
        let payment = format!(
            r#"{{"id": "pi_1", "amount": 5000, "amount_received": {received}, "currency": "usd",
                "status": "succeeded", "latest_charge": {{"amount_refunded": {returned}}}}}"#
        );
        let list = r#"{"data": [], "has_more": false}"#;
        let replies = [payment.as_str(), list].map(|body| Reply::answer(200, body));
        let profile = Profile::builtin("stripe").unwrap();
        let config = GenericConfig::new(profile, Secret::new("planted_key").unwrap())
            .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
        let transport = Arc::new(ScriptedTransport::new(replies));
        let stripe = Generic::with_transport(config, transport).unwrap();
        let id = "pi_1".parse().unwrap();
        let payment = stripe.payment(&id, Detail::Sums).await.unwrap();
        let asked =
            RefundRequest::new(id, "key-1".parse().unwrap()).amount("10.00 USD".parse().unwrap());
        let can = stripe.capabilities();
        let planned = plan_refund(&payment, &History::default(), &asked, can);
        assert_eq!(planned.is_err(), is_refused, "{planned:?}");
    }
}
