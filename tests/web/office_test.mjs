// office_test.mjs: work with the demo in a browser, as its people do: a planner, an agency, the inspectorate, KPK. Each test
// has actions of its own. Not for: what a page is made of (unit tests), how the server behaves (tests/scenario).

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessibilityFaults, openBrowser, openPage, sidewaysFaults, SIZES } from './browser.mjs';
import { startServer } from './server.mjs';

const CITY = '/kerja/kota-tangerang';
const PEOPLE = ['planner', 'agency_staff', 'inspector', 'supervisor_kpk', 'admin'];
// Every size and every scheme once: which of them meet makes no difference to a page (pages_test.mjs tries all).
const LOOKS = [{ size: 'phone', scheme: 'light' }, { size: 'desk', scheme: 'dark' }];

let server, browser;
const states = {};

// Logs in with both factors; the page stands where the program leads.
async function login(page, who) {
  await page.goto(`${server.address}/masuk`);
  await page.getByLabel('Nama pengguna').fill(who);
  await page.getByLabel('Kata sandi').fill(server.passwords[who]);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await page.locator('[name=code]').fill(server.code(who));
  await page.locator('main form button').first().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/masuk'));
}

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  for (const who of PEOPLE) {
    const page = await openPage(browser);
    await login(page, who);
    states[who] = { at: new URL(page.url()).pathname, storageState: await page.context().storageState() };
    await page.context().close();
  }
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
  await link.waitFor();
  const [download] = await Promise.all([staff.waitForEvent('download'), link.click()]);
  assert.deepEqual(await readFile(await download.path()), EVIDENCE);
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

// Pages of every kind: who sees it, where.
const PAGES = [
  ['planner', `${CITY}/aksi?urut=area`], ['planner', `${CITY}/aksi/baru`], ['planner', `${CITY}/aksi/impor`],
  ['agency_staff', `${CITY}/tugas`], ['agency_staff', '/akun/token'], ['supervisor_kpk', '/pengawas'],
  ['supervisor_kpk', `${CITY}/rencana-aksi`], ['admin', '/kerja/-/pengguna'],
];

for (const { size, scheme } of LOOKS) {
  test(`pages of people who work are whole on a ${size} in ${scheme}`, async () => {
    const found = [];
    for (const who of new Set(PAGES.map(([x]) => x))) {
      const page = await pageOf(who, { viewport: SIZES[size], colorScheme: scheme, reducedMotion: 'reduce' });
      for (const [, at] of PAGES.filter(([x]) => x === who)) {
        const response = await page.goto(server.address + at);
        if (response.status() !== 200) found.push(`${at}: ${response.status()}`);
        for (const fault of [...await sidewaysFaults(page), ...await accessibilityFaults(page)]) found.push(`${at}: ${fault}`);
      }
      await page.context().close();
    }
    assert.deepEqual(found, []);
  });
}
