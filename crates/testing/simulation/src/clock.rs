//! A worker's clock: a little off, or turned back while it runs.

use refundkit::{Clock, Timestamp};

use crate::check;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct SkewedClock {
    pub(crate) world: World,
    pub(crate) skew: i64,
    pub(crate) turned_back: Option<(u64, u64)>,
}

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        let right = check::moment(self.world.now());
        let back = self
            .turned_back
            .filter(|(at, _)| self.world.now() >= *at)
            .map_or(0, |(_, by)| i64::try_from(by).unwrap_or(0));
        let millis = right.unix_millis().saturating_add(self.skew) - back;
        Timestamp::from_unix_millis(millis).unwrap_or(right)
    }
}
