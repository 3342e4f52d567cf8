-- What the journal is: one row. The checksum is over it and the accounts, so that a name in which a bit
-- has flipped is noticed: under another one every request would be a new one.
CREATE TABLE journal (
    only      INTEGER PRIMARY KEY CHECK (only = 1),
    layout    INTEGER NOT NULL,
    id        BLOB NOT NULL CHECK (length(id) = 16),
    namespace TEXT,
    timeline  INTEGER NOT NULL CHECK (timeline >= 0),
    checksum  BLOB NOT NULL
) STRICT;

-- The providers' configured names: everywhere else stands the number.
CREATE TABLE account (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- How many entries each writer has appended, in how many lives. Their sum is the number of all entries.
CREATE TABLE writer (
    slot    INTEGER PRIMARY KEY,
    life    INTEGER NOT NULL CHECK (life > 0),
    entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT;

-- entry and operation are the newest of each; from there one leads to the one before it. overdrawn: a
-- refund that was taken for failed has succeeded after all.
CREATE TABLE payment (
    id        INTEGER PRIMARY KEY,
    provider  INTEGER NOT NULL,
    ref       TEXT NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    head      BLOB NOT NULL CHECK (length(head) = 32),
    cap       INTEGER NOT NULL CHECK (cap >= 0),
    external  INTEGER NOT NULL CHECK (external >= 0),
    held      INTEGER NOT NULL CHECK (held >= 0),
    overdrawn INTEGER NOT NULL CHECK (overdrawn IN (0, 1)),
    entry     INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    CHECK (overdrawn OR held <= cap - external),
    UNIQUE (provider, ref)
) STRICT;

-- prev is the payment's operation before it, 0 where there is none. What follows it is what lists and
-- counts need.
CREATE TABLE operation (
    seq      INTEGER PRIMARY KEY,
    payment  INTEGER NOT NULL,
    prev     INTEGER NOT NULL CHECK (prev < seq),
    id       BLOB NOT NULL UNIQUE,
    provider INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    created  INTEGER NOT NULL
) STRICT;
CREATE INDEX operation_open ON operation (seq) WHERE state < 16;

CREATE TABLE entry (
    seq     INTEGER PRIMARY KEY,
    payment INTEGER NOT NULL,
    prev    INTEGER NOT NULL CHECK (prev < seq),
    body    BLOB NOT NULL
) STRICT;

-- Which of the payment's operations, counted from 0, has made which of the provider's refunds.
CREATE TABLE owner (
    payment   INTEGER NOT NULL,
    refund    TEXT NOT NULL,
    operation INTEGER NOT NULL,
    PRIMARY KEY (payment, refund)
) STRICT, WITHOUT ROWID;

-- Until when a provider's account has asked to wait, in milliseconds since 1970.
CREATE TABLE pause (
    provider INTEGER PRIMARY KEY,
    until    INTEGER NOT NULL
) STRICT;

-- The messages that providers have sent, so that each counts once. They are forgotten one day. The newest
-- is never forgotten, so that no number is given twice.
CREATE TABLE event (
    seq      INTEGER PRIMARY KEY,
    provider INTEGER NOT NULL,
    id       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    UNIQUE (provider, id)
) STRICT;

-- The payments that are to be read, with the newest message that asked for it.
CREATE TABLE hint (
    provider INTEGER NOT NULL,
    payment  TEXT NOT NULL,
    event    INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (provider, payment)
) STRICT, WITHOUT ROWID;
