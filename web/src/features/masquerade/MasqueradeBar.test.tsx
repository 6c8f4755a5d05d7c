import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { masquerades } from "@/api/client";
import type { Me } from "@/api/types";
import { me } from "@/features/session";
import { MasqueradeBar } from "./MasqueradeBar";

const own = {
  user: { id: "usr_1", name: "Max", email: "max@demo.test", role: "TENANT_MANAGER" },
  tenant: { id: "ten_1", name: "Demo Salon", slug: "demo", currency: "EUR" },
  masquerade: null,
} as Partial<Me> as Me;

const acting = (): Me => ({
  ...own,
  masquerade: {
    id: "mq_1",
    actor: { id: "usr_9", name: "Sue", role: "PLATFORM_SUPPORT" },
    started_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 60 * 60_000).toISOString(),
    reason: "Ticket 812",
    read_only: false,
  },
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function show(who: Me) {
  const queries = new QueryClient();
  queries.setQueryData(me.queryKey, who);
  render(
    <QueryClientProvider client={queries}>
      <MantineProvider>
        <MasqueradeBar />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

it("says who is seen as whom, where and why, and how to get back", () => {
  show(acting());
  const text = screen.getByRole("status").textContent;
  expect(text).toContain("You are viewing as Max (Manager) at Demo Salon.");
  expect(text).toContain("Reason: Ticket 812");
  expect(screen.getByRole("button", { name: "Return to my account" })).toBeTruthy();
});

it("ticks for the eyes only", () => {
  show(acting());
  const ticking = screen.getByText(/^Ends in (59|60):\d\d/);
  expect(ticking.getAttribute("aria-hidden")).toBe("true");
});

it("is not there for somebody's own session, until an answer says otherwise", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(acting())));
  show(own);
  expect(screen.queryByRole("status")).toBeNull();
  masquerades.dispatchEvent(new Event("seen"));
  expect((await screen.findByRole("status")).textContent).toContain("Max (Manager)");
});
