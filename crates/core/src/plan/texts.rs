//! Rule R6: a refund's reason, note, order id, metadata and extras fit what the provider takes, or the
//! refund is refused.

use crate::capabilities::{Capabilities, Extra, MetadataLimits, listed};
use crate::plan::Refusal;
use crate::request::RefundRequest;
use crate::text::{Metadata, Text};

/// Every text fits the provider's field, or the request is refused: nothing is cut silently.
/// Returns the reason, as the provider spells it where it has words of its own for reasons.
pub(super) fn check(
    capabilities: &Capabilities,
    request: &RefundRequest,
) -> Result<Option<Text>, Refusal> {
    let texts = &capabilities.refund_texts;
    let reason = reason(capabilities, request.reason.as_ref())?;
    fits(
        "note",
        texts.notes,
        request.notes.as_ref().map(Text::characters),
    )?;
    let order_id = request.order_id.as_ref().map(|id| id.as_str().len());
    fits("order id", texts.order_id, order_id)?;
    extras(&capabilities.extras, &request.metadata)?;
    let is_extra = |key: &str| capabilities.extras.iter().any(|extra| extra.name == key);
    let own: Vec<(&str, &str)> = request
        .metadata
        .iter()
        .filter(|(key, _)| !is_extra(key))
        .collect();
    if own.is_empty() {
        return Ok(reason);
    }
    let limits = texts
        .metadata
        .ok_or_else(|| Refusal::Text("the provider's refunds carry no metadata".to_owned()))?;
    metadata(limits, &own)?;
    Ok(reason)
}

fn reason(capabilities: &Capabilities, given: Option<&Text>) -> Result<Option<Text>, Refusal> {
    let words = &capabilities.reasons;
    let Some(given) = given else {
        return match (capabilities.reason_required, words.is_empty()) {
            (false, _) => Ok(None),
            (true, true) => Err(Refusal::Reason(
                "the provider makes no refund without a reason".to_owned(),
            )),
            (true, false) => Err(Refusal::Reason(format!(
                "the provider makes no refund without a reason, one of {}",
                listed(words)
            ))),
        };
    };
    if words.is_empty() {
        fits(
            "reason",
            capabilities.refund_texts.reason,
            Some(given.characters()),
        )?;
        return Ok(Some(given.clone()));
    }
    let word = words
        .iter()
        .find(|word| word.eq_ignore_ascii_case(given.as_str()))
        .and_then(|word| Text::new(word.as_ref()).ok());
    word.map(Some).ok_or_else(|| {
        Refusal::Reason(format!(
            "the provider takes one of these as a reason: {}",
            listed(words)
        ))
    })
}

/// What is demanded is there, and what is there fits. Values are never shown.
fn extras(extras: &[Extra], metadata: &Metadata) -> Result<(), Refusal> {
    for extra in extras {
        let (name, kind) = (extra.name.as_ref(), &extra.kind);
        let given = metadata.iter().find(|(key, _)| *key == name);
        match given {
            None if extra.required => {
                return Err(Refusal::Extra(format!(
                    "the provider makes no refund without {name} in the metadata: {kind}"
                )));
            }
            Some((_, value)) if !kind.takes(value) => {
                return Err(Refusal::Extra(format!(
                    "what is given as {name} in the metadata doesn't fit: the provider takes {kind}"
                )));
            }
            None | Some(_) => {}
        }
    }
    Ok(())
}

pub(super) fn fits(what: &str, limit: Option<usize>, length: Option<usize>) -> Result<(), Refusal> {
    match (limit, length) {
        (_, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::Text(format!(
            "the provider has no field for a {what}"
        ))),
        (Some(limit), Some(length)) if length > limit => Err(Refusal::Text(format!(
            "the {what} has {length} characters; the provider takes {limit}"
        ))),
        (Some(_), Some(_)) => Ok(()),
    }
}

fn metadata(limits: MetadataLimits, metadata: &[(&str, &str)]) -> Result<(), Refusal> {
    if metadata.len() > limits.pairs {
        return Err(Refusal::Text(format!(
            "there are {} metadata pairs; the provider takes {} of the caller's own",
            metadata.len(),
            limits.pairs
        )));
    }
    for (key, value) in metadata {
        fits("metadata key", Some(limits.key), Some(key.chars().count()))?;
        fits(
            "metadata value",
            Some(limits.value),
            Some(value.chars().count()),
        )?;
    }
    Ok(())
}
