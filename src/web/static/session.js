// Who is logged in here, and what that one may see.
import { attempt, setCsrf } from './api.js';
import { langOf, setLang } from './words.js';

export const who = { kind: null, name: '', role: '', person: null, csrf: '' };

export function take(answer) {
  Object.assign(who, { kind: answer.kind, name: answer.name, role: answer.role, person: answer.person, csrf: answer.csrf });
  setCsrf(answer.csrf);
  const chosen = langOf(answer.name) || answer.language?.slice(0, 2);
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

export async function logOut() {
  await attempt('DELETE', '/v1/session');
  forget();
}
