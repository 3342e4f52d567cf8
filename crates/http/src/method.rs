//! The HTTP methods that refund APIs use. Only one of them reads; every other may move money.

/// The methods that refund APIs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts; what nearly every provider's refund is.
    Post,
    /// Acts, at an address that the caller chose; some providers' refunds are made under the caller's own id.
    Put,
    /// Changes a part; some providers cancel a payment by it.
    Patch,
    /// Removes; some providers cancel a payment by it.
    Delete,
}

impl Method {
    /// As it stands in a request's first line, such as `POST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
