// pages.mjs: the pages that pages_test.mjs looks at, a row a page: [name, who, address or what leads there, status].
//
// `who` is a login of the demo, null for everybody. The second column from the right is an address, or a function that is given the
// page of a browser and brings it there; it may return the address that it led to. Status is 200 unless given. A route that
// answers GET with a page and is matched by no row is named by the test: add a row here, or a line to NOT_PAGES.

export const CITY = '/kerja/kota-tangerang';

const go = (address, link) => async (page, base) => {
  await page.goto(base + address);
  await page.locator(link).first().click();
};
const first = (list) => go(list, 'main tbody a');
const below = (list, what) => async (page, base) => {
  await page.goto(base + list);
  await page.goto(`${new URL(await page.locator('main tbody a').first().getAttribute('href'), base).href}/${what}`);
};

async function secondFactor(page, base, server) {
  await page.goto(`${base}/masuk`);
  await page.getByLabel('Nama pengguna').fill('head');
  await page.getByLabel('Kata sandi').fill(server.passwords.head);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await page.locator('[name=code]').waitFor();
}

async function recovery(page, base, server) {
  await secondFactor(page, base, server);
  await page.locator('main a.btn').click();
}

async function formWrong(page, base) {
  await page.goto(`${base}${CITY}/aksi/baru`);
  await page.locator('main form button.first').click();
}

async function draftFound(page, base) {
  await page.goto(`${base}${CITY}/aksi/baru`);
  await page.locator('[name=action]').fill('Papan antrean tampil di layar');
  await page.getByRole('button', { name: 'Simpan draf dan keluar' }).click();
  await page.goto(`${base}${CITY}/aksi/baru`);
}

async function twoEditors(page, base) {
  await below(`${CITY}/aksi?status=planned`, 'ubah')(page, base);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator('[name=output]').fill('Halaman kinerja tiap layanan');
  await other.locator('main form button.first').click();
  await other.waitForURL((url) => !url.pathname.endsWith('/ubah'));
  await other.close();
  await page.locator('[name=output]').fill('Halaman kinerja per tahap');
  await page.locator('main form button.first').click();
}

