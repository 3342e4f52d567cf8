//! What a payment says of its disputes: what is disputed and not won counts as gone, and nothing said is
//! not nothing there.

use refundkit_core::plan::{History, Refusal, plan_refund};
use refundkit_core::{Detail, Minor, Payment, Provider, RefundRequest};
use refundkit_http::Reply;

use super::{pay_1, scene};

const REFUNDED: &str = "refunded = \"refunded\"\n";
const EMPTY: &str = r#"{"data": [], "has_more": false}"#;
const LIST: &str = "list = \"disputes\", status = \"state\", amount = \"sum\", statuses = { open = \"open\", lost = \"lost\", won = \"won\" }";
const FLAG: &str = "status = \"disputed\", statuses = { true = \"open\", false = \"none\" }";

/// The payment with `said` in it, as read where the profile says `disputes`, and what a plan to refund
/// all of it comes to.
async fn read(disputes: &str, said: &str) -> Result<(Payment, Result<i64, Refusal>), String> {
    let line = [REFUNDED, "disputes = { ", disputes, " }\n"].concat();
    let payment = format!(
        r#"{{"id": "pay_1", "status": "paid", "currency": "EUR", "amount": 5000, "captured": 5000, "refunded": 0{said}}}"#
    );
    let replies = [payment.as_str(), EMPTY].map(|body| Reply::answer(200, body));
    let (generic, _) = scene(&[(REFUNDED, &line)], replies.to_vec());
    let read = generic.payment(&pay_1(), Detail::Sums).await;
    let read = read.map_err(|error| error.message)?;
    let request = RefundRequest::new(pay_1(), "key-1".parse().unwrap());
    let plan = plan_refund(&read, &History::default(), &request, generic.capabilities());
    let left = plan.map(|plan| plan.amount().minor().get());
    Ok((read, left))
}

#[tokio::test]
async fn what_is_disputed_and_not_won_is_gone() {
    for (disputes, said, gone) in [
        (LIST, r#", "disputes": []"#, 0),
        (
            LIST,
            r#", "disputes": [{"state": "open", "sum": 1000}]"#,
            1000,
        ),
        (
            LIST,
            r#", "disputes": [{"state": "lost", "sum": 1000}, {"state": "open", "sum": 500}]"#,
            1500,
        ),
        (LIST, r#", "disputes": [{"state": "won", "sum": 1000}]"#, 0),
        (
            LIST,
            r#", "disputes": [{"state": "pondered", "sum": 1000}]"#,
            1000,
        ),
        (LIST, r#", "disputes": [{"sum": 1000}]"#, 1000),
        (LIST, r#", "disputes": [{"state": "open"}]"#, 5000),
        (LIST, r#", "disputes": [{"state": "open", "sum": 0}]"#, 5000),
        (LIST, r#", "disputes": [{}]"#, 5000),
        (LIST, r#", "disputes": [1]"#, 5000),
        ("list = \"disputes\"", r#", "disputes": [{}]"#, 5000),
        (FLAG, r#", "disputed": false"#, 0),
        (FLAG, r#", "disputed": true"#, 5000),
        (FLAG, r#", "disputed": "perhaps""#, 5000),
        (FLAG, r#", "disputed": {}"#, 5000),
        ("amount = \"charged_back\"", r#", "charged_back": 700"#, 700),
        ("amount = \"charged_back\"", r#", "charged_back": 0"#, 0),
    ] {
        let (payment, left) = read(disputes, said).await.unwrap();
        assert_eq!(payment.disputed(), Minor::new(gone).unwrap(), "{said}");
        match left {
            Ok(left) => assert_eq!(left, 5000 - gone, "{said}"),
            Err(refusal) => assert!(gone == 5000, "{said}: {refusal}"),
        }
    }
}

#[tokio::test]
async fn nothing_said_of_disputes_is_no_word_that_there_are_none() {
    for disputes in [LIST, FLAG, "amount = \"charged_back\""] {
        for said in [
            "",
            r#", "disputes": null, "disputed": null, "charged_back": null"#,
        ] {
            let (payment, left) = read(disputes, said).await.unwrap();
            assert_eq!(payment.disputes, None, "{disputes}");
            assert_eq!(left.ok(), Some(5000), "the provider may leave it out");
            // Where it is documented in every payment, nobody can tell what is left of this one.
            let always = ["always = true, ", disputes].concat();
            let (_, left) = read(&always, said).await.unwrap();
            assert!(matches!(left, Err(Refusal::Unclear { .. })), "{left:?}");
        }
    }
    for said in [r#", "disputes": {}"#, r#", "disputes": [{"sum": -1}]"#] {
        let line = read(LIST, said).await.expect_err(said);
        super::assert_line(said, &line);
    }
}
