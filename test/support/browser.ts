import { type Browser, chromium, type Page } from 'playwright-core';

/** Headless Chromium of the system, which asks nobody for anything by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page, and all that it said and asked for. */
export interface Watched {
  readonly page: Page;
  /** Messages of the console, errors, dialogs. */
  readonly said: string[];
  /** URLs that are neither the page itself nor data. */
  readonly asked: string[];
}

/** Opens an address in a browser of its own profile. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url.split('#')[0] && !request.url().startsWith('data:')) {
      asked.push(request.url());
    }
  });
  await page.goto(url);
  return { page, said, asked };
}
