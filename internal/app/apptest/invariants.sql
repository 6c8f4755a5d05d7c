-- What must hold for the bookings of a business at any moment, whatever has happened: a row for each thing that does not, and none
-- when all is well. Run it with the schema as search_path; $1 is the program's clock. What has expired by then is free already,
-- though it may still stand there.
WITH blocking (status) AS (
  VALUES ('PENDING'), ('CONFIRMED'), ('CHECKED_IN'), ('IN_PROGRESS'), ('COMPLETED'), ('NO_SHOW')
), held AS (
  -- What takes time of a resource. Whatever was booked against the rule of one at a time is exempt: it may stand beside others.
  -- Sessions don't keep that rule, but what they take of a resource that has room for one is not exclusive then.
  SELECT l.id, l.appointment_id, l.session_id, l.resource_id, l.busy_range, l.units, l.exclusive, r.capacity,
    coalesce(a.overridden ? 'double_booking', l.session_id IS NOT NULL AND NOT l.exclusive AND r.capacity = 1) AS exempt
  FROM allocations l JOIN resources r ON r.id = l.resource_id LEFT JOIN appointments a ON a.id = l.appointment_id
  WHERE l.active AND (l.expires_at IS NULL OR l.expires_at > $1::timestamptz)
), edges AS (
  SELECT resource_id, capacity, at, sum(change) AS change FROM held CROSS JOIN LATERAL (VALUES (lower(busy_range), units), (upper(busy_range), -units)) AS e (at, change)
  WHERE NOT exempt GROUP BY resource_id, capacity, at
), sweep AS (
  SELECT resource_id, capacity, at, sum(change) OVER (PARTITION BY resource_id ORDER BY at) AS in_use FROM edges
), requirement AS (
  -- What each service needs: without requirements, one of its resources, all the time.
  SELECT q.service_id, q.position AS need, q.quantity, q.parts = '[]' AS whole, count(*) OVER (PARTITION BY q.service_id) AS needs FROM service_requirements q
  UNION ALL
  SELECT s.id, 0, 1, true, 1 FROM services s WHERE NOT EXISTS (SELECT FROM service_requirements q WHERE q.service_id = s.id)
), booked AS (
  -- Appointments that take time themselves, and how that must look: neither seats, nor requests that nobody is assigned to.
  SELECT a.id, a.status, a.service_id, a.released_at, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes, a.created_at, s.updated_at <= a.created_at AS as_agreed,
    a.status = 'PENDING' AND (NOT s.pending_blocks_slot OR s.updated_at > a.created_at) AS may_wait
  FROM appointments a JOIN services s ON s.id = a.service_id
  WHERE a.session_id IS NULL AND a.status IN (SELECT status FROM blocking)
    AND NOT (a.status = 'PENDING' AND NOT EXISTS (SELECT FROM allocations l WHERE l.appointment_id = a.id) AND (s.unassigned_requests OR s.updated_at > a.created_at))
), seats AS (
  SELECT a.session_id, sum(a.party_size) FILTER (WHERE NOT a.overridden ? 'double_booking') AS bound, count(*) FILTER (WHERE a.status IN ('PENDING', 'CONFIRMED', 'CHECKED_IN')) AS open
  FROM appointments a
  WHERE a.session_id IS NOT NULL AND a.status IN (SELECT status FROM blocking) AND (a.status <> 'PENDING' OR a.pending_until > $1)
  GROUP BY a.session_id
), kept AS (
  SELECT h.session_id, sum(h.party_size) AS seats, max(h.expires_at) AS until FROM holds h WHERE h.session_id IS NOT NULL AND h.expires_at > $1 GROUP BY h.session_id
), stands AS (
  -- Until when a session that was made by its first seat must stand, and does: as long as somebody sits in it, or the longest hold lasts.
  SELECT g.id, CASE WHEN EXISTS (SELECT FROM appointments a WHERE a.session_id = g.id AND a.status IN (SELECT status FROM blocking)) THEN 'infinity' ELSE k.until END AS must,
    (SELECT min(coalesce(l.expires_at, 'infinity')) FROM allocations l WHERE l.session_id = g.id AND l.active) AS does
  FROM group_sessions g LEFT JOIN kept k ON k.session_id = g.id WHERE g.ad_hoc AND g.status = 'SCHEDULED'
)
SELECT 'capacity' AS name, format('resource %s: %s of %s in use at %s', resource_id, in_use, capacity, at) AS detail FROM sweep WHERE in_use > capacity
UNION ALL
-- What is booked by the rules after somebody has overbooked must find room beside that, too. Ids are in the order of booking.
SELECT 'room beside what was overbooked', format('resource %s: %s was booked beside %s, which was there and takes all', x.resource_id, x.id, y.id)
FROM held x JOIN held y ON y.resource_id = x.resource_id AND y.busy_range && x.busy_range AND y.id < x.id
WHERE NOT x.exempt AND y.exempt AND x.units + y.units > x.capacity
UNION ALL
SELECT 'exclusive', format('resource %s: %s and %s overlap', a.resource_id, a.id, b.id)
FROM allocations a JOIN allocations b ON b.resource_id = a.resource_id AND b.busy_range && a.busy_range AND b.id > a.id
WHERE a.active AND a.exclusive AND b.active AND b.exclusive
UNION ALL
SELECT 'exclusive as the capacity says', format('%s of resource %s: exclusive %s, capacity %s', id, resource_id, exclusive, capacity)
FROM held WHERE CASE WHEN exempt THEN exclusive ELSE exclusive <> (capacity = 1) END AND lower(busy_range) > $1
UNION ALL
SELECT 'allocation without owner', l.id::text
FROM allocations l LEFT JOIN appointments a ON a.id = l.appointment_id LEFT JOIN holds h ON h.id = l.hold_id LEFT JOIN group_sessions g ON g.id = l.session_id
WHERE num_nonnulls(l.appointment_id, l.hold_id, l.session_id) <> 1 OR num_nonnulls(a.id, h.id, g.id) <> 1 OR a.session_id IS NOT NULL
UNION ALL
SELECT 'appointment without allocation', format('%s is %s', b.id, b.status)
FROM booked b WHERE NOT EXISTS (SELECT FROM allocations l WHERE l.appointment_id = b.id AND (l.active OR b.may_wait OR b.released_at IS NOT NULL))
UNION ALL
SELECT 'appointment with an inactive allocation', format('%s is %s', b.id, b.status)
FROM booked b WHERE b.released_at IS NULL AND NOT b.may_wait AND EXISTS (SELECT FROM allocations l WHERE l.appointment_id = b.id AND NOT l.active)
UNION ALL
SELECT 'allocations by requirement', format('%s: %s resources for requirement %s, which needs %s', b.id, l.n, q.need, q.quantity)
FROM booked b JOIN requirement q ON q.service_id = b.service_id
  CROSS JOIN LATERAL (SELECT count(DISTINCT resource_id) AS n FROM allocations WHERE appointment_id = b.id AND need = q.need AND NOT linked) l
