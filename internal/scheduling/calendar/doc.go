// Package calendar answers what can be booked, when, and by whom.
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
//   - a place is the line of instants with the hours that all share; a diary is
//     one resource on it: where it works, what blocks it, and what is booked of it.
//   - a sweep over what is booked tells how much of a resource's capacity is taken
//     when; where there is no room for so many units is a set like any other.
//   - a [Need] is what must be there for some parts of an appointment; a lane is
//     one candidate of one need.
//   - a grid is the starts that a lane of the first need offers: by its windows or
//     by the clock, and beside what leaves no room.
//   - a [Strategy] ranks the candidates of a need; a team finds distinct ones for
//     all needs of a start, by matching, and by a search where links demand it.
//   - [Question.Slots], [Question.Days], [Question.Choose] and [Question.Nearest]
//     put the same fit to the lanes; [Question.Explain] asks for every rule that
//     is in the way.
//
// Everything is half-open: [Start, End). Touching is not overlapping. Instants
// are counted in whole microseconds, as the database does.
//
// Where it grows: filters that depend on the start alone stand beside notice in
// filters and limits, and what makes one resource better than another beside the
// strategies. The oracle of the tests says the same rules minute by minute; `make
// soak` compares the two at length.
package calendar
