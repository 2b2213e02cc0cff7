/** The browser of the machine, when there is one: `CHROMIUM_BIN`, or where Debian puts it. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Path of the browser; undefined where there is none, and tests in a browser are skipped. */
export const CHROMIUM = [process.env['CHROMIUM_BIN'], '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path));

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const WITHOUT = ['--disable-component-update', '--disable-sync'];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: [...QUIET, ...WITHOUT] });
}
