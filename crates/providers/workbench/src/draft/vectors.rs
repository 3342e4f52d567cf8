//! Vectors beside a draft.

use refundkit_generic::Profile;

use super::profile::{Draft, DraftAmount, DraftAuth, draft as text_of, quoted};
use crate::vectors::{Sample, Vectors};

/// Offline vectors beside a draft: the requests that it writes now, and a few answers in the form
/// that it expects. Their author puts the provider's own examples in their place.
///
/// # Errors
/// A line on what of the draft can't be used.
pub fn draft_vectors(draft: &Draft) -> Result<String, String> {
    let profile = Profile::parse(&text_of(draft)).map_err(|error| error.to_string())?;
    let account = account(draft);
    let mut asked = vec![
        account.clone(),
        request(
            "a part",
            "refund",
            "paid = \"50.00 EUR\"\namount = \"10.00 EUR\"\n",
        ),
    ];
    if draft.payment_path.is_some() {
        asked.push(request("the payment", "payment", ""));
    }
    if draft.payment_path.is_some() && draft.refunds_path.is_some() {
        asked.push(request("its refunds", "refunds", ""));
    }
    // What is sent isn't known yet: it is taken from the profile itself.
    let open = asked.concat().replace(SENT, "method = \"\"\nurl = \"\"\n");
    let open = Vectors::parse(&open).map_err(|mistake| mistake.to_string())?;
    let samples = open.samples(&profile)?;
    let requests = asked.iter().skip(1).zip(&samples);
    let requests = requests.map(|(text, sample)| text.replace(SENT, &sent(sample)));
    let parts = [HEAD.to_owned(), account].into_iter();
    let parts: Vec<String> = parts.chain(requests).chain(answers(draft)).collect();
    Ok(parts.concat())
}

const HEAD: &str = "# The requests that the draft writes, and answers in the form that it expects. Put the provider's own examples
# in their place: `refundkit profile check` shows where the profile differs.
";
const SENT: &str = "@sent\n";

fn account(draft: &Draft) -> String {
    let secrets = match draft.auth {
        DraftAuth::Bearer | DraftAuth::Header(_) => "{ api_key = \"vector-key\" }",
        DraftAuth::Basic => "{ key_id = \"vector-id\", key_secret = \"vector-secret\" }",
    };
    ["[account]\nsecrets = ", secrets, "\n"].concat()
}

fn request(what: &str, call: &str, more: &str) -> String {
    [
        "\n[[request]]\nwhat = ",
        &quoted(what),
        "\ncall = ",
        &quoted(call),
        "\npayment = \"pay_1\"\n",
        more,
        SENT,
    ]
    .concat()
}

fn sent(sample: &Sample) -> String {
    let headers = sample.headers.iter();
    let headers = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("accept"));
    let headers: Vec<String> = headers
        .map(|(name, value)| [&quoted(name), " = ", &quoted(value)].concat())
        .collect();
    let body = sample.body.as_ref();
    let body = body.map(|body| ["body = ", &quoted(body), "\n"].concat());
    [
        "method = ",
        &quoted(&sample.method),
        "\nurl = ",
        &quoted(&sample.url),
        "\nheaders = { ",
        &headers.join(", "),
        " }\n",
        &body.unwrap_or_default(),
    ]
    .concat()
}

fn answers(draft: &Draft) -> Vec<String> {
    let (ten, fifty) = match draft.amount {
        DraftAmount::Minor => ("1000", "5000"),
        DraftAmount::Major => ("\"10.00\"", "\"50.00\""),
    };
    let refund = [
        "{\"id\": \"re_1\", \"status\": \"pending\", \"amount\": ",
        ten,
        ", \"currency\": \"EUR\", \"payment\": \"pay_1\", \"reference\": \"abcdefghijklmnopqrstuvwxyz234567\"}",
    ]
    .concat();
    let mut all = vec![
        [
            "\n[[answer]]\nwhat = \"taken on\"\ncall = \"refund\"\namount = \"10.00 EUR\"\nstatus = 200\nbody = '",
            &refund,
            "'\noutcome = \"accepted\"\nrefund = \"re_1\"\nrefund_status = \"pending\"\nrefund_amount = \"10.00 EUR\"\n",
        ]
        .concat(),
        "\n[[answer]]\nwhat = \"a failure of the provider\"\ncall = \"refund\"\namount = \"10.00 EUR\"\nstatus = 500\nbody = ''\noutcome = \"unknown\"\n"
            .to_owned(),
    ];
    if draft.payment_path.is_some() {
        all.push(
            [
                "\n[[answer]]\nwhat = \"a paid payment\"\ncall = \"payment\"\nstatus = 200\nbody = '{\"id\": \"pay_1\", \"status\": \"paid\", \"currency\": \"EUR\", \"amount\": ",
                fifty,
                ", \"amount_refunded\": ",
                ten,
                "}'\noutcome = \"read\"\nstage = \"captured\"\ncaptured = \"50.00 EUR\"\nrefunded = \"10.00 EUR\"\n",
            ]
            .concat(),
        );
    }
    if draft.payment_path.is_some() && draft.refunds_path.is_some() {
        all.push(
            [
                "\n[[answer]]\nwhat = \"a refund of ours\"\ncall = \"refunds\"\namount = \"50.00 EUR\"\nstatus = 200\nbody = '{\"data\": [",
                &refund,
                "]}'\noutcome = \"read\"\nrefunds = [\"re_1 pending 10.00 EUR ours\"]\n",
            ]
            .concat(),
        );
    }
    all
}
