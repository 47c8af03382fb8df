// office_test.mjs: work with the demo in a browser, as its people do: a planner, an agency, the inspectorate, KPK. Each test
// has actions of its own. Not for: what a page is made of (unit tests), how the server behaves (tests/scenario).

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessibilityFaults, openBrowser, openPage } from './browser.mjs';
import { loginAll } from './people.mjs';
import { startServer } from './server.mjs';

const CITY = '/kerja/kota-tangerang';
const PEOPLE = ['planner', 'agency_staff', 'inspector', 'supervisor_kpk', 'admin'];
let server, browser, states;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  states = await loginAll(server, browser, PEOPLE);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// A page of someone who is logged in; closed by the caller.
const pageOf = (who, options = {}) => openPage(browser, { storageState: states[who].storageState, ...options });

async function openAction(page, title) {
  await page.goto(`${server.address}${CITY}/aksi?q=${encodeURIComponent(title)}`);
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

// The link of a step on the page of a record, then the button of the same name on the page of the step.
async function step(page, name) {
  await page.getByRole('link', { name, exact: true }).click();
  await page.locator('main').getByRole('button', { name, exact: true }).click();
}

test('each person arrives where their work is', () => {
  assert.equal(states.planner.at, `${CITY}/tugas`);
  assert.equal(states.agency_staff.at, `${CITY}/tugas`);
  assert.equal(states.supervisor_kpk.at, '/pengawas');
  assert.equal(states.admin.at, '/kerja/-/pengguna');
});

test('a list is narrowed and ordered, and its address says how', async () => {
  const page = await pageOf('planner');
  await page.goto(`${server.address}${CITY}/aksi`);
  const all = await page.locator('tbody tr').count();
  await page.getByLabel('Keadaan').selectOption({ label: 'Berjalan' });
  await page.getByRole('button', { name: 'Terapkan' }).click();

  const some = await page.locator('tbody tr').count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  assert.equal(await page.locator('tbody').getByText('Direncanakan').count(), 0);
  await page.locator('thead').getByRole('link', { name: 'Area intervensi' }).click();
  assert.equal(await page.locator('th[aria-sort=ascending]').innerText(), 'Area intervensi');
  assert.equal(await page.locator('tbody tr').count(), some);
  const words = await page.locator('tbody').innerText();
  await page.goto(page.url());
  assert.equal(await page.locator('tbody').innerText(), words);
  await page.context().close();
});

test('a form keeps what was typed when something is wrong', async () => {
  const page = await pageOf('planner');
  await page.goto(`${server.address}${CITY}/aksi/baru`);
  await page.locator('[name=plan]').selectOption({ index: 1 });
  await page.locator('[name=action]').fill('Kotak saran dibuka tiap pekan');
  await page.locator('[name=target]').fill('150');
  await page.getByRole('button', { name: 'Simpan aksi' }).click();

  assert.match(await page.title(), /^Kesalahan: /);
  assert.equal(await page.locator('.errors a').count(), 2);
  assert.equal(await page.locator('[name=action]').inputValue(), 'Kotak saran dibuka tiap pekan');
  assert.equal(await page.locator('[name=target]').inputValue(), '150');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.locator('[name=area]').fill('Pelayanan publik');
  await page.locator('[name=target]').fill('100');
  await page.getByRole('button', { name: 'Simpan aksi' }).click();
  await page.getByRole('heading', { level: 1, name: 'Kotak saran dibuka tiap pekan' }).waitFor();
  await page.context().close();
});

const EVIDENCE = Buffer.concat([Buffer.from('loket;larangan\n'), Buffer.from('1;terpasang\n2;terpasang\n'.repeat(500))]);

test('evidence of one, checked by another, accepted by a third, proven to everybody', async () => {
  const title = 'Semua jenis izin diajukan dan diterbitkan secara daring';
  const staff = await pageOf('agency_staff');
  await openAction(staff, title);
  await staff.locator('main input[type=file]').setInputFiles({ name: 'daftar loket.csv', mimeType: 'text/csv', buffer: EVIDENCE });
  await staff.getByRole('button', { name: 'Unggah berkas' }).click();
  const link = staff.getByRole('link', { name: /daftar loket\.csv/ });
  await link.click();
  const original = staff.getByRole('link', { name: /Unduh berkas asli/ }).first();
  const [download] = await Promise.all([staff.waitForEvent('download'), original.click()]);
  assert.deepEqual(await readFile(await download.path()), EVIDENCE);
  await staff.getByRole('link', { name: 'Kembali' }).click();
  await step(staff, 'Nyatakan selesai');
  await staff.getByText('Diklaim selesai').first().waitFor();
  const address = staff.url().replace(/[?#].*/, '');
  await staff.context().close();

  const inspector = await pageOf('inspector', { javaScriptEnabled: false });
  await inspector.goto(address);
  await inspector.locator('main a.btn.first').click();
  await inspector.locator('main form button.first').click();
  await inspector.getByText('Diperiksa Inspektorat').first().waitFor();
  await inspector.context().close();

  const kpk = await pageOf('supervisor_kpk');
  await kpk.goto(address);
  await kpk.locator('main a.btn.first').focus();
  await kpk.keyboard.press('Enter');
  await kpk.waitForURL(/\/langkah\/accept/);
  await kpk.locator('main form button.first').focus();
  await kpk.keyboard.press('Enter');
  await kpk.getByText('Diterima').first().waitFor();
  const [proof] = await Promise.all([kpk.waitForEvent('download'), kpk.getByRole('link', { name: 'Periksa bukti' }).click()]);
  const file = path.join(server.folder, 'bukti');
  fs.copyFileSync(await proof.path(), file);
  fs.chmodSync(file, 0o644);
  server.run('verify', file, '--vkey', server.vkey);

  const citizen = await openPage(browser);
  const check = async (text, heading) => {
    await citizen.goto(`${server.address}/v`);
    await citizen.locator('main textarea').fill(text);
    await citizen.locator('main form button').click();
    await citizen.getByRole('heading', { level: 1, name: heading }).waitFor();
  };
  const text = fs.readFileSync(file, 'utf8');
  await citizen.goto(`${server.address}/v`);
  await citizen.locator('main input[type=file]').setInputFiles(file);
  await citizen.locator('main form button').click();
  await citizen.getByRole('heading', { level: 1, name: 'Catatan ini asli dan masih berlaku' }).waitFor();
  assert.equal(await citizen.locator('.ticks > li').count(), 3);
  await citizen.getByText('Tercatat, tetapi belum disaksikan pihak luar').waitFor();
  await check(text.replace(/(\nindex )(\d+)/, (all, word, n) => word + (Number(n) - 1)), 'Bukti ini tidak cocok dengan catatan');
  await check(text.replace(/\n(\u2014 .*)(.{6})\n$/, '\n$1AAAAA=\n'), 'Bukti ini tidak berasal dari sini');
  await check(text.slice(0, 100), 'Ini bukan berkas bukti Terang');
  await citizen.context().close();
  await kpk.context().close();
});

test('what the program refuses is said in words and leads on', async () => {
  const page = await pageOf('agency_staff');
  const answers = [];
  for (const at of [`${CITY}/pengguna`, `${CITY}/aksi/1`, '/kerja/kota-cilegon/aksi']) {
    answers.push((await page.goto(server.address + at)).status());
    assert.equal(await page.locator('h1').count(), 1);
    assert.ok(await page.locator('main a').count() > 0, at);
  }
  assert.deepEqual(answers, [403, 404, 404]);
  await page.goto(`${server.address}${CITY}/tugas`);
  await page.locator('a.brand').click();
  assert.equal(new URL(page.url()).pathname, `${CITY}/tugas`);
  await page.context().close();
});
