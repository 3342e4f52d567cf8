//! Where secrets and money requests go: public hosts by https, and nothing that reads as one thing
//! and parses as another.

use super::{Edit, all_refused};

const TEST: &str = "\"https://api.test.example.com/v1\"";
const LIVE: &str = "live = \"https://api.example.com/v1\"";
const LOGIN: &str = "live = \"https://login.example.com\"";
const HOSTS: &str = "\"*.shops.example.com\"";

#[test]
fn only_https_beyond_this_machine() {
    const EDITS: &[Edit] = &[
        (TEST, "\"http://api.test.example.com\"", "plain http"),
        (LIVE, "live = \"http://api.example.com\"", "plain http"),
        (LOGIN, "live = \"http://login.example.com\"", "plain http"),
        (TEST, "\"ftp://api.test.example.com\"", "another scheme"),
        (TEST, "\"file:///etc/passwd\"", "another scheme"),
        (TEST, "\"data:text/plain,x\"", "another scheme"),
        (TEST, "\"api.test.example.com\"", "not a URL"),
        (TEST, "\"\"", "not a URL"),
        (TEST, "\"https://\"", "not a URL"),
    ];
    all_refused(EDITS);
}

#[test]
fn no_host_inside_of_a_network() {
    const EDITS: &[Edit] = &[
        (TEST, "\"http://127.0.0.1:4010\"", "this machine"),
        (TEST, "\"https://localhost\"", "this machine"),
        (LIVE, "live = \"https://[::1]/v1\"", "this machine"),
        (TEST, "\"https://10.0.0.7\"", "private network"),
        (TEST, "\"https://192.168.1.1\"", "private network"),
        (TEST, "\"https://172.31.255.255\"", "private network"),
        (TEST, "\"https://169.254.169.254\"", "private network"),
        (
            LIVE,
            "live = \"https://100.100.100.200\"",
            "private network",
        ),
        (
            LOGIN,
            "live = \"https://169.254.169.254\"",
            "private network",
        ),
        (LOGIN, "live = \"https://127.0.0.1\"", "this machine"),
        (TEST, "\"https://[::ffff:10.0.0.1]\"", "private network"),
        (TEST, "\"https://[::ffff:127.0.0.1]\"", "private network"),
        (
            TEST,
            "\"https://[64:ff9b::169.254.169.254]\"",
            "private network",
        ),
        (TEST, "\"https://[fe80::1]\"", "private network"),
        (TEST, "\"https://[fd00:ec2::254]\"", "private network"),
        (TEST, "\"https://0\"", "private network"),
        (TEST, "\"https://0x7f.1\"", "this machine"),
        (TEST, "\"https://2130706433\"", "this machine"),
        (TEST, "\"https://017700000001\"", "this machine"),
        (TEST, "\"https://metadata\"", "private network"),
        (TEST, "\"https://shop.localhost\"", "private network"),
        (TEST, "\"https://localhost.\"", "dot"),
        (TEST, "\"https://shop.localhost.\"", "dot"),
    ];
    all_refused(EDITS);
}

#[test]
fn nothing_beside_host_port_and_path() {
    const EDITS: &[Edit] = &[
        (
            TEST,
            "\"https://me:planted@api.example.com\"",
            "a user or a password",
        ),
        (
            TEST,
            "\"https://planted@api.example.com\"",
            "a user or a password",
        ),
        (TEST, "\"https://api.example.com?key=planted\"", "a query"),
        (TEST, "\"https://api.example.com#planted\"", "a fragment"),
        (
            LOGIN,
            "live = \"https://login.example.com/?x=planted\"",
            "a query",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn an_address_is_what_it_reads_as() {
    const EDITS: &[Edit] = &[
        (
            TEST,
            "\"https://{setting.merchant}.example.com\"",
            "api.test",
        ),
        (
            TEST,
            "\"https://api.example.com/{setting.merchant}\"",
            "characters",
        ),
        (TEST, "\"https:\\\\\\\\api.example.com\"", "characters"),
        (
            TEST,
            "\"https://api.example.com\\\\@evil.example\"",
            "characters",
        ),
        (TEST, "\"https://api.exam\\nple.com\"", "characters"),
        (TEST, "\"https://api.example.com/v1\\r\\n\"", "characters"),
        (TEST, "\" https://api.example.com\"", "characters"),
        (TEST, "\"https://api.example.com/a b\"", "characters"),
        (
            TEST,
            "\"https://api.example.com/%2e%2e/admin\"",
            "characters",
        ),
        (TEST, "\"https://\u{430}pi.example.com\"", "characters"),
        (TEST, "\"https://api\u{3002}example.com\"", "characters"),
        (TEST, "\"https://api.example.com/v1/../admin\"", "segment"),
        (TEST, "\"https://api.example.com/./v1\"", "segment"),
        (TEST, "\"https://api.example.com//v1\"", "segment"),
        (TEST, "\"https:/api.example.com\"", "https://"),
        (TEST, "\"https:api.example.com\"", "https://"),
        (TEST, "\"https:///api.example.com\"", "https://"),
        (LIVE, "live = \"https://api.example.com.\"", "dot"),
        (
            LOGIN,
            "live = \"https://login.example.com/%2f\"",
            "characters",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn hosts_are_names() {
    const EDITS: &[Edit] = &[
        (HOSTS, "\"*\"", "no host's name"),
        (HOSTS, "\"*.com\"", "no host's name"),
        (HOSTS, "\"*example.com\"", "no host's name"),
        (HOSTS, "\"a.*.example.com\"", "no host's name"),
        (HOSTS, "\"https://example.com\"", "no host's name"),
        (HOSTS, "\"example.com:8443\"", "no host's name"),
        (HOSTS, "\"example.com/v1\"", "no host's name"),
        (HOSTS, "\"example.com.\"", "no host's name"),
        (HOSTS, "\"Example.com\"", "no host's name"),
        (HOSTS, "\"ex\u{e4}mple.com\"", "no host's name"),
        (HOSTS, "\"10.0.0.7\"", "no host's name"),
        (HOSTS, "\"[::1]\"", "no host's name"),
        (HOSTS, "\"localhost\"", "no host's name"),
        (
            HOSTS,
            "\"{setting.merchant}.example.com\"",
            "no host's name",
        ),
        (HOSTS, "\"\"", "no host's name"),
        (HOSTS, "\"shop.localhost\"", "no host's name"),
    ];
    all_refused(EDITS);
}
