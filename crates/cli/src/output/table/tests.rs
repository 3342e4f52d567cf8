//! Tables on screens of many widths.

use super::*;

const ID: &str = "op_abcdefghijklmnopqrstuvwxyz012345";

fn on(columns: u16, ink: Ink) -> Paper {
    let form = Form::Screen(columns);
    Paper { form, ink }
}

fn listing() -> Table {
    let mut table = Table::of([
        Column::whole("operation", 0),
        Column::whole("amount", 2),
        Column::whole("state", 1),
        Column::text("what", 3),
    ]);
    let what = "a sentence of several words that is as long as it is";
    table.row([ID, "10.00 GBP", "parked", what].map(str::to_owned));
    table
}

fn widest(text: &str) -> usize {
    text.lines().map(width_of).max().unwrap_or(0)
}

#[test]
fn nothing_is_wider_than_the_screen_and_ids_are_whole() {
    for columns in [40, 41, 60, 80, 100, 200] {
        let drawn = listing().on(on(columns, Ink::Plain));
        assert!(
            widest(&drawn.text) <= columns.into(),
            "{columns}:\n{}",
            drawn.text
        );
        assert!(drawn.text.contains(ID), "{columns}:\n{}", drawn.text);
    }
    let narrow = listing().on(on(40, Ink::Plain));
    assert_eq!(narrow.left_out, ["amount", "state", "what"]);
    assert_eq!(listing().on(on(60, Ink::Plain)).left_out, ["what"]);
    let without_amount = listing().on(on(55, Ink::Plain));
    assert_eq!(without_amount.left_out, ["amount", "what"]);
    assert!(listing().on(on(200, Ink::Plain)).left_out.is_empty());
}

#[test]
fn names_and_values_stand_below_each_other_where_it_is_narrow() {
    let mut table = Table::without_header();
    table.row(["operation", ID].map(str::to_owned));
    table.row(["a note", "of several words that have no room in one line"].map(str::to_owned));
    for columns in [40, 80] {
        let text = table.on(on(columns, Ink::Plain)).text;
        assert!(widest(&text) <= columns.into(), "{text}");
        assert!(text.contains(ID), "{text}");
    }
    let narrow = table.on(on(40, Ink::Plain)).text;
    assert!(narrow.starts_with("operation\n  op_"), "{narrow}");
}

#[test]
fn states_are_coloured_and_nothing_else_is_without_colour() {
    let coloured = listing().on(on(80, Ink::Coloured)).text;
    assert!(coloured.contains("\x1b["), "{coloured}");
    assert!(coloured.contains("parked"), "{coloured}");
    let plain = listing().on(on(80, Ink::Plain)).text;
    assert!(!plain.contains('\x1b'), "{plain}");
    let pipe = Paper {
        form: Form::Pipe,
        ink: Ink::Plain,
    };
    assert!(
        listing()
            .on(pipe)
            .text
            .starts_with("operation\tamount\tstate\twhat\nop_")
    );
}
