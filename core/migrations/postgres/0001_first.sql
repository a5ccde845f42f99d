-- The first schema of PostgreSQL. Its twin is ../sqlite/0001_first.sql; both are never edited once released.
--
-- Every statement is one step and ends with a semicolon at the end of a line. Names in braces are filled in. Every
-- primary and unique key begins with the book, so that tables can be distributed by it; times are microseconds since 1970;
-- nothing points at another table, so that old rows can be archived. `stamp` keeps the order; `at` is what the clock said, and
-- NULL where that is about the stamp.
--
-- Every index beside the primary key is partial, on a condition that all its rows meet and only listings state. A lookup by key
-- cannot use it then, not even by a plan that was made while the table was empty and all indexes looked alike.

-- one row, in the reserved book @system: which store this is, which of its histories, and the server that wrote it last
CREATE TABLE {meta} (
    book text COLLATE "C" NOT NULL,
    schema int8 NOT NULL,
    min_reader int8 NOT NULL,
    min_writer int8 NOT NULL,
    store uuid NOT NULL,
    timeline uuid NOT NULL,
    server text COLLATE "C",
    CONSTRAINT meta_pkey PRIMARY KEY (book)
);

-- what ran, with the SHA-256 of its text
CREATE TABLE {migration} (
    book text COLLATE "C" NOT NULL,
    version int8 NOT NULL,
    name text COLLATE "C" NOT NULL,
    checksum bytea NOT NULL,
    at int8 NOT NULL,
    CONSTRAINT migration_pkey PRIMARY KEY (book, version)
);

-- every currency that was used or registered, and what it means, in the reserved book @system
CREATE TABLE {currency} (
    book text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    scale int8 NOT NULL,
    CONSTRAINT currency_scale_check CHECK (scale BETWEEN 0 AND 30),
    CONSTRAINT currency_pkey PRIMARY KEY (book, code)
);

-- tenants that were used
CREATE TABLE {book} (
    book text COLLATE "C" NOT NULL,
    created_at int8 NOT NULL,
    CONSTRAINT book_pkey PRIMARY KEY (book)
);

-- says whether a COMMIT whose reply was lost took place
CREATE TABLE {commit_mark} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT commit_mark_pkey PRIMARY KEY (book, id)
);

-- the newest link of each book, and the timeline of the next one (NULL: the first)
CREATE TABLE {head} (
    book text COLLATE "C" NOT NULL,
    seq int8 NOT NULL,
    hash bytea NOT NULL,
    timeline uuid,
    version int8 NOT NULL,
    CONSTRAINT head_seq_check CHECK (seq >= 0),
    CONSTRAINT head_pkey PRIMARY KEY (book)
) WITH (fillfactor = 50);

-- the database refuses a negative balance whatever the program says
CREATE TABLE {account} (
    book text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    posted numeric(38, 0) NOT NULL,
    held numeric(38, 0) NOT NULL,
    overdraft numeric(38, 0) NOT NULL,
    headroom numeric(38, 0) NOT NULL,
    status text COLLATE "C" NOT NULL,
    streaming int8 NOT NULL,
    kind text COLLATE "C",
    owner text COLLATE "C",
    owned_by_kind text COLLATE "C",
    owned_by_id uuid,
    tier text COLLATE "C",
    display_name text COLLATE "C",
    search text COLLATE "C" NOT NULL,
    reference text COLLATE "C",
    metadata text COLLATE "C",
    salt bytea,
    entries int8 NOT NULL,
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT account_held_check CHECK (held >= 0),
    CONSTRAINT account_overdraft_check CHECK (overdraft >= 0),
    CONSTRAINT account_headroom_check CHECK (id IN ('@world', '@losses') OR headroom >= 0),
    CONSTRAINT account_streaming_check CHECK (streaming IN (0, 1)),
    CONSTRAINT account_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT account_pkey PRIMARY KEY (book, id, currency)
) WITH (fillfactor = 70);
CREATE INDEX {prefix}account_owner_idx ON {account} (book, owner, search, id, currency) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}account_owner_created_idx ON {account} (book, owner, created_at, id, currency) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}account_name_idx ON {account} (book, search, id, currency) WHERE search >= '';
CREATE INDEX {prefix}account_created_idx ON {account} (book, created_at, id, currency) WHERE created_at > -9000000000000000000;

