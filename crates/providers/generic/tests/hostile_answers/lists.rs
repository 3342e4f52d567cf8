//! Lists that aren't there.

use refundkit_core::{Detail, Provider};
use refundkit_http::Reply;

use super::{pay_1, scene};

const PAYMENT: &str = r#"{"id": "pay_1", "status": "paid", "currency": "EUR", "amount": 5000, "captured": 5000, "refunded": 0}"#;

#[tokio::test]
async fn an_empty_body_is_an_empty_list_only_where_the_answer_has_no_content() {
    let absent = [("list = \"data\"", "list = \"data\"\nmay_be_absent = true")];
    for (status, body, is_read) in [
        (200, "{}", true),
        (204, "", true),
        (200, "", false),
        (202, " ", false),
        (200, "[]", false),
        (200, "\"none\"", false),
        (200, "null", false),
    ] {
        let replies = vec![Reply::answer(200, PAYMENT), Reply::answer(status, body)];
        let (generic, _) = scene(&absent, replies);
        let read = generic.payment(&pay_1(), Detail::Sums).await;
        assert_eq!(read.is_ok(), is_read, "{status} {body}: {read:?}");
    }
}
