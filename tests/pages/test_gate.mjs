// A shift at the gate, as a person there has it: trucks on time, early, late, unknown and misread, a full yard, a wrong tap undone, a lost
// connection with taps that wait, two tablets at one truck; by the keyboard alone, in both languages.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOKS, newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { PASSWORD, Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

let site;
let browser;
const LIVE = '.age:has-text("实时")';

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

async function gate(options = {}) {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate', ...options });
  await page.waitForSelector('.list .row');
  if (options.lang !== 'en') await page.waitForSelector(LIVE);
  return page;
}

// Types it, presses Enter: the answer's word.
async function ask(page, text) {
  await page.keyboard.press('Escape');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.verdict:not(.verdict--idle) .v-word');
  return page.textContent('.v-word');
}

const list = async () => (await site.call('GET', '/v1/gate/list?date=2026-11-25')).items;
const due = async (from, to) => (await list()).filter((b) => b.status === 'booked' && b.slot.start.slice(11, 16) >= from && b.slot.start.slice(11, 16) < to);
const booking = (id) => site.call('GET', `/v1/bookings/${id}`);

async function becomes(id, status) {
  for (let i = 0; i < 1000; i++) {
    if ((await booking(id)).status === status) return;
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  }
  throw new Error(`${id} is ${(await booking(id)).status}, not ${status}`);
}

test('on time: the last digits and Enter twice; the field is empty again and the step can be taken back', async () => {
  const page = await gate();
  const [b] = await due('14:30', '15:00');
  equal(await ask(page, b.plate.slice(-4)), '入场');
  await picture(page, 'gate-admit');
  equal(await page.textContent('.verdict .plate--xl'), b.plate);
  await page.keyboard.press('Enter');
  await becomes(b.id, 'entered');
  await page.waitForSelector('.verdict--idle');
  equal(await page.evaluate(() => [document.activeElement.id, document.activeElement.value]), ['q', ''], 'the field');
  await page.click('.last button');
  await becomes(b.id, 'booked');
  await page.waitForFunction(() => document.querySelector('.last button') === null);
  for (const time of ['again', 'and once more, with the same text']) equal(await ask(page, b.plate), '入场', `undone, it may enter ${time}`);
  await page.keyboard.press('Enter');
  await becomes(b.id, 'entered');
  await done(page);
});

test('early: it is told to wait, recorded as arrived, and stands among the trouble with its time', async () => {
  const page = await gate();
  const [b] = await due('18:00', '19:00');
  equal(await ask(page, b.plate), '等候');
  await picture(page, 'gate-hold');
  await page.keyboard.press('Enter');
  await becomes(b.id, 'arrived');
  await page.waitForSelector(`.lane-row:has-text("${b.plate.slice(2)}")`);
  check((await page.textContent('.lane-row')).includes(b.arrive_from.slice(11, 16)), 'when it may enter');
  await done(page);
});

test('unknown: stop, noted for later on every tablet, registered as a walk-in', async () => {
  const page = await gate();
  const other = await gate();
  equal(await ask(page, '豫P8N904'), '禁入');
  await picture(page, 'gate-reject');
  await page.click('text=记下，稍后处理');
  await other.waitForSelector('.lane-row:has-text("无预约")');
  await done(other);
  await page.click('.lane-row button:has-text("现场登记")');
  await page.waitForSelector('.walk');
  equal(await page.inputValue('[name=plate]'), '豫P8N904');
  await page.click('.walk button[type=submit]');
  await page.waitForSelector('.errs a');
  equal(await page.evaluate(() => document.activeElement.className), 'errs', 'the faults have the focus');
  check(await page.locator('.walk .err:not(:empty)').count() >= 4, 'each fault at its field');
  equal(await violations(page), []);
  await picture(page, 'walk-in-faults');
  for (const [name, value] of Object.entries({ containers: 'CSQU3054383', uscc: '91350100M000100Y43', company: '某外贸公司', driver: '张师傅', phone: '13800138000' })) await page.fill(`[name=${name}]`, value);
  await site.call('PUT', '/v1/capacity/2026-11-25/midday', { capacity: 50, reason: 'more' });
  await page.click('.walk button[type=submit]');
  await page.waitForSelector('.walk-done');
  check((await list()).some((b) => b.plate === '豫P8N904' && b.walk_in), 'it is there');
  await done(page);
});

