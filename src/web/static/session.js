// Who is logged in here, and what that one may see.
import { Problem, Unreachable, attempt, call, setCsrf } from './api.js';
import { langOf, langTag, setLang } from './words.js';

export const who = { kind: null, name: '', role: '', person: null, csrf: '' };

export function take(answer) {
  Object.assign(who, { kind: answer.kind, name: answer.name, role: answer.role, person: answer.person, csrf: answer.csrf });
  setCsrf(answer.csrf);
  const chosen = answer.language?.slice(0, 2) || langOf(answer.name);
  if (chosen) setLang(chosen);
}

export function forget() {
  Object.assign(who, { kind: null, name: '', role: '', person: null, csrf: '' });
  setCsrf('');
}

// → true: somebody is logged in.
export async function recall() {
  try {
    take((await attempt('GET', '/v1/session')).body);
    return true;
  } catch (fault) {
    if (fault.status === 401) return false;
    throw fault;
  }
}

export async function logIn(body) {
  take((await attempt('POST', '/v1/session', { body })).body);
}

// The language chosen here, for a user wherever he logs in; else, and if the daemon does not answer, on this machine alone.
export async function choose(next) {
  setLang(next, who.name);
  if (who.kind !== 'user') return;
  await call('PATCH', '/v1/session', { body: { language: langTag() }, timeout: 3000 }).catch((fault) => {
    if (!(fault instanceof Problem || fault instanceof Unreachable)) throw fault;
  });
}

export async function logOut() {
  await attempt('DELETE', '/v1/session');
  forget();
}