CREATE TABLE {transfer} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    original uuid,
    reversed_by uuid,
    refunded numeric(38, 0) NOT NULL,
    hold uuid,
    owned_by_kind text COLLATE "C",
    owned_by_id uuid,
    reference text COLLATE "C",
    metadata text COLLATE "C",
    salt bytea,
    version int8 NOT NULL,
    stamp int8 NOT NULL,
    at int8,
    CONSTRAINT transfer_refunded_check CHECK (refunded >= 0),
    CONSTRAINT transfer_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT transfer_pkey PRIMARY KEY (book, id)
);
CREATE INDEX {prefix}transfer_stamp_idx ON {transfer} (book, stamp, id) WHERE stamp > -9000000000000000000;
CREATE INDEX {prefix}transfer_at_idx ON {transfer} (book, at, id) WHERE at IS NOT NULL;
CREATE INDEX {prefix}transfer_reference_idx ON {transfer} (book, reference, stamp, id) WHERE reference IS NOT NULL;
CREATE INDEX {prefix}transfer_owned_idx ON {transfer} (book, owned_by_id, stamp, id) WHERE owned_by_id IS NOT NULL;
CREATE INDEX {prefix}transfer_settlement_idx ON {transfer} (book, kind, stamp, id) WHERE owned_by_id IS NOT NULL AND kind IN ('settlement', 'refund');
CREATE UNIQUE INDEX {prefix}transfer_reversal_idx ON {transfer} (book, original) WHERE kind = 'reversal';

-- immutable; the entries of a transfer share an index entry, so the index by account is the one that admits each once
CREATE TABLE {entry} (
    book text COLLATE "C" NOT NULL,
    transfer uuid NOT NULL,
    leg int2 NOT NULL,
    number int8,
    stamp int8 NOT NULL,
    account text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    amount numeric(38, 0) NOT NULL,
    after numeric(38, 0),
    at int8
);
CREATE INDEX {prefix}entry_transfer_idx ON {entry} (book, transfer);
CREATE UNIQUE INDEX {prefix}entry_account_idx ON {entry} (book, account, currency, stamp, transfer, leg) WHERE account >= '';
CREATE INDEX {prefix}entry_at_idx ON {entry} (book, account, currency, at, transfer, leg) WHERE at IS NOT NULL;

CREATE TABLE {hold} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    amount numeric(38, 0) NOT NULL,
    captured numeric(38, 0) NOT NULL,
    released numeric(38, 0) NOT NULL,
    state text COLLATE "C" NOT NULL,
    expires_at int8,
    due_at int8,
    owned_by_kind text COLLATE "C",
    owned_by_id uuid,
    reference text COLLATE "C",
    metadata text COLLATE "C",
    salt bytea,
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT hold_amount_check CHECK (amount > 0),
    CONSTRAINT hold_captured_check CHECK (captured >= 0),
    CONSTRAINT hold_released_check CHECK (released >= 0),
    CONSTRAINT hold_parts_check CHECK (captured + released <= amount),
    CONSTRAINT hold_owned_by_check CHECK ((owned_by_kind IS NULL) = (owned_by_id IS NULL)),
    CONSTRAINT hold_pkey PRIMARY KEY (book, id)
);
CREATE INDEX {prefix}hold_created_idx ON {hold} (book, created_at, id) WHERE created_at > -9000000000000000000;
CREATE INDEX {prefix}hold_account_idx ON {hold} (book, account, created_at, id) WHERE account >= '';
CREATE INDEX {prefix}hold_account_due_idx ON {hold} (book, account, currency, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}hold_due_idx ON {hold} (due_at, book, id) WHERE due_at IS NOT NULL;

