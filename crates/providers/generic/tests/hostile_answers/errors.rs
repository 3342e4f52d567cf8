//! Errors that may hide a refund, or a word that would say otherwise.

use refundkit_http::Reply;

use super::{kind, refund, scene};

async fn ends(edits: &[(&str, &str)], status: u16, body: &str, expected: &str) {
    let (generic, _) = scene(edits, vec![Reply::answer(status, body)]);
    let outcome = refund(&generic).await;
    assert_eq!(kind(&outcome), expected, "{body}: {outcome:?}");
}

const ALIVE: &str = r#"{"data": {"id": "re_1", "status": "open"}, "error": {"code": "late"}}"#;

#[tokio::test]
async fn a_refund_that_goes_on_is_found_where_refunds_are() {
    let within = [("answer = \"refund\"", "answer = \"refund\"\nat = \"data\"")];
    ends(&within, 400, ALIVE, "unknown").await;
    let lost = ALIVE.replace("open", "lost");
    ends(&within, 400, &lost, "refused").await;
}

#[tokio::test]
async fn an_error_beside_a_refund_that_goes_on_is_no_refusal() {
    let edits = [
        ("answer = \"refund\"", "answer = \"refund\"\nat = \"data\""),
        ("[errors]", "[errors]\ninside = { field = \"error\" }"),
        (
            "{ status = 400, means = \"refused\" }",
            "{ status = 200, code = \"late\", means = \"refused\" }",
        ),
    ];
    ends(&edits, 200, ALIVE, "unknown").await;
    ends(&edits, 200, r#"{"error": {"code": "late"}}"#, "refused").await;
    ends(&edits, 200, &ALIVE.replace("open", "lost"), "refused").await;
}

#[tokio::test]
async fn a_refund_without_an_id_goes_on_by_its_status() {
    let own = [(
        "id = \"id\"\nstatus = \"status\"\namount",
        "id = \"own:token\"\nstatus = \"status\"\namount",
    )];
    ends(&own, 400, r#"{"status": "open"}"#, "unknown").await;
    // Neither has a code or a message: it isn't the provider's own error.
    ends(&own, 400, r#"{"status": "lost"}"#, "unknown").await;
    ends(&own, 400, r#"{"status": "400"}"#, "unknown").await;
    let lost = r#"{"status": "lost", "error": {"code": "late"}}"#;
    ends(&own, 400, lost, "refused").await;
}

#[tokio::test]
async fn a_page_without_the_providers_words_refuses_nothing() {
    let busy = [(
        "{ status = 400, means = \"refused\" }",
        "{ status = 400, code = \"busy\", means = \"unknown\" }, { status = 400, means = \"refused\" }",
    )];
    let twice = r#"{"error": {"code": "busy"}, "error": {"code": "busy"}}"#;
    for body in ["", "<html>", "{}", twice, r#"{"error": {"code": "busy"}"#] {
        ends(&busy, 400, body, "unknown").await;
        let of_nobody = if body.is_empty() {
            "unlisted"
        } else {
            "unknown"
        };
        ends(&[], 400, body, of_nobody).await;
    }
    // The document says that this one comes without a body. A page is still somebody's.
    let bare = [(
        "{ status = 400, means = \"refused\" }",
        "{ status = 400, without_body = true, means = \"refused\" }",
    )];
    ends(&bare, 400, "", "refused").await;
    ends(&bare, 400, "<html>", "unknown").await;
    let message = r#"{"error": {"message": "no"}}"#;
    ends(&busy, 400, message, "unknown").await;
    ends(&[], 400, message, "refused").await;
    ends(&busy, 400, r#"{"error": {"code": "other"}}"#, "refused").await;
}
