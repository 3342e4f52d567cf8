//! Where a list ends: said by the provider, in one way, and never by a page that is short.

use super::{Edit, all_refused};

const MORE: &str = "more = \"has_more\"\n";
const NEXT: &str = "next = { from = \"cursor\", query = \"after\" }";
const BOTH: &str = "more = \"has_more\"\nnext = { from = \"cursor\", query = \"after\" }";

#[test]
fn a_page_that_is_short_is_no_end() {
    const EDITS: &[Edit] = &[
        (MORE, "more = \"data[99].id\"\n", "entry of a list"),
        (
            MORE,
            "more = [\"has_more\", \"data[0].id\"]\n",
            "entry of a list",
        ),
        (MORE, "total = \"data[0].count\"\n", "entry of a list"),
        (
            BOTH,
            "next = { from = \"data[99].id\", query = \"after\" }",
            "entry of a list",
        ),
        (
            NEXT,
            "next = { from = \"data[99].id\", query = \"after\" }",
            "entry of a list",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn a_list_states_its_end_in_one_way() {
    const EDITS: &[Edit] = &[
        (
            MORE,
            "more = \"has_more\"\nwhole = true\n",
            "more than one way",
        ),
        (
            MORE,
            "more = \"has_more\"\ntotal = \"count\"\n",
            "more than one way",
        ),
        (
            MORE,
            "more = \"has_more\"\nuntil_empty = true\n",
            "more than one way",
        ),
        (BOTH, "total = \"count\"\nwhole = true", "more than one way"),
        (MORE, "whole = true\n", "no further pages"),
        (BOTH, "until_empty = true", "ask for the next page"),
        (
            BOTH,
            "until_empty = true\nnext = { from = \"cursor\" }",
            "ask for the next page",
        ),
        (BOTH, "next = { query = \"page\" }", "when there is another"),
        (
            BOTH,
            "next = { last = \"id\", query = \"after\" }",
            "when there is another",
        ),
        (
            NEXT,
            "next = { from = \"cursor\", last = \"id\", query = \"after\" }",
            "one of them",
        ),
        (NEXT, "next = { last = \"id\" }", "no query parameter"),
        (NEXT, "next = { count = \"entries\" }", "no query parameter"),
        (
            NEXT,
            "next = { count = \"bytes\", query = \"skip\" }",
            "bytes",
        ),
        (MORE, "more = \"header:x-more\"\n", "in the answer's body"),
        (MORE, "total = \"header:x-count\"\n", "in the answer's body"),
        (
            NEXT,
            "next = { last = \"header:x-id\", query = \"after\" }",
            "in the answer's body",
        ),
        (MORE, "whole = \"yes\"\n", "line"),
    ];
    all_refused(EDITS);
}

#[test]
fn each_way_by_itself_is_fine() {
    for said in [
        BOTH,
        "more = \"has_more\"\nnext = { last = \"id\", query = \"after\" }",
        "more = \"has_more\"\nnext = { query = \"page\", first = 0 }",
        "next = { from = \"cursor\", query = \"after\" }",
        "next = { from = \"links.next\" }",
        "total = \"count\"\nnext = { query = \"page\" }",
        "total = \"count\"",
        "until_empty = true\nnext = { query = \"skip\", count = \"entries\" }",
        "whole = true",
        "may_miss_some = true",
        "",
    ] {
        let text = super::BASE.replacen(BOTH, said, 1);
        assert_eq!(super::refusal(&text), None, "{said}");
    }
}
