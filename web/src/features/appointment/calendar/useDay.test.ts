import { expect, it } from "vitest";
import type { Appointment, Block } from "@/api/types";
import { clockText } from "@/lib/format";
import { dayOf, instantOf, wallClock } from "@/lib/zone";
import { stateOf } from "../state";
import { freeStarts, type Lane } from "./useDay";

const zone = "Europe/Berlin";
const at = (minutes: number) => instantOf("2026-03-04", minutes, zone);
const span = (from: number, to: number) => ({
  start: new Date(at(from)).toISOString(),
  end: new Date(at(to)).toISOString(),
});
const appointment = (from: number, to: number, status: Appointment["status"] = "CONFIRMED") =>
  ({ id: "apt", status, ...span(from, to) }) as Appointment;

function lane(appointments: Appointment[], blocks: Block[] = []): Lane {
  const open = [{ from: at(540), to: at(720) }];
  return { resource: {} as Lane["resource"], appointments, blocks, open, closed: [] };
}

const starts = (of: Lane, now = dayOf("2026-03-04", zone).from) =>
  freeStarts(of, now).map((instant) => clockText(wallClock(instant, zone).minutes));

it("offers the half hours that are open, free and not past", () => {
  expect(starts(lane([]))).toEqual(["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]);
  expect(starts(lane([appointment(570, 615)]))).toEqual(["09:00", "10:30", "11:00", "11:30"]);
  expect(starts(lane([], [span(540, 660) as Block]))).toEqual(["11:00", "11:30"]);
  expect(starts(lane([]), at(641))).toEqual(["11:00", "11:30"]);
});

it("takes cancelled appointments for free time", () => {
  expect(starts(lane([appointment(540, 720, "CANCELLED")]))).toHaveLength(6);
});

it("tells what time has made of an appointment", () => {
  const one = appointment(600, 660);
  expect(stateOf(one, at(599))).toBe("upcoming");
  expect(stateOf(one, at(600))).toBe("running");
  expect(stateOf(one, at(660))).toBe("ended");
  for (const off of ["CANCELLED", "DECLINED", "EXPIRED"] as const)
    expect(stateOf(appointment(600, 660, off), at(599))).toBe("cancelled");
});

it("believes what people said about an appointment more than the time", () => {
  const said = {
    PENDING: "requested",
    CHECKED_IN: "arrived",
    IN_PROGRESS: "running",
    COMPLETED: "ended",
    NO_SHOW: "noShow",
  } as const;
  for (const [status, state] of Object.entries(said))
    for (const now of [599, 600, 660])
      expect(stateOf(appointment(600, 660, status as keyof typeof said), at(now))).toBe(state);
});
