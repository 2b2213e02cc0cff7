/** The control room as people use it: the platform with its simulation, a real browser, mouse or keyboard alone. */
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { platformWords } from '@nodo-aperto/kernel/process';
import { freePort, testDatabaseUrl, until } from '@nodo-aperto/kernel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser } from '../support/chromium.ts';
import { awaitReady, dataFolder, type PlatformProcess, spawnPlatform } from '../support/platform-process.ts';
import { contrastFaults, focusedName, namelessElements, pageLanguage, pageWidth } from './page-checks.ts';

let folder: Awaited<ReturnType<typeof dataFolder>>;
let platform: PlatformProcess;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  folder = await dataFolder();
  const port = await freePort();
  const words = platformWords({ port, folder: folder.path, simulation: true });
  platform = await awaitReady(await spawnPlatform(words, { DATABASE_URL: await testDatabaseUrl() }), port, folder.path);
});
afterAll(async () => {
  await platform?.stop();
  await folder?.[Symbol.asyncDispose]();
});

describe.skipIf(CHROMIUM === undefined)('the page in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  let foreign: string[];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    await open({ locale: 'en-GB' });
  });
  afterEach(async () => {
    expect(faults).toEqual([]);
    expect(foreign).toEqual([]);
    await context.close();
  });

  const open = async (options: { locale: string; colorScheme?: 'dark' | 'light' }): Promise<void> => {
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    [faults, foreign] = [[], []];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => new URL(request.url()).origin === platform.baseUrl || foreign.push(request.url()));
    await page.goto(platform.baseUrl);
  };
  const enter = (role: string) => page.getByRole('button', { name: new RegExp(`^${role}`) }).click();
  const headings = async () => {
    await page.getByRole('heading', { level: 2, name: 'Events' }).waitFor();
    return page.locator('main').getByRole('heading', { level: 2 }).allTextContents();
  };
  const row = (name: string) => page.getByRole('table').first().getByRole('row').filter({ hasText: name });
  const shot = async (name: string) => {
    const target = process.env['SCREENSHOTS'];
    if (target) await page.screenshot({ path: `${target}/control-room-${name}.png`, fullPage: true });
  };

  it('shows an operator payments as they happen, and filters them', async () => {
    await enter('Operator');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.getByRole('cell', { name: 'payment.booked' }).first().waitFor();
    await until(async () => /^Of late (?!0\.0)/.test((await page.getByRole('img', { name: 'Of late' }).getAttribute('aria-label')) ?? ''), {
      what: 'the chart says what it shows',
      timeoutMs: 20_000,
    });
    await page.getByLabel('Type').fill('booked');
    const names = page.getByRole('region', { name: 'Events' }).locator('tbody tr td:nth-child(2)');
    await until(async () => (await names.allTextContents()).every((name) => name.startsWith('payment.booked')), { what: 'only booked' });
    await page.getByLabel('Type').fill('nothing of the kind');
    await page.getByText('No event fits the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await shot('operator');
  });

  it('starts an outage and stops it by keyboard alone, and shows what the station does', async () => {
    const press = async (key: string, until: string): Promise<void> => {
      for (let times = 0; times < 60; times += 1) {
        await page.keyboard.press(key);
        const name = await page.evaluate(focusedName);
        if (name.startsWith(until)) return;
      }
      throw new Error(`"${until}" was not reached with ${key}`);
    };
    await press('Tab', 'Skip');
    await press('Tab', 'Operator');
    await page.keyboard.press('Enter');
    await row('Agenzia').getByRole('button').waitFor();
    await press('Tab', 'Start an outage of Agenzia');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Start an outage of Agenzia' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The focus is where it was.
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('Tab', 'Start the outage');
    await page.keyboard.press('Enter');
    await row('Agenzia').getByText('Switched off').waitFor();
    await row('Agenzia').getByText('Stand-In', { exact: true }).waitFor({ timeout: 60_000 });
    await row('Agenzia').getByText('Leaves when:').waitFor();
    await page.getByRole('cell', { name: 'station.stand-in-entered' }).first().waitFor();
    await shot('outage');
    await press('Tab', 'Stop the outage of Agenzia');
    await page.keyboard.press('Enter');
    await row('Agenzia').getByRole('button', { name: 'Start an outage' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'is over' }).waitFor({ state: 'attached' });
  });

  it('goes on from its cursors when the connection breaks', async () => {
    const [connections, said]: [WebSocketRoute[], string[][]] = [[], []];
    await page.routeWebSocket(/\/graphql$/, (client) => {
      const mine: string[] = [];
      said.push(mine);
      connections.push(client);
      const server = client.connectToServer();
      client.onMessage((message) => (mine.push(String(message)), server.send(message)));
    });
    await page.reload();
    await enter('Operator');
    await page.getByRole('cell', { name: 'payment.booked' }).first().waitFor();
    await connections[0]?.close({ code: 1012, reason: 'restart' });
    await until(() => (said[1]?.filter((text) => text.includes('"subscribe"')).length ?? 0) === 3, {
      what: 'subscribed again',
      timeoutMs: 15_000,
    });
    const after = (said[1] ?? []).map((text) => JSON.parse(text) as { id?: string; payload?: { variables?: { after?: string | null } } });
    expect(after.find(({ id }) => id === 'paymentEvents')?.payload?.variables?.after).toMatch(/\S/);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  });

  it('shows each role what it may see', async () => {
    await enter('Creditor');
    expect(await headings()).toEqual(['At a glance', 'Payments per second', 'Stations', 'Receipt queue', 'Sessions in flight', 'Events']);
    await until(async () => (await page.getByRole('table').first().getByRole('row').count()) === 2, { what: 'its own station only' });
    await page.getByRole('button', { name: 'Leave' }).click();
    await enter('Payment service provider');
    expect(await headings()).toEqual(['At a glance', 'Payments per second', 'Sessions in flight', 'Events']);
    await page.getByRole('button', { name: 'Leave' }).click();
    await enter('Citizen');
    expect(await headings()).toEqual(['At a glance', 'Payments per second', 'Events']);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('explains a token that is none, and one that the platform does not accept', async () => {
    await page.getByLabel('Access token').fill('abc');
    await page.getByRole('button', { name: 'Open the control room' }).click();
    await page.getByText('three parts separated by dots').waitFor();
    const token = await platform.token({ role: 'OPERATOR' });
    await page.getByLabel('Access token').fill(`${token.slice(0, -12)}AAAAAAAAAAAA`);
    await page.getByRole('button', { name: 'Open the control room' }).click();
    await page.getByRole('alert').filter({ hasText: 'did not accept the token' }).waitFor();
    faults = faults.filter((text) => !text.includes('401'));
  });

  it.each(['light', 'dark'] as const)('can be read in %s, every control has a name, and the page fits a telephone', async (colorScheme) => {
    await context.close();
    await open({ locale: 'it-IT', colorScheme });
    expect(await page.evaluate(pageLanguage)).toBe('it');
    expect(await page.evaluate(contrastFaults)).toEqual([]);
    await enter('Operatore');
    await page.getByRole('cell', { name: 'payment.booked' }).first().waitFor();
    expect(await page.evaluate(contrastFaults)).toEqual([]);
    expect(await page.evaluate(namelessElements)).toEqual([]);
    for (const role of ['banner', 'main', 'contentinfo', 'navigation', 'search'] as const)
      expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(pageWidth)).toBeLessThanOrEqual(390);
    await shot(`narrow-${colorScheme}`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Payments per second' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Payments per second' }).waitFor();
  });
});
