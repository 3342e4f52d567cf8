//! refundkit adapter for any provider that a TOML profile describes.
