-- Answers to requests that carried an Idempotency-Key, written in the transaction of the request itself.
CREATE TABLE idempotency_keys (
  key         text PRIMARY KEY,
  fingerprint bytea NOT NULL,  -- SHA-256 of method, path and body
  answer      jsonb NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
