//! The text of a draft.

/// What a draft is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The profile's name: small letters, digits and dashes.
    pub name: String,
    /// The provider's name for people.
    pub title: String,
    /// The address for tests, such as `https://api.sandbox.example.com`.
    pub test_url: String,
    /// The address where real money moves; may be added later.
    pub live_url: Option<String>,
    /// How requests show who sends them.
    pub auth: DraftAuth,
    /// How bodies are written.
    pub encoding: DraftEncoding,
    /// How amounts are written, in requests and in answers.
    pub amount: DraftAmount,
    /// The refund's path, with `{payment}` in it or else in the body.
    pub refund_path: String,
    /// The path of a payment, with `{payment}` in it; `None` where none can be read.
    pub payment_path: Option<String>,
    /// The path of a payment's refunds; without `payment_path` it isn't used.
    pub refunds_path: Option<String>,
    /// The header that takes an idempotency key; `None` where the provider knows none.
    pub key_header: Option<String>,
}

/// How the requests of a draft show who sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DraftAuth {
    /// `Authorization: Bearer` and the API key.
    Bearer,
    /// HTTP's basic authentication, with a key's id and its secret.
    Basic,
    /// The API key in a header of this name.
    Header(String),
}

/// How the bodies of a draft are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DraftEncoding {
    /// As JSON.
    Json,
    /// As a form.
    Form,
}

/// How the amounts of a draft are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DraftAmount {
    /// Whole minor units: `1000`.
    Minor,
    /// Major units as text: `"10.00"`.
    Major,
}

impl Draft {
    /// A draft with the most usual answers: a bearer key, JSON, minor units, and a payment that can
    /// be read. It assumes no idempotency key.
    #[must_use]
    pub fn new(name: &str, test_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: name.to_owned(),
            test_url: test_url.to_owned(),
            live_url: None,
            auth: DraftAuth::Bearer,
            encoding: DraftEncoding::Json,
            amount: DraftAmount::Minor,
            refund_path: "/payments/{payment}/refunds".to_owned(),
            payment_path: Some("/payments/{payment}".to_owned()),
            refunds_path: None,
            key_header: None,
        }
    }
}

