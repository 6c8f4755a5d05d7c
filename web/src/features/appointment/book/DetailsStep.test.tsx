import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { type Contact, DetailsStep } from "./DetailsStep";
import { useBook } from "./queries";

const answers: { status: number; body: unknown }[] = [];
const sent: { key: string | null; body: { start: string } }[] = [];
const booked = vi.fn();

beforeEach(() => {
  answers.length = 0;
  sent.length = 0;
  booked.mockReset();
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push({
      key: request.headers.get("Idempotency-Key"),
      body: (await request.clone().json()) as { start: string },
    });
    const answer = answers.shift();
    if (!answer) throw new TypeError("network");
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: { "Content-Type": "application/json" },
    });
  });
});

function Page() {
  const [contact, setContact] = useState<Contact>({ name: "", email: "", phone: "" });
  const [start, setStart] = useState("2026-03-04T10:00:00+01:00");
  return (
    <DetailsStep
      contact={contact}
      onContact={setContact}
      start={start}
      zone="Europe/Berlin"
      intent={(at) => ({
        service_id: "svc_1",
        start: at,
        customer: { name: contact.name, email: contact.email },
      })}
      book={useBook()}
      onBooked={booked}
      onStart={(slot) => {
        setStart(slot.start);
      }}
      onBack={vi.fn()}
    />
  );
}

async function fillIn() {
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  await user.type(screen.getByLabelText("Name"), "Mia Keller");
  await user.type(screen.getByLabelText("E-mail"), "mia@example.com");
  return user;
}

it("asks for what is missing, at its field, and sends nothing", async () => {
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  await user.type(screen.getByLabelText("E-mail"), "nonsense");
  await user.click(screen.getByRole("button", { name: "Book appointment" }));
  expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("This does not look like an e-mail address")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  expect(sent).toHaveLength(0);
});

it("keeps everything when the time was taken and books a nearest one with one tap", async () => {
  const slot = {
    start: "2026-03-04T11:00:00+01:00",
    end: "2026-03-04T11:45:00+01:00",
    resource_ids: ["res_1"],
  };
  answers.push({ status: 409, body: { code: "slot_unavailable", status: 409, alternatives: [slot] } });
  answers.push({ status: 201, body: { id: "apt_1" } });
  const user = await fillIn();
  await user.click(screen.getByRole("button", { name: "Book appointment" }));
  await screen.findByText("This time was just taken.");
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Mia Keller");
  await user.click(screen.getByRole("button", { name: /^Book .*4 March.*, 11:00$/ }));
  await waitFor(() => {
    expect(booked).toHaveBeenCalledOnce();
  });
  expect(sent.map(({ body }) => body.start)).toEqual(["2026-03-04T10:00:00+01:00", slot.start]);
  expect(sent[0]?.key).not.toBe(sent[1]?.key);
});

it("sends the same key again when the answer got lost", async () => {
  const user = await fillIn();
  await user.click(screen.getByRole("button", { name: "Book appointment" }));
  await screen.findByText(/cannot be reached/);
  answers.push({ status: 201, body: { id: "apt_1" } });
  await user.click(screen.getByRole("button", { name: "Book appointment" }));
  await waitFor(() => {
    expect(booked).toHaveBeenCalledOnce();
  });
  expect(sent).toHaveLength(2);
  expect(sent[0]?.key).toBe(sent[1]?.key);
});

it("puts the server's words at their field", async () => {
  answers.push({
    status: 422,
    body: {
      code: "validation_failed",
      errors: [{ location: "body.customer.email", message: "No such address" }],
    },
  });
  const user = await fillIn();
  await user.click(screen.getByRole("button", { name: "Book appointment" }));
  await screen.findByText("No such address");
  expect(screen.getByLabelText("E-mail").getAttribute("aria-invalid")).toBe("true");
});
