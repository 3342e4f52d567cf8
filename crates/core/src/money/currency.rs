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

/// Decimal places other than two, by ISO 4217.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR: &str = "CLF UYW";
/// Two decimal places; among them codes that ISO 4217 has retired (ANG, BGN, HRK, SLL, ZWL and
/// others) and that providers still send.
const TWO: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB \
    EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR \
    KPW KYD KZT LAK LBP LKR LRD LSL LTL LVL EEK MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV \
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK \
    SGD SHP SKK SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU \
    UZS VED VEF VES WST XAD XCD XCG YER ZAR ZMK ZMW ZWG ZWL";

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
        let listed = |table: &str| table.split_whitespace().any(|code| code == self.code());
        match () {
            () if listed(TWO) => Some(2),
            () if listed(NONE) => Some(0),
            () if listed(THREE) => Some(3),
            () if listed(FOUR) => Some(4),
            () => None,
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
    fn no_code_stands_in_two_tables() {
        let all: Vec<_> = [NONE, TWO, THREE, FOUR]
            .iter()
            .flat_map(|t| t.split_whitespace())
            .collect();
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), distinct.len());
    }

    #[test]
    fn only_three_capital_letters_are_a_code() {
        for text in ["gbp", "GB", "GBPP", "G P", "", "G1P", "ÄÖ"] {
            assert_eq!(Currency::new(text), Err(MoneyError::Currency), "{text:?}");
        }
    }
}
