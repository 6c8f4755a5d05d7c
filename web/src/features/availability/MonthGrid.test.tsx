import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { MonthGrid } from "./MonthGrid";
import { monthOf, nextMonth, previousMonth } from "./queries";

it("offers only days with times and lets arrows walk over them", async () => {
  const choose = vi.fn();
  render(
    <MonthGrid
      first="2026-03-01"
      today="2026-03-03"
      counts={
        new Map([
          ["2026-03-04", 6],
          ["2026-03-06", 1],
        ])
      }
      loading={false}
      chosen="2026-03-04"
      onChoose={choose}
      onMonth={vi.fn()}
    />,
  );
  const user = userEvent.setup();
  const wednesday = screen.getByRole("button", { name: /^Wednesday 4 March.*, 6 times$/ });
  expect(wednesday.getAttribute("aria-pressed")).toBe("true");
  expect(
    screen.getByRole<HTMLButtonElement>("button", { name: /^Thursday 5 March.*, no times$/ }).disabled,
  ).toBe(true);
  wednesday.focus();
  await user.keyboard("{ArrowRight}{Enter}");
  expect(choose).toHaveBeenCalledExactlyOnceWith("2026-03-06");
});

it("knows months", () => {
  expect(monthOf("2026-02-10", "2026-02-05")).toEqual({
    first: "2026-02-01",
    from: "2026-02-05",
    to: "2026-02-28",
  });
  expect(monthOf("2026-12-10", "2026-02-05").to).toBe("2026-12-31");
  expect(nextMonth("2026-12-01")).toBe("2027-01-01");
  expect(previousMonth("2026-01-01")).toBe("2025-12-01");
});
