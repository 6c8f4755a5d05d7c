import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { User } from "@/api/types";
import { PersonActions } from "./PersonActions";

const NOTHING: User["can"] = {
  change_role: [],
  deactivate: false,
  reactivate: false,
  reset_password: false,
  reset_mfa: false,
  end_sessions: false,
  set_switches: false,
  masquerade: false,
};

function show(can: Partial<User["can"]>, rest: Partial<User> = {}) {
  const person = { id: "usr_1", name: "Anna", email: "anna@demo.test", mfa_enrolled: true, ...rest };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <PersonActions
          scope="people"
          person={{ ...person, can: { ...NOTHING, ...can } } as User}
          onViewAs={vi.fn()}
        />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return screen.queryAllByRole("button").map(({ textContent }) => textContent);
}

describe("the actions of a person", () => {
  it("are those that the server allows, and no others", () => {
    expect(show({ reset_password: true, deactivate: true })).toEqual(["Send password link", "Deactivate"]);
  });

  it("include viewing as the person only where that is allowed", () => {
    expect(show({ masquerade: true })).toEqual(["View as"]);
  });

  it("leave out removing a second step that is not there", () => {
    expect(show({ reset_mfa: true }, { mfa_enrolled: false })).toEqual([]);
  });

  it("say so when there are none", () => {
    expect(show({})).toEqual([]);
    expect(screen.getByText("Your role cannot change this person.")).toBeTruthy();
  });
});
