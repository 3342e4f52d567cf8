//! Writing profiles: what there is, what is wrong with one, and a draft of one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{Ran, code};
use refundkit_generic::Profile;
use serde_json::Value;

fn run(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
    command.current_dir(folder).stdin(Stdio::null());
    Ran::of(command.arg("profile").args(args).output().unwrap())
}

fn lines(ran: &Ran) -> Vec<Value> {
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect()
}

fn stripe(folder: &Path) {
    let text = Profile::builtin_text("stripe").unwrap();
    std::fs::write(folder.join("own.toml"), text).unwrap();
    let vectors = Profile::builtin_vectors("stripe").unwrap();
    std::fs::write(folder.join("own.vectors.toml"), vectors).unwrap();
}

#[test]
fn a_right_profile_is_told_in_one_line_with_its_vectors() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "new",
        "own.toml",
        "--name",
        "own",
        "--base-url",
        "https://api.own.example",
    ];
    assert_eq!(run(folder.path(), &args).code, 0);
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.starts_with("own.toml: right; its "), "{}", ran.out);
    assert!(ran.out.contains("vectors agree"), "{}", ran.out);
    let ran = run(folder.path(), &["check", "own.toml", "--output", "json"]);
    let json = &lines(&ran)[0];
    assert_eq!((ran.code, &json["ok"]), (0, &Value::Bool(true)));
    assert!(json["vectors"].as_u64().unwrap() > 1);
    std::fs::remove_file(folder.path().join("own.vectors.toml")).unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert!(ran.out.contains("it has no vectors"), "{}", ran.out);
}

#[test]
fn what_leaves_more_to_people_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.toml");
    std::fs::write(&own, Profile::builtin_text("worldpay").unwrap()).unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let warning = "warning: refund_object: nothing tells how a refund ends";
    assert!(ran.err.contains(warning), "{}", ran.err);
    let text = Profile::builtin_text("stripe").unwrap();
    let unsaid = text.replace("more = \"has_more\"\n", "");
    let unsaid = unsaid.replace("next = { last = \"id\", query = \"starting_after\" }\n", "");
    std::fs::write(&own, &unsaid).unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let warning = "warning: refunds: nothing says where the list ends";
    assert!(ran.err.contains(warning), "{}", ran.err);
    assert_eq!(ran.err.matches("warning").count(), 1, "{}", ran.err);
    let ran = run(folder.path(), &["check", "own.toml", "--output", "json"]);
    let told = lines(&ran);
    assert_eq!(
        (&told[0]["level"], &told[0]["key"]),
        (&"warning".into(), &"refunds".into())
    );
    assert_eq!(told[1]["ok"], true);
}

#[test]
fn what_nobody_confirmed_is_told_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = Profile::builtin_text("primer").unwrap();
    std::fs::write(folder.path().join("p.toml"), text).unwrap();
    let ran = run(folder.path(), &["check", "p.toml"]);
    let primer = Profile::builtin("primer").unwrap();
    assert!(
        ran.out.contains(&format!(
            "not confirmed: {}",
            primer.unverified().join("; ")
        )),
        "{}",
        ran.out
    );
}

#[test]
fn all_mistakes_are_shown_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    stripe(folder.path());
    let text = Profile::builtin_text("stripe").unwrap();
    let text = text.replace("status = 429", "status = 503").replace(
        "test = \"https://api.stripe.com\"",
        "test = \"http://api.stripe.com\"",
    );
    std::fs::write(folder.path().join("own.toml"), &text).unwrap();
    let before = text.split("test = \"http:").next().unwrap();
    let line = before.matches('\n').count() + 1;
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let (api, answers): (Vec<&str>, Vec<&str>) = ran
        .err
        .lines()
        .filter(|line| !line.starts_with("  help: "))
        .partition(|line| line.contains(": error: api.test: "));
    assert_eq!((api.len(), answers.len()), (1, 1), "{}", ran.err);
    assert!(
        api[0].starts_with(&format!("own.toml:{line}:1: ")),
        "{}",
        ran.err
    );
    assert!(
        answers[0].contains(": error: errors.answers.") && answers[0].contains("after a 5xx"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("  help: "), "{}", ran.err);
    let ran = run(folder.path(), &["check", "own.toml", "--output", "json"]);
    let found = lines(&ran);
    assert_eq!((ran.code, found.len()), (2, 2));
    assert_eq!(found[0]["file"], "own.toml");
    assert_eq!(
        (found[0]["line"].as_u64(), found[0]["column"].as_u64()),
        (u64::try_from(line).ok(), Some(1))
    );
    assert_eq!(found[0]["key"], "api.test");
    for field in ["problem", "hint"] {
        assert!(found[0][field].is_string(), "{field}");
    }
}

