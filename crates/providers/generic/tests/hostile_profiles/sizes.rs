//! Too many, too large, too deep.

use super::{BASE, fault, refusal};

fn refused(from: &str, to: &str, expected: &str) {
    assert!(BASE.contains(from), "the base has no {from}");
    let problem = fault(refusal(&BASE.replacen(from, to, 1)), expected);
    let shown: String = to.chars().take(60).collect();
    assert_eq!(problem, None, "{shown}");
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[test]
fn the_file_is_bounded() {
    refused(
        "name =",
        &format!("# {}\nname =", "x".repeat(300 * 1024)),
        "256 KiB",
    );
    refused(
        "\"Base Pay\"",
        &format!("\"{}\"", "x".repeat(1 << 20)),
        "256 KiB",
    );
}

#[test]
fn lists_are_bounded() {
    let rules = many(8_000, |n| {
        format!("{{status={},means=\"refused\"}},", 410 + n % 10)
    });
    refused("{ status = 400, means = \"refused\" },", &rules, "200");
    let rules = many(201, |_| "{ status = 400, means = \"refused\" },".to_owned());
    refused("{ status = 400, means = \"refused\" },", &rules, "200");
    let headers = many(33, |n| format!("X-{n} = \"1\"\n"));
    refused("X-Version = \"7\"", &headers, "32");
    let query = many(33, |n| format!("q{n} = \"1\","));
    refused("mode = \"full\"", query.trim_end_matches(','), "32");
    let paths = many(100, |n| format!("\"p{n}\","));
    refused("list = \"data\"", &format!("list = [{paths}]"), "1 to 6");
    let settings = many(17, |n| format!("s{n} = \"x\"\n"));
    refused(
        "merchant = \"the merchant's number\"",
        &["merchant = \"x\"\n", &settings].concat(),
        "line",
    );
    let hosts = many(101, |n| format!("\"h{n}.example.com\","));
    refused("\"*.shops.example.com\",", &hosts, "100");
}

#[test]
fn texts_are_bounded() {
    let long = "x".repeat(2000);
    refused("\"7\"", &format!("\"{long}\""), "visible ASCII");
    refused("X-Version", &long, "name of a header");
    refused("mode = \"full\"", &format!("mode = \"{long}\""), "query");
    refused("mode = \"full\"", &format!("{long} = \"full\""), "query");
    refused("mode = \"full\"", "\"\" = \"full\"", "query");
    refused("mode = \"full\"", "\"m\\r\\node\" = \"full\"", "query");
    refused("mode = \"full\"", "mode = \"f\\u0000\"", "query");
    refused("mode = \"full\"", "mode = \"\u{444}ull\"", "query");
    refused("list = \"data\"", &format!("list = \"{long}\""), "no path");
    refused(
        "list = \"data\"",
        &format!("list = \"a{}\"", ".a".repeat(1000)),
        "10 steps",
    );
    refused(
        "list = \"data\"",
        &format!("list = \"a{}\"", "[0]".repeat(1000)),
        "10 steps",
    );
    refused(
        "path = \"/oauth/token\"",
        &format!("path = \"{}\"", "/a".repeat(1000)),
        "12 segments",
    );
    refused(
        "path = \"/oauth/token\"",
        &format!("path = \"/{long}\""),
        "segment",
    );
    refused("\"the API key\"", &format!("\"{long}\""), "one line");
    refused("name = \"base\"", &format!("name = \"{long}\""), "no name");
    refused(
        "amounts = \"minor\"",
        &format!("amounts = \"{long}\""),
        "unknown",
    );
    refused("enforces_cap = true", &format!("{long} = true"), "unknown");
    refused("\"Base Pay\"", &format!("\"{long}\""), "title");
}

#[test]
fn depth_is_bounded() {
    let tables = format!("{}1{}", "{ a = ".repeat(200), " }".repeat(200));
    refused(
        "currency = \"{currency}\"\nreason",
        &format!("currency = {tables}\nreason"),
        "line",
    );
    let lists = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    refused(
        "currency = \"{currency}\"\nreason",
        &format!("currency = {lists}\nreason"),
        "line",
    );
    let nine = format!("{}1{}", "[".repeat(9), "]".repeat(9));
    refused(
        "currency = \"{currency}\"\nreason",
        &format!("currency = {nine}\nreason"),
        "8 deep",
    );
    for dots in [10, 200, 2_000, 100_000] {
        let key = format!("currency{}", ".a".repeat(dots));
        refused(
            "currency = \"{currency}\"\nreason",
            &format!("{key} = 1\nreason"),
            "wrong",
        );
        let table = format!(
            "[refund.body.deep{}]\nx = 1\n[refund.body.metadata]",
            ".a".repeat(dots)
        );
        refused("[refund.body.metadata]", &table, "wrong");
    }
}
