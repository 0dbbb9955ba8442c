// A driver's pass: what it says in each state, in the phone's language, without a script; nothing personal; a code that is none.
import { newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { readQr } from './qr.mjs';
import { Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

let site;
let browser;
let rows;

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

const html = async (path, headers = {}) => site.ask('GET', path, undefined, { 'Accept-Language': 'zh-CN', ...headers });
const rowOf = (status, more = () => true) => rows.find((r) => r.status === status && more(r));

test('it says the slot and shows the code, as text and as a QR code, without a script', async () => {
  for (const lang of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      const row = rowOf('booked');
      const page = await newPage(browser, site, { path: `/pass/${row.pass_code}`, device: 'phone', lang, theme, script: false });
      equal(await page.textContent('.p-time'), `${row.slot.start.slice(11, 16)}–${row.slot.end.slice(11, 16)}`);
      equal((await page.textContent('.p-code')).replace('-', ''), row.pass_code);
      equal(readQr(await page.getAttribute('.p-qr path', 'd')), row.pass_code, 'the QR code');
      equal(await page.getAttribute('html', 'lang'), lang === 'zh' ? 'zh-CN' : 'en');
      equal(await page.locator('.tag').textContent(), lang === 'zh' ? '已预约' : 'booked');
      await done(page);
      const scripted = await newPage(browser, site, { path: `/pass/${row.pass_code}`, device: 'phone', lang, theme });
      equal(await violations(scripted), [], `${lang} ${theme}`);
      equal(await smallTargets(scripted), []);
      check(await scripted.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'it fits a phone');
      await picture(scripted, `pass.${lang}.${theme}`);
      await done(scripted);
    }
  }
});

test('the language is the phone\'s, and can be switched', async () => {
  const row = rowOf('booked');
  const page = await newPage(browser, site, { path: `/pass/${row.pass_code}`, device: 'phone' });
  await page.click('.p-lang');
  equal(await page.locator('.tag').textContent(), 'booked');
  await page.click('.p-lang');
  equal(await page.locator('.tag').textContent(), '已预约');
  await done(page);
});

test('every code of the day is read back from its QR code', async () => {
  let read = 0;
  for (const row of rows.filter((r) => r.status === 'booked')) {
    const { body } = await html(`/pass/${row.pass_code}`);
    equal(readQr(/<path d="(M0 0h7[^"]*)"\/><\/svg><p class="code/.exec(body)[1]), row.pass_code);
    read++;
  }
  check(read > 10, `${read} read`);
  count(`pass: ${read} QR codes read back`);
});

test('each sign of the plate that is hidden is a drawn dot', async () => {
  const booked = await Promise.all(rows.filter((row) => row.status === 'booked').map((row) => site.call('GET', `/v1/bookings/${row.id}`)));
  for (const signs of [7, 8]) {
    const row = booked.find((one) => [...one.plate].length === signs);
    const { body } = await html(`/pass/${row.pass_code}`);
    equal(/<span class="dots"[^>]*>((?:<i><\/i>)*)<\/span>([^<]*)/.exec(body).slice(1), ['<i></i>'.repeat(signs - 5), row.plate.slice(-3)], row.plate);
  }
});

test('nothing personal stands on it', async () => {
  for (const row of rows) {
    const whole = await site.call('GET', `/v1/bookings/${row.id}`);
    const { status, body } = await html(`/pass/${row.pass_code}`);
    equal(status, 200);
    for (const secret of [whole.plate, whole.plate_given, whole.trailer_plate, ...whole.containers, whole.company.uscc, whole.company.name, whole.driver.name, whole.driver.phone,
      whole.declaration_no, whole.id, row.driver.phone]) check(secret === null || !body.includes(secret), `${row.status}: ${secret}`);
  }
});

test('it says how each state is, and what to do now', async () => {
  const words = { booked: '已预约', entered: '已入场', cleared: '已放行', departed: '已离场', no_show: '爽约' };
  for (const [status, word] of Object.entries(words)) {
    const row = rowOf(status);
    check(row !== undefined, `a truck ${status}`);
    const { body } = await html(`/pass/${row.pass_code}`);
    check(body.includes(`</svg>${word}</span>`), `${status}: ${word}`);
    equal(body.includes('class="p-qr"'), status === 'booked', `${status}: the code is shown while it is of use`);
  }
});

test('who is late reads until when he may come, and what else he can do; then that it is over', async () => {
  const late = rowOf('booked');
  await site.clock(late.slot.end);
  const page = await newPage(browser, site, { path: `/pass/${late.pass_code}`, device: 'phone' });
  equal(await page.locator('.tag').textContent(), '迟到');
  check((await page.textContent('.p-win')).includes('还有 30 分'), await page.textContent('.p-win'));
  check((await page.textContent('.p-late')).includes('报延误'), await page.textContent('.p-late'));
  equal(await violations(page), []);
  await picture(page, 'pass-late');
  await done(page);
  await site.call('POST', `/v1/bookings/${late.id}/arrive`);
  check((await html(`/pass/${late.pass_code}`)).body.includes('</svg>已到</span>'), 'arrived');
  const other = rows.filter((r) => r.status === 'booked')[1];
  await site.call('POST', `/v1/bookings/${other.id}/cancel`, {});
  check((await html(`/pass/${other.pass_code}`)).body.includes('预约已取消'), 'cancelled');
});

test('the code is taken as it is typed, and one that is none is a page that says so', async () => {
  const { pass_code: code } = rowOf('departed');
  for (const typed of [code.toLowerCase(), `${code.slice(0, 4)}-${code.slice(4)}`]) equal((await html(`/pass/${typed}`)).status, 200, typed);
  for (const wrong of ['7K3MQ9XD', 'x', '%3Cscript%3E', '浙D12345'.replace(/[^\x20-\x7e]/g, encodeURIComponent), code.slice(0, 4), `${code}0`]) {
    const answer = await html(`/pass/${wrong}`);
    equal(answer.status, 404, wrong);
    check(answer.body.includes('没有这张通行证') && !answer.body.includes('<script>'), wrong);
  }
  const page = await newPage(browser, site, { path: '/pass/7K3MQ9XD', device: 'phone', lang: 'en' });
  equal(await violations(page), []);
  await picture(page, 'pass-none');
  await done(page);
});

test('it is kept by nobody, framed by nobody, found by no search, and read again each minute', async () => {
  const { headers } = await html(`/pass/${rowOf('booked').pass_code}`);
  equal([headers['cache-control'], headers.refresh, headers['x-robots-tag'], headers['referrer-policy']], ['no-store', '60', 'noindex', 'no-referrer']);
  check(headers['content-security-policy'].includes("frame-ancestors 'none'"), headers['content-security-policy']);
});

test('whoever tries codes is soon refused', async () => {
  let wrong = 0;
  for (; wrong < 400; wrong++) {
    if ((await fetch(`${site.url}/pass/7K3MQ9XD`)).status === 429) break;
  }
  check(wrong >= 100 && wrong < 400, `429 after ${wrong}`);
  count(`pass: refused after ${wrong} wrong codes`);
});

await run({
  before: async () => {
    site = await Site.start({ name: '柯桥<b>&监管中心' });
    browser = await openBrowser();
    rows = (await site.call('GET', '/v1/gate/list')).items;
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
