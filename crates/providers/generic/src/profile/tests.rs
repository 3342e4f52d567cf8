use super::*;

#[test]
fn the_built_in_profiles_are_right() {
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).unwrap();
        assert_eq!(profile.name(), name);
    }
    assert_eq!(
        Profile::builtin("paypal").unwrap_err(),
        ProfileError::NoSuchProfile
    );
}

fn primer_with(from: &str, to: &str) -> ProfileError {
    let (_, text) = BUILT_IN[0];
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn mistakes_are_named_with_their_line() {
    let error = primer_with("amounts = \"minor\"", "amounts = \"pence\"").to_string();
    assert!(
        error.contains("line 3") && error.contains("pence"),
        "{error}"
    );
    let error = primer_with("[auth]", "[auth]\nheadre = \"x\"").to_string();
    assert!(error.contains("headre"), "{error}");
    let error = primer_with("{amount.minor}", "{amuont}").to_string();
    assert!(error.contains("amuont"), "{error}");
    let error = Profile::parse("name = ").unwrap_err().to_string();
    assert!(error.contains("line 1") && !error.contains('\n'), "{error}");
}

#[test]
fn a_profile_that_could_lose_money_is_refused() {
    let error = primer_with("amount = \"{amount.minor}\"\n", "").to_string();
    assert!(error.contains("sends no amount"), "{error}");
    let error = primer_with("orderId = \"{reference}\"\n", "").to_string();
    assert!(error.contains("token"), "{error}");
    let error = primer_with("token = \"orderId\"\n", "").to_string();
    assert!(error.contains("read it back"), "{error}");
    let error = primer_with("{ status = 400, means", "{ means").to_string();
    assert!(error.contains("neither status nor code"), "{error}");
}
