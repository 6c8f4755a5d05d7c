-- Who changed a row last, and who really did where somebody acted as another.
ALTER TABLE locations    ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
ALTER TABLE resources    ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
ALTER TABLE blocks       ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
ALTER TABLE services     ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
ALTER TABLE customers    ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
ALTER TABLE appointments ADD COLUMN changed_by uuid, ADD COLUMN acted_by uuid;