#[test]
fn no_toml_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("own.toml"),
        "name = \"own\"\nnmae = 1\nrefund = ",
    )
    .unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("own.toml:3:"), "{}", ran.err);
    let ran = run(folder.path(), &["check", "none.toml"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4008"),
        "{}",
        ran.err
    );
    stripe(folder.path());
    let ran = run(
        folder.path(),
        &["check", "own.toml", "--vectors", "none.toml"],
    );
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4008"),
        "{}",
        ran.err
    );
}

#[test]
fn vectors_that_differ_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    stripe(folder.path());
    let text = Profile::builtin_text("stripe").unwrap();
    let text = text.replace("amount = \"{amount.minor}\"", "amount = \"{amount.major}\"");
    let text = text.replace("amounts = \"minor\"", "amounts = \"major\"");
    std::fs::write(folder.path().join("own.toml"), text).unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .contains("own.vectors.toml: error: request \"a part"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("amount=10.00"), "{}", ran.err);
    let ran = run(folder.path(), &["check", "own.toml", "--output", "json"]);
    assert_eq!(lines(&ran)[0]["file"], "own.vectors.toml");
    std::fs::write(folder.path().join("own.vectors.toml"), "[[requets]]\n").unwrap();
    let ran = run(folder.path(), &["check", "own.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("own.vectors.toml:1:"), "{}", ran.err);
}

#[test]
fn a_built_in_profiles_name_is_no_file_to_check() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["check", "stripe"]);
    assert_eq!((ran.code, code(&ran).as_str()), (2, "RK4006"));
    assert!(
        ran.err.contains("refundkit profile show stripe"),
        "{}",
        ran.err
    );
    let ran = run(folder.path(), &["check", "none.toml"]);
    assert_eq!((ran.code, code(&ran).as_str()), (2, "RK4008"));
}

#[test]
fn built_in_profiles_are_listed_shown_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("by our token\tfor 15 days"), "{}", ran.out);
    assert!(
        ran.out.contains("not at all; needs --paid\tnone"),
        "{}",
        ran.out
    );
    let listed = run(folder.path(), &["list", "--output", "json"]);
    let listed = lines(&listed);
    assert_eq!(listed.len(), Profile::builtins().count());
    for (json, name) in listed.iter().zip(Profile::builtins()) {
        let profile = Profile::builtin(name).unwrap();
        assert_eq!(
            (&json["name"], &json["title"]),
            (&name.into(), &profile.title().into())
        );
        assert_eq!(json["unverified"], profile.unverified().len());
        assert!(
            json["lookup"].is_string() && !json["refund_key"].is_null(),
            "{json}"
        );
        assert!(
            ran.out.contains(&format!("{name}\t{}", profile.title())),
            "{}",
            ran.out
        );
        let shown = run(folder.path(), &["show", name]);
        assert_eq!(
            shown.out.trim_end(),
            Profile::builtin_text(name).unwrap().trim_end()
        );
        let told = run(folder.path(), &["explain", name]);
        assert_eq!((told.code, told.err.as_str()), (0, ""));
        assert!(told.out.contains(profile.title()), "{}", told.out);
    }
    let told = run(folder.path(), &["explain", "primer", "--output", "json"]);
    let primer = Profile::builtin("primer").unwrap();
    assert_eq!(
        lines(&told)[0]["unverified"].as_array().unwrap().len(),
        primer.unverified().len()
    );
    for command in ["show", "explain"] {
        let ran = run(folder.path(), &[command, "prmier"]);
        assert_eq!((ran.code, code(&ran).as_str()), (2, "RK1305"));
        assert!(ran.err.contains("is primer meant?"), "{}", ran.err);
    }
    stripe(folder.path());
    assert_eq!(run(folder.path(), &["explain", "own.toml"]).code, 0);
}

