// browser.mjs: what every scenario needs of a browser: the system's chromium, pages of a phone and of a desk, and the
// accessibility checker. Pages can reach this machine only. Not for: starting the server.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);

// Everything is resolved to "not found" but this machine, so a page that asks another host fails its test.
const ARGS = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-gpu',
  '--in-process-gpu', '--process-per-site', '--renderer-process-limit=1', // each process costs a second of start
];

export const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } };

// A browser that the caller closes. Chromium's own sandbox refuses to run as root; as root it is switched off.
export async function openBrowser() {
  const args = process.getuid() === 0 ? [...ARGS, '--no-sandbox'] : ARGS;
  return chromium.launch({ executablePath: process.env.TERANG_CHROMIUM ?? '/usr/bin/chromium', args });
}

// A page of its own, with own cookies. `options` go to the browser context (locale, javaScriptEnabled, colorScheme).
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.desk, locale: 'id-ID', ...options });
  return context.newPage();
}

// Faults of accessibility (WCAG 2.2 A and AA) of the page as it is now, one line each: rule, place.
// Needs scripts in the page's context; the page's own policy does not count, since the checker comes from outside, once a
// document. `rules` names the only ones to look at, for a page that was looked at whole in another size or scheme.
export async function accessibilityFaults(page, rules = null) {
  const what = rules ? { type: 'rule', values: rules } : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = { resultTypes: ['violations'], preload: rules === null, runOnly: what };
  const session = await page.context().newCDPSession(page);
  const say = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  if (await say('typeof axe') === 'undefined') await say(`${await readFile(require.resolve('axe-core/axe.min.js'), 'utf8')}; 0`);
  const found = await say(`axe.run(document, ${JSON.stringify(options)})
    .then(found => found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.target.join(' '))))`);
  await session.detach();
  return found;
}

// What sticks out at the right of the screen and makes the whole page scroll sideways, one line each: element, its end.
export async function sidewaysFaults(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
      .map((e) => [e, Math.round(e.getBoundingClientRect().right)])
      .filter(([, end]) => end > width)
      .map(([e, end]) => `${e.localName} ends at ${end} of ${width}`);
  });
}

// What a finger does not hit well on a phone: lower than 44 px, and no link inside a sentence; one line each.
export async function tapFaults(page) {
  return page.evaluate(() => {
    const found = [];
    for (const e of document.querySelectorAll('a[href], button, select, summary, input:not([type=hidden], [type=checkbox], [type=radio])')) {
      const { width, height } = e.getBoundingClientRect();
      const inSentence = e.localName === 'a' && getComputedStyle(e).display === 'inline';
      const unseen = e.closest('.sr, .skip, thead, details:not([open]) > :not(summary)');
      if (width > 0 && height > 0 && height < 43.5 && !inSentence && !unseen) {
        found.push(`${e.localName} "${(e.innerText || e.name || '').trim().slice(0, 30)}" is ${Math.round(height)} px high`);
      }
    }
    return found;
  });
}
