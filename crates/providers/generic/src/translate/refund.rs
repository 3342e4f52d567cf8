use refundkit_core::answer::{RefundFact, RefundStatus};
use refundkit_core::payment::SeenRefund;
use refundkit_core::{
    Currency, Minor, Money, MoneyError, PaymentId, ProviderKey, RefundId, Timestamp,
};
use serde_json::Value;

use crate::profile::{Amounts, Document, Paths, StatusWord};

/// A refund that is an answer by itself.
pub(super) fn fact(profile: &Document, document: &Value) -> Result<RefundFact, String> {
    let fields = &profile.refund_object;
    let id = match fields.id.as_ref().map(|path| path.text(document)) {
        Some(Some(id)) => Some(RefundId::new(id).map_err(|_| "its refund id is none")?),
        Some(None) => return Err("it has no refund id".to_owned()),
        None => None,
    };
    let currency = optional(fields.currency.as_ref(), document)
        .map(|code| currency(&code))
        .transpose()?;
    let payment = optional(fields.payment.as_ref(), document)
        .map(|id| PaymentId::new(id).map_err(|_| "its payment id is none"))
        .transpose()?;
    Ok(RefundFact {
        refund: id,
        status: status(profile, document)?,
        amount: amount_of(profile, fields.amount.as_ref(), currency, document)?,
        currency,
        payment,
    })
}

/// A refund in a payment's list. An amount in another currency than the payment's is left out: it
/// can't be counted against what was paid.
pub(super) fn seen(
    profile: &Document,
    of_payment: Currency,
    document: &Value,
) -> Result<SeenRefund, String> {
    let fields = &profile.refund_object;
    let own = optional(fields.currency.as_ref(), document)
        .map(|code| currency(&code))
        .transpose()?;
    let stated = own.unwrap_or(of_payment);
    let amount = amount_of(profile, fields.amount.as_ref(), Some(stated), document)?;
    Ok(SeenRefund {
        id: optional(fields.id.as_ref(), document).and_then(|id| RefundId::new(id).ok()),
        token: optional(fields.token.as_ref(), document).and_then(|text| token(&text)),
        status: status(profile, document)?,
        amount: amount.filter(|_| stated == of_payment),
        created_at: optional(fields.created_at.as_ref(), document).and_then(|at| time(&at)),
    })
}

/// A word that the profile doesn't list is kept and never taken for success.
fn status(profile: &Document, document: &Value) -> Result<RefundStatus, String> {
    let fields = &profile.refund_object;
    let word = fields.status.text(document).ok_or("it has no status")?;
    Ok(match fields.statuses.get(&word) {
        Some(StatusWord::Pending) => RefundStatus::Pending,
        Some(StatusWord::Review) => RefundStatus::Review,
        Some(StatusWord::Failed) => RefundStatus::Failed,
        Some(StatusWord::Succeeded) => RefundStatus::Succeeded,
        None => RefundStatus::Other(word),
    })
}

/// The token behind the last dash of a reference, or the whole of it.
fn token(reference: &str) -> Option<ProviderKey> {
    let token = reference
        .rsplit_once('-')
        .map_or(reference, |(_, token)| token);
    ProviderKey::new(token).ok()
}

fn amount_of(
    profile: &Document,
    path: Option<&Paths>,
    currency: Option<Currency>,
    document: &Value,
) -> Result<Option<Minor>, String> {
    match path.and_then(|path| path.find(document)) {
        None => Ok(None),
        Some(value) => amount(profile.amounts, value, currency).map(Some),
    }
}

/// An amount as the profile says that amounts are written.
pub(super) fn amount(
    amounts: Amounts,
    value: &Value,
    currency: Option<Currency>,
) -> Result<Minor, String> {
    match amounts {
        Amounts::Minor => value
            .as_i64()
            .and_then(Minor::new)
            .ok_or_else(|| "an amount is no whole number of minor units".to_owned()),
        Amounts::Major => {
            let wrong = || "an amount is no exact number of major units".to_owned();
            let text = value.as_str().ok_or_else(wrong)?;
            if text.starts_with('-') {
                return Err(wrong());
            }
            let currency = currency.ok_or("an amount has no currency")?;
            let money = [text, " ", currency.code()].concat().parse::<Money>();
            match money {
                Ok(money) => Ok(money.minor()),
                Err(MoneyError::NotPositive) => Ok(Minor::ZERO),
                Err(_) => Err(wrong()),
            }
        }
    }
}

/// Some providers write currencies in lower case.
pub(super) fn currency(code: &str) -> Result<Currency, String> {
    Currency::new(&code.to_ascii_uppercase()).map_err(|_| "its currency is none".to_owned())
}

/// RFC 3339, the same without a zone (then it is UTC), or seconds since 1970.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let seconds = || {
        let millis = text.parse::<i64>().ok()?.checked_mul(1000)?;
        Timestamp::from_unix_millis(millis).ok()
    };
    let zoned = || [text, "Z"].concat().parse().ok();
    text.parse().ok().or_else(seconds).or_else(zoned)
}

fn optional(path: Option<&Paths>, document: &Value) -> Option<String> {
    path?.text(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_exact_or_an_error() {
        let euro = Currency::new("EUR").ok();
        let minor = |value| amount(Amounts::Minor, &value, euro);
        assert_eq!(minor(json!(1000)).map(Minor::get), Ok(1000));
        for bad in [
            json!(10.5),
            json!("1000"),
            json!(-1),
            json!(null),
            json!(1e3),
        ] {
            assert!(minor(bad.clone()).is_err(), "{bad}");
        }
        let major = |value| amount(Amounts::Major, &value, euro);
        assert_eq!(major(json!("10.00")).map(Minor::get), Ok(1000));
        assert_eq!(major(json!("0.00")).map(Minor::get), Ok(0));
        for bad in [
            json!("10.001"),
            json!(10.0),
            json!("1e3"),
            json!("-1.00"),
            json!(""),
        ] {
            assert!(major(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_come_in_three_forms() {
        assert_eq!(
            time("2021-02-21T15:36:16.367687"),
            time("2021-02-21T15:36:16.367687Z")
        );
        assert_eq!(time("1700000000"), "2023-11-14T22:13:20Z".parse().ok());
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn a_token_is_behind_the_last_dash() {
        let read = |text: &str| token(text).map(String::from);
        assert_eq!(read("order-7-abc").as_deref(), Some("abc"));
        assert_eq!(read("abc").as_deref(), Some("abc"));
        assert_eq!(read("order-"), None);
    }
}
