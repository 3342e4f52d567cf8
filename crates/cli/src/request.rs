//! The command line's texts as a request. Everything is checked before the journal is opened.

use refundkit::core::Origin;
use refundkit::{
    ItemId, ItemRequest, Metadata, Money, OrderId, PaymentId, ProviderName, RefundCommand,
    RefundRequest, RequestKey, ReversalRequest, Text,
};

use crate::args::{RefundArgs, Target, Way};
use crate::failure::Failure;
use crate::login;

/// What to do, and at which provider.
pub(crate) struct Wanted {
    pub(crate) provider: ProviderName,
    pub(crate) command: RefundCommand,
}

pub(crate) fn refund(args: &RefundArgs, way: Way) -> Result<Wanted, Failure> {
    if way == Way::Reverse {
        for (option, given) in [
            ("--amount", args.amount.is_some()),
            ("--item", !args.item.is_empty()),
            ("--notes", args.notes.is_some()),
            ("--order-id", args.order_id.is_some()),
            ("--meta", !args.meta.is_empty()),
            ("--paid", args.paid.is_some()),
        ] {
            if given {
                let message = format!("a reversal takes no {option}: it is of the whole payment");
                return Err(Failure::usage(
                    "RK4006",
                    message,
                    "leave it out, or refund instead",
                ));
            }
        }
        return reverse(&args.target);
    }
    let target = &args.target;
    let (provider, payment, key) = of_target(target)?;
    let mut request = RefundRequest::new(payment, key);
    if target.key.is_none() {
        request = request.made_up_key();
    }
    if let Some(amount) = &args.amount {
        request = request.amount(money(amount)?);
    }
    if !args.item.is_empty() {
        let items: Result<Vec<_>, _> = args
            .item
            .iter()
            .map(|text| item(text, args.tax_exclusive))
            .collect();
        request = request.items(items?);
    }
    if let Some(reason) = &target.reason {
        request = request.reason(text(reason)?);
    }
    if let Some(notes) = &args.notes {
        request = request.notes(text(notes)?);
    }
    if let Some(order_id) = &args.order_id {
        request = request
            .order_id(OrderId::new(order_id.as_str()).map_err(|error| Failure::input(&error))?);
    }
    request = request.origin(origin(target.by.as_deref(), target.ticket.as_deref())?);
    request = request.metadata(metadata(&args.meta)?);
    if let Some(paid) = &args.paid {
        request = request.paid(money(paid)?);
    }
    let command = match way {
        Way::ReverseOrRefund => RefundCommand::ReverseOrRefund(request),
        Way::Refund | Way::Reverse => RefundCommand::Refund(request),
    };
    Ok(Wanted { provider, command })
}

pub(crate) fn reverse(target: &Target) -> Result<Wanted, Failure> {
    let (provider, payment, key) = of_target(target)?;
    let mut request = ReversalRequest::new(payment, key);
    if target.key.is_none() {
        request = request.made_up_key();
    }
    if let Some(reason) = &target.reason {
        request = request.reason(text(reason)?);
    }
    let request = request.origin(origin(target.by.as_deref(), target.ticket.as_deref())?);
    Ok(Wanted {
        provider,
        command: RefundCommand::Reverse(request),
    })
}

/// Who asks, by the login, and what is said besides.
pub(crate) fn origin(by: Option<&str>, ticket: Option<&str>) -> Result<Origin, Failure> {
    let mut origin = Origin::default();
    if let Some(actor) = login::actor() {
        origin = origin.actor(actor);
    }
    if let Some(by) = by {
        origin = origin.on_behalf_of(text(by)?);
    }
    if let Some(ticket) = ticket {
        origin = origin.ticket(text(ticket)?);
    }
    Ok(origin)
}

fn of_target(target: &Target) -> Result<(ProviderName, PaymentId, RequestKey), Failure> {
    let provider =
        ProviderName::new(target.provider.as_str()).map_err(|error| Failure::input(&error))?;
    let payment =
        PaymentId::new(target.payment.as_str()).map_err(|error| Failure::input(&error))?;
    let key = match &target.key {
        Some(key) => key.clone(),
        None => ["cli-", &uuid::Uuid::new_v4().to_string()].concat(),
    };
    let key = RequestKey::new(key).map_err(|error| Failure::input(&error))?;
    Ok((provider, payment, key))
}

fn money(amount: &str) -> Result<Money, Failure> {
    amount.parse().map_err(|error| Failure::input(&error))
}

fn text(words: &str) -> Result<Text, Failure> {
    Text::new(words).map_err(|error| Failure::input(&error))
}

/// `ID`, or `ID=AMOUNT`.
fn item(words: &str, tax_exclusive: bool) -> Result<ItemRequest, Failure> {
    let (id, amount) = match words.split_once('=') {
        Some((id, amount)) => (id, Some(money(amount)?)),
        None => (words, None),
    };
    let id = ItemId::new(id).map_err(|error| Failure::input(&error))?;
    let mut item = match amount {
        Some(amount) => ItemRequest::part(id, amount),
        None => ItemRequest::whole(id),
    };
    item.tax_inclusive = !(tax_exclusive && item.amount.is_some());
    Ok(item)
}

fn metadata(pairs: &[String]) -> Result<Metadata, Failure> {
    let pair = |text: &String| -> Result<(String, String), Failure> {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            Failure::usage(
                "RK4006",
                "--meta is no pair",
                "write it as --meta key=value",
            )
        })?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let pairs: Result<Vec<_>, _> = pairs.iter().map(pair).collect();
    Metadata::new(pairs?).map_err(|error| Failure::input(&error))
}
