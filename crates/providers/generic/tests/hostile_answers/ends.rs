//! The end of a list: what is listed is proof, and that there is no more only where the provider says so.

use std::fmt;
use std::sync::Mutex;

use async_trait::async_trait;
use refundkit_core::{Detail, ListedRefunds, Provider};
use refundkit_http::{Reply, Request, Response, SendError, Transport};

use super::{over, pay_1, scene};

const PAYMENT: &str =
    r#"{"id": "pay_1", "status": "paid", "currency": "EUR", "amount": 5000, "captured": 5000}"#;
const SAID: &str = "more = \"has_more\"\nnext = { from = \"cursor\", query = \"after\" }";
const TOTAL: &str = "refunded = \"refunded\"\n";

/// A provider that sends at most so many refunds at once, whatever it is asked for, oldest first.
struct Pages {
    refunds: usize,
    most: usize,
    asked: Mutex<Vec<String>>,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

#[async_trait]
impl Transport for Pages {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let url = request.url_text();
        if url.contains("/oauth/") {
            return Ok(Response::new(200, super::TOKEN));
        }
        if !url.contains("/refunds") {
            return Ok(Response::new(200, PAYMENT));
        }
        self.asked.lock().unwrap().push(url.to_owned());
        let number = |name: &str| {
            let (_, rest) = url.split_once(&[name, "="].concat())?;
            rest.split('&').next()?.parse::<usize>().ok()
        };
        let from = number("skip")
            .or_else(|| number("after").map(|last| last + 1))
            .or_else(|| number("page").map(|page| (page - 1) * self.most))
            .unwrap_or(0);
        let to = self.refunds.min(from + self.most);
        let entries: Vec<String> = (from..to)
            .map(|at| {
                format!(r#"{{"id": "{at}", "status": "done", "amount": 1, "currency": "EUR"}}"#)
            })
            .collect();
        let more = to < self.refunds;
        let cursor = if more {
            (to - 1).to_string()
        } else {
            String::new()
        };
        let body = format!(
            r#"{{"data": [{}], "has_more": {more}, "count": {}, "cursor": "{cursor}", "links": {{}}}}"#,
            entries.join(","),
            self.refunds
        );
        Ok(Response::new(200, body))
    }
}

/// What is listed of so many refunds on pages of at most so many.
async fn listed(said: &str, refunds: usize, most: usize) -> Result<ListedRefunds, String> {
    let asked = Mutex::new(Vec::new());
    let transport = std::sync::Arc::new(Pages {
        refunds,
        most,
        asked,
    });
    let generic = over(&[(SAID, said), (TOTAL, "")], transport);
    let read = generic.payment(&pay_1(), Detail::Sums).await;
    let read = read.map_err(|error| error.message)?;
    Ok(read.refunds.unwrap())
}

/// 30 on a page though a hundred were asked for, 35 refunds, oldest first: the newest isn't on the first.
#[tokio::test]
async fn a_short_page_proves_nothing_where_nothing_is_said_of_the_end() {
    for said in ["", "may_miss_some = true"] {
        let listed = listed(said, 35, 30).await.unwrap();
        assert_eq!((listed.refunds.len(), listed.whole), (30, false), "{said}");
    }
}

#[tokio::test]
async fn every_way_to_go_on_reads_to_the_end_that_is_stated() {
    for said in [
        SAID,
        "more = \"has_more\"\nnext = { last = \"id\", query = \"after\" }",
        "more = \"has_more\"\nnext = { query = \"page\" }",
        "next = { from = \"cursor\", query = \"after\" }",
        "total = \"count\"\nnext = { query = \"page\" }",
        "total = \"count\"\nnext = { query = \"skip\", count = \"entries\" }",
        "until_empty = true\nnext = { query = \"skip\", count = \"entries\" }",
        "until_empty = true\nnext = { query = \"page\" }",
    ] {
        for (refunds, most) in [
            (0, 30),
            (1, 30),
            (29, 30),
            (30, 30),
            (31, 30),
            (35, 30),
            (90, 30),
        ] {
            let listed = listed(said, refunds, most).await;
            let listed = listed.unwrap_or_else(|error| panic!("{said} {refunds}: {error}"));
            assert!(listed.whole, "{said}: {refunds}");
            assert_eq!(listed.refunds.len(), refunds, "{said}");
        }
        let line = listed(said, 1000, 30)
            .await
            .expect_err("more than twenty pages");
        super::assert_line(said, &line);
    }
}

/// A list of four on one page, cut at each length, and said to end in each way.
#[tokio::test]
async fn a_list_that_is_cut_is_whole_only_by_the_providers_own_word() {
    let entry = |at: usize| {
        format!(r#"{{"id": "re_{at}", "status": "done", "amount": 1, "currency": "EUR"}}"#)
    };
    let list = |kept: usize, around: &str| {
        let entries: Vec<String> = (0..kept).map(entry).collect();
        format!(r#"{{"data": [{}]{around}}}"#, entries.join(","))
    };
    let more = "more = \"has_more\"";
    let link = "next = { from = \"links.next\" }";
    for kept in 0..=4 {
        for (said, around, whole) in [
            ("", "", false),
            (more, r#", "has_more": false"#, true),
            (more, "", false),
            (more, r#", "has_more": null"#, false),
            (link, r#", "links": {"next": null}"#, true),
            (link, r#", "links": {"next": ""}"#, true),
            (link, r#", "links": {}"#, true),
            (link, r#", "links": null"#, false),
            (link, "", false),
            ("total = \"count\"", r#", "count": 4"#, kept == 4),
            ("total = \"count\"", r#", "count": "4""#, kept == 4),
            ("total = \"count\"", r#", "count": null"#, false),
            ("total = \"count\"", "", false),
            ("whole = true", "", true),
            ("whole = true\nmay_miss_some = true", "", false),
        ] {
            let replies = [PAYMENT.to_owned(), list(kept, around)];
            let replies = replies.map(|body| Reply::answer(200, body));
            let (generic, _) = scene(&[(SAID, said), (TOTAL, "")], replies.to_vec());
            let read = generic.payment(&pay_1(), Detail::Sums).await;
            let what = format!("{kept} {said} {around}");
            // A number that isn't reached on a page without a next one is no list at all.
            let listed = match read {
                Ok(read) => read.refunds.unwrap(),
                Err(_) => {
                    assert!(said.starts_with("total") && kept < 4, "{what}");
                    continue;
                }
            };
            assert_eq!(listed.whole, whole, "{what}");
            assert_eq!(listed.refunds.len(), kept, "{what}");
        }
        for (said, around) in [
            (more, r#", "has_more": true"#),
            (more, r#", "has_more": 0"#),
            (more, r#", "has_more": "false""#),
            (more, r#", "has_more": {}"#),
            (link, r#", "links": {"next": "https://api.example.com/2"}"#),
            (link, r#", "links": {"next": {}}"#),
            (link, r#", "links": {"next": false}"#),
        ] {
            let replies = [PAYMENT.to_owned(), list(kept, around)];
            let replies = replies.map(|body| Reply::answer(200, body));
            let (generic, _) = scene(&[(SAID, said), (TOTAL, "")], replies.to_vec());
            let read = generic.payment(&pay_1(), Detail::Sums).await;
            assert!(read.is_err(), "{kept} {said} {around}: {read:?}");
        }
    }
}

/// Pages that moved while they were read show one refund twice, and may have skipped another.
#[tokio::test]
async fn pages_that_moved_are_not_all() {
    let page = |ids: &[&str]| {
        let entries: Vec<String> = ids
            .iter()
            .map(|id| {
                format!(r#"{{"id": "{id}", "status": "done", "amount": 1, "currency": "EUR"}}"#)
            })
            .collect();
        format!(r#"{{"data": [{}], "count": 4}}"#, entries.join(","))
    };
    let said = "total = \"count\"\nnext = { query = \"page\" }";
    for (pages, whole) in [
        ([page(&["a", "b"]), page(&["c", "d"])], true),
        ([page(&["a", "b"]), page(&["b", "c"])], false),
        ([page(&["a", "b"]), page(&["c", "d", "e"])], false),
        ([page(&["a", "b"]), page(&[])], false),
    ] {
        let replies = [PAYMENT].map(str::to_owned).into_iter().chain(pages);
        let replies = replies.map(|body| Reply::answer(200, body));
        let (generic, _) = scene(&[(SAID, said), (TOTAL, "")], replies.collect());
        let read = generic.payment(&pay_1(), Detail::Sums).await.unwrap();
        assert_eq!(read.refunds.unwrap().whole, whole);
    }
}
