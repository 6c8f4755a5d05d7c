// Package calendar answers what can be booked, and when.
//
// It is the one engine behind the list of free slots and behind the writing of
// an appointment: both ask the same [Question], so that what is listed can be
// booked and what is not listed cannot. It knows no database and no HTTP; the
// caller loads what [Question.Reach] names and maps ids to indexes.
//
// The pieces, from the wall clock to the answer:
//
//   - [Clock], [Date] and [Wall] are times as people write them, without an
//     offset; [Hours] are weekly rules made of them, [Overrides] those of single dates.
//   - [Recurrence] is on which dates something comes again.
//   - [Project] turns a rule into instants, by stretches of constant offset, so
//     that no clock change is a special case.
//   - a lane is one resource on the line of instants: where it works, what
//     blocks it, what occupies it, and its grid of starts.
//   - a grid is the starts that a lane offers: by its windows or by the clock, and
//     beside what is busy.
//   - [Question.Slots], [Question.At] and [Question.Nearest] put the same fit to
//     the lanes.
//
// Everything is half-open: [Start, End). Touching is not overlapping. Instants
// are counted in whole microseconds, as the database does.
//
// Where it grows: capacity turns a lane's busy check into a sweep; several requirements ask
// several lanes about parts of one span; policies that depend on the start
// alone stand beside notice in limits.
package calendar
