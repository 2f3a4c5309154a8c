-- Which generations of each stored view there are, and how far each has read; the projecting role makes the tables
-- of a generation itself.

CREATE TABLE read.generation (
    view       TEXT NOT NULL,
    generation BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    in_use     BIGINT NOT NULL,
    PRIMARY KEY (view, generation)
);

CREATE TABLE read.checkpoint (
    view           TEXT NOT NULL,
    generation     BIGINT NOT NULL,
    partition_name TEXT NOT NULL,
    seq            BIGINT NOT NULL,
    epoch          BIGINT NOT NULL,
    writer         TEXT NOT NULL,
    hash           TEXT NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (view, generation, partition_name)
) WITH (fillfactor = 50);

-- What the operator, or a record that cannot be read, made of a view's work on a partition; no row: it runs.
CREATE TABLE read.control (
    view           TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    state          TEXT NOT NULL,
    reason         TEXT NOT NULL,
    since          BIGINT NOT NULL,
    failed_seq     BIGINT,
    PRIMARY KEY (view, partition_name)
);

-- Decisions that the operator passed over, and why.
CREATE TABLE read.skipped (
    view           TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    seq            BIGINT NOT NULL,
    reason         TEXT NOT NULL,
    operator       TEXT NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (view, partition_name, seq)
);

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON read.schema_history FROM lockstep_project;
