use crate::capabilities::{MetadataLimits, Texts};
use crate::plan::Refusal;
use crate::request::RefundRequest;
use crate::text::{Metadata, Text};

/// Every text fits the provider's field, or the request is refused: nothing is cut silently.
pub(super) fn check(texts: &Texts, request: &RefundRequest) -> Result<(), Refusal> {
    fits(
        "reason",
        texts.reason,
        request.reason.as_ref().map(Text::characters),
    )?;
    fits(
        "note",
        texts.notes,
        request.notes.as_ref().map(Text::characters),
    )?;
    let order_id = request.order_id.as_ref().map(|id| id.as_str().len());
    fits("order id", texts.order_id, order_id)?;
    if request.metadata.is_empty() {
        return Ok(());
    }
    let limits = texts
        .metadata
        .ok_or_else(|| Refusal::Text("the provider's refunds carry no metadata".to_owned()))?;
    metadata(limits, &request.metadata)
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

fn metadata(limits: MetadataLimits, metadata: &Metadata) -> Result<(), Refusal> {
    if metadata.len() > limits.pairs {
        return Err(Refusal::Text(format!(
            "there are {} metadata pairs; the provider takes {} of the caller's own",
            metadata.len(),
            limits.pairs
        )));
    }
    for (key, value) in metadata.iter() {
        fits("metadata key", Some(limits.key), Some(key.chars().count()))?;
        fits(
            "metadata value",
            Some(limits.value),
            Some(value.chars().count()),
        )?;
    }
    Ok(())
}
