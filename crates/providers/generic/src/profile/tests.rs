use super::*;
use crate::vectors::Vectors;

#[test]
fn the_built_in_profiles_are_right() {
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(profile.name(), name);
        assert!(!profile.verified_against().is_empty(), "{name}");
    }
    let error = Profile::builtin("strype").unwrap_err();
    assert!(error.help().unwrap().contains("is stripe meant?"));
}

#[test]
fn the_built_in_profiles_do_what_their_vectors_say() {
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).unwrap();
        let text = Profile::builtin_vectors(name).unwrap();
        let vectors = Vectors::parse(text).unwrap_or_else(|mistake| panic!("{name}: {mistake}"));
        let differences = vectors.run(&profile);
        assert!(
            differences.is_empty(),
            "{name}:\n{}",
            differences.join("\n")
        );
    }
}

fn primer_with(from: &str, to: &str) -> ProfileError {
    let text = Profile::builtin_text("primer").unwrap();
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn mistakes_are_named_with_their_line() {
    let error = primer_with("amounts = \"minor\"", "amounts = \"pence\"").to_string();
    assert!(
        error.contains("line 6") && error.contains("pence"),
        "{error}"
    );
    let error = primer_with("[auth.headers]", "[auth.headres]").to_string();
    assert!(error.contains("headres"), "{error}");
    let error = primer_with("{amount.minor}", "{amuont.minor}").to_string();
    assert!(error.contains("is {amount.minor} meant?"), "{error}");
    let error = Profile::parse("name = ").unwrap_err().to_string();
    assert!(error.contains("line 1") && !error.contains('\n'), "{error}");
}

#[test]
fn a_profile_that_could_lose_money_is_refused() {
    let error = primer_with("amount = \"{amount.minor}\"\n", "").to_string();
    assert!(
        error.contains("sends no amount") && error.contains("line"),
        "{error}"
    );
    for gone in ["orderId = \"{reference}\"\n", "token = \"orderId\"\n"] {
        let error = primer_with(gone, "").to_string();
        assert!(
            error.contains("which refund of the answer is ours"),
            "{error}"
        );
    }
    let error = primer_with("{ status = 400, means", "{ means").to_string();
    assert!(error.contains("neither a status nor a code"), "{error}");
    let error = primer_with("{ status = 400, means", "{ status = 504, means").to_string();
    assert!(error.contains("5xx"), "{error}");
}