async function importPreview(page, base) {
  await page.goto(`${base}${CITY}/aksi/impor`);
  const csv = 'plan,area,action,target\ncontoh-2026,Perizinan,Loket buka pukul 08.00,100\ncontoh-2026,Perizinan,,150\n';
  await page.locator('main input[type=file]').setInputFiles({ name: 'aksi.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.locator('main form button.first').click();
}

async function step(page, base) {
  await page.goto(`${base}${CITY}/aksi?status=in_progress`);
  await page.locator('main tbody a').first().click();
  await page.locator('main a[href*="/langkah/"]').first().click();
}

async function evidence(page, base) {
  await page.goto(`${base}${CITY}/aksi?status=in_progress`);
  for (const record of await page.locator('main tbody a').evaluateAll((all) => all.map((a) => a.href))) {
    await page.goto(record);
    const file = page.locator('#berkas a[href$="/lihat"]');
    if ((await file.count()) > 0) return file.first().click();
  }
  throw new Error('no action of the demo has a file');
}

async function room(page, base) {
  await page.goto(`${base}${CITY}/reviu`);
  await page.locator('main tbody a').first().click();
  await page.locator('main a[href*="/rapat/"]').first().click();
}

async function proof(page, base) {
  await page.goto(`${base}/v`);
  await page.locator('textarea').fill('bukan bukti');
  await page.locator('main form button').click();
}

/* prettier-ignore */
export const PAGES = [
  ['home',            null,             '/'],
  ['government',      null,             '/kota-tangerang'],
  ['places',          null,             '/kota-tangerang/wilayah'],
  ['action-plan',     null,             '/kota-tangerang/renaksi'],
  ['scorecard-public', null,            '/kota-tangerang/rapor'],
  ['compare-public',  null,             '/banding'],
  ['reviews-public',  null,             '/kota-tangerang/reviu'],
  ['review-public',   null,             go('/kota-tangerang/reviu', '#reviu li .title a')],
  ['check',           null,             '/v'],
  ['check-no-proof',  null,             proof],
  ['guide',           null,             '/bantuan'],
  ['guide-citizen',   null,             '/bantuan/warga'],
  ['guide-staff',     null,             '/bantuan/pegawai'],
  ['guide-supervisor', null,            '/bantuan/pengawas'],
  ['guide-operator',  null,             '/bantuan/operator'],
  ['styleguide',      null,             '/styleguide'],
  ['not-found',       null,             '/tidak/ada', 404],
  ['bad-request',     null,             '/?x=%00', 400],
  ['login',           null,             '/masuk'],
  ['second-factor',   null,             secondFactor],
  ['recovery',        null,             recovery],
  ['forgotten',       null,             '/masuk/lupa'],
  ['link-gone',       null,             '/masuk/baru?kunci=x', 410],
  ['tasks',           'agency_staff',   `${CITY}/tugas`],
  ['tasks-waiting',   'agency_staff',   `${CITY}/tugas?lihat=menunggu`],
  ['step',            'agency_staff',   step],
  ['not-theirs',      'agency_staff',   `${CITY}/pengguna`, 403],
  ['list',            'planner',        `${CITY}/aksi?urut=area`],
  ['list-none',       'planner',        `${CITY}/aksi?q=zzz&status=planned`],
  ['record',          'planner',        first(`${CITY}/aksi`)],
  ['file',            'planner',        evidence],
  ['form',            'planner',        `${CITY}/aksi/baru`],
  ['form-wrong',      'planner',        formWrong, 422],
  ['draft-found',     'planner',        draftFound],
  ['edit',            'planner',        below(`${CITY}/aksi?status=planned`, 'ubah')],
  ['closed',          'planner',        below(`${CITY}/aksi`, 'ubah'), 409],
  ['two-editors',     'planner',        twoEditors, 409],
  ['void',            'planner',        below(`${CITY}/aksi`, 'batal')],
  ['import',          'planner',        `${CITY}/aksi/impor`],
  ['import-preview',  'planner',        importPreview],
  ['jobs',            'planner',        `${CITY}/pekerjaan`],
  ['search',          'planner',        `${CITY}/cari?q=izin`],
  ['search-none',     'planner',        `${CITY}/cari?q=zzzzz`],
  ['code-sets',       'planner',        `${CITY}/kode`],
  ['code-set',        'planner',        first(`${CITY}/kode`)],
  ['parameters',      'planner',        `${CITY}/parameter-berlaku`],
  ['measures',        'head',           `${CITY}/ukuran`],
  ['account',         'planner',        '/akun'],
  ['password',        'planner',        '/akun/sandi'],
  ['substitute',      'planner',        '/akun/pengganti'],
  ['calendar-address', 'planner',       '/akun/kalender'],
  ['notices',         'planner',        '/akun/pemberitahuan'],
  ['notice-choices',  'planner',        '/akun/pemberitahuan/pilihan'],
  ['step-up',         'planner',        '/akun/pastikan'],
  ['token',           'planner',        '/akun/token'],
  ['scorecard',       'head',           `${CITY}/rapor`],
  ['supervisor',      'supervisor_kpk', '/pengawas'],
  ['compare',         'supervisor_kpk', '/pengawas/banding'],
  ['reviews',         'supervisor_kpk', `${CITY}/reviu`],
  ['review-room',     'supervisor_kpk', room],
  ['review-along',    'secretary',      room],
  ['commitments',     'secretary',      `${CITY}/komitmen`],
  ['recommendations', 'inspector',      `${CITY}/rekomendasi`],
  ['scorecard-of',    'supervisor_kpk', '/pengawas/rapor/kota-tangerang'],
  ['privacy',         'admin',          '/kerja/-/data-pribadi'],
  ['privacy-past',    'admin',          '/kerja/-/data-pribadi/lewat?tabel=app_user&keterangan=account'],
  ['supervisor-list', 'supervisor_kpk', `${CITY}/rencana-aksi`],
  ['users',           'admin',          '/kerja/-/pengguna'],
  ['user',            'admin',          first('/kerja/-/pengguna')],
  ['user-new',        'admin',          '/kerja/-/pengguna/baru'],
  ['user-substitute', 'admin',          below('/kerja/-/pengguna', 'pengganti')],
  ['grant',           'admin',          below('/kerja/-/pengguna', 'peran')],
  ['access',          'head',           `${CITY}/akses`],
  ['access-who',      'head',           `${CITY}/akses?boleh=action_item.check`],
  ['access-role',     'auditor',        `${CITY}/akses?peran=inspector&per=1-1-2026`],
  ['access-wrong',    'supervisor_kpk', `${CITY}/akses?per=31-2-2026`, 422],
  ['access-record',   'head',           first(`${CITY}/akses`)],
  ['access-instance', 'admin',          '/kerja/-/akses'],
  ['erasure',         'admin',          '/kerja/-/penghapusan'],
  ['calendar',        'planner',        `${CITY}/kalender?tahun=2026&dari=17-3-2026&hari=14`],
  ['calendar-wrong',  'secretary',      `${CITY}/kalender?dari=31-2-2026&hari=0`],
  ['calendar-public', null,             '/kota-tangerang/kalender?tahun=2026'],
  ['moved',           'planner',        `${CITY}/tenggat-bergeser`],
  ['holidays',        'secretary',      '/kerja/-/hari-libur'],
  ['holiday',         'secretary',      first('/kerja/-/hari-libur')],
  ['settings',        'secretary',      `${CITY}/pengaturan`],
  ['structure',       'planner',        `${CITY}/susunan`],
  ['structure-2016',  'planner',        `${CITY}/susunan?tanggal=31-12-2016`],
  ['reorganisation',  'planner',        go(`${CITY}/susunan`, '#garis-waktu a')],
  ['reorganise',      'admin',          `${CITY}/susunan/baru`],
  ['governments',     'admin',          '/kerja/-/pemerintah'],
  ['outbox',          'operator',       '/kerja/-/kotak-keluar'],
  ['machine',         'operator',       '/kerja/-/mesin'],
  ['machine-log',     'operator',       '/kerja/-/mesin/log'],
  ['machine-charts',  'operator',       '/kerja/-/mesin/grafik'],
];

// Routes that answer GET and are no page of their own, or one that the demo cannot show; with the reason.
export const NOT_PAGES = [
  [/^\/(a\/|healthz|readyz|metrics|openapi\.json|api\/|ledger\/)/, 'for browsers and programs'],
  [/\/(unduh|templat)\/|\/bukti$|\/berkas\/{berkas}(\/gambar\/{halaman})?$|\/pekerjaan\/{id}\/berkas$|\.(csv|pdf)$/, 'files'],
  [/^\/kal\/{secret}$/, 'a calendar for programs: src/core/notice/feed_test.c'],
  [/^\/{gov}\/lambang$/, 'a picture'],
  [/^\/kerja(\/{gov})?$/, 'leads to the first page of who is logged in'],
  [/^\/masuk\/(sandi|pengaman)$/, 'the first login of an account: src/core/user/door_test.c'],
  [/^\/akun\/surel(\/sah)?$/, 'the demo sends no mail: src/core/user/forgotten_test.c'],
  [/\/cari-nik$/, 'nobody of the demo may: src/core/person/person_pages_test.c'],
  [/^\/siapkan$/, 'an instance before its first administrator: src/core/user/door_test.c'],
  [/\/pekerjaan\/{id}$/, 'the demo has no job: src/engine/job_pages_test.c'],
  [/\/penghapusan\/(baru|{id})$/, 'wants an account without roles: src/core/erase/order_test.c'],
];
