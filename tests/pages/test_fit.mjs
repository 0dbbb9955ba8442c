// Whether all that is written has its room: every page in both languages, on tablets lying and upright, on a desk's screen and a large one, with a full day and
// with none; the gate's answers, a plan, trouble, and a bar that says since when there is no connection.
import { DEVICES, newPage, openBrowser, picture, unfit } from './browser.mjs';
import { Site, container } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

// A4 across, without its edges, in points of the screen.
const PAPER = { width: 1047, height: 718 };
const SIZES = ['tablet', 'small', 'upright', 'desk', 'hall'];
const READY = 'main :is(.row, .walk, .sheet, .lane, .tale li, .chart, .data, .none:not([hidden]), .card, .b-now li, .errs), .door .card, .b-now li';
const SUPERVISOR = ['/supervisor', '/supervisor/bookings', '/supervisor/strikes', '/supervisor/reports', '/supervisor/people', '/supervisor/webhooks', '/supervisor/audit'];
const GATE = ['/gate', '/gate/yard', '/gate/walk-in', '/gate/print', '/gate/trouble'];
let site;
let browser;
let looked = 0;

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

// At every size of these.
async function fits(page, what, sizes = SIZES) {
  for (const device of sizes) {
    await page.setViewportSize(DEVICES[device]);
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    equal(await unfit(page), [], `${what} ${device}`);
    looked++;
  }
  await picture(page, `fit-${what.replace(/\W+/g, '-')}`);
}

async function opened(as, path, lang) {
  const page = await newPage(browser, site, { as, path, lang, device: 'tablet' });
  await page.waitForSelector(READY);
  return page;
}

// pages: { role: [path…] }
async function everyPage(pages, sizes) {
  for (const [role, paths] of Object.entries(pages)) {
    for (const lang of ['zh', 'en']) {
      const page = await newPage(browser, site, { as: role === 'nobody' ? null : role, path: null, lang, device: 'tablet' });
      for (const path of paths) {
        await page.goto(path);
        await page.waitForSelector(READY);
        await fits(page, `${path} ${lang}`, sizes);
      }
      await done(page);
    }
  }
}

const due = async () => (await site.call('GET', '/v1/gate/list?date=2026-11-25')).items.filter((b) => b.status === 'booked');

test('every page of a full day, in both languages, at every size', async () => {
  const long = await site.call('POST', '/v1/bookings', { date: '2026-11-26', flexible: true, waitlist: true, plate: '浙BD12345', trailer_plate: '浙B1234挂', containers: [container(1), container(2)],
    company: { uscc: '91350100M000100Y43', name: '柯桥经济技术开发区国际物流供应链管理有限责任公司第二分公司' }, driver: { name: '阿卜杜热合曼·买买提江', phone: '13800138000' }, reference: 'A-VERY-LONG-REFERENCE-OF-A-CLIENT-0123456789' }, { 'Idempotency-Key': 'long' });
  const missed = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=no_show')).items[0];
  await site.call('POST', '/v1/webhooks', { name: 'mini-program', url: 'https://hooks.example.com/gateslot/events', types: ['booking.promoted', 'no_show'] });
  await site.call('POST', '/v1/tokens', { name: 'mini-program-backend', role: 'backend' });
  await everyPage({ gate: [...GATE, `/gate/bookings/${long.id}`, '/gate/print?date=2026-11-26'], supervisor: [...SUPERVISOR, `/supervisor/bookings/${missed.id}`, '/supervisor/bookings?date=2026-11-26', '/supervisor/strikes?uscc=91350100M000100Y43'],
    display: ['/board'], nobody: ['/login', '/pair'] });
});

test('the answers of the gate, what is taken back, trouble, and what is late', async () => {
  for (const lang of ['zh', 'en']) {
    const page = await opened('gate', '/gate', lang);
    const ask = async (text, what) => {
      await page.keyboard.press('Escape');
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.verdict:not(.verdict--idle) .v-word');
      await fits(page, `${what} ${lang}`, ['tablet', 'small', 'upright']);
    };
    const all = await due();
    await ask(all[0].plate, 'admit');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.last button');
    await fits(page, `undo ${lang}`, ['tablet', 'small', 'upright']);
    await ask(all.at(-1).plate, 'hold');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.lane-row');
    await ask('豫P8N904', 'reject');
    await ask(`${all[5].plate.slice(0, 3)}${all[5].plate[3] === '8' ? 'B' : '8'}${all[5].plate.slice(4)}`, 'misread');
    await done(page);
  }
  await site.clock('2026-11-25T15:40:00+08:00');
  for (const lang of ['zh', 'en']) {
    for (const [as, path] of [['gate', '/gate'], ['gate', '/gate/trouble'], ['supervisor', '/supervisor'], ['display', '/board']]) {
      const page = await opened(as, path, lang);
      await page.waitForSelector('.lane-row, .todo li, .b-late li');
      await fits(page, `late ${path} ${lang}`, ['tablet', 'small']);
      await done(page);
    }
  }
});

