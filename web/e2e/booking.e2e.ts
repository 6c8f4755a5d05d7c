import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, launch, PHONE, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const name = `Ada Sommer ${Date.now()}`;
let date = "";

/** Chooses a haircut on a day of next month, where there is room; says which day and time. */
async function chooseHaircut(page: Page): Promise<{ date: string; time: string }> {
  await page.goto(`${HOSTS.demo}/`);
  await page.getByRole("button", { name: /^Haircut/ }).click();
  await page.locator(".month:not([aria-busy=true])").waitFor();
  const before = await page.getByRole("heading", { level: 3 }).textContent();
  await page.getByRole("button", { name: "Next month" }).click();
  await page
    .getByRole("heading", { level: 3 })
    .filter({ hasNotText: before ?? "" })
    .waitFor();
  await page.locator(".month:not([aria-busy=true])").waitFor();
  const day = page.locator(".month-day:not(:disabled)").nth(1);
  const date = (await day.getAttribute("data-date")) ?? "";
  await day.click();
  await page.locator(`.month-day[data-date="${date}"][aria-pressed=true]`).waitFor();
  const first = page.locator(".time").first();
  const time = (await first.textContent()) ?? "";
  await first.click();
  return { date, time };
}

it("lets a customer book a haircut on a phone", async () => {
  const { page, close } = await visit(browser, PHONE);
  const chosen = await chooseHaircut(page);
  date = chosen.date;
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`ada.${Date.now()}@example.test`);

  // Going back to the times and forth again loses nothing.
  await page.getByRole("button", { name: "Back to times" }).click();
  await page.getByRole("button", { name: chosen.time, exact: true }).click();
  expect(await page.getByLabel("Name").inputValue()).toBe(name);

  await page.getByRole("button", { name: "Book appointment" }).click();
  await page.getByRole("heading", { name: "You are booked" }).waitFor();
  expect(await page.locator(".done").textContent()).toContain(chosen.time);
  await close();
});

it("offers the nearest times when someone else was faster", async () => {
  const slow = await visit(browser, PHONE);
  await slow.page.goto(`${HOSTS.demo}/`);
  const taken = async (route: Route) => {
    const { start } = route.request().postDataJSON() as { start: string };
    const later = (hours: number) => new Date(Date.parse(start) + hours * 3_600_000).toISOString();
    await route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      json: {
        type: "about:blank",
        title: "Conflict",
        status: 409,
        code: "slot_unavailable",
        detail: "This time was just taken.",
        alternatives: [1, 2, 3].map((n) => ({ start: later(n), end: later(n + 1), resource_ids: [] })),
      },
    });
  };
  await slow.page.route("**/api/v1/public/appointments", taken, { times: 1 });
  await chooseHaircut(slow.page);
  await slow.page.getByLabel("Name").fill(name);
  await slow.page.getByLabel("E-mail").fill("ada@example.test");
  await slow.page.getByRole("button", { name: "Book appointment" }).click();
  await slow.page.getByText("This time was just taken.").waitFor();
  expect(await slow.page.getByRole("button", { name: /^Book \w{3} / }).count()).toBe(3);
  expect(await slow.page.getByLabel("Name").inputValue()).toBe(name);
  await slow.context.close();
});

it("shows it to the owner, who moves it and cancels it", async () => {
  const { page, close } = await visit(browser, DESKTOP);
  await signIn(page, HOSTS.demo, "owner@demo.test");
  await page.goto(`${HOSTS.demo}/app/calendar?date=${date}`);
  const card = page.locator(".tl .card", { hasText: name });
  await card.click();
  const details = page.getByRole("dialog", { name: "Appointment" });
  await details.getByText("Haircut").waitFor();
  const before = await card.locator(".card-time").textContent();

  await details.getByRole("button", { name: "Move" }).click();
  const form = page.getByRole("dialog", { name: "Move appointment" });
  const free = form.locator(".time").last();
  const time = (await free.textContent()) ?? "";
  await free.click();
  expect(await form.getByLabel("Start").inputValue()).toBe(time);
  await form.getByRole("button", { name: "Move appointment" }).click();
  await page.getByText(/^Moved to /).waitFor();
  await page.locator(".tl .card", { hasText: name }).filter({ hasText: time }).waitFor();
  expect(time).not.toBe(before?.slice(0, 5));

  await details.getByRole("button", { name: "Cancel appointment" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this appointment?" });
  await question.getByLabel(/^Reason/).fill("Ill");
  await question.getByRole("button", { name: "Cancel appointment" }).click();
  await page.getByText(`The appointment of ${name} is cancelled`).waitFor();
  await card.waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "Show cancelled" }).click();
  await page.locator('.card[data-state="cancelled"]', { hasText: name }).waitFor();
  await close();
});

it("lets the owner book from an empty place in the day, for someone new", async () => {
  const { page, close } = await visit(browser, DESKTOP);
  const caller = `Carl Anruf ${Date.now()}`;
  await signIn(page, HOSTS.demo, "owner@demo.test");
  await page.goto(`${HOSTS.demo}/app/calendar?date=${date}`);
  await page.locator(".tl-slot").first().click();
  const form = page.getByRole("dialog", { name: "New appointment" });
  expect(await form.getByLabel("Start").inputValue()).toMatch(/^\d\d:\d\d$/);
  await form.getByRole("combobox", { name: "Service" }).or(form.getByLabel("Service")).first().click();
  await page.getByRole("option").first().click();
  await form.getByLabel("Customer").fill(caller);
  await page.getByRole("option", { name: `New customer “${caller}”` }).click();
  await form.locator(".time").first().click();
  await form.getByRole("button", { name: "Book" }).click();
  await page.getByText(`Booked: ${caller}`).waitFor();
  await page.locator(".tl .card", { hasText: caller }).waitFor();
  await close();
});
