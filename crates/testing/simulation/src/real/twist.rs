//! What becomes of a body on the way: a value of it is gone, null, of another kind, or another one.

use serde_json::Value;

use crate::world::World;

/// What is done to one value.
#[derive(Clone, Copy, Debug)]
enum Twist {
    Removed,
    Null,
    Text,
    Object,
    Emptied,
    Cut,
}

/// The body with one value changed; `None` where nothing would be. A list that is shorter and a sum
/// that is zero tell what was true a while ago: these only where `may_be_old` says so.
pub(super) fn twisted(world: &World, body: &str, may_be_old: bool) -> Option<String> {
    let mut json: Value = serde_json::from_str(body).ok()?;
    let before = json.clone();
    let places = count(&json);
    let mut left = world.below(places);
    let twist = match world.below(if may_be_old { 6 } else { 4 }) {
        0 => Twist::Removed,
        1 => Twist::Null,
        2 => Twist::Text,
        3 => Twist::Object,
        4 => Twist::Emptied,
        _ => Twist::Cut,
    };
    change(&mut json, &mut left, twist);
    (json != before).then(|| {
        world.note(format_args!("{twist:?}: {json}"));
        json.to_string()
    })
}

/// How many values are in it, itself aside.
fn count(json: &Value) -> u64 {
    match json {
        Value::Object(pairs) => pairs.values().map(|value| 1 + count(value)).sum(),
        Value::Array(entries) => entries.iter().map(|value| 1 + count(value)).sum(),
        _ => 0,
    }
}

/// Changes the value that comes after so many others; whether it was in here.
fn change(json: &mut Value, left: &mut u64, twist: Twist) -> bool {
    match json {
        Value::Object(pairs) => {
            let names: Vec<String> = pairs.keys().cloned().collect();
            for name in names {
                if *left == 0 {
                    if matches!(twist, Twist::Removed) {
                        pairs.remove(&name);
                    } else if let Some(value) = pairs.get_mut(&name) {
                        set(value, twist);
                    }
                    return true;
                }
                *left -= 1;
                if let Some(value) = pairs.get_mut(&name)
                    && change(value, left, twist)
                {
                    return true;
                }
            }
            false
        }
        // An entry stays where it is: that a list is shorter is a twist of the list.
        Value::Array(entries) => entries.iter_mut().any(|value| {
            if *left == 0 {
                return true;
            }
            *left -= 1;
            change(value, left, twist)
        }),
        _ => false,
    }
}

fn set(value: &mut Value, twist: Twist) {
    *value = match (twist, &*value) {
        (Twist::Removed | Twist::Null, _) => Value::Null,
        (Twist::Text, _) => Value::from("x"),
        (Twist::Object, _) => serde_json::json!({ "value": value.clone() }),
        (Twist::Emptied, Value::Number(_)) => Value::from(0),
        (Twist::Emptied | Twist::Cut, Value::Array(entries)) => {
            let kept = entries.len() / 2;
            Value::Array(entries.iter().take(kept).cloned().collect())
        }
        (Twist::Emptied, Value::String(_)) => Value::from(""),
        (Twist::Emptied | Twist::Cut, other) => other.clone(),
    };
}
