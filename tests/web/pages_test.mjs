// pages_test.mjs: the pages that need no database, as a browser shows them: on a phone and a desk, light and dark.
// The pictures go to build/shots, for people to look at.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { accessibilityFaults, openBrowser, openPage, sidewaysFaults, SIZES } from './browser.mjs';
import { startServer } from './server.mjs';

const SHOTS = path.join(process.env.TERANG_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url)), 'shots');
const PAGES = [
  { name: 'home', path: '/', status: 200 },
  { name: 'styleguide', path: '/styleguide', status: 200 },
  { name: 'not-found', path: '/tidak-ada', status: 404 },
];
const LOOKS = Object.keys(SIZES).flatMap((size) => ['light', 'dark'].map((scheme) => ({ size, scheme })));

let server, browser;

before(async () => {
  await mkdir(SHOTS, { recursive: true });
  server = await startServer();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// Chromium writes a line of its own about the status of a page that is an error.
const ofItsStatus = (message, wanted) => wanted.status >= 400 && /the server responded with a status of/.test(message.text());

// What a page must not do: speak on the console, throw, ask another host, lose a file of its own.
function watch(page, wanted) {
  const noticed = [];
  page.on('console', (message) => {
    if (!ofItsStatus(message, wanted)) noticed.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => noticed.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.address}/`) && !request.url().startsWith('data:')) noticed.push(`asked: ${request.url()}`);
  });
  page.on('requestfailed', (request) => noticed.push(`failed: ${request.url()} ${request.failure().errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url() !== server.address + wanted.path) noticed.push(`${response.status()}: ${response.url()}`);
  });
  return noticed;
}

for (const wanted of PAGES) {
  for (const { size, scheme } of LOOKS) {
    test(`${wanted.name} is whole on a ${size} in ${scheme}`, async () => {
      const page = await openPage(browser, { viewport: SIZES[size], colorScheme: scheme, reducedMotion: 'reduce' });
      const noticed = watch(page, wanted);
      const response = await page.goto(server.address + wanted.path, { waitUntil: 'networkidle' });

      assert.equal(response.status(), wanted.status);
      await page.screenshot({ path: path.join(SHOTS, `${wanted.name}-${size}-${scheme}.png`), fullPage: true });
      assert.deepEqual(await sidewaysFaults(page), []);
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.deepEqual(noticed, []);
      await page.context().close();
    });
  }
}

for (const wanted of PAGES) {
  test(`${wanted.name} has one heading of the first level`, async () => {
    const page = await openPage(browser);
    await page.goto(server.address + wanted.path);
    assert.equal(await page.locator('h1').count(), 1);
    await page.context().close();
  });
}

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
