// Modules of the pages by themselves, without a browser: under which key and with which time a tap goes out again, in which order and up to where taps that
// waited do, and from when on what is shown is not called live.
import { moduleOf } from './static.mjs';
import { equal, run, test } from './tap.mjs';

const NOW = '2026-11-25T14:42:00+08:00';
const clock = { ms: 0 };
const kept = new Map();
const sent = [];
// What the daemon answers to each step; null: the request went out, and its answer was lost.
let answers = [];

const given = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
given('performance', { now: () => clock.ms, timeOrigin: 0 });
Date.now = () => clock.ms;
given('localStorage', { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) });
given('document', { documentElement: { lang: 'zh-CN' }, addEventListener: () => {}, createElement: () => ({}) });
given('addEventListener', () => {});
const say = (status, body) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
given('fetch', async (path, { method, headers, body } = {}) => {
  if (path === '/v1/site') return say(200, { name: '-', drill: false, windows: [], rules: { yard: { bays: 1 } }, version: '1', now: NOW, today: '2026-11-25', last_date: '2026-12-02' });
  if (method !== 'POST') throw new TypeError(path);
  sent.push({ path, key: headers.get('Idempotency-Key'), match: headers.get('If-Match'), body: JSON.parse(body) });
  const answer = answers.shift() ?? null;
  if (answer === null) throw new TypeError('lost');
  return say(answer.status, answer.body ?? { id: 'bk_1', version: 2, status: 'entered' });
});
const taps = await moduleOf('taps.js');
const live = await moduleOf('live.js');
const { readSite } = await moduleOf('site.js');
const { who } = await moduleOf('session.js');
who.name = 'gate';
const truck = (id) => ({ id, plate: '浙B12345', slot: null, version: 1, status: 'booked' });

async function waits(...ids) {
  await readSite();
  sent.length = 0;
  answers = [];
  for (const id of ids) equal(await taps.tap('gate', truck(id), 'admit'), null, `${id} waits`);
}

test('a tap whose answer was lost and that was taken is asked for under its first key, and counts as taken', async () => {
  await waits('bk_1');
  answers = [{ status: 412, body: { code: 'precondition_failed' } }, { status: 200 }];
  const told = [];
  await taps.sendTaps('gate', (one) => told.push(one.id), () => told.push('clash'));
  equal(told, ['bk_1']);
  equal(sent.length, 3, 'requests');
  const [first, later, again] = sent;
  equal([again.key, again.body], [first.key, first.body], 'the same request again');
  equal(later.key === first.key, false, 'one with the time of the tap is another request');
  equal([later.body.at.slice(0, 19), later.match], [NOW.slice(0, 19), '"1"'], 'with the time and the version of the tap');
  equal(taps.waitingTaps(), [], 'what waits');
});

test('a tap that is sent several times has the same key each time', async () => {
  await waits('bk_1');
  for (let i = 0; i < 3; i++) await taps.sendTaps('gate', () => {}, () => {});
  answers = [{ status: 200 }];
  await taps.sendTaps('gate', () => {}, () => {});
  equal(new Set(sent.slice(1).map((one) => one.key)).size, 1, `keys of ${sent.length - 1} attempts`);
  equal(taps.waitingTaps(), [], 'what waits');
});

test('taps that wait go out in their order, stop at the first that meets another truth, and are kept over a reload', async () => {
  await waits('bk_1', 'bk_2', 'bk_3');
  equal(sent.length, 1, 'while one waits no other is tried');
  equal(JSON.parse(kept.get('gateslot.taps')).map((one) => one.id), ['bk_1', 'bk_2', 'bk_3'], 'kept');
  equal(await taps.tap('gate', truck('bk_2'), 'admit'), null);
  equal(taps.waitingTaps().length, 3, 'one that waits is not kept twice');
  answers = [{ status: 200 }, { status: 412, body: { code: 'precondition_failed' } }, { status: 422, body: { code: 'idempotency_key_reused' } }];
  const told = [];
  await taps.sendTaps('gate', (one) => told.push(one.id), (one) => told.push(`clash ${one.id}`));
  equal(told, ['bk_1', 'clash bk_2']);
  await taps.sendTaps('gate', (one) => told.push(one.id), () => told.push('again'));
  equal(told.length, 2, 'the rest waits until somebody has looked');
  taps.dropTap(taps.waitingTaps()[0].key);
  answers = [{ status: 200 }];
  await taps.sendTaps('other', (one) => told.push(one.id), () => {});
  equal(told.length, 2, 'another one does not send it');
  await taps.sendTaps('gate', (one) => told.push(one.id), () => {});
  equal(told, ['bk_1', 'clash bk_2', 'bk_3']);
});

test('what one person left waiting keeps up nobody else, and waits for him', async () => {
  await waits('bk_1', 'bk_2');
  who.name = 'other';
  answers = [{ status: 200, body: { id: 'bk_2', version: 2, status: 'entered' } }];
  equal((await taps.tap('other', truck('bk_2'), 'admit')).id, 'bk_2', 'sent at once');
  equal([taps.waitingTaps().length, taps.tapOf('bk_1'), taps.othersTaps().map((one) => one.who)], [0, undefined, ['gate', 'gate']]);
  equal(await taps.tap('other', truck('bk_3'), 'admit'), null, 'and waits when its answer is lost');
  answers = [{ status: 200 }];
  await taps.sendTaps('other', () => {}, () => {});
  equal([taps.waitingTaps().length, taps.othersTaps().length], [0, 2]);
  who.name = 'gate';
  answers = [{ status: 200 }, { status: 200 }];
  await taps.sendTaps('gate', () => {}, () => {});
  equal(taps.waitingTaps(), [], 'back again, his go out');
});

test('what was heard last is live for 25 seconds, then its age is told, and from a minute on it is lost; at the first failure its age is told at once', () => {
  equal(live.lifeState(), 'none');
  live.fresh();
  const after = (s) => {
    clock.ms += s * 1000;
    return live.lifeState();
  };
  equal([after(0), after(24.9), after(0.2), after(34.8), after(0.2)], ['live', 'live', 'counting', 'counting', 'lost']);
  live.fresh();
  live.failed();
  equal([after(1), after(58), after(1)], ['counting', 'counting', 'lost']);
  live.fresh();
  live.failed({ code: 'not_owner' });
  equal([live.lifeState(), live.standsBy()], ['lost', true]);
});

await run();
