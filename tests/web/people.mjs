// people.mjs: people of the demo who log in with both factors. Not for: what they do then.

import { openPage } from './browser.mjs';

export async function login(server, page, who) {
  await page.goto(`${server.address}/masuk`);
  await page.getByLabel('Nama pengguna').fill(who);
  await page.getByLabel('Kata sandi').fill(server.passwords[who]);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await page.locator('[name=code]').fill(server.code(who));
  await page.locator('main form button').first().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/masuk'));
}

// Cookies of each, and where the program led them: { who: { at, storageState } }.
export async function loginAll(server, browser, people) {
  const states = {}, page = await openPage(browser);
  for (const who of people) {
    await page.context().clearCookies();
    await login(server, page, who);
    states[who] = { at: new URL(page.url()).pathname, storageState: await page.context().storageState() };
  }
  await page.context().close();
  return states;
}
