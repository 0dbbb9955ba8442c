// What is live: each event once and in order, over a daemon that dies under the page; how old things are said to be, whatever this machine
// believes the hour is; what a page costs at first sight.
import { newPage, openBrowser, picture } from './browser.mjs';
import { Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

let site;
let browser;

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

// Notes all that live.js tells the page from now on, in window.heard.
async function listen(page) {
  await page.waitForFunction(() => document.querySelector('.age')?.textContent === '实时');
  await page.evaluate(async () => {
    const live = await import(document.querySelector('script[type=module]').src.replace('main.js', 'live.js'));
    window.heard = [];
    window.resets = 0;
    live.onEvent('', (event) => window.heard.push({ seq: event.seq, type: event.type, at: performance.timeOrigin + performance.now() }));
    live.onReset(() => { window.resets++; });
  });
}

const due = async () => (await site.call('GET', '/v1/gate/list')).items.filter((i) => i.status === 'booked');

test('an event is at the page soon after its answer', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate' });
  await listen(page);
  const took = [];
  for (const truck of (await due()).slice(0, 10)) {
    await site.call('POST', `/v1/bookings/${truck.id}/arrive`);
    const answered = performance.timeOrigin + performance.now();
    await page.waitForFunction((n) => window.heard.filter((e) => e.type === 'booking.arrived').length === n, took.length + 1, { polling: 5 });
    took.push(await page.evaluate(() => window.heard.at(-1).at) - answered);
  }
  count(`live: an event is at the page ${Math.round(Math.max(...took))} ms after its answer at the latest, of ${took.length} (promised: 200)`);
  await done(page);
});

test('a daemon that dies and comes back: each event once, none missing, and nothing is read anew', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate' });
  await listen(page);
  const from = (await site.call('GET', '/v1/events?last=1')).last_seq;
  const trucks = (await due()).slice(0, 9);
  for (const [n, truck] of trucks.entries()) {
    await site.call('POST', `/v1/bookings/${truck.id}/arrive`);
    if (n % 3 === 1) {
      await site.kill();
      await site.launch();
    }
  }
  const to = (await site.call('GET', '/v1/events?last=1')).last_seq;
  await page.waitForFunction((last) => window.heard.at(-1)?.seq === last, to, { timeout: 60000 });
  equal(await page.evaluate(() => window.heard.map((e) => e.seq)), Array.from({ length: to - from }, (_, i) => from + 1 + i));
  equal(await page.evaluate(() => window.resets), 0, 'resets');
  await page.waitForFunction(() => document.querySelector('.age').textContent === '实时');
  await done(page);
});

test('without an answer the age counts, then the bar is red; and it comes back by itself', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate' });
  await page.waitForFunction(() => document.querySelector('.age')?.textContent === '实时');
  await page.clock.install();
  await site.kill();
  await page.clock.fastForward(8000);
  await page.waitForFunction(() => /秒前/.test(document.querySelector('.age').textContent));
  equal(await page.locator('.bar--stale').count(), 0, 'not red yet');
  await page.clock.fastForward(60000);
  await page.waitForSelector('.bar--stale');
  check((await page.textContent('.age')).startsWith('连接中断'), await page.textContent('.age'));
  await picture(page, 'gate-lost');
  await site.launch();
  await page.clock.fastForward(12000);
  await page.waitForFunction(() => document.querySelector('.age').textContent === '实时');
  equal(await page.locator('.bar--stale').count(), 0);
  await done(page);
});

test('a clock of this machine that is an hour wrong changes nothing', async () => {
  const [right, wrong] = await Promise.all([0, 3600000].map((clockOff) => newPage(browser, site, { as: 'gate', path: '/gate', clockOff })));
  for (const page of [right, wrong]) {
    await page.waitForFunction(() => document.querySelector('.age')?.textContent === '实时');
    equal(await page.textContent('.bar .clock'), (await site.call('GET', '/v1/site')).now.slice(11, 16));
    await done(page);
  }
});

test('a page is painted before it has read anything', async () => {
  const took = [];
  for (const path of ['/gate', '/board', '/supervisor']) {
    const page = await newPage(browser, site, { as: 'supervisor', path });
    await page.waitForSelector('h1');
    took.push(await page.evaluate(() => performance.getEntriesByName('first-paint')[0].startTime));
    const asked = await page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('/v1/')).map((r) => r.startTime));
    check(took.at(-1) <= Math.max(...asked), `${path}: painted after ${took.at(-1)}, asked for the last at ${Math.max(...asked)}`);
    await done(page);
  }
  count(`live: first paint after ${took.map((t) => Math.round(t)).join(', ')} ms (gate, hall, desk; promised: 300 on a machine that does nothing else)`);
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
