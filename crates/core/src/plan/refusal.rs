//! Every rule's no, with its stable code, its line and what to do about it. A provider's no is an
//! outcome, and none of these.

use crate::codes::{Code, Coded};
use crate::ids::{ItemId, OperationId, PaymentId, RequestKey};
use crate::money::{Currency, Minor, Money};
use crate::plan::lines::show;
use crate::plan::{Kind, Plan};
use crate::time::Timestamp;

/// The rule that forbids a request. Nothing was sent and nothing was written down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Authorised money is reversed, not refunded.
    #[error("payment {payment} is authorised but not captured: reverse it instead of refunding it")]
    NotCaptured {
        /// Which payment.
        payment: PaymentId,
    },
    /// The payment can't be refunded or reversed as it stands.
    #[error("payment {payment} is {stage}: there is no money to return")]
    NoMoney {
        /// Which payment.
        payment: PaymentId,
        /// What it is.
        stage: String,
    },
    /// The provider knows no reversals, or none for a payment as far as this one has come.
    #[error("payment {payment} can't be reversed: {because}")]
    NotReversible {
        /// Which payment.
        payment: PaymentId,
        /// Why not.
        because: String,
    },
    /// More than is left.
    #[error("payment {payment} has {left} left to refund, {asked} was asked for")]
    OverRefund {
        /// Which payment.
        payment: PaymentId,
        /// What was asked for.
        asked: Money,
        /// What is left: captured less returned less under way.
        left: String,
    },
    /// Everything has been returned, or is on its way.
    #[error("payment {payment} has nothing left to refund")]
    NothingLeft {
        /// Which payment.
        payment: PaymentId,
    },
    /// Another currency than the payment's.
    #[error("payment {payment} is in {expected}, {found} was asked for")]
    WrongCurrency {
        /// Which payment.
        payment: PaymentId,
        /// The payment's currency.
        expected: Currency,
        /// The currency given.
        found: Currency,
    },
    /// More than the provider's field holds.
    #[error("{asked} doesn't fit the provider's field, which holds {}", asked.currency().words(Minor::new(*largest).unwrap_or(Minor::MAX)))]
    TooLargeForProvider {
        /// What was asked for.
        asked: Money,
        /// The largest that fits.
        largest: i64,
    },
    /// An amount that the provider can't count, or that is less than it refunds.
    #[error("{asked} can't be refunded: {because}")]
    Uncountable {
        /// What was asked for.
        asked: Money,
        /// Why not.
        because: String,
    },
    /// What is left of the payment is disputed, or was lost in a dispute.
    #[error("payment {payment} has nothing left to refund: {disputed}")]
    Disputed {
        /// Which payment.
        payment: PaymentId,
        /// Its disputes that aren't won, each with what it states.
        disputed: String,
    },
    /// The time in which the provider refunds the payment hasn't begun.
    #[error("payment {payment} can't be refunded before {begins}")]
    TooEarly {
        /// Which payment.
        payment: PaymentId,
        /// From when on.
        begins: Timestamp,
    },
    /// The time in which the provider refunds the payment is over.
    #[error("payment {payment} could be refunded until {ended}")]
    TooLate {
        /// Which payment.
        payment: PaymentId,
        /// Until when.
        ended: Timestamp,
    },
    /// The request can't be written as the provider needs it.
    #[error("the request can't be written: {0}")]
    Unwritable(String),
    /// The provider, or this payment's method, takes no partial refund.
    #[error("payment {payment} can't be refunded in part: {because}")]
    NoPartial {
        /// Which payment.
        payment: PaymentId,
        /// Why not.
        because: &'static str,
    },
    /// The provider doesn't refund by item.
    #[error("the provider doesn't refund by item: give an amount instead")]
    NoItems,
    /// No such item in the payment.
    #[error("payment {payment} has no item {item}")]
    UnknownItem {
        /// Which payment.
        payment: PaymentId,
        /// Which item.
        item: ItemId,
    },
    /// The same item twice, or none at all.
    #[error("{0}")]
    BadItems(String),
    /// More than is left of an item.
    #[error("item {item} has {left} left to refund, {asked} was asked for")]
    OverItem {
        /// Which item.
        item: ItemId,
        /// What was asked for.
        asked: String,
        /// What is left.
        left: String,
    },
    /// A text that the provider has no field for, or whose field is shorter.
    #[error("{0}")]
    Text(String),
    /// Another operation of the payment has to end first.
    #[error("operation {operation} for payment {payment} hasn't ended yet")]
    UnderWay {
        /// Which payment.
        payment: PaymentId,
        /// Which operation.
        operation: OperationId,
    },
    /// Reversal and refund share one payment's money.
    #[error("payment {payment} has a {other} on record, which rules out a {asked}")]
    OtherKind {
        /// Which payment.
        payment: PaymentId,
        /// What was asked for.
        asked: Kind,
        /// What is there.
        other: Kind,
    },
    /// The same was asked for within a day, and no key says that it is meant once more.
    #[error("operation {operation} returns the same money of payment {payment}, within a day")]
    Twin {
        /// Which payment.
        payment: PaymentId,
        /// The operation that is there.
        operation: OperationId,
        /// The key that it has.
        key: RequestKey,
    },
    /// A reason that is none of the provider's words, or none where it demands one.
    #[error("{0}")]
    Reason(String),
    /// A value that the provider demands is missing, or one that it takes doesn't fit.
    #[error("{0}")]
    Extra(String),
    /// The provider shows no payments and the caller didn't say what was paid, or the provider
    /// shows them and the caller did.
    #[error("{0}")]
    Paid(&'static str),
    /// The provider's numbers don't add up.
    #[error("what is left of payment {payment} can't be told: {because}")]
    Unclear {
        /// Which payment.
        payment: PaymentId,
        /// Why not.
        because: &'static str,
    },
}

