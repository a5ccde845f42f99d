-- The first schema of SQLite. Its twin is ../postgres/0001_first.sql; both are never edited once released.
--
-- Every statement is one step and ends with a semicolon at the end of a line. Names in braces are filled in. Amounts are
-- canonical decimal text, because the integers of SQLite hold 9.22 POL and its other numbers are floats; uuids and bytes
-- are lower-case text; times are microseconds since 1970. Small rows live in their primary key (WITHOUT ROWID).

-- one row, in the reserved book @system: which store this is, which of its histories, and the server that wrote it last
CREATE TABLE {meta} (
    book TEXT NOT NULL,
    schema INTEGER NOT NULL,
    min_reader INTEGER NOT NULL,
    min_writer INTEGER NOT NULL,
    store TEXT NOT NULL,
    timeline TEXT NOT NULL,
    server TEXT,
    CONSTRAINT meta_pkey PRIMARY KEY (book)
) STRICT, WITHOUT ROWID;

-- what ran, with the SHA-256 of its text
CREATE TABLE {migration} (
    book TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT migration_pkey PRIMARY KEY (book, version)
) STRICT, WITHOUT ROWID;

-- every currency that was used or registered, and what it means, in the reserved book @system
CREATE TABLE {currency} (
    book TEXT NOT NULL,
    code TEXT NOT NULL,
    scale INTEGER NOT NULL,
    CONSTRAINT currency_scale_check CHECK (scale BETWEEN 0 AND 30),
    CONSTRAINT currency_pkey PRIMARY KEY (book, code)
) STRICT, WITHOUT ROWID;

-- tenants that were used
CREATE TABLE {book} (
    book TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT book_pkey PRIMARY KEY (book)
) STRICT, WITHOUT ROWID;

-- says whether a COMMIT whose reply was lost took place
CREATE TABLE {commit_mark} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT commit_mark_pkey PRIMARY KEY (book, id)
) STRICT, WITHOUT ROWID;

-- the newest link of each book, and the timeline of the next one (NULL: the first)
CREATE TABLE {head} (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    timeline TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT head_seq_check CHECK (seq >= 0),
    CONSTRAINT head_pkey PRIMARY KEY (book)
) STRICT, WITHOUT ROWID;

-- the database refuses a negative balance whatever the program says
CREATE TABLE {account} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    currency TEXT NOT NULL,
    posted TEXT NOT NULL,
    held TEXT NOT NULL,
    overdraft TEXT NOT NULL,
    headroom TEXT NOT NULL,
    status TEXT NOT NULL,
    streaming INTEGER NOT NULL,
    kind TEXT,
    owner TEXT,
    owned_by_kind TEXT,
    owned_by_id TEXT,
    tier TEXT,
    display_name TEXT,
    search TEXT NOT NULL,
    reference TEXT,
    metadata TEXT,
    salt TEXT,
    entries INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT account_held_check CHECK (held NOT GLOB '*[^0-9]*'),
    CONSTRAINT account_overdraft_check CHECK (overdraft NOT GLOB '*[^0-9]*'),
    CONSTRAINT account_headroom_check CHECK (id IN ('@world', '@losses') OR headroom NOT GLOB '*[^0-9]*'),
    CONSTRAINT account_streaming_check CHECK (streaming IN (0, 1)),
    CONSTRAINT account_posted_minor CHECK (ltrim(posted, '-') NOT GLOB '*[^0-9]*'),
    CONSTRAINT account_headroom_minor CHECK (ltrim(headroom, '-') NOT GLOB '*[^0-9]*'),
    CONSTRAINT account_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT account_pkey PRIMARY KEY (book, id, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX {prefix}account_owner_idx ON {account} (book, owner, search, id, currency) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}account_owner_created_idx ON {account} (book, owner, created_at, id, currency) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}account_name_idx ON {account} (book, search, id, currency);
CREATE INDEX {prefix}account_created_idx ON {account} (book, created_at, id, currency);

CREATE TABLE {transfer} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    original TEXT,
    reversed_by TEXT,
    refunded TEXT NOT NULL,
    hold TEXT,
    owned_by_kind TEXT,
    owned_by_id TEXT,
    reference TEXT,
    metadata TEXT,
    salt TEXT,
    version INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    at INTEGER,
    CONSTRAINT transfer_refunded_check CHECK (refunded NOT GLOB '*[^0-9]*'),
    CONSTRAINT transfer_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT transfer_pkey PRIMARY KEY (book, id)
) STRICT;
CREATE INDEX {prefix}transfer_stamp_idx ON {transfer} (book, stamp, id);
CREATE INDEX {prefix}transfer_at_idx ON {transfer} (book, at, id) WHERE at IS NOT NULL;
CREATE INDEX {prefix}transfer_reference_idx ON {transfer} (book, reference, stamp, id) WHERE reference IS NOT NULL;
CREATE INDEX {prefix}transfer_owned_idx ON {transfer} (book, owned_by_id, stamp, id) WHERE owned_by_id IS NOT NULL;
CREATE INDEX {prefix}transfer_settlement_idx ON {transfer} (book, kind, stamp, id) WHERE owned_by_id IS NOT NULL AND kind IN ('settlement', 'refund');
CREATE UNIQUE INDEX {prefix}transfer_reversal_idx ON {transfer} (book, original) WHERE kind = 'reversal';

