//! A new profile with vectors beside it, from options, and from questions on a terminal about what the
//! options leave out. The text of a draft is written by `refundkit-workbench`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use refundkit_workbench::check;
use refundkit_workbench::draft::{
    Draft, DraftAmount, DraftAuth, DraftEncoding, draft, draft_vectors,
};

use super::prompt;
use crate::args::{AmountWay, AuthWay, BodyWay, NewArgs};
use crate::commands;
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// What stands for "there is none" in an answer.
const NONE: &str = "none";

/// Writes a draft and vectors beside it, never over anything.
pub(super) fn run(args: &NewArgs, printer: Printer) -> Result<u8, Failure> {
    let draft = if prompt::is_terminal() {
        let mut terminal = prompt::terminal();
        answers(args, &mut |option, question, default| {
            terminal.ask(&format!("{question} (--{option})"), default)
        })?
    } else {
        answers(args, &mut |option, _, default| match default {
            "" => Err(prompt::unanswered(&format!(
                "--{option} is missing, and there is no terminal to ask on"
            ))),
            default => Ok(default.to_owned()),
        })?
    };
    write(args.file.as_deref(), &draft, printer)
}

fn write(file: Option<&Path>, wanted: &Draft, printer: Printer) -> Result<u8, Failure> {
    let wrong = |problem: &str| {
        let message = format!("the draft can't be used: {problem}");
        Failure::usage("RK4006", message, "give another value")
    };
    for (option, path) in [
        ("--payment-path", &wanted.payment_path),
        ("--refunds-path", &wanted.refunds_path),
    ] {
        if path
            .as_ref()
            .is_some_and(|path| !path.contains("{payment}"))
        {
            return Err(wrong(&format!(
                "{option}: it doesn't say which payment: put {{payment}} into it"
            )));
        }
    }
    let text = draft(wanted);
    let mistakes = check(&text);
    if !mistakes.is_empty() {
        let told = mistakes.iter().map(|mistake| {
            let option = option(&mistake.key);
            let key = if option.is_empty() { "" } else { ": " };
            [option, key, &mistake.problem].concat()
        });
        return Err(wrong(&told.collect::<Vec<_>>().join("; ")));
    }
    let vectors = draft_vectors(wanted).map_err(|problem| wrong(&problem))?;
    let file = file.map_or_else(
        || PathBuf::from([&wanted.name, ".toml"].concat()),
        Path::to_owned,
    );
    if file.extension().is_none_or(|extension| extension != "toml") {
        let message = "a profile's file ends in .toml";
        return Err(Failure::usage("RK4006", message, "name it NAME.toml"));
    }
    let beside = file.with_extension("vectors.toml");
    if file.exists() {
        return Err(commands::is_there(&file));
    }
    if beside.exists() {
        return Err(commands::is_there(&beside));
    }
    commands::create(&file, &text)?;
    commands::create(&beside, &vectors)?;
    if printer.is_json() {
        printer.json(&serde_json::json!({ "file": file, "vectors": beside }))?;
    } else {
        printer.line(&format!(
            "wrote {0} and {1}; compare every line with the provider's documentation, then run `refundkit profile check {0}`",
            file.display(),
            beside.display()
        ))?;
    }
    Ok(exit::DONE)
}

/// The option that a key of the draft comes from; the key itself where none does.
fn option(key: &str) -> &str {
    match key {
        "name" => "--name",
        "title" => "--title",
        "api.test" => "--base-url",
        "api.live" => "--live-url",
        "refund.path" => "--refund-path",
        "refund.key" => "--key-header",
        _ if key.starts_with("payment.read") => "--payment-path",
        _ if key.starts_with("refunds.read") => "--refunds-path",
        _ if key.starts_with("auth.headers") => "--auth-header",
        _ => key,
    }
}

/// An option's name, the question in words, and the default; nothing by default where there has to be an answer.
type Questions<'a> = &'a mut dyn FnMut(&str, &str, &str) -> Result<String, Failure>;

