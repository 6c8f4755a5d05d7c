package setting

import (
	"context"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

const columns = `min_notice_minutes, resource_hours_override_opening, overlapping_customers, max_open_appointments, customer_limits, look_busy_percent, auto_complete_after_minutes, updated_at, version`

// current returns pg.ErrNoRow while everything is as at first.
func current(ctx context.Context, tx *pg.TenantTx) (Booking, error) {
	return pg.One[Booking](ctx, tx, `SELECT `+columns+` FROM booking_settings`, nil)
}

// forChange is current under a lock that keeps two patches from undoing each other. It makes the row, so that there is something to lock.
func forChange(ctx context.Context, tx *pg.TenantTx) (Booking, error) {
	first := AtFirst()
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO booking_settings (singleton, min_notice_minutes, resource_hours_override_opening, overlapping_customers, look_busy_percent, created_at, updated_at, changed_by, acted_by, version)
		VALUES (true, @notice, @override, @overlapping, @busy, @now, @now, @changed_by, @acted_by, 0) ON CONFLICT DO NOTHING`,
		tx.Stamp(pg.Args{"notice": first.MinNoticeMinutes, "override": first.ResourceHoursOverrideOpening, "overlapping": first.OverlappingCustomers, "busy": first.LookBusyPercent}))
	if err != nil {
		return Booking{}, err
	}
	b, err := pg.One[Booking](ctx, tx, `SELECT `+columns+` FROM booking_settings FOR NO KEY UPDATE`, nil)
	if err == nil {
		err = api.CheckVersion(ctx, b.Version)
	}
	return b, err
}

func update(ctx context.Context, tx *pg.TenantTx, n New) (Booking, error) {
	return pg.One[Booking](ctx, tx, `
		UPDATE booking_settings SET min_notice_minutes = @notice, resource_hours_override_opening = @override, overlapping_customers = @overlapping,
			max_open_appointments = @open, customer_limits = @limits, look_busy_percent = @busy, auto_complete_after_minutes = @complete,
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		RETURNING `+columns, tx.Stamp(pg.Args{
		"notice": n.MinNoticeMinutes, "override": n.ResourceHoursOverrideOpening, "overlapping": n.OverlappingCustomers, "open": n.MaxOpenAppointments, "limits": n.CustomerLimits, "busy": n.LookBusyPercent,
		"complete": n.AutoCompleteAfterMinutes,
	}))
}
