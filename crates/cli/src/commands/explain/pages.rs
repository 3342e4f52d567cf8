//! The pages of `docs/errors/`, as they are built into the command. A code that is missing here fails a
//! test.

/// The code and its page.
pub(super) type Page = (&'static str, &'static str);

macro_rules! pages {
    ($($code:ident)*) => {
        &[$((
            stringify!($code),
            include_str!(concat!("../../../../../docs/errors/", stringify!($code), ".md")),
        )),*]
    };
}

/// All of them, in the order of their codes.
pub(super) const PAGES: &[Page] = pages! {
    RK1001
    RK1002
    RK1003
    RK1004
    RK1101
    RK1102
    RK1103
    RK1104
    RK1105
    RK1106
    RK1107
    RK1108
    RK1201
    RK1202
    RK1203
    RK1204
    RK1205
    RK1206
    RK1207
    RK1208
    RK1209
    RK1210
    RK1211
    RK1212
    RK1213
    RK1214
    RK1215
    RK1216
    RK1217
    RK1218
    RK1219
    RK1220
    RK1221
    RK1222
    RK1223
    RK1224
    RK1301
    RK1302
    RK1303
    RK1304
    RK1305
    RK2001
    RK2002
    RK2003
    RK2004
    RK2005
    RK2006
    RK2101
    RK2102
    RK2103
    RK2104
    RK2105
    RK2106
    RK2107
    RK2108
    RK2109
    RK3001
    RK3002
    RK3003
    RK3004
    RK3005
    RK3006
    RK3007
    RK3008
    RK3009
    RK3010
    RK3011
    RK3012
    RK3013
    RK3014
    RK3015
    RK3016
    RK4001
    RK4002
    RK4003
    RK4004
    RK4005
    RK4006
    RK4007
    RK4008
    RK4009
    RK4010
    RK4011
    RK4012
    RK4020
    RK4021
    RK4022
    RK4023
    RK5001
    RK5002
    RK5003
    RK5004
    RK5005
    RK5006
};