test('a full yard: hold, with who could leave; let in once a bay is free', async () => {
  const page = await gate();
  const config = join(site.dir, 'gateslotd.yaml');
  const before = readFileSync(config, 'utf8');
  const yard = async () => site.call('GET', '/v1/yard');
  const bays = async (n) => {
    writeFileSync(config, `${before}yard: {bays: ${n}}\n`);
    site.process.kill('SIGHUP');
    while ((await yard()).bays !== n) await new Promise((resolve) => { setTimeout(resolve, 20); });
  };
  const at = (await yard()).now.slice(11, 16);
  const b = (await due('00:00', '24:00')).find((one) => one.arrive_from.slice(11, 16) <= at);
  await bays((await yard()).inside.length);
  equal(await ask(page, b.plate), '等候');
  check((await page.textContent('.v-why')).includes('场内已满'), await page.textContent('.v-why'));
  await picture(page, 'gate-full');
  await page.keyboard.press('Enter');
  await becomes(b.id, 'arrived');
  await page.waitForSelector(`.lane-row:has-text("${b.plate.slice(2)}")`);
  await bays((await yard()).inside.length + 5);
  await page.waitForSelector(`.lane-row:has-text("${b.plate.slice(2)}") button`);
  await page.locator('.lane-row', { hasText: b.plate.slice(2) }).locator('button').click();
  await becomes(b.id, 'entered');
  writeFileSync(config, before);
  site.process.kill('SIGHUP');
  while ((await yard()).bays !== 40) await new Promise((resolve) => { setTimeout(resolve, 20); });
  await done(page);
});

test('misread: what is near is shown with what differs, and is never let in by itself', async () => {
  const page = await gate();
  const like = { 0: 'D', 8: 'B', 5: 'S', 2: 'Z', 1: '7', B: '8', D: '0', S: '5', Z: '2', 7: '1' };
  const b = (await due('15:00', '20:00')).find((one) => /[085217BDSZ]/.test(one.plate.slice(2)));
  const at = [...b.plate].findIndex((c, i) => i >= 2 && c in like);
  const seen = b.plate.slice(0, at) + like[b.plate[at]] + b.plate.slice(at + 1);
  equal(await ask(page, seen), '禁入');
  await page.waitForSelector('.cand:not(.cand--seen)');
  await picture(page, 'gate-misread');
  equal(await page.locator('.verdict .btn--go').count(), 0, 'no next step by Enter');
  await page.locator('.cand:not(.cand--seen)', { hasText: b.plate.slice(0, 2) }).first().locator('button').click();
  await page.waitForSelector('.plate--xl');
  equal(await page.textContent('.verdict .plate--xl'), b.plate);
  await done(page);
});

test('the keyboard for plates finds a truck by taps, with matches from the third character', async () => {
  const page = await gate({ device: 'small' });
  const [b] = await due('15:00', '20:00');
  await page.click('.finder button:has-text("键盘")');
  for (const c of b.plate) await page.locator('.key', { hasText: new RegExp(`^${c}$`) }).click();
  await page.waitForSelector(`.match:has-text("${b.plate.slice(2)}")`);
  equal(await smallTargets(page), [], 'small targets');
  await picture(page, 'gate-keyboard');
  await page.click('.key--go');
  await page.waitForSelector('.plate--xl');
  equal(await page.textContent('.verdict .plate--xl'), b.plate);
  await done(page);
});

test('late: amber in the list and the trouble, and still let in', async () => {
  const page = await gate();
  await site.clock('2026-11-25T15:31:00+08:00');
  const [b] = await due('15:00', '15:30');
  await page.waitForSelector(`.lane-row:has-text("${b.plate.slice(2)}")`);
  equal(await ask(page, b.plate), '入场');
  check((await page.textContent('.v-why')).includes('迟到'), 'it says late');
  await page.keyboard.press('Enter');
  await becomes(b.id, 'entered');
  await done(page);
});

test('whoever goes on to the next truck before a step is answered keeps what he looks at', async () => {
  const page = await gate();
  const at = (await site.call('GET', '/v1/yard')).now.slice(11, 16);
  const [first, next] = (await due('00:00', '24:00')).filter((b) => b.slot.end.slice(11, 16) > at);
  let answer;
  await page.route('**/admit', async (route) => {
    await new Promise((resolve) => { answer = resolve; });
    await route.continue();
  });
  await page.locator('.list .row', { hasText: first.plate.slice(2) }).locator('button.btn').click();
  await page.waitForSelector('.row button.btn:has-text("…")');
  await ask(page, next.plate);
  answer();
  await becomes(first.id, 'entered');
  await page.waitForSelector(`.last:has-text("${first.plate.slice(2)}")`);
  equal([await page.inputValue('#q'), await page.textContent('.verdict .plate--xl')], [next.plate, next.plate]);
  await done(page);
});

