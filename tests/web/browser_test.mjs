// browser_test.mjs: do the tools of the scenarios notice what they are for?

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { accessibilityFaults, openBrowser, openPage, sidewaysFaults, SIZES } from './browser.mjs';

const POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self'";
const PAGES = {
  '/good': '<main><h1>Izin</h1><form><label for="n">Nama</label> <input id="n" autocomplete="name"></form></main>',
  '/unlabelled': '<main><h1>Izin</h1><input></main>',
  '/foreign': '<main><h1>Izin</h1><img alt="peta" src="http://map.example/tile.png"></main>',
  '/wide': '<main><h1>Izin</h1><svg width="600" height="9"></svg></main>',
  '/script': '<main><h1>Izin</h1><p id="said">diam</p><script>document.getElementById("said").textContent = "bicara"</script></main>',
};

let server, browser, address;

// The page that asks another host has no policy, which would stop it before the browser's own rule does.
function answer(request, response) {
  const body = PAGES[request.url];
  const policy = request.url === '/foreign' ? {} : { 'Content-Security-Policy': POLICY };
  response.writeHead(body ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...policy });
  response.end(`<!doctype html><html lang="id"><title>Contoh</title>${body ?? '<main><h1>Tidak ada</h1></main>'}</html>`);
}

before(async () => {
  server = http.createServer(answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test('a good page has no accessibility fault', async () => {
  const page = await openPage(browser);
  await page.goto(`${address}/good`);
  assert.deepEqual(await accessibilityFaults(page), []);
});

test('a field without a label is noticed under a strict policy', async () => {
  const page = await openPage(browser);
  await page.goto(`${address}/unlabelled`);
  assert.deepEqual(await accessibilityFaults(page), ['label input']);
});

test('a request to another host fails', async () => {
  const page = await openPage(browser);
  const failed = [];
  page.on('requestfailed', (request) => failed.push(`${request.url()} ${request.failure().errorText}`));
  await page.goto(`${address}/foreign`);
  assert.deepEqual(failed, ['http://map.example/tile.png net::ERR_NAME_NOT_RESOLVED']);
});

test('a page that scrolls sideways on a phone is noticed', async () => {
  const page = await openPage(browser, { viewport: SIZES.phone });
  await page.goto(`${address}/good`);
  assert.deepEqual(await sidewaysFaults(page), []);
  await page.goto(`${address}/wide`);
  assert.deepEqual(await sidewaysFaults(page), ['svg ends at 608 of 360']);
});

test('an inline script does not run under the policy', async () => {
  const page = await openPage(browser);
  await page.goto(`${address}/script`);
  assert.equal(await page.textContent('#said'), 'diam');
});
