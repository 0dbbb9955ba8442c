// The hall screen: what stands where, what it no longer says when nobody answers, and that it comes back by itself.
import { newPage, openBrowser, picture, violations } from './browser.mjs';
import { Site } from './site.mjs';
import { check, equal, run, test } from './tap.mjs';

let site;
let browser;

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

const plates = (page, list) => page.locator(`${list} li .plate`).count();

test('it shows who is due now, who is next, and how many bays are free, masked', async () => {
  for (const lang of ['zh', 'en']) {
    const page = await newPage(browser, site, { as: 'display', path: '/board', device: 'hall', lang });
    await page.waitForSelector('.b-now .plate');
    equal(await page.textContent('.b-free dd'), String((await site.call('GET', '/v1/yard')).free));
    equal(await plates(page, '.b-next'), 6);
    const whole = (await site.call('GET', '/v1/gate/list')).items.map((i) => i.plate);
    const text = await page.textContent('body');
    equal(whole.filter((p) => text.includes(p)), [], 'whole plates');
    equal(await violations(page), []);
    equal(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth), true, 'it fits');
    await picture(page, `board.${lang}`);
    await done(page);
  }
});

test('a plate of eight signs is masked by a drawn dot for each sign that is hidden', async () => {
  const page = await newPage(browser, site, { as: 'display', path: '/board', device: 'hall' });
  const { items } = await site.call('GET', '/v1/gate/list');
  const [long, short] = [8, 7].map((signs) => items.find((row) => [...row.plate].length === signs).plate);
  const masked = (plate) => `${plate.slice(0, 2)}${'·'.repeat(plate.length - 5)}${plate.slice(-3)}`;
  await page.route('**/v1/gate/list*', async (route) => {
    const answer = await (await route.fetch()).json();
    const rows = answer.items.filter((row) => row.status === 'booked').slice(0, 2);
    rows.forEach((row, i) => { row.plate = masked([long, short][i]); });
    return route.fulfill({ json: { ...answer, items: rows } });
  });
  await page.waitForFunction((tails) => tails.every((tail) => document.body.textContent.includes(tail)), [long, short].map((plate) => plate.slice(-3)));
  const dots = (plate) => page.locator('.plate', { hasText: plate.slice(-3) }).first().locator('.dots i').count();
  equal([await dots(long), await dots(short)], [3, 2]);
  check(!/·[A-Z0-9]/.test(await page.textContent('.b-main')), 'no dot is a letter');
  await done(page);
});

test('who is late stands there until his time is over; who cannot come in for want of a bay is asked to wait', async () => {
  const page = await newPage(browser, site, { as: 'display', path: '/board', device: 'hall' });
  await site.clock('2026-11-25T15:01:00+08:00');
  await page.waitForSelector('.b-late .plate');
  check((await page.textContent('.b-late .till')).includes('15:30'), await page.textContent('.b-late .till'));
  await picture(page, 'board-late');
  await site.clock('2026-11-25T15:31:00+08:00');
  await page.waitForFunction(() => [...document.querySelectorAll('.b-late .till')].every((e) => !e.textContent.includes('15:30')));
  check((await page.textContent('.b-late .till')).includes('16:00'), 'those of the next slot are late now');
  await done(page);
});

test('without an answer it takes back what it said, says how old it is, and comes back by itself', async () => {
  const page = await newPage(browser, site, { as: 'display', path: '/board', device: 'hall' });
  await page.waitForSelector('.b-now .st--cleared');
  await page.clock.install();
  await site.kill();
  await page.clock.fastForward(20000);
  await page.waitForFunction(() => /秒前/.test(document.querySelector('.b-top .age').textContent));
  check(await page.locator('.b-now .st--cleared').count() > 0, 'for a minute it stands');
  await page.clock.fastForward(70000);
  await page.waitForFunction(() => /分前/.test(document.querySelector('.b-top .age').textContent));
  equal(await page.locator('.b-now .word:visible').count(), 0, 'nobody is told to come in');
  check(await plates(page, '.b-now') > 0, 'the plates stay');
  await picture(page, 'board-stale');
  await page.clock.fastForward(300000);
  await page.waitForSelector('.b-lost', { state: 'visible' });
  await picture(page, 'board-lost');
  await site.launch();
  await page.clock.fastForward(15000);
  await page.waitForSelector('.b-now .st--cleared:visible');
  equal(await page.textContent('.b-top .age'), '实时');
  await done(page);
});

test('a clock of this machine that is an hour wrong changes nothing', async () => {
  for (const clockOff of [-3600000, 3600000]) {
    const page = await newPage(browser, site, { as: 'display', path: '/board', device: 'hall', clockOff });
    await page.waitForSelector('.b-now .plate');
    equal(await page.textContent('.clock'), (await site.call('GET', '/v1/site')).now.slice(11, 16));
    equal(await page.textContent('.b-top .age'), '实时');
    await done(page);
  }
});

await run({
  before: async () => {
    site = await Site.start();
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
