// How old is what the page shows, and what has happened since. With events the page follows the stream of the daemon: each event, and each sign of
// life in between, says that all up to now is known here. Without (a display may not read events) the page asks again and again, and says
// itself when it has read all. From the first request that fails, or 25 s of silence, the age counts; from 60 s on nothing shown is certain, and at
// once where the daemon says that it stands by, since another one knows more.
import { get } from './api.js';
import { langTag } from './words.js';

export const SILENCE_MS = 25000;
export const LOST_MS = 60000;
const PAUSES_MS = [300, 1000, 2000, 5000, 10000];

const state = { heard: NaN, heardDate: NaN, failed: false, standsBy: false, running: null, after: null };
const listeners = new Set();
const watchers = new Set();
const resets = new Set();

// Both clocks count while the machine is awake; after a sleep the one of the day knows better, unless it was set.
export function age() {
  if (Number.isNaN(state.heard)) return Infinity;
  return Math.max(performance.now() - state.heard, Math.min(Date.now() - state.heardDate, 86400000), 0);
}

// 'none' (nothing read yet), 'live', 'counting', 'lost'
export function lifeState() {
  const ms = age();
  if (ms === Infinity) return state.failed ? 'lost' : 'none';
  if (ms >= LOST_MS || state.standsBy) return 'lost';
  return state.failed || ms >= SILENCE_MS ? 'counting' : 'live';
}

// The daemon said so, and nothing has come from it since.
export const standsBy = () => state.standsBy;

const tell = () => watchers.forEach((w) => w(lifeState(), age()));

// All that is shown is as the daemon has it now.
export function fresh() {
  const was = lifeState();
  Object.assign(state, { heard: performance.now(), heardDate: Date.now(), failed: false, standsBy: false });
  if (was !== 'live') tell();
}

export function failed(fault) {
  const stands = state.standsBy || fault?.code === 'not_owner';
  if (state.failed && stands === state.standsBy) return;
  Object.assign(state, { failed: true, standsBy: stands });
  tell();
}

// watcher(lifeState, age): now, at every change, and each second. → a function that ends it.
export function watch(watcher) {
  watchers.add(watcher);
  watcher(lifeState(), age());
  return () => watchers.delete(watcher);
}
setInterval(tell, 1000);

// listener(event): of each event whose type begins with prefix ('' all). → a function that ends it.
export function onEvent(prefix, listener) {
  const one = { prefix, listener };
  listeners.add(one);
  return () => listeners.delete(one);
}

// What was missed cannot be told one by one (or the connection begins): read everything anew.
export function onReset(listener) {
  resets.add(listener);
  return () => resets.delete(listener);
}

// ---- the stream ----

// Lines of an event stream → what(type, data, id). A sign of life is a comment, or an event without data whose id says how far all is known.
export function streamReader(what) {
  let rest = '';
  let event = { type: '', data: '', id: null };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data !== '' || event.type !== '' || event.id !== null) what(event.type || 'message', event.data.replace(/\n$/, ''), event.id);
        event = { type: '', data: '', id: null };
        continue;
      }
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') event.type = value;
      else if (name === 'data') event.data += `${value}\n`;
      else if (name === 'id') event.id = value;
    }
  };
}

function dispatch(type, data, id) {
  if (type === 'reset') {
    state.after = null;
    return false;
  }
  if (id !== null) state.after = Number(id);
  if (data === '') return true;
  const event = JSON.parse(data);
  for (const { prefix, listener } of listeners) {
    if (event.type?.startsWith(prefix)) listener(event);
  }
  return true;
}

async function begin() {
  state.after = (await get('/v1/events?last=1')).last_seq;
  await Promise.all([...resets].map((reset) => reset()));
}

async function connect(signal) {
  const answer = await fetch('/v1/events/stream', {
    headers: { Accept: 'text/event-stream', 'Accept-Language': langTag(), 'Last-Event-ID': String(state.after) },
    credentials: 'same-origin', cache: 'no-store', signal });
  if (answer.status === 401) await get('/v1/session'); // leads to the door
  if (answer.status === 410) state.after = null;
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { code: (await answer.json().catch(() => ({}))).code });
  return answer.body.pipeThrough(new TextDecoderStream()).getReader();
}

async function follow(signal) {
  if (state.after === null) await begin();
  const silence = new AbortController();
  const end = () => silence.abort();
  let timer = setTimeout(end, SILENCE_MS);
  signal.addEventListener('abort', end, { once: true });
  try {
    const reader = await connect(silence.signal);
    let going = true;
    const read = streamReader((type, data, id) => {
      going = dispatch(type, data, id) && going;
    });
    fresh();
    while (going) {
      const { done, value } = await reader.read();
      if (done) throw new Error('the stream has ended');
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
      read(value);
      fresh();
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}

// Ends the pause that is under way, if one is: the network is back, the page is seen again, or nothing is followed any more.
let wake = () => {};
addEventListener('online', () => wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake();
});

const pause = (ms) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  wake = () => {
    clearTimeout(timer);
    resolve();
  };
});

async function repeat(step, signal, everyMs) {
  for (let failures = 0; !signal.aborted;) {
    try {
      await step(signal);
      failures = 0;
    } catch (fault) {
      if (signal.aborted) return;
      failed(fault);
      failures++;
    }
    await pause(failures > 0 ? PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] : everyMs);
  }
}

// Follows the stream until stopLive().
export function followEvents() {
  stopLive();
  state.running = new AbortController();
  repeat(follow, state.running.signal, PAUSES_MS[0]);
}

// Calls read() each so many milliseconds until stopLive(); once it has come to its end, all is fresh.
export function readEvery(ms, read) {
  stopLive();
  state.running = new AbortController();
  repeat(async () => {
    await read();
    fresh();
  }, state.running.signal, ms);
}

export function stopLive() {
  state.running?.abort();
  wake();
  Object.assign(state, { running: null, after: null, heard: NaN, heardDate: NaN, failed: false, standsBy: false });
}
