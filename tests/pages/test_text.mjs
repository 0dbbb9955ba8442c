// Text that would like to be a script, in every field that takes free text, the name of the site and of its windows included: on no page does it become
// anything but text, whoever looks.
import { newPage, openBrowser } from './browser.mjs';
import { Site, container } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

const MARKS = ['<svg onload=alert(1)>', '<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "javascript:alert(1)//'", '=HYPERLINK("x")', '{{constructor.constructor("alert(1)")()}}', '</title><script>alert(1)</script>', '&lt;b&gt;'];
const TRUCKS = 52;
const WINDOWS = 'windows:\n  morning: {start: "08:00", end: "12:00", capacity: 100, name: "<img src=x onerror=alert(1)>"}\n  midday: {start: "12:00", end: "16:00", capacity: 100, name: \'"><script>alert(1)</script>\'}\n';
const USCC = '91350100M000100Y43';
let site;
let browser;
let sent = 0;
const stored = {};
const ids = [];
const passes = [];

// Another text each time, noted by the field that took it.
const text = () => `${MARKS[sent++ % MARKS.length]} ${sent}`;
const took = (field) => { stored[field] = (stored[field] || 0) + 1; };

async function reasoned(id, step) {
  await site.call('POST', `/v1/bookings/${id}/${step}`, { reason: text() }, { 'Idempotency-Key': `${id}-${step}-${sent}` });
  took(step);
}

async function store() {
  for (let i = 0; i < TRUCKS; i++) {
    const [company, driver, reference] = [text(), text(), text()];
    const b = await site.call('POST', '/v1/bookings', { date: '2026-11-18', windows: [i < TRUCKS / 2 ? 'morning' : 'midday'], plate: `浙B${10000 + i}`, containers: [container(i)], company: { uscc: USCC, name: company }, driver: { name: driver, phone: '13800138000' }, reference },
      { 'Idempotency-Key': `truck-${i}` });
    for (const field of ['company.name', 'driver.name', 'reference']) took(field);
    ids.push(b.id);
    passes.push(b.pass_code);
  }
  for (const id of ids.slice(26, 30)) await reasoned(id, 'delay');
  for (const id of ids.slice(48)) await reasoned(id, 'cancel');
  await site.clock('2026-11-18T11:30:00+08:00'); // the first of the morning are no-shows by now
  const rows = await Promise.all(ids.map((id) => site.call('GET', `/v1/bookings/${id}`)));
  const missed = rows.filter((b) => b.status === 'no_show').map((b) => b.id);
  const due = rows.filter((b) => b.status === 'booked').map((b) => b.id);
  check(missed.length >= 8 && due.length >= 10, `${missed.length} missed, ${due.length} due`);
  for (const id of missed.slice(0, 4)) await reasoned(id, 'excuse');
  for (const id of missed.slice(4, 8)) await reasoned(id, 'reinstate');
  for (const id of due.slice(0, 4)) for (const step of ['arrive', 'enter', 'clear', 'depart', 'revert']) await reasoned(id, step);
  for (const id of due.slice(4, 7)) await reasoned(id, 'refuse');
  for (const id of due.slice(7, 10)) await reasoned(id, 'admit');
  for (let i = 0; i < 4; i++) {
    await site.call('PUT', `/v1/capacity/2026-11-${19 + i}/midday`, { capacity: 50, reason: text() });
    took('capacity.reason');
    await site.call('POST', '/v1/gate/check', { plate: text().slice(0, 40), record: true });
    took('check.plate');
  }
  await site.call('POST', '/v1/webhooks', { name: 'marks', url: 'https://hooks.example.com/%3Csvg?onload=alert(1)' });
  took('webhook.url');
}

test('free text of every kind is stored', async () => {
  await store();
  const all = Object.values(stored).reduce((a, b) => a + b, 0);
  check(all >= 200, `only ${all}`);
  count(`payloads: ${all} texts like a script stored in ${Object.keys(stored).length} fields, beside the names of the site and its windows`);
});

test('on every page it stays text, and the policy has nothing to report', async () => {
  const desk = ['/supervisor', '/supervisor/bookings?date=2026-11-18', `/supervisor/strikes?uscc=${USCC}`, '/supervisor/strikes', '/supervisor/reports?by=company', '/supervisor/reports?by=window', '/supervisor/people', '/supervisor/webhooks', '/supervisor/audit',
    ...ids.filter((_, i) => i % 4 === 0).map((id) => `/supervisor/bookings/${id}`)];
  const looks = { supervisor: desk, gate: ['/gate', '/gate/yard', '/gate/trouble', '/gate/print', `/gate/walk-in?plate=${encodeURIComponent(MARKS[0])}`, `/gate?q=${encodeURIComponent(MARKS[1])}`], display: ['/board'] };
  let looked = 0;
  for (const [role, paths] of Object.entries(looks)) {
    const page = await newPage(browser, site, { as: role, path: null, device: 'desk' });
    page.on('dialog', (dialog) => {
      page.faults.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    for (const path of paths) {
      await page.goto(path);
      await page.locator(':is(main :is(.chart, .data, .tale li, .row, .sheet, .walk, .lane), .b-late li, .b-next li):visible').first().waitFor().catch(() => { throw new Error(`${path} stays empty`); });
      equal(await page.evaluate(() => document.querySelectorAll('#app :is(img, script, [onload], [onerror])').length), 0, `${path}: elements`);
      if (path.startsWith('/supervisor/bookings')) check((await page.textContent('main')).includes('alert(1)'), `${path}: the text itself is there`);
      looked++;
    }
    equal(page.faults, [], `faults of ${role}'s pages`);
    await page.context().close();
  }
  const phone = await newPage(browser, site, { path: null, device: 'phone' });
  for (const code of passes.slice(0, 4)) {
    await phone.goto(`/pass/${code}`);
    equal(await phone.evaluate(() => document.querySelectorAll('img, [onload], [onerror]').length), 0, 'a pass: elements');
    looked++;
  }
  equal(phone.faults, [], 'faults of a pass');
  count(`pages with such text looked at: ${looked}`);
});

await run({
  before: async () => {
    site = await Site.start({ day: null, name: "'<svg onload=alert(1)>'", windows: WINDOWS, extra: 'quota: {company_window_percent: 100, company_day: 1000}\nwebhooks: {allow: [hooks.example.com]}\nbooking: {cutoff_minutes: 0}\n' });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
