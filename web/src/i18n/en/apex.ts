export const apex = {
  title: "Appointments, without the back and forth",
  lead: "SmoothSchedule keeps the book for salons, studios, practices and workshops. Customers choose a time that is really free. Your team sees one calm day.",
  demo: "Book at the demo business",
  team: "Look behind the desk",
  platform: "Platform",
  previewDay: "Tuesday 4 March",
  previewAlt: "A day at the demo business: three people, their appointments side by side",
  onceTitle: "Booked once, never twice",
  once: "When two people want the same time, one gets it and the other sees the nearest free ones.",
  phoneTitle: "Good on a phone",
  phone: "Service, person, day, time, done. No account, no app, under a minute.",
  hoursTitle: "Your hours, exactly",
  hours:
    "Several windows a day, past midnight, time off, closures, buffers, time zones and the night the clocks change.",
  apartTitle: "Every business by itself",
  apart:
    "Each one has its own address and its own data, kept apart by the database and not by good intentions.",
  howTitle: "How a booking goes",
  how1: "A customer picks a service and a time on your page.",
  how2: "The confirmation goes out, the day view shows it.",
  how3: "Your team moves or cancels it in two clicks.",
  try: "Try it now",
} as const;