-- immutable
CREATE TABLE {entry} (
    book TEXT NOT NULL,
    transfer TEXT NOT NULL,
    leg INTEGER NOT NULL,
    number INTEGER,
    stamp INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    after TEXT,
    at INTEGER,
    CONSTRAINT entry_amount_minor CHECK (ltrim(amount, '-') NOT GLOB '*[^0-9]*'),
    CONSTRAINT entry_after_minor CHECK (ltrim(after, '-') NOT GLOB '*[^0-9]*'),
    CONSTRAINT entry_pkey PRIMARY KEY (book, transfer, leg)
) STRICT, WITHOUT ROWID;
CREATE INDEX {prefix}entry_account_idx ON {entry} (book, account, currency, stamp, transfer, leg);
CREATE INDEX {prefix}entry_at_idx ON {entry} (book, account, currency, at, transfer, leg) WHERE at IS NOT NULL;

CREATE TABLE {hold} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    captured TEXT NOT NULL,
    released TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at INTEGER,
    due_at INTEGER,
    owned_by_kind TEXT,
    owned_by_id TEXT,
    reference TEXT,
    metadata TEXT,
    salt TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT hold_amount_check CHECK ((amount NOT GLOB '*[^0-9]*' AND amount <> '0')),
    CONSTRAINT hold_captured_check CHECK (captured NOT GLOB '*[^0-9]*'),
    CONSTRAINT hold_released_check CHECK (released NOT GLOB '*[^0-9]*'),
    CONSTRAINT hold_parts_check CHECK (length(captured) <= length(amount) AND length(released) <= length(amount)
        AND (length(amount) > 18 OR CAST(captured AS INTEGER) + CAST(released AS INTEGER) <= CAST(amount AS INTEGER))),
    CONSTRAINT hold_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT hold_pkey PRIMARY KEY (book, id)
) STRICT;
CREATE INDEX {prefix}hold_created_idx ON {hold} (book, created_at, id);
CREATE INDEX {prefix}hold_account_idx ON {hold} (book, account, created_at, id);
CREATE INDEX {prefix}hold_account_due_idx ON {hold} (book, account, currency, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}hold_due_idx ON {hold} (due_at, book, id) WHERE due_at IS NOT NULL;

-- objects with a life of their own
CREATE TABLE {record} (
    book TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    owner TEXT,
    peer TEXT,
    reference TEXT,
    salt TEXT,
    due_at INTEGER,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    at INTEGER,
    CONSTRAINT record_pkey PRIMARY KEY (book, kind, id)
) STRICT;
CREATE INDEX {prefix}record_created_idx ON {record} (book, kind, created_at, id);
CREATE INDEX {prefix}record_state_idx ON {record} (book, kind, state, created_at, id);
CREATE INDEX {prefix}record_owner_idx ON {record} (book, owner, created_at, id) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}record_peer_idx ON {record} (book, peer, created_at, id) WHERE peer IS NOT NULL;
CREATE INDEX {prefix}record_reference_idx ON {record} (book, reference, created_at, id) WHERE reference IS NOT NULL;
CREATE INDEX {prefix}record_due_idx ON {record} (due_at, book, kind, id) WHERE due_at IS NOT NULL;

-- how often something happened lately, or how much was moved, packed
CREATE TABLE {counter} (
    book TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    ring TEXT NOT NULL,
    leaves_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT counter_ring_check CHECK (length(ring) <= 524288),
    CONSTRAINT counter_pkey PRIMARY KEY (book, rule, subject)
) STRICT;
CREATE INDEX {prefix}counter_leaves_idx ON {counter} (leaves_at) WHERE leaves_at > 0;
-- what is still to be added to other counters
CREATE INDEX {prefix}counter_to_add_idx ON {counter} (book, rule, subject) WHERE rule >= '++' AND rule < '+,';

