import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, launch, PHONE, signIn, visit, type Visit } from "./harness";

let browser: Browser;
let owner: Visit;
const mark = Date.now();

beforeAll(async () => {
  browser = await launch();
  owner = await visit(browser, DESKTOP);
  await signIn(owner.page, HOSTS.demo, "owner@demo.test");
});
afterAll(async () => {
  await owner.close();
  await browser.close();
});

it("saves a location's hours", async () => {
  const { page } = owner;
  await page.goto(`${HOSTS.demo}/app/settings/locations`);
  const row = page.locator("button.row").first();
  await row.click();
  await page.getByRole("button", { name: "Add hours on Sunday" }).click();
  const opens = page.getByLabel("Sunday, opens").last();
  await opens.fill("2130");
  const closes = page.getByLabel("Sunday, closes").last();
  await closes.fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await page.reload();
  await row.filter({ hasText: "21:30–01:00" }).waitFor();

  await row.click();
  await page.getByRole("button", { name: "Remove these hours on Sunday" }).last().click();
  await page.getByRole("button", { name: "Save" }).click();
  await row.filter({ hasNotText: "21:30" }).waitFor();
});

it("adds a resource, plans its time off, archives it", async () => {
  const { page } = owner;
  const name = `Chair ${mark}`;
  await page.goto(`${HOSTS.demo}/app/settings/resources`);
  await page.getByRole("button", { name: "Add resource" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Please fill this in").waitFor();
  await page.getByLabel("Name").fill(name);
  await page.getByText("Equipment", { exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  const row = page.locator(".list > li", { hasText: name });
  await row.waitFor();

  await row.getByRole("button", { name: "Time off" }).click();
  const dialog = page.getByRole("dialog", { name: `Time off of ${name}` });
  await dialog.getByLabel(/^Reason/).fill("Repair");
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByText("Repair").waitFor();
  await dialog.getByRole("button", { name: /^Remove / }).click();
  await dialog.getByText("Nothing is planned").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await row.locator("button.row").click();
  await page.getByRole("button", { name: "Archive" }).click();
  const question = page.getByRole("dialog", { name: `Archive ${name}?` });
  await question.getByRole("button", { name: "Archive" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "Show archived" }).click();
  await row.getByText("Archived").waitFor();
});

it("saves a service", async () => {
  const { page } = owner;
  const name = `Braids ${mark}`;
  await page.goto(`${HOSTS.demo}/app/settings/services`);
  await page.getByRole("button", { name: "Add service" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Duration in minutes").fill("50");
  await page.getByLabel(/^Price in/).fill("42.50");
  await page.getByRole("switch", { name: "Customers can book it online" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  const row = page.locator(".list > li", { hasText: name });
  await row.getByText("Not online").waitFor();
  expect(await row.textContent()).toContain("€42.50");
  await row.locator("button.row").click();
  expect(await page.getByLabel("Duration in minutes").inputValue()).toBe("50");
  await page.getByRole("button", { name: "Archive" }).click();
  await page
    .getByRole("dialog", { name: `Archive ${name}?` })
    .getByRole("button", { name: "Archive" })
    .click();
  await row.waitFor({ state: "detached" });
});

it("adds a customer and finds it again", async () => {
  const { page } = owner;
  const name = `Zoe ${mark}`;
  await page.goto(`${HOSTS.demo}/app/settings/customers`);
  await page.getByRole("button", { name: "Add customer" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`zoe.${mark}@example.test`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await page.getByRole("searchbox").fill(`zoe.${mark}`);
  await page.locator(".list > li", { hasText: name }).waitFor();
  await page.getByRole("searchbox").fill("nobody at all");
  await page.getByText("No customer matches").waitFor();
});

it("asks before it throws away what was typed", async () => {
  const { page } = owner;
  await page.goto(`${HOSTS.demo}/app/settings/services`);
  await page.locator("button.row").first().click();
  await page.getByLabel("Name").fill("Something else");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Leave without saving" }).click();
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
});

it("shows the messages that were stored", async () => {
  const { page } = owner;
  await page.goto(`${HOSTS.demo}/app/outbox`);
  await page.locator(".mail button").first().click();
  await page.locator(".mail-text").waitFor();
});

it("hides from staff what their role does not include", async () => {
  const { page, close } = await visit(browser, PHONE);
  await signIn(page, HOSTS.demo, "staff@demo.test");
  await page.goto(`${HOSTS.demo}/app/outbox`);
  await page.getByText("Your role does not include this page").waitFor();
  await close();
});

it("keeps the door closed to wrong passwords", async () => {
  const { page, context } = await visit(browser, PHONE);
  await page.goto(`${HOSTS.demo}/login`);
  await page.getByLabel("E-mail").fill(`nobody.${mark}@demo.test`);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("E-mail address or password is wrong.").waitFor();
  await context.close();
});

it("shows the platform its businesses", async () => {
  const { page, close } = await visit(browser, DESKTOP);
  await signIn(page, HOSTS.platform, "superuser@platform.test");
  await page.goto(`${HOSTS.platform}/businesses`);
  const link = page.getByRole("link", { name: /^demo\.localhost/ });
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe(`//demo.${new URL(HOSTS.apex).host}/`);
  await page.getByLabel("Filter by name or address").fill("no such business");
  await page.getByText("Nothing matches these filters").waitFor();
  expect(new URL(page.url()).searchParams.get("query")).toBe("no such business");
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await link.waitFor();
  await close();
});
