// Who may come in: users, tokens of programs, paired devices. What is secret is shown once.
import { call, get } from './api.js';
import { formDialog, shownOnce, sure } from './dialog_forms.js';
import { el, show } from './dom.js';
import { faultBox } from './faults.js';
import { fresh, readEvery } from './live.js';
import { nowText } from './site.js';
import { button, fill, table } from './tables.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);
const ROLES = ['backend', 'gate', 'supervisor', 'display', 'metrics'];
const PERSONS = ['gate', 'supervisor', 'display'];
const when = (time) => (time ? time.slice(0, 16).replace('T', ' ') : t('never'));
const path = (kind, name, more = '') => `/v1/${kind}/${encodeURIComponent(name)}${more}`;
const roleOptions = (list) => list.map((r) => [r, t(`role.${r}`)]);

function stateOfUser(u) {
  if (u.disabled) return t('user.disabled');
  return u.confirmed ? `${t('user.ok')}${u.sessions > 0 ? ` · ${t('user.sessions', { n: u.sessions })}` : ''}` : t('user.unconfirmed');
}

export async function open(place) {
  const fault = el('div');
  const users = el('section', { class: 'panel' });
  const tokens = el('section', { class: 'panel' });
  const devices = el('section', { class: 'panel' });
  show(place, el('main', { class: 'wide' }, el('h1', { class: 'vh' }, t('people')), fault, users, devices, tokens));

  const act = (run) => async () => {
    show(fault);
    try {
      await run();
      await read();
    } catch (problem) {
      show(fault, faultBox(problem));
    }
  };
  const change = (u, body) => call('PATCH', path('users', u.name), { body });
  const remove = (kind, one, text) => act(async () => (await sure(t(text, { name: one.name }))) && call('DELETE', path(kind, one.name)));
  const confirmed = (kind, one) => button(t('user.confirm'), act(() => call('POST', path(kind, one.name, '/confirm'))));

  const userActions = (u) => el('span', { class: 'actions' }, !u.confirmed && confirmed('users', u),
    button(t('user.password'), act(() => formDialog(`${t('user.new.password')} · ${u.name}`, { fields: [{ name: 'password', label: t('user.new.password'), kind: 'password', attributes: { autocomplete: 'new-password' } }], button: t('save'), send: (v) => change(u, { password: v.password }) }))),
    button(t('user.pin'), act(() => formDialog(`PIN · ${u.name}`, { fields: [{ name: 'pin', label: t('pin'), attributes: { inputmode: 'numeric' } }], button: t('save'), send: (v) => change(u, { pin: v.pin || null }) }))),
    button(t('user.role'), act(() => formDialog(`${t('col.role')} · ${u.name}`, { fields: [{ name: 'role', label: t('col.role'), kind: 'select', options: roleOptions(PERSONS), value: u.role }], button: t('save'), send: (v) => change(u, { role: v.role }) }))),
    button(t(u.disabled ? 'user.enable' : 'user.disable'), act(() => change(u, { disabled: !u.disabled }))), button(t('delete'), remove('users', u, 'sure')));

  const head = (title, add) => el('div', { class: 'sec-head' }, el('h2', {}, title), el('span', { class: 'end' }, add));
  const column = (name, cell) => ({ head: t(`col.${name}`), cell, kind: ['role', 'last', 'expires'].includes(name) ? 'keep' : undefined });
  const common = [column('name', (one) => one.name), column('role', (one) => t(`role.${one.role}`))];

  const newUser = act(() => formDialog(t('user.new'), { fields: [{ name: 'name', label: t('col.name'), attributes: { autocapitalize: 'none' } }, { name: 'role', label: t('col.role'), kind: 'select', options: roleOptions(PERSONS), value: 'gate' },
    { name: 'password', label: t('user.new.password'), kind: 'password', attributes: { autocomplete: 'new-password' } }], button: t('create'), send: (v, key) => call('POST', '/v1/users', { body: v, key }) }));
  const newToken = act(async () => {
    let made = null;
    await formDialog(t('token.new'), { fields: [{ name: 'name', label: t('col.name'), attributes: { autocapitalize: 'none' } }, { name: 'role', label: t('col.role'), kind: 'select', options: roleOptions(ROLES), value: 'backend' }, { name: 'expires', label: t('token.expires'), kind: 'date', pointers: ['/expires_at'] }],
      button: t('create'), send: async (v) => { made = (await call('POST', '/v1/tokens', { body: { name: v.name, role: v.role, ...(v.expires && { expires_at: `${v.expires}T23:59:59${nowText().slice(-6)}` }) } })).body; } });
    if (made !== null) await shownOnce(made.name, t('token.shown'), made.token);
  });
  const newDevice = act(async () => {
    let made = null;
    await formDialog(t('pair.new'), { fields: [{ name: 'name', label: t('col.name'), attributes: { autocapitalize: 'none' } }, { name: 'role', label: t('col.role'), kind: 'select', options: [['gate', t('role.gate')], ['display', t('role.pick.display')]] }],
      button: t('create'), send: async (v) => { made = (await call('POST', '/v1/pairings', { body: v })).body; } });
    if (made !== null) await shownOnce(made.name, t('pair.shown'), made.code, t('pair.until', { time: when(made.expires_at).slice(11) }));
  });

  async function read() {
    await fill(users, async () => [head(t('users'), button(t('user.new'), newUser)), table(t('users'), [...common, column('state', stateOfUser), column('last', (u) => when(u.last_login_at)), column('do', userActions)], (await get('/v1/users')).items, t('users.none'))]);
    await fill(devices, async () => {
      const [paired, waiting] = await Promise.all([get('/v1/devices'), get('/v1/pairings')]);
      return [head(t('devices'), button(t('pair.new'), newDevice)), table(t('devices'), [...common, column('last', (d) => when(d.last_used_at)), column('do', (d) => button(t('revoke'), remove('devices', d, 'sure.revoke')))], paired.items, t('devices.none')),
        waiting.items.length > 0 && table(t('pairings'), [...common, column('expires', (p) => when(p.expires_at)), column('do', (p) => button(t('delete'), remove('pairings', p, 'sure')))], waiting.items, '')];
    });
    await fill(tokens, async () => [head(t('tokens'), button(t('token.new'), newToken)), table(t('tokens'), [...common, column('last', (k) => when(k.last_used_at)), column('expires', (k) => (k.expires_at ? when(k.expires_at) : '—')),
      column('do', (k) => el('span', { class: 'actions' }, !k.confirmed && confirmed('tokens', k), button(t('revoke'), remove('tokens', k, 'sure.revoke'))))], (await get('/v1/tokens')).items, t('tokens.none'))]);
    fresh();
  }
  readEvery(30000, read);
  return () => {};
}
