-- How many units of a resource can be in use at once, and in which order the strategies choose among resources.
ALTER TABLE resources
  ADD COLUMN capacity         integer NOT NULL DEFAULT 1 CHECK (capacity > 0),
  ADD COLUMN priority         integer NOT NULL DEFAULT 0,   -- the lowest comes first
  ADD COLUMN weight           integer NOT NULL DEFAULT 1 CHECK (weight > 0),
  ADD COLUMN sort_order       integer NOT NULL DEFAULT 0,   -- breaks ties
  ADD COLUMN last_assigned_at timestamptz;                  -- when it was last chosen by a strategy

-- Taking a resource takes those that it requires, whole: a hall and its halves.
CREATE TABLE resource_links (
  resource_id uuid NOT NULL REFERENCES resources,
  requires_id uuid NOT NULL REFERENCES resources,
  PRIMARY KEY (resource_id, requires_id),
  CONSTRAINT resource_links_other CHECK (resource_id <> requires_id)
);
CREATE INDEX resource_links_requires ON resource_links (requires_id);

-- Interchangeable resources: those with a skill, the small rooms.
CREATE TABLE resource_groups (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  archived_at timestamptz,
  changed_by  uuid,
  acted_by    uuid,
  version     integer NOT NULL
);
CREATE TABLE resource_group_members (
  group_id    uuid NOT NULL REFERENCES resource_groups,
  resource_id uuid NOT NULL REFERENCES resources,
  PRIMARY KEY (group_id, resource_id)
);
CREATE INDEX resource_group_members_resource ON resource_group_members (resource_id);