-- objects with a life of their own
CREATE TABLE {record} (
    book text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    state text COLLATE "C" NOT NULL,
    owner text COLLATE "C",
    peer text COLLATE "C",
    reference text COLLATE "C",
    salt bytea,
    due_at int8,
    body text COLLATE "C" NOT NULL,
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    at int8,
    CONSTRAINT record_pkey PRIMARY KEY (book, kind, id)
);
CREATE INDEX {prefix}record_created_idx ON {record} (book, kind, created_at, id) WHERE created_at > -9000000000000000000;
CREATE INDEX {prefix}record_state_idx ON {record} (book, kind, state, created_at, id) WHERE state >= '';
CREATE INDEX {prefix}record_owner_idx ON {record} (book, owner, created_at, id) WHERE owner IS NOT NULL;
CREATE INDEX {prefix}record_peer_idx ON {record} (book, peer, created_at, id) WHERE peer IS NOT NULL;
CREATE INDEX {prefix}record_reference_idx ON {record} (book, reference, created_at, id) WHERE reference IS NOT NULL;
CREATE INDEX {prefix}record_due_idx ON {record} (due_at, book, kind, id) WHERE due_at IS NOT NULL;

-- how often something happened lately, or how much was moved, packed
CREATE TABLE {counter} (
    book text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    ring bytea NOT NULL,
    leaves_at int8,
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT counter_ring_check CHECK (octet_length(ring) <= 262144),
    CONSTRAINT counter_pkey PRIMARY KEY (book, rule, subject)
) WITH (fillfactor = 70);
CREATE INDEX {prefix}counter_leaves_idx ON {counter} (leaves_at) WHERE leaves_at > 0;
-- what is still to be added to other counters
CREATE INDEX {prefix}counter_to_add_idx ON {counter} (book, rule, subject) WHERE rule >= '++' AND rule < '+,';

-- things to do outside, written in the same commit as the money
CREATE TABLE {job} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    outside_key text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    attempts int8 NOT NULL,
    max_attempts int8 NOT NULL,
    run_at int8 NOT NULL,
    leased_until int8,
    due_at int8,
    fence int8 NOT NULL,
    last_error text COLLATE "C",
    result text COLLATE "C",
    salt bytea,
    discarded int8 NOT NULL,
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT job_attempts_check CHECK (attempts >= 0),
    CONSTRAINT job_fence_check CHECK (fence >= attempts),
    CONSTRAINT job_discarded_check CHECK (discarded IN (0, 1)),
    CONSTRAINT job_pkey PRIMARY KEY (book, id)
) WITH (fillfactor = 70);
CREATE INDEX {prefix}job_due_idx ON {job} (kind, due_at, book, id) WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}job_book_due_idx ON {job} (book, kind, due_at, id) WHERE due_at IS NOT NULL AND kind >= '';
CREATE INDEX {prefix}job_kind_idx ON {job} (book, kind, id) WHERE kind >= '';
CREATE INDEX {prefix}job_state_idx ON {job} (book, state, id) WHERE state >= '';
CREATE INDEX {prefix}job_done_idx ON {job} (stamp) WHERE state = 'done';

-- readers of the log: one row a sink, and one for each object that it left behind
CREATE TABLE {sink} (
    book text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    object_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    types text COLLATE "C",
    settled int8 NOT NULL,
    until int8 NOT NULL,
    taken_object text COLLATE "C",
    taken_id text COLLATE "C",
    attempts int8 NOT NULL,
    max_attempts int8 NOT NULL,
    due_at int8,
    fence int8 NOT NULL,
    leased_until int8,
    last_error text COLLATE "C",
    version int8 NOT NULL,
    created_at int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT sink_settled_check CHECK (settled >= 0),
    CONSTRAINT sink_attempts_check CHECK (attempts >= 0),
    CONSTRAINT sink_pkey PRIMARY KEY (book, name, object, object_id)
) WITH (fillfactor = 70);
CREATE INDEX {prefix}sink_name_idx ON {sink} (book, name) WHERE object = '';
CREATE INDEX {prefix}sink_due_idx ON {sink} (book, name, due_at, object, object_id) WHERE due_at IS NOT NULL;

