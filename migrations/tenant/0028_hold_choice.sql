-- Whom the customer chose of those that a hold keeps; NULL: the strategies did. The version of the program before this one has its
-- choices forgotten, and books what is kept all the same.
ALTER TABLE holds ADD COLUMN chosen_id uuid REFERENCES resources;
