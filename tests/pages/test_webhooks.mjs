// The page of webhooks: one is made by keyboard, its secret shown once, tried with a receiver that takes it and one that does not, changed, stopped,
// started and removed; and what went wrong is said where it stands.
import http from 'node:http';
import { DEVICES, LOOKS, newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { Site } from './site.mjs';
import { check, equal, run, test } from './tap.mjs';

let site;
let browser;
let receiver;
const got = [];
const answer = { status: 204 };

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

async function hooks(options = {}) {
  const page = await newPage(browser, site, { as: 'supervisor', path: '/supervisor/webhooks', device: 'desk', ...options });
  await page.waitForSelector('.hooks :is(.data, .none)');
  return page;
}

const url = (path) => `http://127.0.0.1:${receiver.address().port}${path}`;
const row = (page, name) => page.locator('.data tbody tr', { hasText: name });
const press = (page, name, text) => row(page, name).locator('button', { hasText: text }).click();
const view = (name) => site.call('GET', `/v1/webhooks/${name}`);

test('one is made by keyboard alone; its secret is shown once', async () => {
  const page = await hooks();
  check((await page.textContent('.none')).includes('没有事件推送'), 'empty');
  await page.locator('button', { hasText: '新推送' }).focus();
  await page.keyboard.press('Enter');
  for (const text of ['mini', url('/hook'), '', 'booking.promoted，no_show']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  equal(await violations(page), []);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.secret');
  const secret = await page.textContent('.secret');
  check(/^whsec_/.test(secret), secret);
  await page.keyboard.press('Enter');
  await row(page, 'mini').waitFor();
  check(!(await page.content()).includes(secret), 'the secret is gone from the page');
  const made = await view('mini');
  equal([made.url, made.backend, made.types], [url('/hook'), null, ['booking.promoted', 'no_show']]);
  check((await row(page, 'mini').textContent()).includes('正常'), 'its state');
  await done(page);
});

test('a host that is not listed, a name that is taken and one that is none are said at their fields', async () => {
  const page = await hooks();
  const tried = async (name, where, field) => {
    await page.fill('dialog [name=name]', name);
    await page.fill('dialog [name=url]', where);
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('dialog .errs a, dialog .errs p');
    if (field !== null) equal(await page.locator('dialog [aria-invalid=true]').getAttribute('name'), field, `${name} ${where}`);
    return page.textContent('dialog .errs');
  };
  await page.click('text=新推送');
  check((await tried('other', 'https://hooks.example.com/gateslot', 'url')).includes('webhooks.allow'), 'what to do about it');
  await tried('other', 'ftp://127.0.0.1/', 'url');
  await tried('A B', url('/x'), 'name');
  check((await tried('mini', url('/x'), null)).includes('mini'), 'which name is taken');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('dialog') === null);
  equal((await site.call('GET', '/v1/webhooks')).items.length, 1);
  await done(page);
});

test('a message to try it by: what came back is said, taken or not', async () => {
  const page = await hooks();
  got.length = 0;
  await row(page, 'mini').locator('button', { hasText: '测试' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=status]:has-text("已送达，接收方答复 204")');
  equal(await page.evaluate(() => document.activeElement.textContent), '测试', 'the focus stays where it was');
  equal(got.length, 1);
  answer.status = 500;
  await press(page, 'mini', '测试');
  await page.waitForSelector('[role=status]:has-text("接收方答复 500")');
  await done(page);
});

test('what it does not take is told at it, and since when; once it takes it all is well', async () => {
  answer.status = 500;
  await site.call('PATCH', '/v1/webhooks/mini', { types: [] });
  await site.call('PUT', '/v1/capacity/2026-11-25/evening', { capacity: 41, reason: 'one more' });
  while ((await view('mini')).state !== 'retrying') await new Promise((resolve) => { setTimeout(resolve, 50); });
  for (const { lang, theme } of LOOKS) {
    const page = await hooks({ lang, theme });
    const text = await row(page, 'mini').textContent();
    for (const word of lang === 'zh' ? ['重试中', '接收方答复 500，不是 2xx。', '失败 '] : ['retrying', 'answered 500', 'failed']) check(text.includes(word), `${word} in ${text}`);
    equal(await violations(page), [], `${lang} ${theme}`);
    for (const device of ['desk', 'tablet', 'small']) {
      await page.setViewportSize(DEVICES[device]);
      equal(await smallTargets(page), [], device);
      equal(await page.evaluate(() => [document.documentElement.scrollWidth <= innerWidth, document.querySelector('.clock').offsetHeight < 40]), [true, true], `${lang} ${device}: nothing beside the page, the clock in one line`);
    }
    await page.setViewportSize(DEVICES.desk);
    await picture(page, `webhooks.${lang}.${theme}`);
    await done(page);
  }
  answer.status = 204;
});

test('it is stopped and started, changed, given a new secret, and removed', async () => {
  const page = await hooks();
  await press(page, 'mini', '停用');
  await row(page, 'mini').locator('button', { hasText: '启用' }).waitFor();
  check((await row(page, 'mini').textContent()).includes('由人停用'), 'who stopped it');
  equal((await view('mini')).disabled, true);
  await press(page, 'mini', '启用');
  await row(page, 'mini').locator('button', { hasText: '停用' }).waitFor();
  await press(page, 'mini', '修改');
  equal(await page.inputValue('dialog [name=url]'), url('/hook'));
  await page.fill('dialog [name=url]', url('/other'));
  await page.fill('dialog [name=types]', 'booking');
  await page.click('dialog button[type=submit]');
  await row(page, 'mini').filter({ hasText: '/other' }).waitFor();
  equal((await view('mini')).types, ['booking']);
  await press(page, 'mini', '换密钥');
  await page.fill('dialog [name=keep_hours]', '1.5');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog .errs a');
  await page.fill('dialog [name=keep_hours]', '2');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('.secret');
  await page.click('dialog .btn--go');
  await row(page, 'mini').filter({ hasText: '旧密钥用到' }).waitFor();
  await press(page, 'mini', '删除');
  await page.click('dialog .btn:not(.btn--go):has-text("确定")');
  await page.waitForSelector('.none');
  equal((await site.call('GET', '/v1/webhooks')).items, []);
  await done(page);
});

await run({
  before: async () => {
    receiver = http.createServer((request, response) => {
      got.push(request.url);
      request.resume().on('end', () => response.writeHead(answer.status).end());
    });
    await new Promise((resolve) => { receiver.listen(0, '127.0.0.1', resolve); });
    site = await Site.start({ day: null, extra: `webhooks: {allow: ["${url('')}"]}\n` });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
    receiver.close();
  },
});
