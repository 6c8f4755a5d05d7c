CREATE TABLE customers (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  email       text CHECK (email = lower(email)),
  phone       text,
  user_id     uuid,  -- public.users: the customer's login, if any
  search      text NOT NULL GENERATED ALWAYS AS (lower(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) STORED,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  archived_at timestamptz,
  version     integer NOT NULL
);
-- One customer for each address: the public page finds its customer by it, also when two requests come at once.
CREATE UNIQUE INDEX customers_email ON customers (email) WHERE archived_at IS NULL;
CREATE INDEX customers_search ON customers USING gin (search public.gin_trgm_ops);
CREATE INDEX customers_user ON customers (user_id) WHERE user_id IS NOT NULL;