-- things to do outside, written in the same commit as the money
CREATE TABLE {job} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    outside_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    leased_until INTEGER,
    due_at INTEGER,
    fence INTEGER NOT NULL,
    last_error TEXT,
    result TEXT,
    salt TEXT,
    discarded INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT job_attempts_check CHECK (attempts >= 0),
    CONSTRAINT job_fence_check CHECK (fence >= attempts),
    CONSTRAINT job_discarded_check CHECK (discarded IN (0, 1)),
    CONSTRAINT job_pkey PRIMARY KEY (book, id)
) STRICT;
CREATE INDEX {prefix}job_due_idx ON {job} (kind, due_at, book, id) WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}job_book_due_idx ON {job} (book, kind, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}job_kind_idx ON {job} (book, kind, id);
CREATE INDEX {prefix}job_state_idx ON {job} (book, state, id);
CREATE INDEX {prefix}job_done_idx ON {job} (stamp) WHERE state = 'done';

-- readers of the log: one row a sink, and one for each object that it left behind
CREATE TABLE {sink} (
    book TEXT NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id TEXT NOT NULL,
    state TEXT NOT NULL,
    types TEXT,
    settled INTEGER NOT NULL,
    until INTEGER NOT NULL,
    taken_object TEXT,
    taken_id TEXT,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    due_at INTEGER,
    fence INTEGER NOT NULL,
    leased_until INTEGER,
    last_error TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT sink_settled_check CHECK (settled >= 0),
    CONSTRAINT sink_attempts_check CHECK (attempts >= 0),
    CONSTRAINT sink_pkey PRIMARY KEY (book, name, object, object_id)
) STRICT;
CREATE INDEX {prefix}sink_name_idx ON {sink} (book, name) WHERE object = '';
CREATE INDEX {prefix}sink_due_idx ON {sink} (book, name, due_at, object, object_id) WHERE due_at IS NOT NULL;

-- accounts by balance, a little behind the log
CREATE TABLE {rank} (
    book TEXT NOT NULL,
    currency TEXT NOT NULL,
    account TEXT NOT NULL,
    place TEXT NOT NULL,
    owner TEXT,
    version INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    CONSTRAINT rank_pkey PRIMARY KEY (book, currency, account)
) STRICT;
CREATE INDEX {prefix}rank_place_idx ON {rank} (book, currency, place, account);
CREATE INDEX {prefix}rank_owner_idx ON {rank} (book, owner, currency, place, account) WHERE owner IS NOT NULL;

CREATE TABLE {idempotency} (
    book TEXT NOT NULL,
    key TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    expires_at INTEGER,
    form INTEGER NOT NULL,
    operation TEXT NOT NULL,
    request TEXT NOT NULL,
    fields TEXT NOT NULL,
    made TEXT NOT NULL,
    actor TEXT,
    salt TEXT,
    at INTEGER,
    CONSTRAINT idempotency_pkey PRIMARY KEY (book, key)
) STRICT;
CREATE INDEX {prefix}idempotency_expires_idx ON {idempotency} (expires_at) WHERE expires_at > 0;

-- immutable, but for `private`, which may be erased
CREATE TABLE {event} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id TEXT,
    actor TEXT,
    context TEXT,
    private TEXT,
    data TEXT NOT NULL,
    at INTEGER,
    CONSTRAINT event_object_id_check CHECK (object_id IS NOT NULL OR object = 'transfer'),
    CONSTRAINT event_pkey PRIMARY KEY (book, id)
) STRICT;
CREATE INDEX {prefix}event_object_idx ON {event} (book, object, object_id, version) WHERE object <> 'transfer' OR version > 1;
CREATE INDEX {prefix}event_private_idx ON {event} (book, stamp, id) WHERE private IS NOT NULL;

-- the gapless sequence and the hash chain: the events of one commit, up to the place `seq`; immutable. A timeline that is NULL
-- is the first of the store.
CREATE TABLE {event_seq} (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    previous TEXT NOT NULL,
    timeline TEXT,
    items TEXT NOT NULL,
    CONSTRAINT event_seq_seq_check CHECK (seq > 0),
    CONSTRAINT event_seq_pkey PRIMARY KEY (book, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX {prefix}event_seq_commit_idx ON {event_seq} (book, commit_id);

-- work for the sequencer
CREATE TABLE {event_pending} (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    items TEXT NOT NULL,
    CONSTRAINT event_pending_pkey PRIMARY KEY (book, id)
) STRICT;
CREATE INDEX {prefix}event_pending_stamp_idx ON {event_pending} (book, stamp, id);

-- sums for streaming accounts that are not folded yet
CREATE TABLE {stream_pending} (
    book TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    id TEXT NOT NULL,
    amount TEXT NOT NULL,
    CONSTRAINT stream_pending_amount_minor CHECK (ltrim(amount, '-') NOT GLOB '*[^0-9]*'),
    CONSTRAINT stream_pending_pkey PRIMARY KEY (book, account, currency, id)
) STRICT, WITHOUT ROWID;
