import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import type { Window } from "@/lib/hours";
import { HoursEditor } from "./HoursEditor";

let current: Window[] = [];

function Editor({ start }: { start: Window[] }) {
  const [value, setValue] = useState(start);
  return (
    <MantineProvider>
      <HoursEditor
        label="Opening hours"
        value={value}
        onChange={(next) => {
          current = next;
          setValue(next);
        }}
        errorAt={(path) => (path === "0.to" ? "Too late" : undefined)}
      />
    </MantineProvider>
  );
}

it("reads an end before the start as the next day", async () => {
  render(<Editor start={[{ weekday: 5, from: "22:00", to: "23:00" }]} />);
  const user = userEvent.setup();
  const end = screen.getByLabelText("Friday, closes");
  await user.clear(end);
  await user.type(end, "2");
  await user.tab();
  expect(current).toEqual([{ weekday: 5, from: "22:00", to: "26:00" }]);
  expect(screen.getByText("next day")).toBeTruthy();
  expect(screen.getByText("Too late")).toBeTruthy();
});

it("adds, removes and copies windows", async () => {
  render(<Editor start={[]} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Add hours on Monday" }));
  await user.click(screen.getByRole("button", { name: "Add hours on Monday" }));
  expect(current.map(({ from, to }) => `${from}-${to}`)).toEqual(["09:00-17:00", "18:00-21:00"]);
  await user.click(screen.getAllByRole("button", { name: "Remove these hours on Monday" })[1] as HTMLElement);
  await user.click(screen.getByRole("button", { name: /Use Monday's hours/ }));
  expect(current.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5]);
});
