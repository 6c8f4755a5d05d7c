-- So long after its end the program completes an appointment itself, where nobody has; NULL is never.
ALTER TABLE booking_settings ADD COLUMN auto_complete_after_minutes integer CHECK (auto_complete_after_minutes BETWEEN 0 AND 10080);
CREATE INDEX appointments_unclosed ON appointments (ends_at) WHERE status IN ('CONFIRMED', 'IN_PROGRESS');
