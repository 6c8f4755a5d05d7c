-- [{"date": "2026-12-24", "windows": [{"from": "09:00", "to": "13:00"}]}]: in place of the weekly hours of that local date.
ALTER TABLE locations ADD COLUMN date_overrides jsonb NOT NULL DEFAULT '[]';
ALTER TABLE resources ADD COLUMN date_overrides jsonb NOT NULL DEFAULT '[]';