WHERE b.as_agreed AND l.n <> q.quantity
UNION ALL
SELECT 'allocation for no requirement', format('%s: requirement %s of %s', b.id, l.need, q.needs)
FROM booked b JOIN allocations l ON l.appointment_id = b.id JOIN (SELECT DISTINCT service_id, needs FROM requirement) q ON q.service_id = b.service_id
WHERE b.as_agreed AND l.need >= q.needs
UNION ALL
SELECT 'one resource twice', format('%s: resource %s', b.id, l.resource_id)
FROM booked b JOIN allocations l ON l.appointment_id = b.id WHERE NOT l.linked GROUP BY b.id, l.resource_id HAVING count(DISTINCT l.need) > 1
UNION ALL
SELECT 'time with buffers', format('%s has %s, its allocation %s', b.id, span, l.busy_range)
FROM booked b JOIN requirement q ON q.service_id = b.service_id AND q.needs = 1 AND q.whole JOIN allocations l ON l.appointment_id = b.id JOIN resources r ON r.id = l.resource_id
  CROSS JOIN LATERAL (SELECT tstzrange(b.starts_at - make_interval(mins => b.buffer_before_minutes), b.ends_at + make_interval(mins => b.buffer_after_minutes)) AS least,
    tstzrange(b.starts_at - make_interval(mins => greatest(b.buffer_before_minutes, r.buffer_before_minutes)), b.ends_at + make_interval(mins => greatest(b.buffer_after_minutes, r.buffer_after_minutes))) AS span) t