/// What was given, and answers for the rest.
fn answers(args: &NewArgs, ask: Questions<'_>) -> Result<Draft, Failure> {
    let mut text = |option: &str, given: &Option<String>, question: &str, default: &str| match given
    {
        Some(given) => Ok(given.clone()),
        None => ask(option, question, default),
    };
    let name = text(
        "name",
        &args.name,
        "The profile's name: small letters, digits and dashes",
        "",
    )?;
    let title = text(
        "title",
        &args.title,
        "The provider's name for people",
        &name,
    )?;
    let base = text(
        "base-url",
        &args.base_url,
        "The address for tests, such as https://api.sandbox.example.com",
        "",
    )?;
    let mut wanted = Draft::new(&name, &base);
    wanted.title = title;
    let or_none = |text: String| Some(text).filter(|text| text != NONE);
    wanted.live_url = or_none(text(
        "live-url",
        &args.live_url,
        "The address where real money moves, or none",
        NONE,
    )?);
    wanted.refund_path = text(
        "refund-path",
        &args.refund_path,
        "The refund's path",
        &wanted.refund_path,
    )?;
    wanted.payment_path = or_none(text(
        "payment-path",
        &args.payment_path,
        "The path of a payment, or none where none can be read",
        "/payments/{payment}",
    )?);
    wanted.refunds_path = match wanted.payment_path {
        Some(_) => or_none(text(
            "refunds-path",
            &args.refunds_path,
            "The path of a payment's refunds, or none",
            NONE,
        )?),
        None => None,
    };
    wanted.key_header = or_none(text(
        "key-header",
        &args.key_header,
        "The header that takes an idempotency key, or none",
        NONE,
    )?);
    let asked = args
        .refunds_path
        .as_deref()
        .is_some_and(|path| path != NONE);
    if asked && wanted.payment_path.is_none() {
        let message = "--refunds-path needs a payment that can be read";
        return Err(Failure::usage(
            "RK4006",
            message,
            "give --payment-path, or leave --refunds-path out",
        ));
    }
    ways(args, &mut wanted, ask)?;
    Ok(wanted)
}

fn ways(args: &NewArgs, wanted: &mut Draft, ask: Questions<'_>) -> Result<(), Failure> {
    wanted.auth = match choice(args.auth, "auth", "How requests show who sends them", ask)? {
        AuthWay::Bearer => DraftAuth::Bearer,
        AuthWay::Basic => DraftAuth::Basic,
        AuthWay::Header => DraftAuth::Header(match &args.auth_header {
            Some(name) => name.clone(),
            None => ask("auth-header", "The header of the API key", "X-Api-Key")?,
        }),
    };
    if args.auth_header.is_some() && !matches!(wanted.auth, DraftAuth::Header(_)) {
        let message = "--auth-header belongs to --auth header";
        return Err(Failure::usage("RK4006", message, "leave one of them out"));
    }
    wanted.encoding = match choice(args.encoding, "encoding", "How bodies are written", ask)? {
        BodyWay::Json => DraftEncoding::Json,
        BodyWay::Form => DraftEncoding::Form,
    };
    wanted.amount = match choice(args.amount, "amount", "How amounts are written", ask)? {
        AmountWay::Minor => DraftAmount::Minor,
        AmountWay::Major => DraftAmount::Major,
    };
    Ok(())
}

/// One of a few words; the first is the default.
fn choice<T: ValueEnum>(
    given: Option<T>,
    option: &str,
    question: &str,
    ask: Questions<'_>,
) -> Result<T, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    let words = T::value_variants().iter().filter_map(T::to_possible_value);
    let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
    let default = words.first().map_or("", String::as_str);
    let question = format!("{question}: {}", words.join(", "));
    let answer = ask(option, &question, default)?;
    T::from_str(&answer, true).map_err(|_| {
        let message = format!("--{option}: there is no such way");
        Failure::usage(
            "RK4006",
            message,
            format!("it is one of {}", words.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: NewArgs = NewArgs {
        file: None,
        name: None,
        title: None,
        base_url: None,
        live_url: None,
        auth: None,
        auth_header: None,
        refund_path: None,
        payment_path: None,
        refunds_path: None,
        key_header: None,
        encoding: None,
        amount: None,
    };

    #[test]
    fn what_is_missing_is_asked_for_and_nothing_else() {
        let args = NewArgs {
            name: Some("shop-pay".to_owned()),
            auth: Some(AuthWay::Header),
            ..NOTHING
        };
        let mut asked = Vec::new();
        let wanted = answers(&args, &mut |option, _, default| {
            asked.push(option.to_owned());
            Ok(match option {
                "base-url" => "https://api.shop.example".to_owned(),
                "amount" => "major".to_owned(),
                "key-header" => "Idempotency-Key".to_owned(),
                _ => default.to_owned(),
            })
        });
        let wanted = wanted.unwrap();
        let mut expected = Draft::new("shop-pay", "https://api.shop.example");
        expected.auth = DraftAuth::Header("X-Api-Key".to_owned());
        expected.amount = DraftAmount::Major;
        expected.key_header = Some("Idempotency-Key".to_owned());
        assert_eq!(wanted, expected);
        assert!(!asked.contains(&"name".to_owned()) && !asked.contains(&"auth".to_owned()));
        assert_eq!(asked.len(), 10, "{asked:?}");
        let failure = answers(&args, &mut |_, _, _| Ok("nonsense".to_owned())).unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (2, "RK4006"));
    }
}
