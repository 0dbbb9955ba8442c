// What the pages weigh and how quick they are, printed: bytes over the line, first paint, a live change among 5,000 trucks, and the memory of a page
// that has seen many events.
import { newPage, openBrowser } from './browser.mjs';
import { Site, container } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

const ROWS = 5000;
const EVENTS = 900;
let site;
let browser;
let trucks = [];

const request = (i) => ({ date: '2026-11-18', flexible: true, waitlist: false, plate: `浙B${String(10000 + i)}`, containers: [container(i)], company: { uscc: '91350100M000100Y43', name: '某外贸公司' }, driver: { name: '张师傅', phone: '13800138000' }, idempotency_key: `row-${i}` });

async function gate(path = '/gate') {
  const page = await newPage(browser, site, { as: 'gate', path });
  await page.waitForSelector('.list .row');
  await page.waitForSelector('.age:has-text("实时")');
  return page;
}

// Milliseconds from the answer of a step to its row on the page.
async function change(page, b, key) {
  await page.evaluate((id) => {
    const row = () => [...document.querySelectorAll('.list .row')].find((node) => node.booking?.id === id);
    window.seen = new Promise((resolve) => {
      const watch = new MutationObserver(() => {
        if (/已到/.test(row()?.textContent || '')) {
          watch.disconnect();
          resolve(performance.timeOrigin + performance.now());
        }
      });
      watch.observe(document.querySelector('.list'), { subtree: true, childList: true, characterData: true });
    });
  }, b.id);
  await site.call('POST', `/v1/bookings/${b.id}/arrive`, {}, { 'Idempotency-Key': key });
  const answered = performance.timeOrigin + performance.now();
  return Math.max(0, (await page.evaluate(() => window.seen)) - answered);
}

test('the gate page is small and paints soon', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: null });
  const paints = [];
  let bytes = 0;
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  client.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  for (let i = 0; i < 5; i++) {
    await page.goto('/gate/walk-in');
    await page.waitForSelector('.walk');
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0); // it may be there before it is painted
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    if (i === 0) count(`over the line for the first page: ${Math.round(bytes / 1024)} kB`);
  }
  check(bytes > 0 && paints.every((ms) => ms > 0), `${bytes} bytes, ${paints}`);
  count(`first paint: ${paints.map((ms) => Math.round(ms)).sort((a, b) => a - b).join(', ')} ms`);
  await page.context().close();
});

// By count, which no other work on the machine changes: what is asked for before anything is painted, and that nothing waits for another's answer
// that need not.
test('the first page of a fresh browser takes few requests, one round of them after its scripts', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: null });
  const asked = [];
  let siteAsked;
  const together = new Promise((resolve) => { siteAsked = resolve; });
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    asked.push(pathname.replace(/^\/assets\/\w+\//, ''));
    if (pathname === '/v1/site') siteAsked();
  });
  await page.route('**/v1/session', async (route) => {
    await together; // who is there is answered only once the site was asked for too
    await route.continue();
  });
  await page.goto('/gate/walk-in');
  await page.waitForSelector('.walk');
  equal(asked.filter((name) => name.endsWith('.css')).sort(), ['first.css', 'gate.css']);
  const first = asked.slice(0, asked.indexOf('/v1/session'));
  count(`requests for the first page: ${asked.length}, before it is asked who is there: ${first.length}`);
  check(first.length <= 20 && asked.length <= 26, `${asked.length} requests: ${asked.join(' ')}`);
  await page.context().close();
});

test(`a live change among ${ROWS} trucks`, async () => {
  const page = await gate();
  const list = (await site.call('GET', '/v1/gate/list?date=2026-11-18')).items;
  check(list.length === ROWS, `${list.length} trucks`);
  const shown = await page.evaluate(() => [...document.querySelectorAll('.list .row')].map((row) => row.booking.id));
  const times = [];
  for (const [i, id] of shown.slice(0, 5).entries()) times.push(await change(page, { id }, `live-${i}`));
  count(`a live change among ${ROWS} trucks: ${times.map((ms) => Math.round(ms)).sort((a, b) => a - b).join(', ')} ms after its answer`);
  await page.context().close();
});

test(`memory after ${EVENTS} events is what it was after ${EVENTS / 3}`, async () => {
  const page = await gate();
  const client = await page.context().newCDPSession(page);
  // The least of several: a list of all trucks may just be on its way.
  const heap = async () => {
    let least = Infinity;
    for (let i = 0; i < 10; i++) {
      await client.send('HeapProfiler.collectGarbage');
      least = Math.min(least, (await client.send('Runtime.getHeapUsage')).usedSize);
      await page.waitForTimeout(50);
    }
    return least;
  };
  const sizes = [];
  for (let i = 0; i < EVENTS; i++) {
    const b = trucks[100 + (i >> 1) % 50];
    await site.call('POST', `/v1/bookings/${b}/${i % 2 === 0 ? 'arrive' : 'revert'}`, {}, { 'Idempotency-Key': `memory-${i}` });
    if ((i + 1) % (EVENTS / 3) === 0) sizes.push(await heap());
  }
  const nodes = (await client.send('Memory.getDOMCounters')).nodes;
  count(`memory of the page after ${EVENTS / 3}, ${2 * EVENTS / 3}, ${EVENTS} events: ${sizes.map((s) => (s / 1e6).toFixed(1)).join(', ')} MB; ${nodes} nodes`);
  check(sizes[2] < sizes[0] * 1.5 + 5e6, `it grows: ${sizes}`);
  await page.context().close();
});

await run({
  before: async () => {
    site = await Site.start({ day: null, start: '2026-11-18T07:55:00+08:00', windows: 'windows:\n  morning: {start: "08:00", end: "12:00", capacity: 2000, name: 早间}\n  midday: {start: "12:00", end: "16:00", capacity: 2000, name: 午间}\n  evening: {start: "16:00", end: "20:00", capacity: 2000, name: 晚间}\n',
      extra: 'quota: {company_window_percent: 100, company_day: 10000}\nbooking: {cutoff_minutes: 0}\n' });
    browser = await openBrowser();
    for (let i = 0; i < ROWS; i += 100) {
      const { items } = await site.call('POST', '/v1/bookings/batch', { bookings: Array.from({ length: 100 }, (_, n) => request(i + n)) });
      trucks = [...trucks, ...items.map((one) => one.booking?.id)];
    }
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
