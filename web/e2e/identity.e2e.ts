import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, inspect, launch, PHONE, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function viewAs(page: Page, email: string, reason: string): Promise<void> {
  // The search is over before the session changes: the other person may not ask it.
  const found = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get("query") === email);
  await page.getByPlaceholder("Name or e-mail").fill(email);
  await found;
  const row = page.locator(".table tbody tr", { hasText: email });
  await row.getByRole("button", { name: /^View as/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: /^View as/ }).click();
}

it("views as somebody of a business, with a banner on every page that leads back", async () => {
  const { page, context, close } = await visit(browser, PHONE);
  await signIn(page, HOSTS.platform, "support@platform.test");
  await page.goto(`${HOSTS.platform}/users`);
  await viewAs(page, "manager@demo.test", "Ticket 812: no free times on Saturday");
  await page.waitForURL(`${HOSTS.demo}/app/**`);
  const banner = page.getByRole("status").filter({ hasText: "You are viewing as" });
  await banner.filter({ hasText: "Ticket 812" }).waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await page.locator(".tl, .agenda, .card").first().waitFor();
  await inspect(page, "masquerade");
  await page.goto(`${HOSTS.demo}/app/nothing/here`);
  await banner.waitFor();

  const other = await context.newPage();
  await other.goto(`${HOSTS.platform}/users`);
  await other.getByText(/^You are viewing as .* in another window$/).waitFor();
  await inspect(other, "masquerade-elsewhere");
  await other.close();

  await page.getByRole("button", { name: "Return to my account" }).click();
  await page.waitForURL(`${HOSTS.platform}/users**`);
  await page.locator(".table-open").first().waitFor();
  expect(await page.locator(".masquerade").count()).toBe(0);
  await close();
});

it("shows the owner who was here, and lets the owner view as staff", async () => {
  const { page, close } = await visit(browser, DESKTOP);
  await signIn(page, HOSTS.demo, "owner@demo.test");
  await page.goto(`${HOSTS.demo}/app/access-log`);
  await page.locator(".table tbody tr", { hasText: "Ticket 812" }).first().locator(".table-open").click();
  await page.getByRole("dialog").getByText("Began to view as somebody").waitFor();

  await page.goto(`${HOSTS.demo}/app/people`);
  await viewAs(page, "staff@demo.test", "");
  await page.locator(".masquerade").waitFor();
  await page.getByRole("button", { name: "Return to my account" }).click();
  await page.locator(".masquerade").waitFor({ state: "detached" });
  await page.waitForURL(`${HOSTS.demo}/app/people**`);
  await close();
});
