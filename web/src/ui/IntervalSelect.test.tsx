import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { IntervalSelect } from "./IntervalSelect";

let current: number | null = 0;

function Field({ start, inherited }: { start: number | null; inherited?: string }) {
  const [value, setValue] = useState(start);
  return (
    <MantineProvider env="test">
      <IntervalSelect
        label="A start every"
        inherited={inherited}
        value={value}
        onChange={(next) => {
          current = next;
          setValue(next);
        }}
      />
    </MantineProvider>
  );
}

const field = () => screen.getByRole<HTMLInputElement>("combobox", { name: "A start every" });

it("tells what is inherited from a number of its own", async () => {
  render(<Field start={null} inherited="By location" />);
  const user = userEvent.setup();
  expect(field().value).toBe("By location");
  await user.click(field());
  await user.click(screen.getByRole("option", { name: "20 min" }));
  expect(current).toBe(20);
  await user.click(field());
  await user.click(screen.getByRole("option", { name: "By location" }));
  expect(current).toBeNull();
});

it("offers an unusual interval where it is in use, and nothing to inherit where nobody else says", async () => {
  render(<Field start={7} />);
  expect(field().value).toBe("7 min");
  await userEvent.setup().click(field());
  const options = screen.getAllByRole("option").map((option) => option.textContent);
  expect(options.slice(0, 3)).toEqual(["5 min", "7 min", "10 min"]);
});
