// Without a mouse and without a finger: on every page each thing that can be pressed is reached by Tab, shows that it has the focus, and nothing else listens
// to a click; then the actions of the gate and of the supervisor, one after the other, by keys alone.
import { newPage, openBrowser } from './browser.mjs';
import { Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

const MOST = 400;
const READY = 'main :is(.row, .walk, .sheet, .lane, .tale li, .chart, .data, .none:not([hidden])), .door .card';
let site;
let browser;
let reached = 0;
let done = 0;

async function end(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().close();
}

async function opened(as, path) {
  const page = await newPage(browser, site, { as, path: null, device: as === 'gate' ? 'tablet' : 'desk' });
  await page.addInitScript(() => {
    // Who listens to a click and is nothing that keys can press.
    window.deaf = [];
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function add(type, ...more) {
      if (type === 'click' && this instanceof Element && !this.matches('button, a, summary, input')) window.deaf.push(this.outerHTML.slice(0, 80));
      return listen.call(this, type, ...more);
    };
  });
  await page.goto(path);
  await page.waitForSelector(READY);
  return page;
}

const here = (page) => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.name || document.activeElement.id || document.activeElement.tagName);

// Tab until what has the focus is chosen by that selector and has that text in it.
async function go(page, selector, text = '') {
  const is = ([what, words]) => document.activeElement.matches(what) && document.activeElement.textContent.includes(words);
  await page.waitForFunction(([what, words]) => [...document.querySelectorAll(what)].some((node) => node.checkVisibility() && node.textContent.includes(words)), [selector, text]);
  for (let i = 0; i < MOST; i++) {
    if (await page.evaluate(is, [selector, text])) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector} “${text}”, it is at ${await here(page)}`);
}

async function press(page, selector, text, key = 'Enter') {
  await go(page, selector, text);
  await page.keyboard.press(key);
  done++;
}

// Over what stands there, if anything does.
async function type(page, selector, text) {
  await go(page, selector);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

async function ask(page, text) {
  await page.keyboard.press('Escape');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.verdict:not(.verdict--idle) .v-word');
}

const list = async () => (await site.call('GET', '/v1/gate/list?date=2026-11-25')).items;
const due = async (from, to) => (await list()).filter((b) => b.status === 'booked' && b.slot.start.slice(11, 16) >= from && b.slot.start.slice(11, 16) < to);
const booking = (id) => site.call('GET', `/v1/bookings/${id}`);

async function becomes(id, is) {
  const holds = typeof is === 'string' ? (b) => b.status === is : is;
  for (let i = 0; i < 1000; i++) {
    if (holds(await booking(id))) return;
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  }
  throw new Error(`${id}: ${JSON.stringify(await booking(id))}`);
}

test('each thing that can be pressed is reached by Tab and shows it, and nothing else listens to a click', async () => {
  const one = (await list()).find((b) => b.status === 'departed').id;
  const pages = { gate: ['/gate', '/gate/yard', '/gate/walk-in', '/gate/print', '/gate/trouble', `/gate/bookings/${one}`], supervisor: ['/supervisor', '/supervisor/bookings', '/supervisor/strikes', '/supervisor/reports', '/supervisor/people', '/supervisor/webhooks', '/supervisor/audit', `/supervisor/bookings/${one}`] };
  for (const [role, paths] of Object.entries(pages)) {
    for (const path of paths) {
      const page = await opened(role, path);
      await page.evaluate(() => {
        document.activeElement.blur();
        const named = (node) => `${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 20)}`;
        window.open_ = new Map();
        for (const node of document.querySelectorAll('button, a[href], input, select, textarea, summary, [tabindex="0"]')) {
          if (node.checkVisibility({ visibilityProperty: true }) && !node.disabled && !node.matches('input[type=radio]:not(:checked)')) window.open_.set(node, named(node));
        }
        window.unseen = [];
        document.addEventListener('focusin', ({ target }) => {
          window.open_.delete(target);
          const { outlineStyle, outlineWidth } = getComputedStyle(target);
          if (target.matches(':focus-visible') && (outlineStyle === 'none' || parseFloat(outlineWidth) < 2)) window.unseen.push(named(target));
        });
      });
      const all = await page.evaluate(() => window.open_.size);
      for (let i = 0; i < 3 * all + 20 && await page.evaluate(() => window.open_.size > 0); i += 10) for (let k = 0; k < 10; k++) await page.keyboard.press('Tab');
      equal(await page.evaluate(() => [...window.open_].filter(([node]) => node.isConnected).map(([, name]) => name)), [], `${path}: not reached`);
      equal(await page.evaluate(() => window.unseen), [], `${path}: without a ring`);
      equal(await page.evaluate(() => window.deaf), [], `${path}: listens to a click, and is no button`);
      reached += all;
      await end(page);
    }
  }
  count(`keyboard: ${reached} buttons, links and fields reached by Tab on 14 pages`);
});

test('the gate by keys alone: in, back, arrival only, refused, no booking, misread, late, two truths', async () => {
  const page = await opened('gate', '/gate');
  const [a, d] = await due('15:00', '15:30');
  const [b, c] = await due('15:30', '16:00');
  await ask(page, a.plate);
  await page.keyboard.press('Enter');
  await becomes(a.id, 'entered');
  await page.waitForSelector('.verdict--idle');
  await press(page, '.last button', '撤销');
  await becomes(a.id, 'booked');
  await ask(page, a.plate);
  await press(page, '.verdict .btn', '只登记到达');
  await becomes(a.id, 'arrived');
  await page.waitForSelector('.verdict--idle');
  await press(page, '.row button.btn', '入场', 'Space');
  await page.waitForSelector('.last:has-text("入场")');
  await ask(page, b.plate);
  await press(page, '.verdict .btn', '拒绝');
  await press(page, 'dialog .reasons .btn', '');
  await becomes(b.id, 'refused');
  await ask(page, c.plate);
  await press(page, '.verdict .btn', '拒绝');
  await type(page, 'dialog #reason', '箱号不符');
  await page.keyboard.press('Enter');
  await becomes(c.id, (now) => now.status === 'refused');
  await ask(page, '豫P8N904');
  await press(page, '.verdict .btn', '记下');
  await page.waitForSelector('.lane-row:has-text("豫P8N904")');
  const seen = d.plate.slice(0, 3) + (d.plate[3] === '8' ? 'B' : '8') + d.plate.slice(4);
  await ask(page, seen);
  await press(page, '.cand .btn', '是这辆');
  await page.waitForSelector('.verdict--admit .plate--xl');
  const before = await booking(d.id);
  await site.call('POST', `/v1/bookings/${d.id}/arrive`, {}, { 'Idempotency-Key': 'meanwhile', 'If-Match': `"${before.version}"` });
  await page.waitForSelector(`.lane-row:has-text("${d.plate.slice(2)}"), .row:has-text("${d.plate.slice(2)}") .word:has-text("已到")`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.sides, .verdict--idle');
  if (await page.locator('.sides').count() > 0) await press(page, '.side .btn', '仍要');
  await becomes(d.id, 'entered');
  await site.clock('2026-11-25T15:31:00+08:00');
  const late = await page.locator('.lane-row', { hasText: '报延误' }).first().textContent();
  await press(page, '.lane-row .btn', '报延误');
  await page.waitForFunction((text) => ![...document.querySelectorAll('.lane-row')].some((row) => row.textContent === text && row.querySelector('button')), late);
  await press(page, '.lane-row .btn', '现场登记');
  await page.waitForSelector('.walk');
  for (const [name, text] of Object.entries({ containers: 'CSQU3054383', uscc: '91350100M000100Y43', company: '某外贸公司', driver: '张师傅', phone: '13800138000' })) await type(page, `[name=${name}]`, text);
  await site.call('PUT', '/v1/capacity/2026-11-25/midday', { capacity: 60, reason: 'more' });
  await page.keyboard.press('Enter');
  await page.waitForSelector('.walk-done');
  done++;
  await end(page);
});

test('the yard, the keyboard for plates, the menu and the pages of the gate by keys alone', async () => {
  const page = await opened('gate', '/gate');
  const [truck] = await due('16:00', '20:00');
  await press(page, '.finder .btn', '键盘');
  for (const sign of truck.plate.slice(0, 4)) await press(page, '.key', sign, 'Space');
  equal(await page.inputValue('#q'), truck.plate.slice(0, 4));
  await press(page, '.match', truck.plate.slice(2));
  await page.waitForSelector('.verdict .plate--xl');
  await press(page, '.verdict a.btn', '经过');
  await page.waitForSelector('.tale li');
  await press(page, '.tab', '场内');
  const inside = (await site.call('GET', '/v1/yard')).inside.find((b) => b.status === 'entered');
  for (const [text, is] of [['登记放行', 'cleared'], ['登记离场', 'departed']]) {
    await press(page, '.yard-row .btn', `${text} ${inside.plate}`);
    await becomes(inside.id, is);
  }
  await press(page, '.last button', '撤销');
  await becomes(inside.id, 'cleared');
  await press(page, '.tab', '打印名单');
  await page.waitForSelector('.sheet');
  await press(page, '.bar .tab--slim', 'EN');
  await page.waitForSelector('html[lang=en]');
  await press(page, '.bar .tab--slim', '中文');
  await page.waitForSelector('html[lang=zh-CN]');
  await press(page, '.tab--slim[aria-haspopup]', '');
  await press(page, 'dialog .btn', '深色');
  await page.waitForSelector('html[data-theme=dark]');
  await press(page, '.tab--slim[aria-haspopup]', '');
  await press(page, 'dialog .btn', '退出登录');
  await page.waitForSelector('#door-name');
  await end(page);
});

test('the desk by keys alone: a cut with its plan, back to what it was, a later date; a story with all that is possible', async () => {
  const page = await opened('supervisor', '/supervisor');
  await press(page, '.cell', '11-26 周四 晚间');
  await type(page, '#cap', '12');
  await type(page, '#why', '检修');
  await press(page, '.drawer .btn', '照此执行');
  await page.waitForSelector('.todo, .side-panel .none');
  const evening = async (date) => (await site.call('GET', `/v1/capacity?from=${date}&to=${date}`)).days[0].windows.find((w) => w.id === 'evening');
  equal((await evening('2026-11-26')).capacity, 12);
  await press(page, '.cell', '11-26 周四 晚间');
  await press(page, '.drawer .btn', '恢复默认');
  await press(page, '.drawer .btn', '照此执行');
  await page.waitForSelector('.todo, .side-panel .none');
  equal((await evening('2026-11-26')).capacity, 40);
  await press(page, '.ahead summary', '');
  await type(page, '#ahead', '12312026');
  await page.evaluate(() => { document.querySelector('#ahead').value = '2026-12-31'; }); // how a date is typed is the browser's own
  await press(page, '.ahead .btn', '改名额');
  await page.waitForSelector('.drawer-head:has-text("12-31")');
  await press(page, '.drawer-head .btn', '');
  await page.waitForSelector('.todo, .side-panel .none');
  const [first, other] = await due('17:00', '20:00');
  await press(page, '.tab', '预约');
  await page.waitForSelector('[name=q]');
  await type(page, '[name=q]', first.plate);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.data tbody tr').length === 1);
  await press(page, '.data a', '');
  await page.waitForSelector('.tale li');
  await press(page, '.act summary', '修改内容', 'Space');
  await type(page, '.act[open] [name=reference]', 'BY-KEYS');
  await page.keyboard.press('Enter');
  await becomes(first.id, (b) => b.reference === 'BY-KEYS');
  await page.waitForSelector('.tale li:has-text("已修改")');
  await press(page, '.act summary', '改期', 'Space');
  await go(page, '.act[open] select');
  await page.keyboard.press('Home');
  await press(page, '.act[open] button[type=submit]', '');
  await page.waitForFunction(() => document.querySelector('.act[open] .errs') !== null || document.querySelectorAll('.tale li').length > 2);
  await page.goto(`/supervisor/bookings/${other.id}`);
  await page.waitForSelector('.tale li');
  await press(page, '.act summary', '取消', 'Space');
  await press(page, '.act[open] button[type=submit]', '');
  await becomes(other.id, 'cancelled');
  const missed = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=no_show')).items[0];
  await page.goto(`/supervisor/bookings/${missed.id}`);
  await page.waitForSelector('.tale li');
  await press(page, '.act summary', '免记爽约', 'Space');
  await type(page, '.act[open] input', '高速封道');
  await page.keyboard.press('Enter');
  await becomes(missed.id, (b) => b.excused === true);
  const left = (await list()).find((b) => b.status === 'departed');
  await page.goto(`/supervisor/bookings/${left.id}`);
  await page.waitForSelector('.tale li');
  await press(page, '.act summary', '更正时间', 'Space');
  await type(page, '.act[open] [name=at]', left.arrived_at.slice(11, 16));
  await type(page, '.act[open] [name=reason]', '看错了');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.act[open] .errs') !== null || document.querySelector('.tale').textContent.includes('看错了'));
  done += 4;
  await end(page);
});

test('people, reports, webhooks and the audit trail by keys alone', async () => {
  const page = await opened('supervisor', '/supervisor/people');
  await press(page, '.btn', '新用户');
  await type(page, 'dialog [name=name]', 'qian');
  await type(page, 'dialog [name=password]', 'long enough a word');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.data td:text-is("qian")');
  const user = (text) => press(page, 'tr:has(td:first-child) .btn', text);
  await page.evaluate(() => { for (const row of document.querySelectorAll('.data tr')) if (!row.textContent.startsWith('qian')) row.querySelectorAll('button').forEach((button) => { button.tabIndex = -1; }); }); // those of others are passed over
  await user('PIN');
  await type(page, 'dialog [name=pin]', '2468');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog', { state: 'detached' });
  await press(page, '.btn', '配对设备');
  await type(page, 'dialog [name=name]', 'tablet-9');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.secret');
  await press(page, 'dialog .btn--go', '');
  await press(page, '.btn', '新令牌');
  await type(page, 'dialog [name=name]', 'mini-9');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.secret');
  await press(page, 'dialog .btn--go', '');
  await page.waitForSelector('.data td:text-is("mini-9")');
  await press(page, '.data .btn', '作废');
  await press(page, 'dialog .btn:not(.btn--go)', '确定');
  await page.waitForFunction(() => [...document.querySelectorAll('.data td')].every((td) => td.textContent !== 'mini-9'));
  await press(page, '.tab', '报表');
  await go(page, 'select');
  await page.keyboard.press('End');
  await press(page, 'button[type=submit]', '生成');
  await page.waitForSelector('.data th:has-text("企业")');
  const file = page.waitForEvent('download');
  await press(page, '.list-end .btn', 'CSV');
  await file;
  await press(page, '.tab', '审计');
  await press(page, '.btn', '核对记录链');
  await page.waitForSelector('[role=status]:has-text("完好")');
  await press(page, '.btn', '重算当天决定');
  await page.waitForSelector('[role=status]:has-text("结果相同")');
  await type(page, 'textarea', 'nothing: 1');
  await press(page, '.preview button', '');
  await page.waitForSelector('.preview .errs');
  await end(page);
  count(`keyboard: ${done} actions done by keys alone`);
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
