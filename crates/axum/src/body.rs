//! The body of a message, read whole or not at all, within limits of size and time. What it says isn't
//! looked at here.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use http_body_util::BodyExt;
use refundkit::Code;
use refundkit::core::webhook::MOST_BODY_BYTES;

use crate::answer::Refused;

/// As much is set aside before anything has come, whatever a length in front of it promises.
const FIRST_BYTES: usize = 8 * 1024;

/// The whole body, within its limits of size and time. One that is too large is known to be so by
/// its length in front, or by the first byte too many; nothing is read after it.
pub(crate) async fn read(body: Body, within: Duration) -> Result<Vec<u8>, Refused> {
    match tokio::time::timeout(within, whole(body)).await {
        Ok(read) => read,
        Err(_) => {
            let line = "the message did not arrive whole in time";
            Err(Refused::incomplete(StatusCode::REQUEST_TIMEOUT, line))
        }
    }
}

async fn whole(mut body: Body) -> Result<Vec<u8>, Refused> {
    let too_large = || Refused::too_large(Code::new("RK5004"));
    let announced = usize::try_from(body.size_hint().lower()).map_err(|_| too_large())?;
    if announced > MOST_BODY_BYTES {
        return Err(too_large());
    }
    // Into one piece at once: kept as they came, a body of many tiny chunks would take a multiple
    // of its bytes.
    let mut bytes = Vec::with_capacity(announced.min(FIRST_BYTES));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            let line = "the message broke off before its end";
            Refused::incomplete(StatusCode::BAD_REQUEST, line)
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.len() > MOST_BODY_BYTES.saturating_sub(bytes.len()) {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}
