//! What a payment says of its refunds, against the refunds that it lists.

use refundkit_core::plan::History;
use refundkit_core::reading::contradiction;
use refundkit_core::{Detail, Minor, Provider};
use refundkit_http::Reply;

use super::{assert_line, pay_1, scene};

const NEXT: &str = "next = { from = \"cursor\", query = \"after\" }";
const CAPTURED: &str = "paid = \"captured\"";

/// What the payment states as refunded, where it does; or the line with which the reading ends, or that
/// says what of it contradicts itself.
async fn refunded(edits: &[(&str, &str)], replies: [&str; 2]) -> Result<Option<i64>, String> {
    let replies = replies.map(|body| Reply::answer(200, body));
    let (generic, _) = scene(edits, replies.to_vec());
    let read = generic.payment(&pay_1(), Detail::Sums).await;
    let read = read.map_err(|error| error.message)?;
    match contradiction(&read, &History::default()) {
        Some(why) => Err(why.to_owned()),
        None => Ok(read.total().map(Minor::get)),
    }
}

fn payment(status: &str, refunded: i64) -> String {
    format!(
        r#"{{"id": "pay_1", "status": "{status}", "currency": "EUR", "amount": 5000, "captured": 5000, "refunded": {refunded}}}"#
    )
}

fn list(entries: &[(&str, &str)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .enumerate()
        .map(|(at, (status, amount))| {
            format!(r#"{{"id": "re_{at}", "status": "{status}", "amount": {amount}, "currency": "EUR"}}"#)
        })
        .collect();
    format!(r#"{{"data": [{}], "has_more": false}}"#, entries.join(","))
}

#[tokio::test]
async fn a_list_of_amounts_with_a_minus_is_read_where_the_profile_says_so() {
    let amount = "amount = \"amount\"\ncurrency = \"currency\"\npayment";
    let paid = payment("paid", 1500);
    let two = list(&[("done", "-1000"), ("open", "-5.0e2")]);
    let mixed = list(&[("done", "-1000"), ("open", "500")]);
    for word in ["lists", "everywhere"] {
        let said = ["negative_amounts = \"", word, "\"\n", amount].concat();
        let edits = [(amount, said.as_str())];
        assert_eq!(
            refunded(&edits, [&paid, &two]).await,
            Ok(Some(1500)),
            "{word}"
        );
        // What has no minus there came back: it is no refund, and never one of less than nothing.
        let line = refunded(&edits, [&paid, &mixed]).await.expect_err(word);
        assert_line(word, &line);
    }
    let line = refunded(&[], [&paid, &two]).await.expect_err("a minus");
    assert_line("a minus that nobody expects", &line);
}

#[tokio::test]
async fn a_sum_of_more_than_the_list_shows_leaves_a_refund_out() {
    let paid = |refunded| payment("paid", refunded);
    for (total, entries) in [
        (1000, &[][..]),
        (1001, &[("done", "1000")]),
        (2000, &[("open", "500"), ("done", "1000")]),
        (2000, &[("lost", "500"), ("done", "1000")]),
    ] {
        let line = refunded(&[], [&paid(total), &list(entries)]).await;
        let line = line.expect_err("the list is taken for all");
        assert_line("sums", &line);
    }
    for (total, entries) in [
        (0, &[("open", "500")][..]),
        (1000, &[("open", "500"), ("done", "1000")]),
        (1500, &[("open", "500"), ("done", "1000")]),
        // A sum may count one that has failed since.
        (1500, &[("lost", "500"), ("done", "1000")]),
        (1000, &[("lost", "500"), ("done", "1000")]),
        // What has no amount can't be added up.
        (1500, &[("done", "null"), ("done", "1000")]),
    ] {
        assert_eq!(
            refunded(&[], [&paid(total), &list(entries)]).await,
            Ok(Some(total))
        );
    }
    let misses = [(NEXT, "may_miss_some = true")];
    assert_eq!(
        refunded(&misses, [&paid(1000), &list(&[])]).await,
        Ok(Some(1000))
    );
}

#[tokio::test]
async fn a_payment_that_is_refunded_whole_is_not_one_without_refunds() {
    let stage = (CAPTURED, "paid = \"captured\"\nback = \"refunded\"");
    let all = list(&[("done", "5000")]);
    assert_eq!(
        refunded(&[stage], [&payment("back", 5000), &all]).await,
        Ok(Some(5000))
    );
    for (total, entries) in [(0, &[][..]), (5000, &[]), (1000, &[("done", "1000")])] {
        let line = refunded(&[stage], [&payment("back", total), &list(entries)]).await;
        let line = line.expect_err("the list is taken for all");
        assert_line("stage", &line);
    }
    let silent = [stage, ("refunded = \"refunded\"\n", "")];
    assert!(
        refunded(&silent, [&payment("back", 0), &list(&[])])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_payment_that_is_refunded_whole_has_nothing_left_where_nothing_else_tells() {
    let text = super::BASE;
    let (from, to) = (
        text.find("[refunds]").unwrap(),
        text.find("[refund_object]").unwrap(),
    );
    let unlisted = (&text[from..to], "");
    let stage = (CAPTURED, "paid = \"captured\"\nback = \"refunded\"");
    let silent = [unlisted, stage, ("refunded = \"refunded\"\n", "")];
    assert_eq!(
        refunded(&silent, [&payment("back", 0), ""]).await,
        Ok(Some(5000))
    );
    assert_eq!(refunded(&silent, [&payment("paid", 0), ""]).await, Ok(None));
    let stated = [unlisted, stage];
    let line = refunded(&stated, [&payment("back", 0), ""]).await;
    assert_line(
        "stated",
        &line.expect_err("the sum says that nothing was refunded"),
    );
}
