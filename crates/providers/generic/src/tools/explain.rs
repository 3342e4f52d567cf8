pub fn explain(p: &crate::Profile) -> String {
    p.name().to_owned()
}
