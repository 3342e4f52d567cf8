//! Currency codes and their decimal places.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::MoneyError;

/// An ISO 4217 code. Any three capital letters can be carried; only those in the table have a
/// known number of decimal places, and only they convert to and from major units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// A code of three capital letters, known to the table or not.
    ///
    /// # Errors
    /// [`MoneyError::Currency`] for anything else.
    pub fn new(code: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => Ok(Self(bytes)),
            _ => Err(MoneyError::Currency),
        }
    }

    /// The code, such as `GBP`.
    #[must_use]
    pub fn code(&self) -> &str {
        // Three ASCII letters, by construction.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The decimal places of the currency by ISO 4217 (0, 2, 3 or 4); `None` for a code that the
    /// table doesn't know.
    ///
    /// A provider may count otherwise (some write CLP with two); amounts in minor units are passed
    /// through untouched for that reason.
    #[must_use]
    pub fn exponent(self) -> Option<u32> {
        // A code in two of the lists would be a pattern that can't be reached, which no build takes.
        match &self.0 {
            // Among those with two are codes that ISO 4217 has retired (ANG, BGN, HRK, SLL, ZWL and
            // others) and that providers still send.
            b"AED" | b"AFN" | b"ALL" | b"AMD" | b"ANG" | b"AOA" | b"ARS" | b"AUD" | b"AWG"
            | b"AZN" | b"BAM" | b"BBD" | b"BDT" | b"BGN" | b"BMD" | b"BND" | b"BOB" | b"BOV"
            | b"BRL" | b"BSD" | b"BTN" | b"BWP" | b"BYN" | b"BZD" | b"CAD" | b"CDF" | b"CHE"
            | b"CHF" | b"CHW" | b"CNY" | b"COP" | b"COU" | b"CRC" | b"CUC" | b"CUP" | b"CVE"
            | b"CZK" | b"DKK" | b"DOP" | b"DZD" | b"EEK" | b"EGP" | b"ERN" | b"ETB" | b"EUR"
            | b"FJD" | b"FKP" | b"GBP" | b"GEL" | b"GHS" | b"GIP" | b"GMD" | b"GTQ" | b"GYD"
            | b"HKD" | b"HNL" | b"HRK" | b"HTG" | b"HUF" | b"IDR" | b"ILS" | b"INR" | b"IRR"
            | b"JMD" | b"KES" | b"KGS" | b"KHR" | b"KPW" | b"KYD" | b"KZT" | b"LAK" | b"LBP"
            | b"LKR" | b"LRD" | b"LSL" | b"LTL" | b"LVL" | b"MAD" | b"MDL" | b"MGA" | b"MKD"
            | b"MMK" | b"MNT" | b"MOP" | b"MRO" | b"MRU" | b"MUR" | b"MVR" | b"MWK" | b"MXN"
            | b"MXV" | b"MYR" | b"MZN" | b"NAD" | b"NGN" | b"NIO" | b"NOK" | b"NPR" | b"NZD"
            | b"PAB" | b"PEN" | b"PGK" | b"PHP" | b"PKR" | b"PLN" | b"QAR" | b"RON" | b"RSD"
            | b"RUB" | b"SAR" | b"SBD" | b"SCR" | b"SDG" | b"SEK" | b"SGD" | b"SHP" | b"SKK"
            | b"SLE" | b"SLL" | b"SOS" | b"SRD" | b"SSP" | b"STD" | b"STN" | b"SVC" | b"SYP"
            | b"SZL" | b"THB" | b"TJS" | b"TMT" | b"TOP" | b"TRY" | b"TTD" | b"TWD" | b"TZS"
            | b"UAH" | b"USD" | b"USN" | b"UYU" | b"UZS" | b"VED" | b"VEF" | b"VES" | b"WST"
            | b"XAD" | b"XCD" | b"XCG" | b"YER" | b"ZAR" | b"ZMK" | b"ZMW" | b"ZWG" | b"ZWL" => {
                Some(2)
            }
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => Some(0),
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => Some(3),
            b"CLF" | b"UYW" => Some(4),
            _ => None,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::new(code)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::new(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_places_follow_iso_4217_and_retired_codes_stay() {
        for (code, exponent) in [
            ("GBP", Some(2)),
            ("JPY", Some(0)),
            ("KWD", Some(3)),
            ("CLF", Some(4)),
            ("IDR", Some(2)),
            ("HUF", Some(2)),
            ("ANG", Some(2)),
            ("HRK", Some(2)),
            ("BGN", Some(2)),
            ("SLL", Some(2)),
            ("QQQ", None),
        ] {
            assert_eq!(Currency::new(code).unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn only_three_capital_letters_are_a_code() {
        for text in ["gbp", "GB", "GBPP", "G P", "", "G1P", "ÄÖ"] {
            assert_eq!(Currency::new(text), Err(MoneyError::Currency), "{text:?}");
        }
    }
}
