import { mkdirSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const port = process.env["SS_E2E_PORT"];
if (!port) throw new Error("SS_E2E_PORT names the port of a running server with the demo data");

// Chromium resolves *.localhost by itself; Node does not, so nothing here fetches without the browser.
export const HOSTS = {
  apex: `http://localhost:${port}`,
  demo: `http://demo.localhost:${port}`,
  platform: `http://platform.localhost:${port}`,
};
export const PASSWORD = "smooth-demo-password";

const SCHEMES = ["light", "dark"] as const;
export const PHONE = 390;
export const DESKTOP = 1280;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Fails when the pages said anything on the console or asked another host. */
  close: () => Promise<void>;
}

export async function visit(browser: Browser, width: number): Promise<Visit> {
  const phone = width < 500;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 844 : 800 },
    reducedMotion: "reduce",
    hasTouch: phone,
    isMobile: phone,
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  });
  const complaints: string[] = [];
  context.on("page", (page) => {
    page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      // The browser reports the answer to "who am I" of someone who has not signed in.
      const expected = message.text().includes("401") && message.location().url.endsWith("/api/v1/me");
      if (["error", "warning"].includes(message.type()) && !expected) complaints.push(message.text());
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const ours = hostname === "localhost" || hostname.endsWith(".localhost");
      if (protocol.startsWith("http") && !ours) complaints.push(`external request: ${request.url()}`);
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return {
    page,
    context,
    close: async () => {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

export async function signIn(page: Page, host: string, email: string): Promise<void> {
  await page.goto(`${host}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: /^Account of / }).waitFor();
}

/** Serious and critical violations. In the dark only the colours differ, so only their contrast is asked for. */
async function violations(page: Page, rules: string[] | undefined): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const { violations: all } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ["violations"],
      ...(only && { runOnly: only }),
    });
    return all
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  }, rules);
}

/** Turns the page's lights on or off, and waits until its colours have changed. */
async function light(page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  // Pages that use the component library follow by its attribute, which a script sets; the others by CSS alone.
  const follows = `[data-mantine-color-scheme=${scheme}], :not([data-mantine-color-scheme])`;
  await page.locator(`html:is(${follows})`).waitFor();
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame); // the first frame begins the transitions
    const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(changes.map(({ finished }) => finished));
  });
}

/** In light and dark: nothing serious, no sideways scrolling; the screenshots go where SS_E2E_SHOTS says. */
export async function inspect(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const shots = process.env["SS_E2E_SHOTS"];
  if (shots) mkdirSync(shots, { recursive: true });
  for (const scheme of SCHEMES) {
    await light(page, scheme);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${scheme}.png` });
    const rules = scheme === "dark" ? ["color-contrast"] : undefined;
    let found = await violations(page, rules);
    // What is measured while the page still moves is no violation; what stays is.
    for (let tries = 0; found.length > 0 && tries < 10; tries++) {
      await page.waitForTimeout(200);
      found = await violations(page, rules);
    }
    expect(found, `${name} in ${scheme}`).toEqual([]);
  }
  await light(page, "light");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}
