import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { DESKTOP, HOSTS, inspect, launch, PHONE, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const firstRow = (page: Page) => page.locator("button.row").first().click();

/** A page, what says that it is there, and what to open on it. */
type Screen = [path: string, ready: string, open?: (page: Page) => Promise<void>];

const dialog = (page: Page, button: string) => async () => {
  await page.getByRole("button", { name: button }).first().click();
  await page.getByRole("dialog").locator("input:visible, textarea:visible").first().waitFor();
};
const row = async (page: Page) => {
  await page.locator(".table-open").first().click();
  await page.getByRole("dialog").locator("dl").waitFor();
};
const pressing = (button: string) => (page: Page) => dialog(page, button)();

const DOORS: Screen[] = [
  ["forgot", "Set a new password"],
  ["reset#none", "Choose a new password"],
  ["reset", "This link no longer works"],
];

const OWNER: Screen[] = [
  ["people", ".table-open", row],
  ["people?show=invitations", "h1", pressing("Invite somebody")],
  ["access-log", ".table-open, .empty"],
  ["grants", ".table-open, .empty", pressing("Grant something")],
  ["audit", ".table-open, .empty"],
  ["domains", ".table-open", row],
  ["business", ".facts"],
  ["account", ".account-list", pressing("Change your password")],
];

const PLATFORM: Screen[] = [
  ["dashboard", ".figures"],
  ["businesses", ".table-open", pressing("New business")],
  ["users", ".table-open", row],
  ["staff", ".table-open", pressing("Invite somebody")],
  ["domains", ".table-open", pressing("Add domain")],
  ["grants", ".table-open, .empty", pressing("Grant something")],
  ["audit", ".table-open, .empty"],
  ["account", ".account-list"],
  ["nowhere", ".empty"],
];

async function walk(
  page: Page,
  base: string,
  screens: Screen[],
  as: (name: string) => string,
): Promise<void> {
  for (const [path, ready, open] of screens) {
    const name = path.replaceAll(/\W+/g, "-");
    await page.goto(`${base}/${path}`);
    await page
      .locator(/^[.h]/.test(ready) ? ready : `text=${ready}`)
      .first()
      .waitFor();
    await inspect(page, as(name));
    if (!open) continue;
    await open(page);
    await inspect(page, as(`${name}-open`));
  }
}

/** Settings pages with a list, and the form behind its first row. */
const LISTS = ["locations", "resources", "services", "customers"];

describe.concurrent.each([PHONE, DESKTOP])("at %i pixels", (width) => {
  const as = (name: string) => `${name}-${width}`;

  it("the public pages", async () => {
    const { page, close } = await visit(browser, width);
    await page.goto(`${HOSTS.apex}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await inspect(page, as("apex"));

    await page.goto(`${HOSTS.demo}/`);
    await page.locator(".service").first().waitFor();
    await inspect(page, as("book-service"));
    await page.locator(".service").first().click();
    await page.locator(".time").first().waitFor();
    await inspect(page, as("book-time"));
    await page.locator(".time").first().click();
    await page.getByRole("button", { name: "Book appointment" }).click();
    await page.getByText("Please fill this in").first().waitFor();
    await inspect(page, as("book-details"));
    await page.goto(`${HOSTS.demo}/login`);
    await page.getByLabel("E-mail").waitFor();
    await inspect(page, as("login"));
    await walk(page, HOSTS.demo, DOORS, (name) => as(`door-${name}`));
    await page.goto(`${HOSTS.apex}/signup`);
    await page.getByLabel("Name of the business").fill("demo");
    await page.getByRole("button", { name: /^Use demo/ }).waitFor();
    await inspect(page, as("signup"));
    await page.goto(`${HOSTS.apex}/signup/confirm#none`);
    await page.getByLabel("New password").first().fill("short");
    await inspect(page, as("signup-confirm"));
    await close();
  });

  it("the staff's pages", async () => {
    const { page, close } = await visit(browser, width);
    await signIn(page, HOSTS.demo, "owner@demo.test");
    await page.locator(".card").first().waitFor();
    await inspect(page, as("calendar"));
    await page
      .locator('.card[data-state="upcoming"]')
      .first()
      .or(page.locator(".card").first())
      .first()
      .click();
    await page.getByRole("dialog", { name: "Appointment" }).locator("h2").first().waitFor();
    await inspect(page, as("calendar-details"));
    await page.goto(`${HOSTS.demo}/app/calendar?new=1`);
    await page.getByRole("dialog", { name: "New appointment" }).waitFor();
    await inspect(page, as("calendar-new"));

    for (const list of LISTS) {
      await page.goto(`${HOSTS.demo}/app/settings/${list}`);
      await page.locator(".list").waitFor();
      await inspect(page, as(list));
      await firstRow(page);
      await page.getByRole("dialog").getByLabel("Name").waitFor();
      await inspect(page, as(`${list}-form`));
    }
    await page.goto(`${HOSTS.demo}/app/settings/resources`);
    await page.getByRole("button", { name: "Time off" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Add" }).waitFor();
    await inspect(page, as("time-off"));
    await page.goto(`${HOSTS.demo}/app/outbox`);
    await page.locator(".mail").first().waitFor();
    await inspect(page, as("outbox"));
    await close();
  });

  it("the owner's pages about people and security", async () => {
    const { page, close } = await visit(browser, width);
    await signIn(page, HOSTS.demo, "owner@demo.test");
    await walk(page, `${HOSTS.demo}/app`, OWNER, (name) => as(`owner-${name}`));
    await close();
  });

  it("a customer's page", async () => {
    const { page, close } = await visit(browser, width);
    await signIn(page, HOSTS.demo, "customer@demo.test");
    await page.getByRole("heading", { name: "Your appointments" }).waitFor();
    await page.getByRole("link", { name: "Book an appointment" }).waitFor();
    await inspect(page, as("mine"));
    await close();
  });

  it("the platform's pages", async () => {
    const { page, close } = await visit(browser, width);
    await page.goto(`${HOSTS.platform}/`);
    await page.getByLabel("E-mail").waitFor();
    await inspect(page, as("platform-login"));
    await signIn(page, HOSTS.platform, "superuser@platform.test");
    await walk(page, HOSTS.platform, PLATFORM, (name) => as(`platform-${name}`));
    await page.goto(`${HOSTS.platform}/businesses?query=demo`);
    await page.locator(".table-open").first().click();
    for (const tab of ["Overview", "People", "Domains", "Grants", "Audit log"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.locator(".facts, .table-open, .empty").first().waitFor();
      await inspect(page, as(`business-${tab}`));
    }
    await close();
  });
});