-- accounts by balance, a little behind the log
CREATE TABLE {rank} (
    book text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    owner text COLLATE "C",
    version int8 NOT NULL,
    stamp int8 NOT NULL,
    CONSTRAINT rank_pkey PRIMARY KEY (book, currency, account)
);
CREATE INDEX {prefix}rank_place_idx ON {rank} (book, currency, place, account) WHERE place >= '';
CREATE INDEX {prefix}rank_owner_idx ON {rank} (book, owner, currency, place, account) WHERE owner IS NOT NULL;

CREATE TABLE {idempotency} (
    book text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    stamp int8 NOT NULL,
    expires_at int8,
    form int8 NOT NULL,
    operation text COLLATE "C" NOT NULL,
    request bytea NOT NULL,
    fields bytea NOT NULL,
    made bytea NOT NULL,
    actor bytea,
    salt bytea,
    at int8,
    CONSTRAINT idempotency_pkey PRIMARY KEY (book, key)
);
CREATE INDEX {prefix}idempotency_expires_idx ON {idempotency} (expires_at) WHERE expires_at > 0;

-- immutable, but for `private`, which may be erased
CREATE TABLE {event} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    commit_id uuid NOT NULL,
    version int8 NOT NULL,
    stamp int8 NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    object_id text COLLATE "C",
    actor text COLLATE "C",
    context text COLLATE "C",
    private text COLLATE "C",
    data text COLLATE "C" NOT NULL,
    at int8,
    CONSTRAINT event_object_id_check CHECK (object_id IS NOT NULL OR object = 'transfer'),
    CONSTRAINT event_pkey PRIMARY KEY (book, id)
);
CREATE INDEX {prefix}event_object_idx ON {event} (book, object, object_id, version) WHERE object <> 'transfer' OR version > 1;
CREATE INDEX {prefix}event_private_idx ON {event} (book, stamp, id) WHERE private IS NOT NULL;

-- the gapless sequence and the hash chain: the events of one commit, up to the place `seq`; immutable. A timeline that is NULL
-- is the first of the store.
CREATE TABLE {event_seq} (
    book text COLLATE "C" NOT NULL,
    seq int8 NOT NULL,
    commit_id uuid NOT NULL,
    previous bytea NOT NULL,
    timeline uuid,
    items bytea NOT NULL,
    CONSTRAINT event_seq_seq_check CHECK (seq > 0),
    CONSTRAINT event_seq_pkey PRIMARY KEY (book, seq)
) WITH (toast_tuple_target = 8160);
-- hashes do not compress, and those of 160 events have room in the row
ALTER TABLE {event_seq} ALTER COLUMN items SET STORAGE MAIN;
CREATE UNIQUE INDEX {prefix}event_seq_commit_idx ON {event_seq} (book, commit_id);

-- work for the sequencer
CREATE TABLE {event_pending} (
    book text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    stamp int8 NOT NULL,
    items bytea NOT NULL,
    CONSTRAINT event_pending_pkey PRIMARY KEY (book, id)
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000, toast_tuple_target = 8160);
ALTER TABLE {event_pending} ALTER COLUMN items SET STORAGE MAIN;
CREATE INDEX {prefix}event_pending_stamp_idx ON {event_pending} (book, stamp, id) WHERE stamp > -9000000000000000000;

-- sums for streaming accounts that are not folded yet
CREATE TABLE {stream_pending} (
    book text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    amount numeric(38, 0) NOT NULL,
    CONSTRAINT stream_pending_pkey PRIMARY KEY (book, account, currency, id)
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