test('a plan, and a menu', async () => {
  for (const lang of ['zh', 'en']) {
    const page = await opened('supervisor', '/supervisor', lang);
    await page.locator('.cell').nth(16).click();
    await page.fill('#cap', '31');
    await page.fill('#why', '2 号查验通道检修，设备更换');
    await page.waitForSelector('.moves tbody tr');
    await fits(page, `plan ${lang}`);
    await page.locator('.bar .tab--slim').last().click();
    await page.waitForSelector('dialog');
    await fits(page, `menu ${lang}`);
    await done(page);
  }
});

test('on paper nothing is cut, and nothing to be pressed is printed', async () => {
  for (const lang of ['zh', 'en']) {
    const page = await newPage(browser, site, { as: 'supervisor', path: null, lang });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    for (const path of ['/supervisor/reports', '/supervisor/reports?by=company', '/supervisor/bookings', '/supervisor/strikes', '/supervisor/audit', '/supervisor']) {
      await page.goto(path);
      await page.waitForSelector('main :is(.data, .chart)');
      equal(await unfit(page), [], `${path} ${lang}`);
      equal(await page.locator(':is(.bar, .btn, input, select):visible').count(), 0, `${path} ${lang}: to be pressed`);
      if (path.includes('reports')) check((await page.textContent('.on-paper:visible')).includes('2026-11-25'), 'the days');
      looked++;
    }
    await done(page);
  }
});

test('a day without a truck', async () => {
  await site.stop();
  site = await Site.start({ day: null });
  await everyPage({ gate: ['/gate', '/gate/yard'], supervisor: ['/supervisor'], display: ['/board'] }, ['tablet', 'small', 'upright']);
});

test('the bar has room for how long there is no connection, and nothing in it moves', async () => {
  for (const lang of ['zh', 'en']) {
    for (const [as, path] of [['gate', '/gate'], ['supervisor', '/supervisor'], ['supervisor', '/supervisor/webhooks']]) {
      const page = await opened(as, path, lang);
      await page.waitForFunction(() => ['实时', 'live'].includes(document.querySelector('.age').textContent));
      const tabs = () => page.evaluate(() => [document.querySelector('.bar').offsetHeight, ...[...document.querySelectorAll('.tab')].map((tab) => Math.round(tab.getBoundingClientRect().left))]);
      const before = {};
      for (const device of SIZES) {
        await page.setViewportSize(DEVICES[device]);
        before[device] = await tabs();
      }
      await page.clock.install();
      await page.context().setOffline(true);
      for (const ms of [20000, 20000, 40000, 59 * 60000]) await page.clock.fastForward(ms);
      await page.waitForSelector('.bar--stale');
      await fits(page, `lost ${path} ${lang}`);
      for (const device of SIZES) {
        await page.setViewportSize(DEVICES[device]);
        equal(await tabs(), before[device], `${path} ${lang} ${device}: the bar`);
      }
      await page.context().setOffline(false);
      await page.route('**/v1/**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"not_owner","title":"-","detail":"-"}' }));
      while (!/待命|Standing by/.test(await page.textContent('.age'))) await page.clock.fastForward(11000);
      await fits(page, `stands by ${path} ${lang}`);
      for (const device of SIZES) {
        await page.setViewportSize(DEVICES[device]);
        equal(await tabs(), before[device], `${path} ${lang} ${device}: the bar`);
      }
      page.faults = page.faults.filter((fault) => !/status of 503/.test(fault)); // it goes on asking
      await done(page);
    }
  }
  count(`pages and sizes at which every text has its room: ${looked}`);
});

await run({
  before: async () => {
    site = await Site.start({ extra: 'quota: {company_window_percent: 100, company_day: 1000}\nwebhooks: {allow: [hooks.example.com]}\n' });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
