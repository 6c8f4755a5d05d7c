import { readdirSync, readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, launch, PHONE, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const slug = `garage-${Date.now().toString(36)}`;
const email = `gail.${slug}@example.test`;
const host = HOSTS.demo.replace("demo.", `${slug}.`);

/** The newest link of a page in a mail to somebody; mails lie in files where no mail server is set. */
async function link(to: string, path: string): Promise<string> {
  const folder = process.env["SS_E2E_MAIL"] ?? "";
  let found: string | undefined;
  await expect
    .poll(
      () => {
        const mails = readdirSync(folder)
          .sort()
          .map((name) => readFileSync(`${folder}/${name}`, "utf8").replaceAll(/=\r?\n/g, ""));
        const mine = mails.filter((mail) => mail.includes(`To: <${to}>`)).reverse();
        found = mine
          .map((mail) => new RegExp(`http://\\S+${path}#[\\w-]+`).exec(mail.replaceAll("=23", "#"))?.[0])
          .find(Boolean);
        return found;
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBeTruthy();
  return found ?? "";
}

it("takes a stranger from the front page to a business of their own", async () => {
  const { page, close } = await visit(browser, PHONE);
  await page.goto(`${HOSTS.apex}/signup`);
  await page.getByLabel("Name of the business").fill("Demo");
  await page.getByRole("button", { name: /^Use demo/ }).waitFor(); // taken: another is proposed
  await page.getByLabel("Name of the business").fill("Gail's Garage");
  await page.getByLabel("Address", { exact: true }).fill(slug);
  await page.getByText("This address is free").waitFor();
  await page.getByLabel("Your name").fill("Gail Fox");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Create my business" }).click();
  await page.getByText("Look into your mail").waitFor();

  await page.goto(await link(email, "/signup/confirm"));
  await page.getByLabel("New password").first().fill("nine lives of a blue door");
  expect(page.url()).not.toContain("#");
  await page.getByRole("button", { name: "Make my business" }).click();
  await page.getByText("Your business is ready").waitFor();
  await page.getByRole("link", { name: "Sign in to my business" }).click();
  await page.waitForURL(`${host}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("nine lives of a blue door");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Account of Gail Fox" }).waitFor();

  // Whatever the password was, its owner can choose another.
  await page.context().clearCookies();
  await page.goto(`${host}/forgot`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.goto(await link(email, "/reset"));
  await page.getByLabel("New password").first().fill("eight lives of a green door");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your new password is set").waitFor();
  await close();
});

it("takes an invited person into the business, with the role they were offered", async () => {
  const { page, close } = await visit(browser, DESKTOP);
  await page.goto(`${host}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("eight lives of a green door");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Account of Gail Fox" }).waitFor();
  await page.goto(`${host}/app/people?show=invitations`);
  await page.getByRole("button", { name: "Invite somebody" }).first().click();
  const invited = `ivo.${slug}@example.test`;
  await page.getByRole("dialog").getByLabel("E-mail").fill(invited);
  await page.getByRole("dialog").getByRole("button", { name: /invit/i }).click();
  await page.getByText(invited).first().waitFor();

  const guest = await visit(browser, PHONE);
  await guest.page.goto(await link(invited, "/invite"));
  await guest.page.getByText("Join Gail's Garage").first().waitFor();
  await guest.page.getByLabel("Your name").fill("Ivo Kern");
  await guest.page.getByLabel("New password").first().fill("seven lives of a red door");
  await guest.page.getByRole("button", { name: "Join", exact: true }).click();
  await guest.page.getByRole("button", { name: "Account of Ivo Kern" }).waitFor();
  await guest.close();
  await close();
});