test('a truck without a booking cannot be noted without a connection, and that is said', async () => {
  const page = await gate();
  equal(await ask(page, '京Q7W612'), '禁入');
  await page.context().setOffline(true);
  await page.click('text=记下，稍后处理');
  await page.waitForSelector('.say :text("没有记下")');
  equal(await page.textContent('.verdict .plate--xl'), '京Q7W612', 'it is still looked at');
  await page.context().setOffline(false);
  await page.click('.verdict :text("记下，稍后处理")');
  await page.waitForSelector('.lane-row:has-text("京Q7W612"), .lane-head .more:visible');
  await done(page);
});

test('two tablets at the same truck: one wins, the other is told what the system has and repeats nothing', async () => {
  const [a, b] = [await gate(), await gate()];
  const [truck] = await due('15:30', '16:00');
  equal(await ask(a, truck.plate), '入场');
  equal(await ask(b, truck.plate), '入场');
  await a.keyboard.press('Enter');
  await becomes(truck.id, 'entered');
  await b.keyboard.press('Enter');
  await b.waitForSelector('.sides');
  equal(await b.textContent('.v-word'), '不一致');
  check((await b.textContent('.side')).includes('场内'), 'what the system has');
  await picture(b, 'gate-clash');
  const { version } = await booking(truck.id);
  await b.keyboard.press('Enter');
  await b.waitForSelector('.verdict--idle');
  equal((await booking(truck.id)).version, version, 'nothing was repeated');
  await done(a);
  await done(b);
});

test('no connection: it says so, the last list stands, taps wait with their time, survive a reload, and go out by themselves', async () => {
  const page = await gate();
  const at = (await site.call('GET', '/v1/yard')).now.slice(11, 16);
  const trucks = (await due('00:00', '24:00')).filter((b) => b.slot.end.slice(11, 16) > at).slice(0, 2);
  await site.kill();
  equal(await ask(page, trucks[0].plate), '未核验');
  await picture(page, 'gate-offline');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.row:has-text("待发送")');
  check((await page.textContent('.last')).includes('1 步待发送'), await page.textContent('.last'));
  await site.launch();
  await page.reload();
  await becomes(trucks[0].id, 'entered');
  await page.waitForSelector(LIVE);
  await page.waitForFunction(() => !document.querySelector('.last').textContent.includes('待发送'));
  equal(JSON.parse(await page.evaluate(() => localStorage.getItem('gateslot.taps'))), [], 'nothing waits any more');
  await done(page);
});

test('a truck whose tap waits is not tapped again: not in the list, nor among the trouble, nor when it is asked for, nor in the yard', async () => {
  const page = await gate();
  const at = (await site.call('GET', '/v1/yard')).now.slice(11, 16);
  const truck = (await due('00:00', '24:00')).find((b) => b.slot.end.slice(11, 16) > at);
  await site.call('POST', `/v1/bookings/${truck.id}/arrive`, {}, { 'Idempotency-Key': 'waits' });
  await page.waitForSelector(`.list .row:has-text("${truck.plate.slice(2)}") .word:has-text("已到")`);
  await page.context().setOffline(true);
  const row = page.locator('.list .row', { hasText: truck.plate.slice(2) });
  await row.locator('button.btn').click();
  await row.locator('.word:has-text("待发送")').waitFor();
  equal(await row.locator('button.btn').count(), 0, 'in the list');
  equal(await page.locator('.lane-row', { hasText: truck.plate.slice(2) }).locator('button').count(), 0, 'among the trouble');
  equal(await ask(page, truck.plate), '未核验');
  equal(await page.locator('.verdict .btn').count(), 0, 'when it is asked for');
  check((await page.textContent('.verdict')).includes('待发送'), await page.textContent('.verdict'));
  await page.keyboard.press('Enter');
  equal((await page.evaluate(() => JSON.parse(localStorage.getItem('gateslot.taps')))).length, 1, 'taps that wait');
  await page.context().setOffline(false);
  await becomes(truck.id, 'entered');
  await done(page);
  const yard = await newPage(browser, site, { as: 'gate', path: '/gate/yard' });
  const inside = yard.locator('.yard-row', { hasText: truck.plate.slice(2) });
  await inside.waitFor();
  await yard.context().setOffline(true);
  await inside.locator('button').click();
  await inside.locator('.word:has-text("待发送")').waitFor();
  equal(await inside.locator('button').count(), 0, 'in the yard');
  await yard.context().setOffline(false);
  await becomes(truck.id, 'cleared');
  await done(yard);
});

