//! What the benchmarks run on is read by the tests too: they themselves aren't part of them.

#[test]
fn the_benchmarks_profile_is_right() {
    let text = include_str!("../benches/profile_cost/dodo.toml");
    assert!(refundkit_generic::Profile::parse(text).is_ok());
}
