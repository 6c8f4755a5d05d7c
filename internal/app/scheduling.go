package app

import (
	"github.com/riverqueue/river"

	"smoothschedule/internal/communication/notify"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/block"
	"smoothschedule/internal/scheduling/clock"
	"smoothschedule/internal/scheduling/policy"
	"smoothschedule/internal/scheduling/series"
	"smoothschedule/internal/scheduling/waitlist"
)

// wireScheduling makes what books, what hears of it, and who does its jobs. It returns what has operations of its own.
func (a *App) wireScheduling(secret []byte, workers *river.Workers, notices *notify.Service) []domain {
	free, policies := &availability.Service{}, &policy.Service{Customers: a.customers}
	a.appointments = &appointment.Service{Availability: free, Customers: a.customers, Policies: policies, Audit: a.identity.log, Secret: derive(secret, "customers' links")}
	a.series = &series.Service{Appointments: a.appointments, Availability: free}
	river.AddWorker(workers, &notify.ConfirmationWorker{Service: notices, Tenants: a.tenants, Letters: a.identity.letters, Appointments: a.appointments})
	river.AddWorker(workers, &notify.SessionNewsWorker{Service: notices, Tenants: a.tenants})
	river.AddWorker(workers, &notify.NewsWorker{Service: notices, Tenants: a.tenants})
	a.waitlist = &waitlist.Service{DB: a.db, Queue: notices.Queue, Appointments: a.appointments, Availability: free, Customers: a.customers}
	river.AddWorker(workers, &notify.WaitlistWorker{Service: notices, Tenants: a.tenants})
	a.clock = &clock.Service{Appointments: a.appointments, Series: a.series}
	a.addSchedulingWorkers(workers)
	blocks := &block.Service{}

	a.appointments.OnCreated.On(notices.AppointmentCreated)
	a.appointments.OnAccepted.On(notices.AppointmentAccepted)
	a.appointments.OnMoved.On(notices.SessionMoved)
	a.appointments.OnCalledOff.On(notices.SessionCalledOff)
	a.appointments.OnWritten.On(notices.SessionWritten)
	a.appointments.OnNews.On(notices.AppointmentNews)
	a.appointments.OnReleased.On(a.waitlist.Released)
	blocks.OnLifted.On(a.waitlist.Lifted)
	a.locations.OnOpened.On(a.waitlist.Opened)
	a.resources.OnOpened.On(a.waitlist.Opened)
	a.services.OnOpened.On(a.waitlist.ServiceOpened)
	a.series.OnCreated.On(notices.SeriesCreated)
	a.clock.OnRulesChanged.On(a.identity.clocksChanged)
	a.waitlist.OnOffered.On(notices.WaitlistOffered)
	a.waitlist.OnFree.On(notices.WaitlistFree)
	return []domain{blocks, free, policies, a.appointments, a.series, a.clock, a.waitlist}
}
