-- The key store: subjects' keys, look-up values, and the credentials of staff.

-- Which master key the wrapped keys are under; one row.
CREATE TABLE keys.master (
    one  BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    mark BYTEA NOT NULL
);

-- A subject without a key was erased.
CREATE TABLE keys.subjects (
    subject TEXT PRIMARY KEY,
    key     BYTEA
);

-- Look-up values as HMACs.
CREATE TABLE keys.lookups (
    mac     BYTEA PRIMARY KEY,
    subject TEXT NOT NULL REFERENCES keys.subjects
);
CREATE INDEX lookups_subject ON keys.lookups (subject);

CREATE TABLE keys.credentials (
    login TEXT PRIMARY KEY,
    staff TEXT NOT NULL,
    hash  TEXT NOT NULL
);
CREATE INDEX credentials_staff ON keys.credentials (staff);

-- Staff sign in at the desk: nobody else needs their hashes.
REVOKE ALL ON keys.credentials FROM lockstep_gateway, lockstep_effects;
REVOKE INSERT, UPDATE, DELETE ON keys.schema_history FROM lockstep_gateway, lockstep_desk;