/// The text of a profile with comments. It is one that [`Profile::parse`](refundkit_generic::Profile::parse)
/// takes, unless a part of the draft can't be used: a name with capitals, an address that is none.
#[must_use]
pub fn draft(draft: &Draft) -> String {
    let sections = [
        head(draft),
        api(draft),
        auth(draft),
        refund(draft),
        payment(draft),
        refund_object(draft),
        ERRORS.to_owned(),
    ];
    let there = sections.into_iter().filter(|section| !section.is_empty());
    there.collect::<Vec<_>>().join("\n")
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn head(draft: &Draft) -> String {
    let amounts = match draft.amount {
        DraftAmount::Minor => "minor",
        DraftAmount::Major => "major",
    };
    [
        "# A draft. It fits together, and nothing in it has been compared with the provider's documentation yet:\n",
        "# go through it line by line. `refundkit profile check` shows mistakes, `refundkit profile test` tries it\n",
        "# where no real money moves, and `refundkit profile schema` describes every key for editors.\n",
        "name = ",
        &quoted(&draft.name),
        "\ntitle = ",
        &quoted(&draft.title),
        "\n# The documents and pages that you have compared it with, and their versions or dates.\n",
        "verified_against = [\"nothing yet: a draft of `refundkit profile new`\"]\n",
        "# Facts that nobody could confirm. Empty it once all of it is compared.\n",
        "unverified = [\"all of it: it was drafted, and not compared with the provider's documentation\"]\n",
        "# In answers: \"minor\" for 1000, \"major\" for \"10.00\".\n",
        "amounts = ",
        &quoted(amounts),
        "\n",
    ]
    .concat()
}

fn api(draft: &Draft) -> String {
    let live = match &draft.live_url {
        Some(url) => ["live = ", &quoted(url)].concat(),
        None => "# live = \"https://api.example.com\"".to_owned(),
    };
    [
        "[api]\ntest = ",
        &quoted(&draft.test_url),
        "\n",
        &live,
        "\n# What keys begin with, so that no live key is used in a test.\n",
        "# test_key_prefix = \"sk_test_\"\n# live_key_prefix = \"sk_live_\"\n",
    ]
    .concat()
}

fn auth(draft: &Draft) -> String {
    match &draft.auth {
        DraftAuth::Bearer => {
            API_KEY.to_owned() + "\n[auth.headers]\nAuthorization = \"Bearer {secret.api_key}\"\n"
        }
        DraftAuth::Header(name) => [
            API_KEY,
            "\n[auth.headers]\n",
            &quoted(name),
            " = \"{secret.api_key}\"\n",
        ]
        .concat(),
        DraftAuth::Basic => BASIC.to_owned(),
    }
}

const API_KEY: &str = "# Each with a line on where to find it.
[secrets]
api_key = \"the provider's API key\"
";

const BASIC: &str = "# Each with a line on where to find it.
[secrets]
key_id = \"the id of the provider's API key\"
key_secret = \"the secret of the provider's API key\"

[auth]
basic = { user = \"{secret.key_id}\", password = \"{secret.key_secret}\" }
";

fn refund(draft: &Draft) -> String {
    let encoding = match draft.encoding {
        DraftEncoding::Json => "json",
        DraftEncoding::Form => "form",
    };
    let amount = match draft.amount {
        DraftAmount::Minor => "{amount.minor}",
        DraftAmount::Major => "{amount.major}",
    };
    let key = match &draft.key_header {
        Some(header) => [
            "# What the same key gets a second time: the first answer (\"replay\"), an error (\"conflict\"), or \"ignored\".\n",
            "key = { header = ",
            &quoted(header),
            ", on_repeat = \"conflict\" }\n",
        ]
        .concat(),
        None => "# Without a key nothing is ever sent twice: after a lost answer the refund is looked up.\n\
                 # key = { header = \"Idempotency-Key\", on_repeat = \"replay\" }\n"
            .to_owned(),
    };
    let payment = if draft.refund_path.contains("{payment}") {
        ""
    } else {
        "payment = \"{payment}\"\n"
    };
    [
        "[refund]\npath = ",
        &quoted(&draft.refund_path),
        "\nencoding = ",
        &quoted(encoding),
        "\n# A success is answered with the \"refund\", the \"payment\", a \"list\" of refunds, or \"none\" of them.\n",
        "answer = \"refund\"\n",
        &key,
        "\n[refund.body]\n",
        payment,
        "amount = ",
        &quoted(amount),
        "\ncurrency = \"{currency}\"\n",
        "# A field that comes back with the refund: by it ours is found again.\n",
        "reference = \"{token}\"\n",
        "# reason = \"{reason}\"\n",
    ]
    .concat()
}

fn payment(draft: &Draft) -> String {
    let Some(path) = &draft.payment_path else {
        return "# No payment can be read: callers say what was paid, with --paid.\n".to_owned();
    };
    let mut text = [
        "[payment]\nread = { path = ",
        &quoted(path),
        " }\n",
        PAYMENT,
    ]
    .concat();
    if let Some(path) = &draft.refunds_path {
        text.push_str("\n# All refunds of a payment.\n[refunds]\nread = { path = ");
        text.push_str(&quoted(path));
        text.push_str(REFUNDS);
    }
    text
}

const REFUNDS: &str = " }
list = \"data\"
# What is listed is proof, and what isn't proves nothing, until it is said what says that these are all: a flag,
# a number of all entries, an empty page, or the provider's page.
may_miss_some = true
# more = \"has_more\"
";

const PAYMENT: &str = "id = \"id\"
status = \"status\"
currency = \"currency\"
authorized = \"amount\"
# What was captured, before any refund. Without it, all of the amount once the status says so.
# captured = \"amount_captured\"
refunded = \"amount_refunded\"
created_at = \"created_at\"

# The provider's words. One that isn't here is never taken for a good one.
[payment.stages]
pending = \"created\"
authorized = \"authorized\"
paid = \"captured\"
refunded = \"refunded\"
canceled = \"never_paid\"
failed = \"failed\"
";

fn refund_object(draft: &Draft) -> String {
    let payment = if draft.payment_path.is_some() {
        "payment = \"payment\"\n"
    } else {
        ""
    };
    [
        "[refund_object]\nid = \"id\"\nstatus = \"status\"\namount = \"amount\"\ncurrency = \"currency\"\n",
        payment,
        "token = \"reference\"\ncreated_at = \"created_at\"\n\n",
        "# The provider's words. Only what says that the money is back may be \"succeeded\".\n",
        "[refund_object.statuses]\npending = \"pending\"\nsucceeded = \"succeeded\"\nfailed = \"failed\"\n",
    ]
    .concat()
}

const ERRORS: &str = "# An error is a refusal only where the provider says so: what isn't listed leaves the outcome unknown, and the
# money held until it is known. Add those that are certain.
[errors]
code = \"error.code\"
message = \"error.message\"
answers = [
    # { status = 422, code = \"already_refunded\", means = \"refused\" },
    # { status = 429, means = \"not_processed\" },
]
";

#[cfg(test)]
mod tests;
