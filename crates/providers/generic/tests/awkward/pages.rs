//! A provider without keys that sends 30 refunds at once, the oldest first, whatever it is asked for. It
//! has 35 of the payment already, takes one more, and its answer gets lost: where nothing says what the
//! end of its list is, that the new one isn't on the page is no proof that it was never made.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use refundkit::{MemoryStore, RefundRequest, Refunds, State};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{Request, Response, Secret, SendError, Transport};

use super::{Hands, name};

const PROFILE: &str = r#"
name = "payshort"
verified_against = ["the provider in this test"]
amounts = "minor"
api = { test = "https://api.payshort.example" }
auth = { headers = { Authorization = "Bearer {secret.api_key}" } }
refund_status = { path = "/refunds/{refund}" }

[refund]
path = "/payments/{payment}/refunds"
encoding = "json"
success = [201]
answer = "refund"
body = { amount = "{amount.minor}", reference = "{token}" }

[payment]
read = { path = "/payments/{payment}" }
id = "id"
status = "status"
currency = "currency"
authorized = "amount"
stages = { paid = "captured" }

[refunds]
read = { path = "/payments/{payment}/refunds", query = { limit = "100" } }
list = "data"
@END@

[refund_object]
id = "id"
status = "status"
amount = "amount"
token = "reference"
statuses = { done = "succeeded" }

[errors]
answers = []
"#;

const OLDER: usize = 35;
const PAGE: usize = 30;

/// The references of its refunds, the oldest first.
#[derive(Debug)]
struct PayShort(Mutex<Vec<String>>);

#[async_trait]
impl Transport for PayShort {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let url = request.url_text();
        let mut refunds = self.0.lock().unwrap();
        if let Some(body) = request.body_bytes() {
            let body: serde_json::Value = serde_json::from_slice(body).unwrap();
            refunds.push(body["reference"].as_str().unwrap().to_owned());
            let why = "the connection broke".to_owned();
            return Err(SendError::MaybeSent { why });
        }
        if !url.contains("/refunds") {
            let payment = r#"{"id": "p_1", "status": "paid", "currency": "EUR", "amount": 9000}"#;
            return Ok(Response::new(200, payment));
        }
        let from = url
            .split_once("skip=")
            .map_or(0, |(_, skip)| skip.parse().unwrap());
        let page = refunds.iter().enumerate().skip(from).take(PAGE);
        let page = page.map(|(at, reference)| {
            serde_json::json!({"id": at.to_string(), "status": "done", "amount": 100, "reference": reference})
        });
        let page: Vec<_> = page.collect();
        Ok(Response::new(
            200,
            serde_json::json!({"data": page}).to_string(),
        ))
    }
}

/// How the refund ends where the profile says `end` of the list, and how many there are then.
async fn ends(end: &str) -> (State, usize) {
    let older = (0..OLDER).map(|at| format!("older-{at}")).collect();
    let provider = Arc::new(PayShort(Mutex::new(older)));
    let profile = Profile::parse(&PROFILE.replace("@END@", end)).unwrap();
    let config = GenericConfig::new(profile, Secret::new("sk_test_1").unwrap());
    let generic = Generic::with_transport(config, provider.clone()).unwrap();
    let clock = Arc::new(Hands(1_800_000_000_000.into()));
    let refunds = Refunds::builder()
        .namespace("shop".parse().unwrap())
        .provider(name(), Arc::new(generic))
        .journal(Arc::new(MemoryStore::new()))
        .clock(clock.clone())
        .build()
        .unwrap();
    let request = RefundRequest::new("p_1".parse().unwrap(), "first".parse().unwrap())
        .amount("1.00 EUR".parse().unwrap());
    let operation = refunds.refund(&name(), &request).await.unwrap();
    let id = operation.intent.id;
    for minutes in [1, 16, 2, 30, 60, 12 * 60, 24 * 60, 2] {
        clock.advance_minutes(minutes);
        refunds.resume().await.unwrap();
    }
    let state = refunds.status(&id).await.unwrap().state();
    let made = provider.0.lock().unwrap().len();
    (state, made)
}

#[tokio::test]
async fn a_page_that_is_short_leads_to_no_second_refund() {
    for (end, expected) in [
        ("", State::Parked),
        ("may_miss_some = true", State::Parked),
        (
            "until_empty = true\nnext = { query = \"skip\", count = \"entries\" }",
            State::Succeeded,
        ),
    ] {
        assert_eq!(ends(end).await, (expected, OLDER + 1), "{end}");
    }
}

#[test]
fn an_entry_of_the_list_is_no_statement_of_its_end() {
    let error = Profile::parse(&PROFILE.replace("@END@", "more = \"data[99].id\""));
    let line = error.unwrap_err().to_string();
    assert!(line.contains("an entry of a list"), "{line}");
}