test('a tap that waited meets another truth: it is shown, and the rest waits for it', async () => {
  const page = await gate();
  const [truck] = await due('16:00', '17:00');
  await page.context().setOffline(true);
  equal(await ask(page, truck.plate), '未核验');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.last:has-text("待发送")');
  await site.call('POST', `/v1/bookings/${truck.id}/refuse`, { reason: '箱号不符' }, { 'Idempotency-Key': 'other' });
  await page.context().setOffline(false);
  await page.waitForSelector('.sides', { timeout: 40000 });
  check((await page.textContent('.side')).includes('已拒绝'), await page.textContent('.side'));
  await page.click('text=以系统为准');
  await page.waitForSelector('.verdict--idle');
  equal((await booking(truck.id)).status, 'refused');
  await done(page);
});

test('a session that ends before the tap: the door, and then the same tap', async () => {
  const page = await gate();
  const at = (await site.call('GET', '/v1/yard')).now.slice(11, 16);
  const truck = (await due('00:00', '24:00')).find((b) => b.slot.end.slice(11, 16) > at);
  equal(await ask(page, truck.plate), '入场');
  await page.context().clearCookies();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#door-password');
  await page.fill('#door-name', 'gate');
  await page.fill('#door-password', PASSWORD);
  await page.click('.door button[type=submit]');
  await becomes(truck.id, 'entered');
  await page.waitForSelector('.gate-main', { state: 'visible' });
  await done(page);
});

test('the yard: one tap clears, the next lets it depart, and is taken back', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate/yard' });
  await page.waitForSelector('.yard-row');
  const b = (await site.call('GET', '/v1/yard')).inside.find((one) => one.status === 'entered');
  const row = page.locator('.yard-row', { hasText: b.plate.slice(2) });
  await row.locator('button').click();
  await becomes(b.id, 'cleared');
  await row.locator('button:has-text("登记离场")').click();
  await becomes(b.id, 'departed');
  await page.click('.last button');
  await becomes(b.id, 'cleared');
  equal(await violations(page), []);
  await picture(page, 'yard');
  await done(page);
});

test('a live change is on the page soon after it is on disk', async () => {
  const page = await gate();
  const [b] = await due('16:00', '17:00');
  await page.evaluate((id) => {
    const row = () => [...document.querySelectorAll('.list .row')].find((node) => node.booking?.id === id);
    window.changed = new Promise((resolve) => {
      new MutationObserver(() => { if (/已到/.test(row()?.textContent || '')) resolve(performance.timeOrigin + performance.now()); }).observe(document.querySelector('.list'), { subtree: true, childList: true, characterData: true });
    });
  }, b.id);
  await site.call('POST', `/v1/bookings/${b.id}/arrive`, {}, { 'Idempotency-Key': 'live' });
  const answered = Date.now();
  const seen = await page.evaluate(() => window.changed);
  count(`a live change: ${Math.round(Math.max(0, seen - answered))} ms after its answer`);
  await done(page);
});

test('axe finds nothing, and every target is 48 px, in both languages, light and dark, on both tablets', async () => {
  let pages = 0;
  for (const path of ['/gate', '/gate/yard', '/gate/walk-in', '/gate/print', '/gate/trouble', `/gate/bookings/${(await list())[0].id}`]) {
    for (const { lang, theme } of LOOKS) {
      const page = await newPage(browser, site, { as: 'gate', path, lang, theme, device: theme === 'light' ? 'tablet' : 'small' });
      await page.waitForSelector('main :is(.row, .walk, .sheet, .lane, .tale)');
      equal(await violations(page), [], `${path} ${lang} ${theme}`);
      equal(await smallTargets(page), [], `${path} ${lang} ${theme}: small targets`);
      equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${path} ${lang} ${theme}: no scrolling sideways`);
      await picture(page, `${path.slice(1).replace(/\W+/g, '-')}.${lang}.${theme}`);
      await done(page);
      pages++;
    }
  }
  count(`gate pages without a finding of axe: ${pages}`);
});

test('the list on paper is one window a sheet', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate/print' });
  await page.waitForSelector('.sheet table');
  const rows = (await list()).reduce((n, b) => ({ ...n, [b.window]: (n[b.window] || 0) + 1 }), {});
  const papers = Object.values(rows).reduce((n, of) => n + Math.ceil(of / 40), 0);
  equal(await page.locator('.sheet').count(), papers);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  equal(pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g).length, papers, 'pages of paper');
  await done(page);
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
