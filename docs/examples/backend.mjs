#!/usr/bin/env node
// The backend of a mini program, as small as one can be that loses nothing and does nothing twice: it takes drivers' orders, books them, and
// learns by the feed and by webhooks what becomes of them. It and gateslot may be killed at any moment. A file takes the place of your
// database: a line is a transaction, and what is not in the file has not happened.
//
//   GATESLOT_URL=http://127.0.0.1:8480 GATESLOT_TOKEN=gs_… WEBHOOK_SECRET=whsec_… node backend.mjs FILE PORT
// Where one daemon stands by for another, GATESLOT_URL names both, with a comma between.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { GATESLOT_URL = 'http://127.0.0.1:8480', GATESLOT_TOKEN = '', WEBHOOK_SECRET = '' } = process.env;
const [, , FILE = 'backend.ndjson', PORT = '8090'] = process.argv;
const urls = GATESLOT_URL.split(',');
const ENDED = ['departed', 'cancelled', 'expired', 'no_show', 'refused'];

// ---- what is known: orders by our own number, webhooks by their id, and how far the feed was read ----
const orders = new Map(), webhooks = new Set();
let cursor = 0, serving = 0; // which of the urls

function takeEvent(event) {
  const order = orders.get(event.data.reference); // our own number is in every event of its booking
  if (!order || event.seq <= order.seq) return null; // another's, or known already by the other way
  order.seq = event.seq;
  if (event.data.version >= order.version) {
    const { status, version, to, from } = event.data;
    Object.assign(order, { id: event.booking_id, status, version, slot: to?.slot ?? (from ? null : order.slot) });
  }
  return order;
}

function takeFact(fact) { // one line of the file: when it is written, and again when the file is read after a restart
  if (fact.order) orders.set(fact.order, { number: fact.order, request: fact.request, seq: 0, version: 0, slot: null });
  if (fact.booking) takeBooking(orders.get(fact.of), fact);
  if (fact.refused) Object.assign(orders.get(fact.of), { answer: fact.refused.status, status: fact.refused.code, problem: fact.refused });
  if (fact.cursor) cursor = fact.cursor;
  if (fact.webhook) webhooks.add(fact.webhook);
  return (fact.events ?? []).map((event) => [takeEvent(event), event]).filter(([order]) => order);
}

const pick = ({ id, status, version, slot, pass_code }) => ({ id, status, version, slot, pass_code });

function takeBooking(order, { booking, afresh }) {
  const late = booking.version < order.version && !afresh; // the kept answer to a retry: events have told more since
  Object.assign(order, { answer: booking.status === 'waitlisted' ? 202 : 201, pass_code: booking.pass_code }, late ? {} : pick(booking));
}

const before = existsSync(FILE) ? readFileSync(FILE) : Buffer.alloc(0);
const whole = before.subarray(0, before.lastIndexOf('\n') + 1); // a line that was cut off by our death was never acted on
for (const line of whole.toString().split('\n').filter(Boolean)) takeFact(JSON.parse(line));
const file = openSync(FILE, 'a');
ftruncateSync(file, whole.length);

function record(fact) { // on disk first, then in force, then told
  writeSync(file, JSON.stringify(fact) + '\n');
  fdatasyncSync(file);
  // Here the driver gets his message (see "WeChat" in the guide). Dying just before this line loses it: a real one notes what it has sent.
  for (const [order, event] of takeFact(fact)) console.log(`${order.number}: ${event.type}, now ${order.status}`);
}