impl Refusal {
    /// The journal found less room than the plan did: another operation was faster.
    #[must_use]
    pub fn over_budget(plan: &Plan, left: Minor) -> Self {
        Self::OverRefund {
            payment: plan.payment().clone(),
            asked: plan.amount(),
            left: show(left, plan.amount().currency()),
        }
    }
}

impl Coded for Refusal {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::NotCaptured { .. } => "RK1201",
            Self::NoMoney { .. } => "RK1202",
            Self::OverRefund { .. } => "RK1203",
            Self::NothingLeft { .. } => "RK1204",
            Self::WrongCurrency { .. } => "RK1205",
            Self::TooLargeForProvider { .. } => "RK1206",
            Self::NoPartial { .. } => "RK1207",
            Self::NoItems => "RK1208",
            Self::UnknownItem { .. } => "RK1209",
            Self::BadItems(_) => "RK1210",
            Self::OverItem { .. } => "RK1211",
            Self::Text(_) | Self::Reason(_) => "RK1212",
            Self::UnderWay { .. } => "RK1213",
            Self::OtherKind { .. } => "RK1214",
            Self::NotReversible { .. } => "RK1215",
            Self::Unclear { .. } => "RK1216",
            Self::Paid(_) => "RK1217",
            Self::Extra(_) => "RK1218",
            Self::Disputed { .. } => "RK1219",
            Self::Uncountable { .. } => "RK1220",
            Self::TooEarly { .. } => "RK1221",
            Self::TooLate { .. } => "RK1222",
            Self::Unwritable(_) => "RK1223",
            Self::Twin { .. } => "RK1224",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotCaptured { payment } => {
                format!("use a reversal of {payment}, or reverse-or-refund")
            }
            Self::NoMoney { .. } => "look at the payment with `refundkit status --ask`".to_owned(),
            Self::OverRefund { left, .. } => {
                format!("ask for at most {left}, or for all that is left by giving no amount")
            }
            Self::NothingLeft { .. } => "look at its operations with `refundkit status`".to_owned(),
            Self::WrongCurrency { expected, .. } => {
                format!("give the amount in {expected}, the currency that the customer paid in")
            }
            Self::TooLargeForProvider { .. } => "split the refund".to_owned(),
            Self::Uncountable { .. } => {
                "ask for an amount that the provider can count, or for all that is left".to_owned()
            }
            Self::Disputed { .. } => {
                "the cardholder gets this money by the dispute: refund nothing of it, and contest or accept the dispute at the provider"
                    .to_owned()
            }
            Self::TooEarly { begins, .. } => format!("ask again from {begins} on"),
            Self::TooLate { .. } => {
                "return the money in another way, such as a bank transfer; the provider won't"
                    .to_owned()
            }
            Self::Unwritable(_) => "look at the profile with `refundkit profile check`".to_owned(),
            Self::NoPartial { .. } => {
                "refund all that is left, by giving no amount and no item".to_owned()
            }
            Self::NoItems => "use --amount, or neither for all that is left".to_owned(),
            Self::UnknownItem { .. } => {
                "`refundkit plan` without an item shows the payment's items".to_owned()
            }
            Self::BadItems(_) => "name each item once, with at most one amount".to_owned(),
            Self::OverItem { left, .. } => {
                format!("ask for at most {left} of it, or for all of it by giving no amount")
            }
            Self::Text(_) => "shorten it or leave it out; nothing is cut silently".to_owned(),
            Self::UnderWay { operation, .. } => format!(
                "ask again with its own request key, or look at it with `refundkit status {operation} --ask`"
            ),
            Self::Twin { operation, key, .. } => format!(
                "look at it with `refundkit status {operation}`, or ask again with --key {key}; a second one that is meant needs a new --key of its own"
            ),
            Self::OtherKind { .. } => {
                "look at both with `refundkit status`; one payment's money goes back once"
                    .to_owned()
            }
            Self::NotReversible { .. } => {
                "refund it once it is captured, or use reverse-or-refund".to_owned()
            }
            Self::Reason(_) => "`refundkit providers --output json` shows its reasons".to_owned(),
            Self::Extra(_) => "give it with --meta NAME=VALUE / RefundRequest::metadata".to_owned(),
            Self::Paid(_) => {
                "give what was captured of the payment at a provider that shows no payments, and at no other"
                    .to_owned()
            }
            Self::Unclear { .. } => "look at the payment in the provider's dashboard".to_owned(),
        };
        Some(help)
    }
}
