//! Mistakes that are planted in profiles: each is named once, at its place, and none hides another.

use refundkit_generic::Profile;

use super::*;

/// Ten mistakes of both kinds: what single values are, and what they say together.
const TEN: &str = r#"name = "ten"
verified_against = ["é, a page"]
amounts = "minro"

[api]
test = "http://api.example.com"

[auth.headers]
Authorization = "Bearer {secret.api_kye}"

[refund]
path = "/refunds"
encoding = "json"
success = ["201"]
answer = "refund"
kee = { header = "Idempotency-Key", on_repeat = "replay" }

[refund.query]
token = "{secret.api_key}"

[refund.body]
amount = "{amount.minor}"
currency = "{curency}"
reason = 1.5

[refund_object]
id = "a..b"
status = "status"
statuses = { done = "succeeded" }

[errors]
answers = [
    { status = 500, means = "refused" },
    { status = 400 },
]
"#;

#[test]
fn ten_mistakes_of_ten_are_named_with_their_places() {
    let found: Vec<String> = check(TEN).iter().map(ToString::to_string).collect();
    let wanted = [
        ("3:11:", "amounts", "none of its words"),
        ("6:1:", "api.test", "plain http"),
        ("9:1:", "auth.headers.Authorization", "api_kye"),
        (
            "14:12:",
            "refund.success.0",
            "a text instead of a whole number",
        ),
        ("16:1:", "refund.kee", "no such key"),
        ("19:1:", "refund.query.token", "secret"),
        ("23:12:", "refund.body.currency", "curency"),
        ("24:10:", "refund.body.reason", "a number with a point"),
        ("27:6:", "refund_object.id", "no path"),
        ("33:5:", "errors.answers.0", "5xx"),
        ("34:5:", "errors.answers.1", "means is missing"),
    ];
    for (place, key, problem) in wanted {
        let is_it = |line: &&String| {
            line.starts_with(place) && line.contains(key) && line.contains(problem)
        };
        let count = found.iter().filter(is_it).count();
        assert_eq!(count, 1, "{place} {key} {problem}\n{}", found.join("\n"));
    }
    assert_eq!(found.len(), wanted.len(), "{}", found.join("\n"));
    assert!(found.iter().all(|line| !line.contains('\n')));
    let hints: Vec<_> = check(TEN)
        .into_iter()
        .filter_map(|mistake| mistake.hint)
        .collect();
    assert!(
        hints
            .iter()
            .any(|hint| hint.contains("is \"minor\" meant?")),
        "{hints:?}"
    );
    assert!(
        hints.iter().any(|hint| hint.contains("is key meant?")),
        "{hints:?}"
    );
}

/// One slip, one mistake: with a hint, and without what follows from it.
#[test]
fn one_slip_is_one_mistake() {
    let stripe = Profile::builtin_text("stripe").unwrap();
    for (from, to, key, hint) in [
        (
            "{secret.api_key}",
            "{secret.apikey}",
            "auth.headers.Authorization",
            "is {secret.api_key} meant?",
        ),
        (
            "[refund_object]",
            "[refund_objekt]",
            "refund_objekt",
            "is refund_object meant?",
        ),
        (
            "authorized = ",
            "authorised = ",
            "payment.authorised",
            "is authorized meant?",
        ),
        ("[limits]", "[limist]", "limist", "is limits meant?"),
        (
            "encoding = \"form\"",
            "encoding = \"FORM\"",
            "refund.encoding",
            "is \"form\" meant?",
        ),
        (
            "[refund_status]",
            "[[refund_status]]",
            "refund_status",
            "write [refund_status]",
        ),
        (
            "{amount.minor}",
            "{amount.minor}{refund}{refund}",
            "refund.body.amount",
            "",
        ),
    ] {
        assert!(stripe.contains(from), "{from}");
        let found = check(&stripe.replacen(from, to, 1));
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{to}: {lines:?}");
        assert_eq!(found[0].key, key, "{lines:?}");
        let told = found[0].hint.as_deref().unwrap_or_default();
        assert!(told.contains(hint), "{to}: {told}");
    }
}

#[test]
fn a_slip_hides_none_of_the_others() {
    let text = Profile::builtin_text("stripe").unwrap();
    let text = text
        .replacen(
            "answers = [",
            "answers = [ 5, { status = 503, means = \"refused\" },",
            1,
        )
        .replacen(
            "[refund.body]",
            "[refund.body]\none = \"{curency}\"\ntwo = \"{method}\"",
            1,
        )
        .replacen("[api]", "[settings]\nleft = \"unused\"\n[api]", 1);
    let found = check(&text);
    let keys: Vec<&str> = found.iter().map(|mistake| &*mistake.key).collect();
    let wanted = [
        "settings.left",
        "refund.body.one",
        "refund.body.two",
        "errors.answers.0",
        "errors.answers.1",
    ];
    assert_eq!(keys, wanted, "{found:?}");
    for mistake in &found {
        let line = mistake
            .line
            .and_then(|line| text.lines().nth(line - 1))
            .unwrap();
        let name = mistake.key.rsplit('.').next().unwrap();
        assert!(
            line.contains(name) || line.contains("answers = ["),
            "{mistake}: {line}"
        );
    }
    let twice = check("name = \"a\"\nname = \"b\"\n");
    assert_eq!(twice[0].problem, "the key name is there twice");
}

#[test]
fn what_is_right_has_no_mistakes() {
    for name in Profile::builtins() {
        let text = Profile::builtin_text(name).unwrap();
        assert_eq!(check(text), [], "{name}");
    }
}

/// Whatever `Profile::parse` refuses is named here, and the reverse.
#[test]
fn the_walk_and_the_reader_agree() {
    let text = Profile::builtin_text("primer").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut refused = 0;
    for (number, line) in lines.iter().enumerate() {
        let variants = [
            String::new(),
            line.replace('"', ""),
            line.replacen('=', "= 7 #", 1),
            line.replacen('=', "= { x = 1 } #", 1),
            line.replacen(" =", "_ =", 1),
            line.replace('{', "{x"),
            line.replace("\"pending\"", "\"done\""),
        ];
        for variant in variants.iter().filter(|variant| variant != line) {
            let mut edited = lines.clone();
            edited[number] = variant;
            let edited = edited.join("\n");
            let parsed = Profile::parse(&edited);
            let found = check(&edited);
            assert_eq!(
                parsed.is_err(),
                !found.is_empty(),
                "line {}: {variant}\n{parsed:?}\n{found:?}",
                number + 1
            );
            refused += usize::from(parsed.is_err());
        }
    }
    assert!(refused > 150, "{refused}");
}

#[test]
fn places_count_characters() {
    for (before, column) in [("\u{feff}", 1), ("", 1), ("# é\r\n", 1), ("\t", 2)] {
        let text = [before, "nmae = 1\n"].concat();
        let found = check(&text);
        let wrong = found.iter().find(|mistake| mistake.key == "nmae").unwrap();
        let line = before.matches('\n').count() + 1;
        assert_eq!(
            (wrong.line, wrong.column),
            (Some(line), Some(column)),
            "{before:?}"
        );
    }
    let broken = check("name = \n[x\n");
    assert!(
        broken.len() >= 2 && broken.iter().all(|mistake| mistake.line.is_some()),
        "{broken:?}"
    );
}
