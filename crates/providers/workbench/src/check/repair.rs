//! A profile's table with what is wrong in it taken out, and what is missing put in, so that the
//! rest can be judged as a whole.

use toml::{Table, Value};

/// The table without the values at `broken`, and with something fitting at `missing`.
pub(super) fn repaired(text: &str, broken: &[String], missing: &[String]) -> Result<Table, String> {
    let mut root = Value::Table(toml::from_str(text).map_err(|error| error.to_string())?);
    // From behind, so that entries of lists keep their numbers.
    let mut broken: Vec<&String> = broken.iter().collect();
    broken.sort_by_key(|key| std::cmp::Reverse(numbers(key)));
    for key in broken {
        put(&mut root, key, None);
    }
    for key in missing {
        let name = key.rsplit('.').next().unwrap_or(key);
        if let Some(sample) = sample(name) {
            put(&mut root, key, Some(sample));
        }
    }
    root.try_into()
        .map_err(|error: toml::de::Error| error.to_string())
}

fn numbers(key: &str) -> Vec<usize> {
    key.split('.')
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// Sets or removes the value at `key`. Nothing happens where the way there is gone.
fn put(root: &mut Value, key: &str, value: Option<Value>) {
    let mut parts: Vec<&str> = key.split('.').collect();
    let Some(last) = parts.pop() else { return };
    let mut at = root;
    for part in parts {
        let next = match at {
            Value::Table(table) => table.get_mut(part),
            Value::Array(entries) => part.parse().ok().and_then(|at: usize| entries.get_mut(at)),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => None,
        };
        let Some(next) = next else { return };
        at = next;
    }
    match (at, value) {
        (Value::Table(table), Some(value)) => {
            table.insert(last.to_owned(), value);
        }
        (Value::Table(table), None) => {
            table.remove(last);
        }
        (Value::Array(entries), None) => {
            if let Some(at) = last.parse().ok().filter(|at| *at < entries.len()) {
                let _: Value = entries.remove(at);
            }
        }
        _ => {}
    }
}

/// Something that fits a required key of that name, wherever it stands.
fn sample(name: &str) -> Option<Value> {
    const SAMPLES: &str = r#"
        name = "sample"
        verified_against = ["sample"]
        amounts = "minor"
        api = { test = "https://api.example.com" }
        auth = { headers = { Authorization = "Bearer {secret.api_key}" } }
        refund = { path = "/refunds", encoding = "json", answer = "refund", body = { amount = "{amount.minor}", token = "{token}" } }
        refund_object = { id = "id", status = "status", statuses = { done = "succeeded" } }
        errors = { answers = [] }
        answers = []
        path = "/sample"
        answer = "refund"
        read = { path = "/sample" }
        id = "id"
        status = "status"
        currency = "currency"
        authorized = "amount"
        stages = { done = "captured", held = "authorized" }
        list = "data"
        field = "sample"
        is = "sample"
        query = "page"
        on_repeat = "replay"
        means = "unknown"
        kind = "text"
        user = "{secret.api_key}"
        password = ""
        access_token = "access_token"
        test = "https://api.example.com"
        live = "https://api.example.com"
        text = "{secret.api_key}"
        algorithm = "sha256"
        encoding = "hex"
        body = {}
    "#;
    let samples: Table = toml::from_str(SAMPLES).ok()?;
    samples.get(name).cloned()
}
