//! For how long messages are remembered, and how little room is taken up by those that nobody has
//! signed.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::place::Place;

const DOJO: i64 = 1;

fn remembered(connection: &Connection) -> Vec<i64> {
    let mut statement = connection
        .prepare("SELECT seq FROM event ORDER BY seq")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Messages at these days, each with its own id.
fn come(connection: &Connection, days: &[u32]) {
    for day in days {
        let number = remembered(connection).last().map_or(0, |last| *last);
        let id = EventId::new(format!("msg_{number}")).unwrap();
        let day = Duration::from_secs(86_400).saturating_mul(*day);
        let at = Timestamp::epoch().saturating_add(day);
        assert!(!knows(connection, DOJO, &id).unwrap());
        remember(connection, DOJO, &id, at).unwrap();
        assert!(knows(connection, DOJO, &id).unwrap());
        assert!(!knows(connection, 2, &id).unwrap());
    }
}

fn empty() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    let place = Place::resolve(Path::new("none")).unwrap();
    crate::layout::migrate(&mut connection, &place).unwrap();
    connection
}

#[test]
fn messages_are_forgotten_after_their_time_and_two_at_most_for_each_that_comes() {
    let connection = empty();
    come(&connection, &[1, 1, 1, 1, 1, 29]);
    assert_eq!(remembered(&connection), [1, 2, 3, 4, 5, 6]);
    come(&connection, &[30]);
    assert_eq!(remembered(&connection), [3, 4, 5, 6, 7]);
    come(&connection, &[30, 30]);
    assert_eq!(remembered(&connection), [6, 7, 8, 9]);
}

#[test]
fn what_nobody_has_signed_takes_up_one_row_and_nothing_where_nothing_follows() {
    let connection = empty();
    let at = Timestamp::epoch();
    let message = |look| Received {
        provider: "adyen".parse().unwrap(),
        event: EventId::unsigned(),
        at,
        look,
    };
    take_in(&connection, 2, &message(None)).unwrap();
    assert!(remembered(&connection).is_empty());
    for number in [1, 2, 3] {
        let payment = PaymentId::new("pi_1").unwrap();
        take_in(&connection, 2, &message(Some(payment))).unwrap();
        assert_eq!(remembered(&connection), [number]);
    }
    come(&connection, &[1]);
    assert_eq!(next_number(&connection, 2, at).unwrap(), 5);
    assert_eq!(remembered(&connection), [4, 5]);
}

#[test]
fn one_from_the_future_keeps_nothing_behind_it() {
    let connection = empty();
    come(&connection, &[9999, 1, 2, 29]);
    assert_eq!(
        remembered(&connection),
        [1, 2, 3, 4],
        "it counts from day 1"
    );
    come(&connection, &[31, 31]);
    assert_eq!(remembered(&connection), [4, 5, 6]);
}
