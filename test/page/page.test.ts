import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overviewPage } from '../../generators/hub/page.ts';
import { htmlText, scriptJson } from '../../generators/quote/html.ts';
import type { Linkage } from '../../src/model/file.ts';
import { openPage, startBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';
import { EXTERNAL, linkage, linkedApi } from '../support/linkage.ts';
import { needs } from '../support/require.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>{{data}}"\'&\u202e<!--';

/** An API with many operations, as large APIs name them. */
function manyOperations(count: number) {
  const operations = Array.from({ length: count }, (_, index) => ({
    id: `actions/list-thing-${index}`,
    command: `list-thing-${index}-for-organization`,
    tool: `list_thing_${index}_for_organization`,
    group: `group-${index % 40}`,
    method: index % 3 === 0 ? 'POST' : 'GET',
    path: `/orgs/{org}/actions/things/${index}/{thing_id}`,
    summary: `List what belongs to thing number ${index} of an organization`,
    readOnly: index % 3 !== 0,
    hidden: false,
    tokens: 100 + ((index * 37) % 500),
    args: ['org', 'thing-id', 'per-page', 'page'].map((flag, at) => ({
      name: flag,
      flag,
      key: flag,
      required: at < 2,
    })),
  }));
  return linkedApi('big', { operations, tokens: operations.reduce((sum, { tokens }) => sum + tokens, 0) });
}

function saved(linked: Linkage): string {
  const file = join(temporaryFolder(), 'index.html');
  writeFileSync(file, overviewPage(linked));
  return pathToFileURL(file).href;
}

describe('the overview page as text', () => {
  it('is the same for the same input, and small', () => {
    const linked = linkage([manyOperations(1223), linkedApi('linear')], EXTERNAL);
    const page = overviewPage(linked);
    expect(overviewPage(linked)).toBe(page);
    expect(page.length).toBeLessThan(600_000);
    expect(page).not.toMatch(/\{\{\w+\}\}/);
  });

  it('holds text of specs as data that cannot end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = scriptJson({ text });
        expect(json).not.toMatch(/[<>&\u2028\u2029\u202e]/);
        expect(JSON.parse(json)).toEqual({ text });
        expect(htmlText(text)).not.toMatch(/[<>"'\n]|&(?!#\d+;)/);
      }),
    );
  });
});

describe.skipIf(needs('chromium'))('the overview page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('shows every API and operation from disk, asks nobody and says nothing', async () => {
    const linear = linkedApi('linear', { route: 'mcp', hub: 'http://mcp-hub:37373' });
    const url = saved(linkage([linkedApi('github'), linear], EXTERNAL));
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, said, asked } = await openPage(browser, url, { colorScheme });
      expect(await page.locator('.card').count()).toBe(4);
      expect(await page.locator('.list > li').count()).toBe(6);
      const row = page.locator('.list > li').nth(3);
      for (const text of ['linear list-issues', 'list_issues', '/issues', '50', 'MCP by hub']) {
        expect(await row.textContent()).toContain(text);
      }
      expect(await page.locator('.bars li').count()).toBe(2);
      expect(await page.locator('.skyline').getAttribute('aria-label')).toMatch(/^6 tools: from 50 tokens/);
      expect({ said, asked }).toEqual({ said: [], asked: [] });
      await page.context().close();
    }
  });

  it('is usable by keyboard alone', async () => {
    const url = saved(linkage([linkedApi('github'), linkedApi('linear')]));
    const { page, said } = await openPage(browser, url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.keyboard.press('/');
    await page.keyboard.type('linear teams');
    expect(await page.locator('#count').textContent()).toBe('1 of 6 operations');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const body = page.locator('.body');
    await body.waitFor();
    expect(await body.textContent()).toContain('GET https://api.example.com/v1/teams');
    expect(page.url()).toMatch(/#linear\/list-teams$/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('linear list-teams');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await page.locator('#count').textContent()).toBe('6 operations');
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('opens the operation that its address names, and keeps the theme', async () => {
    const url = saved(linkage([linkedApi('linear')]));
    const { page } = await openPage(browser, `${url}#linear/get-issues`);
    expect(await page.locator('details[open] .name').textContent()).toContain('linear get-issues');
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.context().close();
  });

  it('shows before and after of the API that is chosen', async () => {
    const url = saved(linkage([linkedApi('github'), linkedApi('linear', { route: 'mcp' })]));
    const { page } = await openPage(browser, url);
    await page.locator('.card').nth(1).click();
    expect(await page.locator('.side.now').textContent()).toMatch(
      /After: MCP.*LINEAR_MCP_TOKEN.*LINEAR_API_KEY/s,
    );
    expect(await page.locator('.list > li').count()).toBe(3);
    await page.context().close();
  });

  it('searches 1,223 operations and makes rows only for those that are looked at', async () => {
    const { page, said } = await openPage(browser, saved(linkage([manyOperations(1223)])));
    expect(await page.locator('.list > li').count()).toBeLessThanOrEqual(120);
    await page.locator('#query').pressSequentially('thing 1222');
    expect(await page.locator('#count').textContent()).toBe('1 of 1,223 operations');
    await page.locator('#query').fill('nothing like it');
    expect(await page.locator('.list').textContent()).toContain('Nothing fits');
    await page.locator('#query').fill('');
    await page.locator('#sort').selectOption('tokens');
    expect(await page.locator('.list .tokens').first().textContent()).toContain('599');
    for (let seen = 0; seen < 1223; ) {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await page.locator('.list > li').nth(seen).waitFor({ state: 'attached' });
      seen = await page.locator('.list > li').count();
    }
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('fits a phone', async () => {
    const long = linkedApi('a-name-that-is-rather-long', {
      title: 'W'.repeat(200),
      baseUrl: `https://${'x'.repeat(200)}`,
    });
    const { page } = await openPage(browser, `${saved(linkage([long], EXTERNAL))}#${long.name}/get-issues`, {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });

  it('takes hostile text for text', async () => {
    const operation = { ...linkedApi('x').operations[0], summary: HOSTILE, path: `/${HOSTILE}`, id: HOSTILE };
    const api = linkedApi('x', {
      title: HOSTILE,
      description: HOSTILE,
      version: HOSTILE,
      baseUrl: `https://x/${HOSTILE}`,
      inputs: [{ path: HOSTILE, sha256: '' }],
      operations: linkedApi('x').operations.map((one) => ({
        ...one,
        ...operation,
        command: one.command,
        tool: one.tool,
      })),
    });
    const { page, said, asked } = await openPage(browser, `${saved(linkage([api], EXTERNAL))}#x/list-issues`);
    expect(await page.locator('details[open] .summary').textContent()).toBe(HOSTILE);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('img').count()).toBe(0);
    expect({ said, asked }).toEqual({ said: [], asked: [] });
    await page.context().close();
  });
});
