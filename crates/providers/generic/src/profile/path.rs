use serde::Deserialize;
use serde_json::Value;

/// Where a field of an answer is: names with dots between them. Several are tried in order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OneOrMore")]
pub(crate) struct Paths(Vec<Vec<String>>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl TryFrom<OneOrMore> for Paths {
    type Error = String;

    fn try_from(given: OneOrMore) -> Result<Self, Self::Error> {
        let texts = match given {
            OneOrMore::One(text) => vec![text],
            OneOrMore::More(texts) => texts,
        };
        if texts.is_empty() {
            return Err("a list of paths is empty".to_owned());
        }
        let path = |text: String| -> Result<Vec<String>, String> {
            let names: Vec<String> = text.split('.').map(str::to_owned).collect();
            if names.iter().any(|name| name.trim().is_empty()) {
                return Err(format!(
                    "\"{text}\" is no path: names with dots between them"
                ));
            }
            Ok(names)
        };
        texts
            .into_iter()
            .map(path)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Paths {
    /// The first of the paths that leads to something other than null.
    pub(crate) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.0.iter().find_map(|path| {
            path.iter()
                .try_fold(document, |value, name| value.get(name))
                .filter(|value| !value.is_null())
        })
    }

    /// What is there as text; a whole number becomes its digits.
    pub(crate) fn text(&self, document: &Value) -> Option<String> {
        match self.find(document)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => number.as_i64().map(|number| number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(texts: &[&str]) -> Paths {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        OneOrMore::More(texts).try_into().unwrap()
    }

    #[test]
    fn the_first_path_that_leads_somewhere_wins() {
        let document = json!({"a": {"b": 5}, "c": null, "d": "x", "f": 1.5});
        assert_eq!(paths(&["a.b"]).text(&document).as_deref(), Some("5"));
        assert_eq!(paths(&["c", "d"]).text(&document).as_deref(), Some("x"));
        assert_eq!(
            paths(&["a", "d"]).text(&document),
            None,
            "an object is no text"
        );
        assert_eq!(paths(&["f"]).text(&document), None, "a fraction is no id");
        assert_eq!(paths(&["a.b.c"]).find(&document), None);
    }

    #[test]
    fn empty_names_are_refused() {
        for bad in ["", "a.", ".a", "a..b"] {
            assert!(
                Paths::try_from(OneOrMore::One(bad.to_owned())).is_err(),
                "{bad}"
            );
        }
        assert!(Paths::try_from(OneOrMore::More(Vec::new())).is_err());
    }
}