// ---- asking gateslot: until there is an answer, and always under the same key ----
async function ask(method, path, body, key) {
  for (let pause = 200; ; pause = Math.min(2 * pause, 20_000)) {
    let again = 0, elsewhere = true;
    const asked = serving;
    try {
      const headers = { Authorization: `Bearer ${GATESLOT_TOKEN}`, 'Accept-Language': 'zh-CN' };
      if (body) headers['Content-Type'] = 'application/json';
      if (key) headers['Idempotency-Key'] = key;
      const signal = AbortSignal.timeout(body && urls.length > 1 ? 10_000 : 40_000); // the feed is read for 20 s at a time
      const r = await fetch(urls[asked] + path, { method, headers, body: body && JSON.stringify(body), signal });
      const answer = await r.json();
      if (r.status < 500 && r.status !== 429 && r.status !== 401) return { status: r.status, body: answer };
      again = 1000 * Number(r.headers.get('retry-after') ?? 0);
      console.error(`${method} ${path}: ${answer.code}, asking again`);
      elsewhere = r.status === 503; // that one does not serve now
    } catch { /* no answer: it may have been done or not, so the same again under the same key */ }
    if (elsewhere && serving === asked) serving = (asked + 1) % urls.length;
    await sleep(Math.max(again, pause * (0.5 + Math.random())));
  }
}

async function book(order) {
  const { status, body } = await ask('POST', '/v1/bookings', order.request, order.number);
  record(status < 300 ? { of: order.number, booking: body } : { of: order.number, refused: body });
}

async function follow() {
  for (;;) {
    const { status, body } = await ask('GET', `/v1/events?after=${cursor}&limit=500&wait=20`);
    if (status === 410) await readAgain(body.after); // gateslot was put back from a backup: what we read may not have happened
    else if (status !== 200) throw new Error(body.detail);
    else if (body.last_seq > cursor) record({ cursor: body.last_seq, events: body.items }); // events and cursor: one transaction
  }
}

async function readAgain(after) {
  for (const order of [...orders.values()].filter((o) => o.answer < 300 && !ENDED.includes(o.status))) {
    const { body } = await ask('GET', `/v1/bookings?reference=${encodeURIComponent(order.number)}`);
    if (body.items.length > 0) record({ of: order.number, booking: body.items[0], afresh: true });
    else await book(order); // it is gone with what came after the backup
  }
  record({ cursor: after });
}

// ---- asked by the mini program, and by gateslot's webhooks ----
function genuine({ 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given = '' }, body) { // standardwebhooks.com
  if (!(Math.abs(Date.now() / 1000 - Number(time)) < 300)) return false; // an old one sent again by somebody else
  const mac = createHmac('sha256', Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64')).update(`${id}.${time}.`).update(body).digest();
  return given.split(' ').some((s) => { // several while a secret is changed
    const theirs = Buffer.from(s.replace(/^v1,/, ''), 'base64');
    return s.startsWith('v1,') && theirs.length === mac.length && timingSafeEqual(theirs, mac);
  });
}

async function answer(req) {
  let body = Buffer.alloc(0);
  for await (const chunk of req) if ((body = Buffer.concat([body, chunk])).length > 100_000) return [413];
  if (req.method === 'POST' && req.url === '/webhook') {
    if (!genuine(req.headers, body)) return [401];
    const id = req.headers['webhook-id'], { type, data } = JSON.parse(body); // data: the event as it is in the feed
    if (type !== 'webhook.test' && !webhooks.has(id)) record({ webhook: id, events: [data] });
    return [204]; // only now: until it is on our disk, gateslot is to send it again
  }
  if (req.method === 'POST' && req.url === '/orders') { // {"number": …, "request": a booking request}
    const { number, request } = JSON.parse(body);
    if (typeof number !== 'string' || !/^[!-~]{1,64}$/.test(number)) return [400];
    if (!orders.has(number)) record({ order: number, request: { ...request, reference: number } });
    const order = orders.get(number);
    if (!order.answer) await Promise.race([(order.asked ??= book(order)), sleep(5000)]);
    return [order.answer ?? 202, shown(order)]; // without an answer yet: the mini program asks again
  }
  const order = orders.get(decodeURIComponent(req.url.replace('/orders/', '')));
  return order ? [200, shown(order)] : [404];
}

const shown = ({ number, ...order }) => ({ number, ...pick(order), problem: order.problem });

createServer((req, res) => {
  answer(req).catch((e) => [400, { detail: e.message }]).then(([status, body]) => {
    res.writeHead(status, body && { 'Content-Type': 'application/json' }).end(body && JSON.stringify(body));
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
for (const order of orders.values()) if (!order.answer) order.asked = book(order); // asked for before we died
follow();
