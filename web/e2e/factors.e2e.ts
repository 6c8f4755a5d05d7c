import { createHmac } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DESKTOP, HOSTS, inspect, launch, PASSWORD, signIn, visit } from "./harness";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

// Nobody else signs in as these in the browser tests.
const EMAIL = "sales@platform.test";
const account = `${HOSTS.platform}/account`;

/** What an authenticator app shows for a secret: RFC 6238 with SHA-1, six digits, thirty seconds. */
function codeOf(secret: string, step: number): string {
  const bits = [...secret].map((c) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"),
  );
  const bytes = (bits.join("").match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const at = mac.readUInt8(mac.length - 1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const now = () => Math.floor(Date.now() / 30_000);

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of / }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
}

async function withPassword(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByLabel("Name of this passkey").fill("Laptop");
  await page.getByRole("button", { name: "Create passkey" }).click();
}

const signedIn = (page: Page) => page.getByRole("button", { name: /^Account of / }).waitFor();

it("signs in by a passkey alone, by a code of an app, and by a recovery code once", async () => {
  const { page, context, close } = await visit(browser, DESKTOP);
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await signIn(page, HOSTS.platform, EMAIL);
  await page.goto(account);
  await addPasskey(page);
  await page.getByText("Your recovery codes").waitFor();
  await inspect(page, "recovery-codes");
  const [recovery] = await page.locator(".recovery-codes li").allTextContents();
  await page.getByLabel("I have stored them").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Laptop").waitFor();

  // The last second step goes only by the password and the passkey itself.
  await page.getByRole("button", { name: "Remove Laptop" }).click();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await inspect(page, "remove-last-passkey");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("The second step is off").waitFor();
  await addPasskey(page);
  await page.getByText("Laptop").waitFor();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await signedIn(page);

  await page.goto(account);
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  const secret = ((await page.locator(".copy-text code").first().textContent()) ?? "").replaceAll(" ", "");
  await inspect(page, "enroll-app");
  let step = now();
  await page.getByLabel("Six-digit code").fill(codeOf(secret, step));
  await page.getByText("The second step is on").waitFor();

  // A code works once: the next step's is good already, by the tolerance of one.
  await signOut(page);
  await withPassword(page);
  step += 1;
  await page.getByLabel("Six-digit code").fill(codeOf(secret, step));
  await signedIn(page);

  await signOut(page);
  await withPassword(page);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(recovery ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await signedIn(page);
  await page.goto(account);
  await page.getByText("9 are left").waitFor();
  expect(await page.getByText("Laptop").count()).toBe(1);
  await close();
});
