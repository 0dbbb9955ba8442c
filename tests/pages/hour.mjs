// The long run of the pages: gate and desk stay open over the events of an hour (one a second), sent as fast as the pages take them. What they
// hold in memory once rubbish is collected, and how many nodes, is the same at the end as at the beginning: printed, and held to.
import { newPage, openBrowser } from './browser.mjs';
import { Site } from './site.mjs';
import { check, count, run, test } from './tap.mjs';

const EVENTS = Number(process.env.GATESLOT_EVENTS || 3600);
const PART = EVENTS / 12; // five minutes
let site;
let browser;

async function watched(as, path, ready) {
  const page = await newPage(browser, site, { as, path, device: 'desk' });
  await page.waitForSelector(ready);
  await page.waitForSelector('.age:has-text("实时")');
  const client = await page.context().newCDPSession(page);
  // The least of several: an answer may just be on its way.
  const look = async () => {
    let least = Infinity;
    for (let i = 0; i < 8; i++) {
      await client.send('HeapProfiler.collectGarbage');
      least = Math.min(least, (await client.send('Runtime.getHeapUsage')).usedSize);
      await page.waitForTimeout(100);
    }
    return { heap: least, nodes: (await client.send('Memory.getDOMCounters')).nodes };
  };
  return { page, path, look, seen: [] };
}

test(`pages that are open over ${EVENTS} events hold no more at the end than at the beginning`, async () => {
  const trucks = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=booked')).items.slice(0, 20).map((b) => b.id);
  const pages = [await watched('gate', '/gate', '.list .row'), await watched('supervisor', '/supervisor', '.chart')];
  // Both have taken the last event once the truck that it was about stands there as it does.
  const taken = (plate, word) => pages[0].page.waitForFunction(([p, w]) => [...document.querySelectorAll('.list .row')].some((row) => row.textContent.includes(p) && row.textContent.includes(w)), [plate, word]);
  const [row] = await pages[0].page.evaluate((ids) => [...document.querySelectorAll('.list .row')].map((node) => node.booking).filter((b) => b && ids.includes(b.id) && b.status === 'booked').map((b) => ({ id: b.id, plate: b.plate.slice(2) })), trucks);
  check(row !== undefined, 'a truck that is still to come is on the list');
  for (let i = 0; i < EVENTS; i++) {
    const last = (i + 1) % PART === 0;
    const id = last || (i + 2) % PART === 0 ? row.id : trucks.filter((one) => one !== row.id)[(i >> 1) % (trucks.length - 1)];
    await site.call('POST', `/v1/bookings/${id}/${i % 2 === 0 ? 'arrive' : 'revert'}`, {}, { 'Idempotency-Key': `hour-${i}` });
    if ((i + 2) % PART === 0) await taken(row.plate, '已到');
    if (!last) continue;
    for (const one of pages) one.seen.push(await one.look());
  }
  for (const { page, path, seen } of pages) {
    const mb = (n) => (n / 1e6).toFixed(2);
    count(`${path}, MB after each twelfth of ${EVENTS} events: ${seen.map((s) => mb(s.heap)).join(' ')}; nodes: ${seen.map((s) => s.nodes).join(' ')}`);
    const [first, end] = [seen[1], seen.at(-1)]; // the first twelfth fills what is kept
    check(end.heap < first.heap * 1.1 + 500000, `${path}: ${mb(first.heap)} MB, then ${mb(end.heap)} MB`);
    check(end.nodes < first.nodes * 1.1 + 200, `${path}: ${first.nodes} nodes, then ${end.nodes}`);
    check(page.faults.length === 0, String(page.faults));
  }
});

await run({
  before: async () => {
    site = await Site.start({ until: '14:42' });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
