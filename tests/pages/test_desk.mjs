// The supervisor's desk: a cut of capacity seen as a plan and then done exactly so, trucks and their stories, lists, reports, people, the audit
// trail.
import { LOOKS, newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

let site;
let browser;
const PAGES = ['/supervisor', '/supervisor/bookings', '/supervisor/strikes', '/supervisor/reports', '/supervisor/people', '/supervisor/webhooks', '/supervisor/audit'];
const READY = 'main :is(.chart, .data, .tale, .none)';

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

async function desk(path = '/supervisor', options = {}) {
  const page = await newPage(browser, site, { as: 'supervisor', path, device: 'desk', ...options });
  await page.waitForSelector(READY);
  return page;
}

const capacity = async (date) => (await site.call('GET', `/v1/capacity?from=${date}&to=${date}`)).days[0].windows;

test('a cut is a plan first, then done exactly so; who is displaced stands in it', async () => {
  const page = await desk();
  await page.locator('.cell').nth(16).click(); // the evening of today: 8 days a row
  equal(await page.textContent('#dr'), '11-25 周三 晚间');
  const before = (await capacity('2026-11-25')).find((w) => w.id === 'evening');
  await page.fill('#cap', String(before.booked - 8));
  await page.fill('#why', '2 号查验通道检修');
  await page.waitForSelector('.moves tbody tr');
  equal(await page.locator('.moves tbody tr').count() >= 8, true, 'who is displaced');
  equal((await capacity('2026-11-25')).find((w) => w.id === 'evening').booked, before.booked, 'nothing is done yet');
  equal(await violations(page), []);
  await picture(page, 'desk-plan');
  await page.click('text=照此执行');
  await page.waitForSelector('.todo');
  const after = (await capacity('2026-11-25')).find((w) => w.id === 'evening');
  equal([after.capacity, after.booked], [before.booked - 8, before.booked - 8], 'done');
  await page.waitForSelector('.todo:has-text("候补")');
  await done(page);
});

test('a plan that is out of date is shown anew, with what differs marked', async () => {
  const page = await desk();
  await page.locator('.cell').nth(16).click();
  const w = (await capacity('2026-11-25')).find((one) => one.id === 'evening');
  await page.fill('#cap', String(w.booked - 4));
  await page.fill('#why', 'x');
  await page.waitForSelector('.moves tbody tr');
  await site.call('PUT', '/v1/capacity/2026-11-25/evening', { capacity: w.booked - 2, reason: 'another one' });
  await page.click('text=照此执行');
  await page.waitForSelector('[role=alert]:has-text("情况已变")');
  await picture(page, 'desk-plan-outdated');
  await page.click('text=不执行');
  await done(page);
});

test('bookings are found by part of a plate and lead to their story; a no-show is reinstated with a reason', async () => {
  const page = await desk('/supervisor/bookings');
  const missed = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=no_show')).items[0];
  await page.fill('[name=q]', missed.plate.slice(2));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.data tbody tr').length === 1);
  await page.click('.data a');
  await page.waitForSelector('.tale li');
  check((await page.textContent('.who')).includes('爽约'), 'what became of it');
  await picture(page, 'story');
  await page.locator('.act', { hasText: '免记爽约' }).locator('summary').click();
  const form = page.locator('.act[open] form');
  await form.locator('button').click();
  await page.waitForSelector('.act[open] .errs');
  await form.locator('input').fill('高速封道');
  await form.locator('button').click();
  await page.waitForSelector('.tale li:has-text("高速封道")');
  equal((await site.call('GET', `/v1/bookings/${missed.id}`)).excused, true);
  await done(page);
});

test('a story of several pages is shown whole and in order', async () => {
  const [one] = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=departed')).items;
  const events = (await site.call('GET', `/v1/bookings/${one.id}/history`)).items;
  check(events.length >= 4, `only ${events.length} events`);
  const page = await newPage(browser, site, { as: 'supervisor', path: null, device: 'desk' });
  let asked = 0;
  await page.route('**/history*', (route) => {
    asked++;
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '2');
    return route.continue({ url: url.href });
  });
  await page.goto(`/supervisor/bookings/${one.id}`);
  await page.waitForSelector('.tale li');
  equal(await page.locator('.tale li').count(), events.length);
  check(asked >= Math.ceil(events.length / 2), `${asked} pages`);
  await done(page);
});

test('a token and a pairing code are shown once; a user is made, gets a PIN and is deleted', async () => {
  const page = await desk('/supervisor/people');
  await page.click('text=新令牌');
  await page.fill('dialog [name=name]', 'mini');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('.secret');
  check(/^gs_/.test(await page.textContent('.secret')), 'the token');
  await page.click('dialog .btn--go');
  await page.click('text=配对设备');
  await page.fill('dialog [name=name]', 'tablet-1');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('.secret');
  await page.click('dialog .btn--go');
  await page.click('text=新用户');
  await page.fill('dialog [name=name]', 'li');
  await page.fill('dialog [name=password]', 'short');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog .errs');
  await page.fill('dialog [name=password]', 'long enough a word');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('.data td:text-is("li")');
  await page.locator('tr', { has: page.locator('td:text-is("li")') }).locator('text=删除…').click();
  await page.click('dialog .btn:not(.btn--go):has-text("确定")');
  await page.waitForFunction(() => [...document.querySelectorAll('.data td')].every((td) => td.textContent !== 'li'));
  await picture(page, 'people');
  await done(page);
});

test('the chain is checked, the day decided again, a configuration tried out', async () => {
  const page = await desk('/supervisor/audit');
  await page.click('text=核对记录链');
  await page.waitForSelector('[role=status]:has-text("完好")');
  await page.click('text=重算当天决定');
  await page.waitForSelector('[role=status]:has-text("结果相同")');
  await page.fill('textarea', 'nothing: 1');
  await page.click('.preview button');
  await page.waitForSelector('.preview .errs');
  await done(page);
});

test('axe finds nothing, and every target is 48 px, in both languages, light and dark', async () => {
  let pages = 0;
  for (const path of [...PAGES, '/supervisor/bookings/bk_1']) {
    for (const { lang, theme } of LOOKS) {
      const page = await desk(path, { lang, theme });
      equal(await violations(page), [], `${path} ${lang} ${theme}`);
      equal((await smallTargets(page)).filter((text) => !/INPUT : 18/.test(text)), [], `${path} ${lang} ${theme}: small targets`);
      await picture(page, `${path.slice(1).replace(/\W+/g, '-')}.${lang}.${theme}`);
      await done(page);
      pages++;
    }
  }
  count(`desk pages without a finding of axe: ${pages}`);
});

await run({
  before: async () => {
    site = await Site.start({ extra: 'quota: {company_window_percent: 100, company_day: 1000}\n' });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
