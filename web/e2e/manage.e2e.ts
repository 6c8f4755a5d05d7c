import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, inspect, launch, PHONE, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const name = `Mia Brandt ${Date.now()}`;

/** Books a haircut as a stranger does. */
async function book(page: Page): Promise<void> {
  await page.goto(`${HOSTS.demo}/`);
  await page.getByRole("button", { name: /^Haircut/ }).click();
  // In the next month: of this one hardly any may be left.
  await page.getByRole("button", { name: "Next month" }).click();
  await page.locator(".month:not([aria-busy=true]) .month-day:not(:disabled)").nth(4).click();
  await page.locator(".time").nth(2).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`mia.${Date.now()}@example.test`);
  await page.getByRole("button", { name: "Book appointment" }).click();
  await page.getByRole("heading", { name: "You are booked" }).waitFor();
}

/** The link of the confirmation, as the owner finds it in the outbox. */
async function link(page: Page): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await page.evaluate(async (to) => {
      const answer = await fetch("/api/v1/outbox");
      const { data } = (await answer.json()) as { data: { text: string }[] };
      return data.find(({ text }) => text.includes(to))?.text.match(/https?:\S+\/book\/manage#\S+/)?.[0];
    }, name);
    if (found) return found;
    await page.waitForTimeout(100); // the job that writes it runs by itself
  }
  throw new Error("no confirmation with a link");
}

it("lets a customer move and cancel an appointment by the link in the mail", async () => {
  const customer = await visit(browser, PHONE);
  await book(customer.page);
  const owner = await visit(browser, DESKTOP);
  await signIn(owner.page, HOSTS.demo, "owner@demo.test");
  const address = await link(owner.page);

  await customer.page.goto(address);
  await customer.page.getByRole("heading", { name: /^Hello Mia/ }).waitFor();
  expect(customer.page.url()).not.toContain("#");
  expect(await customer.page.locator("main").textContent()).not.toContain("Brandt");
  await inspect(customer.page, "manage-phone");
  const desktop = await visit(browser, DESKTOP);
  await desktop.page.goto(address);
  await desktop.page.getByRole("heading", { name: /^Hello Mia/ }).waitFor();
  await inspect(desktop.page, "manage-desktop");
  await desktop.close();

  await customer.page.getByRole("button", { name: "Choose another time" }).click();
  // The day that it is on stands open.
  await customer.page.locator(".time").nth(4).click();
  await customer.page.getByRole("heading", { name: /^Moved/ }).waitFor();

  await customer.page.getByRole("button", { name: "Cancel appointment" }).click();
  await inspect(customer.page, "manage-cancel-phone");
  await customer.page.getByRole("button", { name: "Cancel, free of charge" }).click();
  await customer.page.getByText("Cancelled").waitFor();
  await customer.close();
  await owner.close();
});

it("says what to do with a bad link", async () => {
  const { page, context } = await visit(browser, DESKTOP);
  await page.goto(`${HOSTS.demo}/book/manage#nonsense`);
  await page.getByText("no longer valid").waitFor();
  await inspect(page, "manage-bad");
  await page.goto(`${HOSTS.demo}/book/manage`);
  await page.getByText("Open the link in your mail again").waitFor();
  await context.close(); // its refusal is in the console
});
