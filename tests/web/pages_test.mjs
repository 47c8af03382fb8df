// pages_test.mjs: every page as a browser shows it, on a phone and a desk, light and dark, and on paper: whole, silent, easy to
// reach. The table is pages.mjs. Pictures cost as much as all the rest: build/shots gets those of pages with a fault, and with
// TERANG_TEST_LONG=1 (./dev night) all of them, for people to look at.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { accessibilityFaults, openBrowser, openPage, sidewaysFaults, SIZES, tapFaults } from './browser.mjs';
import { NOT_PAGES, PAGES } from './pages.mjs';
import { loginAll } from './people.mjs';
import { startServer } from './server.mjs';

const SHOTS = path.join(process.env.TERANG_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url)), 'shots');
// A page is looked at whole once; what size and scheme change is looked at in each of them.
const LOOKS = [
  { size: 'desk', scheme: 'light', rules: null },
  { size: 'desk', scheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  { size: 'phone', scheme: 'light', rules: ['target-size', 'scrollable-region-focusable', 'region', 'heading-order', 'label'] },
  { size: 'phone', scheme: 'dark', rules: ['color-contrast'] },
];

let server, browser, states;
const visited = [], pages = new Map();

before(async () => {
  await mkdir(SHOTS, { recursive: true });
  server = await startServer();
  browser = await openBrowser();
  states = await loginAll(server, browser, [...new Set(PAGES.map(([, who]) => who).filter(Boolean))]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// What a page must not do: speak on the console, throw, ask another host, lose a file of its own.
function watch(page, status) {
  const noticed = [];
  const ofItsStatus = (text) => status >= 400 && /the server responded with a status of/.test(text);
  page.on('console', (message) => {
    if (!ofItsStatus(message.text())) noticed.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => noticed.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.address}/`) && !request.url().startsWith('data:')) noticed.push(`asked: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document') noticed.push(`${response.status()}: ${response.url()}`);
  });
  return noticed;
}

async function dress(page, { size, scheme }) {
  await page.setViewportSize(SIZES[size]);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
}

async function look(page, name, { size, scheme, rules }) {
  await dress(page, { size, scheme });
  const found = [...await sidewaysFaults(page), ...await accessibilityFaults(page, rules)];
  if (size === 'phone' && scheme === 'light') found.push(...await tapFaults(page));
  if (found.length > 0 || process.env.TERANG_TEST_LONG) {
    await page.screenshot({ path: path.join(SHOTS, `${name}-${size}-${scheme}.png`), fullPage: true });
  }
  return found.map((fault) => `${size} ${scheme}: ${fault}`);
}

// A page for each person, who goes on in it from test to test; null begins without cookies. After a fault it is a new one.
async function inPageOf(who, act) {
  if (!pages.has(who)) pages.set(who, await openPage(browser, { storageState: who ? states[who].storageState : undefined }));
  const page = pages.get(who);
  try {
    if (who === null) await page.context().clearCookies();
    await dress(page, LOOKS[0]);
    await page.mouse.move(0, 0);
    await act(page);
  } catch (fault) {
    pages.delete(who);
    await page.context().close();
    throw fault;
  }
  for (const event of ['console', 'pageerror', 'request', 'response']) page.removeAllListeners(event);
}

for (const [name, who, to, status = 200] of PAGES) {
  test(`${name} is whole on every screen`, () => inPageOf(who, async (page) => {
    const noticed = watch(page, status);
    let answered;
    page.on('response', (response) => {
      if (response.request().resourceType() === 'document' && response.frame() === page.mainFrame()) answered = response.status();
    });
    if (typeof to === 'string') await page.goto(server.address + to);
    else await to(page, server.address, server);
    await page.waitForLoadState();
    visited.push(new URL(page.url()).pathname);

    assert.equal(answered, status);
    assert.equal(await page.locator('h1').count(), 1);
    if (name !== 'styleguide') assert.ok(await page.locator('main .btn.first').count() <= 1, 'one primary button');
    if (status === 200 && name !== 'styleguide') assert.equal(await page.locator('summary', { hasText: 'Tentang halaman ini' }).count(), 1, 'help.po has no words for it');
    const found = [];
    for (const x of LOOKS) found.push(...await look(page, name, x));
    assert.deepEqual(found, []);
    assert.deepEqual(noticed, []);
  }));
}

// A route of a screen stands for the same route of all screens, which the same functions answer.
function patterns() {
  const routes = JSON.parse(server.run('routes', '--json')).filter((x) => x.method === 'GET').map((x) => x.path);
  const slugs = routes.map((x) => x.match(/^\/api\/v1\/{gov}\/([^/]+)$/)?.[1]).filter(Boolean);
  const screen = (x) => x.replace(/^(\/kerja\/[^/]+\/)([^/]+)/, (all, before, slug) => (slugs.includes(slug) ? `${before}{screen}` : all));
  return { routes: [...new Set(routes.map(screen))], screen };
}

test('every page of the program is in the table', () => {
  const { routes, screen } = patterns();
  const fits = (route) => new RegExp(`^${route.replaceAll('{id}', '\\d+').replaceAll('{screen}', '[{]screen[}]').replace(/{\w+}/g, '[^/]+')}$`);
  const fixed = (route) => route.split('/').filter((part) => !part.startsWith('{') || part === '{screen}').length;
  const route = (address) => routes.filter((x) => fits(x).test(screen(address))).sort((a, b) => fixed(b) - fixed(a))[0];
  const seen = new Set(visited.map(route));
  const pages = routes.filter((x) => !NOT_PAGES.some(([pattern]) => pattern.test(x)));
  assert.deepEqual(pages.filter((x) => !seen.has(x)), []);
  assert.deepEqual(NOT_PAGES.filter(([pattern]) => !routes.some((x) => pattern.test(x))), []);
});

test('a first view of a public page is under 60 KB', async () => {
  for (const place of ['/', '/kota-tangerang', '/kota-tangerang/renaksi', '/v']) {
    const page = await openPage(browser);
    const session = await page.context().newCDPSession(page);
    let bytes = 0;
    session.on('Network.loadingFinished', (x) => { bytes += x.encodedDataLength; });
    await session.send('Network.enable');
    await page.goto(server.address + place, { waitUntil: 'networkidle' });
    assert.ok(bytes > 1000 && bytes < 60 * 1024, `${place}: ${bytes}`);
    await page.context().close();
  }
});

test('a record prints without navigation and buttons', async () => {
  const page = await openPage(browser, { storageState: states.planner.storageState });
  await page.goto(`${server.address}/kerja/kota-tangerang/aksi`);
  await page.locator('main tbody a').first().click();
  await page.locator('.proof').waitFor();
  await page.emulateMedia({ media: 'print' });
  for (const part of ['#menu', 'header form', '.acts']) assert.equal(await page.locator(part).first().isVisible(), false, part);
  assert.ok(await page.locator('.proof').isVisible());
  assert.equal((await page.pdf({ path: path.join(SHOTS, 'record.pdf'), preferCSSPageSize: true })).subarray(0, 5).toString(), '%PDF-');
  await page.context().close();
});

test('who works here changes the language in the account menu', async () => {
  const page = await openPage(browser, { storageState: states.planner.storageState });
  await page.goto(`${server.address}/kerja/kota-tangerang/aksi`);
  await page.locator('header details.menu summary').click();
  await page.getByRole('link', { name: 'English', exact: true }).click();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.equal(await page.locator('h1').innerText(), 'Actions');
  await page.context().close();
});

test('dark is another page than light', async () => {
  const colours = [];
  for (const colorScheme of ['light', 'dark']) {
    const page = await openPage(browser, { colorScheme });
    await page.goto(server.address);
    colours.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    await page.context().close();
  }
  assert.notEqual(colours[0], colours[1]);
});

test('a reader changes the language and comes back', async () => {
  const page = await openPage(browser);
  for (const place of ['/', '/styleguide']) {
    await page.goto(server.address + place);
    const indonesian = await page.innerText('body');
    assert.equal(await page.getAttribute('html', 'lang'), 'id');

    await page.getByRole('link', { name: 'English', exact: true }).first().click();
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.equal(new URL(page.url()).pathname, place);
    assert.notEqual(await page.innerText('body'), indonesian);

    await page.getByRole('link', { name: 'Bahasa Indonesia', exact: true }).first().click();
    assert.equal(await page.getAttribute('html', 'lang'), 'id');
    assert.equal(await page.innerText('body'), indonesian);
  }
  await page.context().close();
});

test('the browser\'s own language is taken unless one is chosen', async () => {
  const page = await openPage(browser, { locale: 'en-GB' });
  await page.goto(server.address);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.goto(`${server.address}/?bahasa=id`);
  assert.equal(await page.getAttribute('html', 'lang'), 'id');
  await page.context().close();
});

test('pages say the same without scripts', async () => {
  const words = [];
  for (const javaScriptEnabled of [true, false]) {
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(server.address);
    words.push(await page.locator('main').innerText());
    await page.getByRole('link', { name: 'English', exact: true }).first().click();
    words.push(await page.locator('main').innerText());
    await page.context().close();
  }
  assert.deepEqual(words.slice(0, 2), words.slice(2));
});

test('the first tab stop leads to the content', async () => {
  const page = await openPage(browser);
  await page.goto(server.address);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#isi');
  await page.context().close();
});
