// The door of the pages: logging in and out, a wrong password, pairing, a session that ends under the page; both languages, light and dark.
import { DEVICES, newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { PASSWORD, Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

let site;
let browser;
const WORDS = { zh: { login: '登录', wrong: '用户名或密码不正确。', pair: '配对' }, en: { login: 'Log in', wrong: 'The name or the password is wrong.', pair: 'Pair' } };

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

async function fill(page, name, password) {
  await page.fill('#door-name', name);
  await page.fill('#door-password', password);
  await page.click('button[type=submit]');
}

test('who logs in sees the page he asked for', async () => {
  const page = await newPage(browser, site, { path: '/board' });
  await fill(page, 'supervisor', PASSWORD);
  await page.waitForSelector('.b-now');
  equal(new URL(page.url()).pathname, '/board');
  await done(page);
});

test('a wrong password is said at the top and at the field, and the name stays', async () => {
  for (const lang of ['zh', 'en']) {
    const page = await newPage(browser, site, { lang });
    await fill(page, 'supervisor', 'not that one');
    await page.waitForSelector('.errs');
    equal(await page.evaluate(() => document.activeElement.className), 'errs', 'where the focus is');
    equal(await page.textContent('.errs a'), WORDS[lang].wrong);
    equal(await page.textContent('#door-password-err'), WORDS[lang].wrong);
    equal(await page.inputValue('#door-name'), 'supervisor');
    equal(await page.inputValue('#door-password'), '');
    await page.click('.errs a');
    equal(await page.evaluate(() => document.activeElement.id), 'door-password', 'the link leads to the field');
    check((await page.title()).startsWith(lang === 'zh' ? '错误：' : 'Error: '), await page.title());
    equal(await violations(page), [], lang);
    if (lang === 'zh') await picture(page, 'login-error');
    await done(page);
  }
});

test('empty fields are named without asking the daemon', async () => {
  const page = await newPage(browser, site);
  let asked = 0;
  page.on('request', (r) => { asked += r.method() === 'POST' ? 1 : 0; });
  await page.click('button[type=submit]');
  await page.waitForSelector('.errs');
  equal(await page.locator('.errs a').count(), 2);
  equal(asked, 0);
  await done(page);
});

test('a tablet and a hall screen are paired by a code, which works once', async () => {
  const code = await site.pairing('hall-1', 'display');
  const page = await newPage(browser, site, { path: '/pair' });
  await picture(page, 'pairing');
  await page.fill('#door-code', `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase());
  await page.keyboard.press('Enter');
  await page.waitForSelector('.b-now');
  await page.reload();
  await page.waitForSelector('.b-now');
  await done(page);
  const again = await newPage(browser, site, { path: '/pair' });
  await again.fill('#door-code', code);
  await again.keyboard.press('Enter');
  await again.waitForSelector('.errs');
  check((await again.textContent('.errs')).includes('已用过'), await again.textContent('.errs'));
  await done(again);
});

test('the language is switched at the door, and kept', async () => {
  const page = await newPage(browser, site);
  equal(await page.textContent('h1'), WORDS.zh.login);
  await page.click('.door-bar button');
  equal(await page.textContent('h1'), WORDS.en.login);
  equal(await page.getAttribute('html', 'lang'), 'en');
  await page.reload();
  equal(await page.textContent('h1'), WORDS.en.login);
  await done(page);
});

test('the language chosen on a page is kept with the user, and the sentences of the daemon follow it', async () => {
  await site.call('POST', '/v1/users', { name: 'zhao', role: 'gate', password: PASSWORD });
  const page = await newPage(browser, site, { as: 'zhao', path: '/gate' });
  await page.waitForSelector('.bar');
  const refusal = () => page.evaluate(async () => (await (await fetch('/v1/users')).json()).detail);
  check(/[\u4e00-\u9fff]/.test(await refusal()), await refusal());
  await page.click('.bar [lang=en]');
  await page.waitForSelector('html[lang=en] .bar [lang=zh-CN]');
  equal((await site.call('GET', '/v1/users/zhao')).language, 'en');
  check(!/[\u4e00-\u9fff]/.test(await refusal()), await refusal());
  await done(page);
  const elsewhere = await newPage(browser, site, { path: '/gate' });
  await fill(elsewhere, 'zhao', PASSWORD);
  await elsewhere.waitForSelector('html[lang=en] .bar [lang=zh-CN]');
  await elsewhere.reload();
  await elsewhere.waitForSelector('html[lang=en] .bar [lang=zh-CN]');
  await done(elsewhere);
});

test('a session that ends under the page leads to the door and back to the same place', async () => {
  const page = await newPage(browser, site, { as: 'supervisor', path: '/board' });
  await page.waitForSelector('.b-now li');
  await page.evaluate(() => { document.querySelector('.b-now').dataset.witness = 'same'; });
  await site.call('PATCH', '/v1/users/supervisor', { password: 'another long word for it' });
  await page.waitForSelector('.again');
  equal(await page.inputValue('#door-name'), 'supervisor');
  equal(await page.isVisible('.b-now'), false, 'the page is seen by nobody meanwhile');
  await page.fill('#door-password', 'another long word for it');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.b-now', { state: 'visible' });
  equal(await page.getAttribute('.b-now', 'data-witness'), 'same', 'it is the page as it was');
  await site.call('PATCH', '/v1/users/supervisor', { password: PASSWORD });
  await done(page);
});

test('by the keyboard alone: in, the menu, its choices, out', async () => {
  const page = await newPage(browser, site, { lang: 'en', path: '/board' });
  await page.waitForSelector('#door-name');
  equal(await page.evaluate(() => document.activeElement.id), 'door-name', 'it begins in the first field');
  await page.keyboard.type('supervisor');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.b-now');
  for (let i = 0; i < 20 && await page.evaluate(() => !document.activeElement.matches('.b-menu')); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    check(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null), 'the focus stays within the dialog');
  }
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  check(await page.evaluate(() => document.activeElement.matches('.b-menu')), 'the focus is where it was');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Log out' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#door-name');
  equal(new URL(page.url()).pathname, '/login');
  await done(page);
});

test('a role without pages is told so', async () => {
  await site.call('POST', '/v1/users', { name: 'counter', role: 'metrics', password: PASSWORD });
  const page = await newPage(browser, site, { as: 'counter', path: '/gate' });
  await page.waitForSelector('.message');
  check((await page.textContent('.message')).includes('没有网页'), await page.textContent('.message'));
  await done(page);
});

test('axe finds nothing, and every target is 48 px, in both languages, light and dark, large and small', async () => {
  let pages = 0;
  for (const path of ['/login', '/pair']) {
    for (const lang of ['zh', 'en']) {
      for (const theme of ['light', 'dark']) {
        const page = await newPage(browser, site, { path, lang, theme });
        await page.waitForSelector('h1');
        equal(await page.getAttribute('html', 'data-theme'), theme);
        equal(await violations(page), [], `${path} ${lang} ${theme}`);
        if (path === '/login') await picture(page, `login.${lang}.${theme}`);
        for (const [device, size] of Object.entries(DEVICES)) {
          await page.setViewportSize(size);
          equal(await smallTargets(page), [], `${path} ${lang} ${theme} ${device}`);
          equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${path} ${device}: nothing beside the page`);
        }
        await done(page);
        pages++;
      }
    }
  }
  count(`door: axe on ${pages} pages`);
});

await run({
  before: async () => {
    site = await Site.start({ until: '09:00' });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