#[test]
fn the_schema_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["schema"]);
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(schema["properties"]["refund"].is_object(), "{}", ran.out);
    let ran = run(folder.path(), &["schema", "--output", "json"]);
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn a_draft_is_right_as_it_is_and_says_that_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let ways: [&[&str]; 3] = [
        &[],
        &["--auth", "basic", "--encoding", "form", "--amount", "major"],
        &[
            "--auth",
            "header",
            "--auth-header",
            "X-Shop-Key",
            "--key-header",
            "Idempotency-Key",
            "--refund-path",
            "/refunds",
            "--payment-path",
            "none",
        ],
    ];
    for (number, more) in ways.iter().enumerate() {
        let name = format!("shop-{number}");
        let base = [
            "new",
            "--name",
            &name,
            "--base-url",
            "https://api.shop.example",
        ];
        let ran = run(folder.path(), &[&base, *more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let file = format!("{name}.toml");
        assert!(ran.out.contains(&file), "{}", ran.out);
        let checked = run(folder.path(), &["check", &file]);
        assert_eq!(checked.code, 0, "{}", checked.err);
        // Where no payment can be read, nothing tells how a refund ends until its author says more.
        let is_warned = checked.err.contains("nothing tells how a refund ends");
        assert_eq!(is_warned, more.contains(&"none"), "{}", checked.err);
        assert_eq!(checked.err.is_empty(), !is_warned, "{}", checked.err);
        assert!(checked.out.contains("vectors agree"), "{}", checked.out);
        assert!(
            checked.out.contains("not confirmed: all of it"),
            "{}",
            checked.out
        );
    }
}

#[test]
fn a_draft_never_overwrites_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let good = [
        "new",
        "--name",
        "shop",
        "--base-url",
        "https://api.shop.example",
    ];
    for there in ["shop.toml", "shop.vectors.toml"] {
        std::fs::write(folder.path().join(there), "mine").unwrap();
        let ran = run(folder.path(), &good);
        assert_eq!((ran.code, code(&ran).as_str()), (2, "RK4007"));
        let kept = std::fs::read_to_string(folder.path().join(there)).unwrap();
        assert_eq!(kept, "mine");
        std::fs::remove_file(folder.path().join(there)).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "{there}");
    }
    for (args, expected, word) in [
        (
            vec!["new", "--base-url", "https://a.example"],
            "RK4010",
            "--name",
        ),
        (vec!["new", "--name", "shop"], "RK4010", "--base-url"),
        (
            vec!["new", "--name", "Shop", "--base-url", "https://a.example"],
            "RK4006",
            "letters",
        ),
        (
            vec!["new", "--name", "../x", "--base-url", "https://a.example"],
            "RK4006",
            "letters",
        ),
        (
            vec!["new", "--name", "shop", "--base-url", "http://a.example"],
            "RK4006",
            "--base-url",
        ),
        (
            [&good[..], &["--refunds-path", "/refunds"]].concat(),
            "RK4006",
            "--refunds-path: it doesn't say which payment",
        ),
        (
            [
                &good[..],
                &["--payment-path", "none", "--refunds-path", "/r/{payment}"],
            ]
            .concat(),
            "RK4006",
            "--refunds-path needs a payment",
        ),
        (
            [&good[..], &["--auth-header", "X-Key"]].concat(),
            "RK4006",
            "--auth-header",
        ),
        ([&good[..], &["shop.txt"]].concat(), "RK4006", ".toml"),
        (
            [&good[..], &["none/shop.toml"]].concat(),
            "RK4008",
            "none/shop.toml",
        ),
    ] {
        let ran = run(folder.path(), &args);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, expected),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    let json = [&good[..], &["--output", "json"]].concat();
    let ran = run(folder.path(), &json);
    assert_eq!(lines(&ran)[0]["vectors"], "shop.vectors.toml");
}
