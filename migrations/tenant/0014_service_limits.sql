-- {"day": 8, "week": 30, "month": 100}: how many appointments may start in one of these; what is left out has no limit.
ALTER TABLE services
  ADD COLUMN limits          jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN customer_limits jsonb NOT NULL DEFAULT '{}';  -- of one customer
ALTER TABLE resources ADD COLUMN limits jsonb NOT NULL DEFAULT '{}';

DROP INDEX appointments_service;
CREATE INDEX appointments_service ON appointments (service_id, starts_at);
