// Asks the daemon. What it refuses comes as a Problem with its own words; when it does not answer that is Unreachable. A session that has ended
// leads to the door, and the same request goes out again once the same person is back.
import { langTag } from './words.js';

const TIMEOUT_MS = 10000;

export class Problem extends Error {
  constructor(status, body, headers) {
    super(body.detail || body.title || String(status));
    Object.assign(this, { status, code: body.code || '', title: body.title || String(status), detail: body.detail || '', errors: body.errors || [], body });
    this.retryAfter = Number(headers.get('Retry-After')) || 0;
  }
}

export class Unreachable extends Error {}

const hooks = { csrf: '', door: null, answered: () => {}, failed: () => {} };

// door(): resolves with true once the one who was logged in is logged in again. answered, failed: told of every answer, and of each that did not come.
export function setHooks(some) {
  Object.assign(hooks, some);
}
export const setCsrf = (csrf) => setHooks({ csrf: csrf || '' });

// A key for one change, however often it is sent. randomUUID is only there over https.
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

function headersOf(method, { body, ifMatch, key, accept, headers }) {
  const h = new Headers(headers);
  h.set('Accept', accept || 'application/json');
  h.set('Accept-Language', langTag());
  if (body !== undefined && !h.has('Content-Type')) h.set('Content-Type', 'application/json');
  if (method !== 'GET' && hooks.csrf) h.set('X-CSRF-Token', hooks.csrf);
  if (ifMatch !== undefined) h.set('If-Match', typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch);
  if (key) h.set('Idempotency-Key', key);
  return h;
}

export async function send(method, path, options = {}) {
  const { body, signal, timeout = TIMEOUT_MS } = options;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  signal?.addEventListener('abort', () => abort.abort(), { once: true });
  try {
    const data = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(path, { method, headers: headersOf(method, options), body: data, signal: abort.signal, credentials: 'same-origin', cache: 'no-store' });
    const text = await answer.text();
    hooks.answered();
    return { status: answer.status, headers: answer.headers, text };
  } catch (cause) {
    if (!signal?.aborted) hooks.failed();
    throw new Unreachable('', { cause });
  } finally {
    clearTimeout(timer);
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { title: text.slice(0, 200) };
  }
}

async function freshCsrf() {
  const answer = await send('GET', '/v1/session');
  if (answer.status === 200) setCsrf(read(answer.text).csrf);
  return answer.status === 200;
}

// One request as it is, without the door. → { status, body, version, headers }
export async function attempt(method, path, options = {}) {
  const answer = await send(method, path, options);
  const isJson = (answer.headers.get('Content-Type') || '').includes('json');
  const body = answer.text === '' ? null : isJson ? read(answer.text) : answer.text;
  if (answer.status >= 400) throw new Problem(answer.status, isJson ? body : { title: String(answer.status) }, answer.headers);
  return { status: answer.status, body, version: answer.headers.get('ETag'), headers: answer.headers };
}

// options: body, ifMatch (a booking's version), key (Idempotency-Key), accept, signal, timeout.
export async function call(method, path, options = {}) {
  try {
    return await attempt(method, path, options);
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    if (fault.code === 'csrf' && (await freshCsrf())) return attempt(method, path, options);
    if (fault.status === 401 && hooks.door !== null && (await hooks.door())) return call(method, path, options);
    throw fault;
  }
}

export const get = async (path, options) => (await call('GET', path, options)).body;
export const post = (path, body, options) => call('POST', path, { body, ...options });

// A booking's whole history, in order: its pages come with the latest first.
export async function getHistory(path) {
  let items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await get(path + (cursor && `?cursor=${encodeURIComponent(cursor)}`));
    items = [...page.items, ...items];
    cursor = page.next_cursor;
  }
  return items;
}

// All pages of a list.
export async function getAll(path, options) {
  const items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await get(path + (cursor && `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`), options);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}
