//! How requests show who sends them.

use super::{Edit, all_refused};

const SIGN: &str = "text = \"{method}{request.path}{request.body}\"";
const ALGORITHM: &str = "algorithm = \"hmac-sha256\"";
const KEY: &str = "key = \"signing\"";
const BEARER: &str = "Authorization = \"Bearer {access_token}\"";
const TOKEN: &str = "[auth.token]";

#[test]
fn credentials_are_declared_used_and_never_written_into_the_profile() {
    const EDITS: &[Edit] = &[
        (KEY, "key = \"other\"", "signing: the secret is not used"),
        (KEY, "key = \"\"", "no name"),
        (KEY, "key = \"api_key\"", "signing: the secret is not used"),
        (ALGORITHM, "algorithm = \"sha256\"", "takes no key"),
        (ALGORITHM, "algorithm = \"md5\"", "md5"),
        (SIGN, "text = \"{signed.body}\"", "header"),
        (SIGN, "text = \"{secret.admin}\"", "admin"),
        (BEARER, "", "no header carries the access token"),
        (
            BEARER,
            "Authorization = \"Bearer sk_live_1\"",
            "no header carries the access token",
        ),
        (
            TOKEN,
            "[auth.basic]\nuser = \"{setting.merchant}\"\npassword = \"\"\n[auth.token]",
            "Authorization",
        ),
        (
            "api_key = \"the API key\"",
            "api_key = \"the API key\"\nspare = \"not used\"",
            "not used",
        ),
        ("api_key = \"the API key\"", "api_key = \"\"", "one line"),
        (
            "api_key = \"the API key\"",
            "api_key = \"a\\nb\"",
            "one line",
        ),
        (
            "api_key = \"the API key\"",
            "api_key = \"\\u001b[31mred\"",
            "one line",
        ),
        ("api_key = \"the API key\"", "api_key = 7", "line"),
        (
            "merchant = \"the merchant's number\"",
            "merchant = \"the number\"\napi_key = \"the key\"",
            "same name",
        ),
        (
            "merchant = \"the merchant's number\"",
            "merchant = \"the number\"\nshop = \"not used\"",
            "not used",
        ),
        (
            "bic = { kind = \"text\", max = 11 }",
            "bic = { kind = \"text\", max = 11 }\niban = { kind = \"text\", max = 34 }",
            "not used",
        ),
        (
            "[headers]",
            "[[auth.sign]]\nname = \"body\"\ntext = \"{secret.api_key}\"\nalgorithm = \"sha256\"\nencoding = \"hex\"\n\n[headers]",
            "the same name",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn a_request_without_a_secret_in_it_is_refused() {
    let auth = |headers: &str| {
        format!(
            "name = \"bare\"\nverified_against = [\"a page\"]\namounts = \"minor\"\nsecrets = {{}}\n\
             api = {{ test = \"https://api.example.com\" }}\nauth = {{ {headers} }}\n\
             [refund]\npath = \"/refunds/{{payment}}\"\nencoding = \"json\"\nanswer = \"refund\"\n\
             body = {{ amount = \"{{amount.minor}}\" }}\n\
             key = {{ header = \"Idempotency-Key\", on_repeat = \"replay\" }}\n\
             [refund_object]\nid = \"id\"\nstatus = \"status\"\nstatuses = {{ done = \"succeeded\" }}\n\
             [errors]\nanswers = []\n"
        )
    };
    for bare in [
        "",
        "headers = { Authorization = \"Bearer written-into-the-file\" }",
        "basic = { user = \"me\", password = \"written-into-the-file\" }",
    ] {
        let refusal = super::refusal(&auth(bare));
        let problem = super::fault(refusal, "no credential");
        assert_eq!(problem, None, "{bare}");
    }
}
