CREATE TABLE mails (
  id         uuid PRIMARY KEY,
  dedupe_key text NOT NULL CONSTRAINT mails_dedupe UNIQUE,  -- the same message is never made twice
  recipient  text NOT NULL,
  subject    text NOT NULL,
  body       text NOT NULL,
  status     text NOT NULL CHECK (status IN ('STORED', 'QUEUED', 'SENT', 'FAILED')),
  created_at timestamptz NOT NULL,
  sent_at    timestamptz
);