-- A resource's own buffers may have been others when it was booked; those linked to it are kept as long as it is.
WHERE b.as_agreed AND b.released_at IS NULL AND (NOT l.busy_range @> least OR l.busy_range <> span AND NOT l.linked AND r.updated_at <= b.created_at)
UNION ALL
SELECT 'ended, but takes time', format('%s is %s', a.id, a.status)
FROM appointments a WHERE a.status NOT IN (SELECT status FROM blocking) AND EXISTS (SELECT FROM allocations l WHERE l.appointment_id = a.id AND l.active)
UNION ALL
SELECT 'seats', format('session %s: %s and %s kept of %s', g.id, s.bound, k.seats, g.capacity)
FROM group_sessions g LEFT JOIN seats s ON s.session_id = g.id LEFT JOIN kept k ON k.session_id = g.id WHERE coalesce(s.bound, 0) + coalesce(k.seats, 0) > g.capacity
UNION ALL
SELECT 'seat in a cancelled session', format('session %s: %s seats', g.id, s.open) FROM group_sessions g JOIN seats s ON s.session_id = g.id WHERE g.status = 'CANCELLED' AND s.open > 0
UNION ALL
SELECT 'seat at another time', format('%s of session %s', a.id, g.id)
FROM appointments a JOIN group_sessions g ON g.id = a.session_id WHERE a.status IN ('PENDING', 'CONFIRMED', 'CHECKED_IN') AND (a.starts_at, a.ends_at) <> (g.starts_at, g.ends_at)
UNION ALL
SELECT 'session for nobody', format('session %s was made by its first seat and has none', id) FROM stands WHERE does > $1 AND (must IS NULL OR does > must)
UNION ALL
SELECT 'session that ends too soon', format('session %s is there until %s, must be until %s', id, does, must) FROM stands WHERE does < must
UNION ALL
SELECT 'session that ends by itself', g.id::text FROM group_sessions g JOIN allocations l ON l.session_id = g.id WHERE NOT g.ad_hoc AND l.expires_at IS NOT NULL
UNION ALL
SELECT 'kept seat elsewhere', format('%s of session %s, which is %s', h.id, g.id, g.status)
FROM holds h JOIN group_sessions g ON g.id = h.session_id WHERE g.status <> 'SCHEDULED' OR (h.starts_at, h.ends_at) <> (g.starts_at, g.ends_at)
UNION ALL
SELECT 'session without allocation', g.id::text FROM group_sessions g WHERE g.status = 'SCHEDULED' AND NOT EXISTS (SELECT FROM allocations l WHERE l.session_id = g.id AND l.active)
UNION ALL
SELECT 'session with an allocation of the wrong state', format('session %s is %s', g.id, g.status)
FROM group_sessions g JOIN allocations l ON l.session_id = g.id WHERE l.active <> (g.status = 'SCHEDULED')
UNION ALL
SELECT 'hold without allocation', h.id::text FROM holds h WHERE (h.session_id IS NOT NULL) = EXISTS (SELECT FROM allocations l WHERE l.hold_id = h.id AND l.active AND l.expires_at = h.expires_at)
UNION ALL
SELECT 'history', format('%s in version %s has %s entries, versions %s to %s', a.id, a.version, h.n, h.first, h.last)
FROM appointments a CROSS JOIN LATERAL (
  SELECT count(*) AS n, count(DISTINCT version) AS versions, min(version) AS first, max(version) AS last FROM appointment_history WHERE appointment_id = a.id
) h WHERE (h.n, h.versions, h.first, h.last) IS DISTINCT FROM (a.version::bigint, a.version::bigint, 1, a.version)
