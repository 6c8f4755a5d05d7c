-- How many appointments of all services together one customer may have; {} is any number.
ALTER TABLE booking_settings ADD COLUMN customer_limits jsonb NOT NULL DEFAULT '{}';
