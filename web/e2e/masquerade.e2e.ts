import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, inspect, launch, PASSWORD, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const REASON = "Ticket 907: a customer can't be moved";

/** What the server says to a call made from the page, with the page's own session. */
function call(page: Page, path: string, body: unknown): Promise<{ status: number; code: string }> {
  return page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const problem = (await answer.json().catch(() => ({}))) as { code?: string };
      return { status: answer.status, code: problem.code ?? "" };
    },
    [path, body] as const,
  );
}

async function actAsManager(page: Page): Promise<void> {
  await signIn(page, HOSTS.platform, "support@platform.test");
  await page.goto(`${HOSTS.platform}/users?query=Marek`);
  await page
    .getByRole("button", { name: /^View as/ })
    .first()
    .click();
  await page.getByLabel("Reason").fill(REASON);
  await page.getByRole("dialog").getByRole("button", { name: "View as Marek Novak" }).click();
  await page.waitForURL(`${HOSTS.demo}/app/**`);
}

const banner = (page: Page) => page.getByRole("status").filter({ hasText: "You are viewing as Marek Novak" });

it("shows the owner all that support did as a manager", async () => {
  const support = await visit(browser, DESKTOP);
  const { page } = support;
  await actAsManager(page);

  // The banner is on every page, the missing ones included; the code is not in the address bar.
  await banner(page).waitFor();
  expect(await banner(page).textContent()).toContain(REASON);
  expect(page.url()).not.toContain("#");
  await page.goto(`${HOSTS.demo}/app/nowhere`);
  await banner(page).waitFor();
  await inspect(page, "masquerade-nowhere");
  await page.goto(`${HOSTS.demo}/`);
  await banner(page).waitFor();
  await inspect(page, "masquerade-book");

  // An appointment is cancelled, as the manager could.
  await page.goto(`${HOSTS.demo}/app/calendar`);
  await page.locator('.card[data-state="upcoming"], .card').last().click();
  const details = page.getByRole("dialog", { name: "Appointment" });
  await details.getByRole("button", { name: "Cancel appointment" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this appointment?" });
  await question.getByRole("button", { name: "Cancel appointment" }).click();
  await page.getByText(/^The appointment of .* is cancelled/).waitFor();

  // A password is for its owner alone: the page does not offer it, and the server refuses.
  await page.goto(`${HOSTS.demo}/app/account`);
  await banner(page).waitFor();
  expect(await page.getByRole("button", { name: /Change.*password/ }).count()).toBe(0);
  expect(
    await call(page, "/me/password", { current: PASSWORD, password: "another long passphrase" }),
  ).toEqual({
    status: 403,
    code: "forbidden_while_masquerading",
  });

  // Meanwhile the owner sees who is here, in a browser of their own.
  const owner = await visit(browser, DESKTOP);
  await signIn(owner.page, HOSTS.demo, "owner@demo.test");
  await owner.page.goto(`${HOSTS.demo}/app/access-log`);
  const log = owner.page.locator(".table tbody tr", { hasText: REASON });
  await log.filter({ hasText: "Sol Support" }).waitFor();
  expect(await owner.page.getByRole("status").filter({ hasText: "You are viewing as" }).count()).toBe(0);

  await page.getByRole("button", { name: "Return to my account" }).click();
  await page.waitForURL(`${HOSTS.platform}/**`);
  await page.getByRole("button", { name: /^Account of Sol Support/ }).waitFor();

  await owner.page.reload();
  await log.locator(".table-open").click();
  const entry = owner.page.getByRole("dialog");
  await entry.getByText(REASON).waitFor();
  const text = await entry.textContent();
  expect(text).toContain("Marek Novak");
  await inspect(owner.page, "access-log-entry");
  await owner.close();
  await support.context.close(); // without a look at its console, where the refusal stands
});
