// Strikes of trucks and what they rest on, and what a company may hold.
import { call, get, newKey } from './api.js';
import { el, show } from './dom.js';
import { plate, shortDate } from './format.js';
import { faultBox } from './faults.js';
import { askReason } from './gate_steps.js';
import { linkTo } from './links.js';
import { fresh, readEvery } from './live.js';
import { who } from './session.js';
import { button, fill, table } from './tables.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);

function strikes(list, go, excuse) {
  const on = (one) => el('ul', { class: 'plain' }, one.strikes.map((s) => el('li', {}, linkTo(go, `/supervisor/bookings/${s.booking_id}`, `${shortDate(s.date)} ${t(`cause.${s.cause}`)}`), ` · ${t(`strike.${s.state}`)} `,
    s.state === 'counts' && who.role === 'supervisor' && button(t('excuse'), () => excuse(s)))));
  return table(t('strikes'), [
    { head: t('strikes.plate'), cell: (one) => plate(one.plate) }, { head: t('strikes.col.count'), cell: (one) => t('strikes.count', { n: one.count, limit: one.limit }) },
    { head: t('strikes.col.state'), cell: (one) => (one.suspended_until ? t('strikes.until', { time: one.suspended_until.slice(0, 16).replace('T', ' ') }) : t('strikes.free')) }, { head: t('strikes.col.on'), cell: on },
  ], list.items, t('strikes.none'));
}

function companyView(c) {
  const number = (name) => ({ head: t(`company.${name}`), kind: 'num', cell: (d) => d[name] ?? '—' });
  const { percent, kept, missed, excused } = c.no_shows;
  return [el('div', { class: 'sec-head' }, el('h2', {}, `${t('company')} · ${c.name || c.uscc}`), el('p', {}, t('company.rate', { percent: percent ?? 0, kept, missed, excused }))),
    c.weeks.filter((w) => w.throttled).map((w) => el('p', { class: 'none' }, t('company.throttled', { week: w.week }))),
    table(t('company'), [{ head: t('company.day'), cell: (d) => shortDate(d.date) }, ...['limit', 'held', 'used', 'missed', 'waiting'].map(number)], c.days, t('none.found'))];
}

export async function open(place, { go, query }) {
  const uscc = query.get('uscc') || '';
  const of = query.get('plate') || '';
  const field = (name, value) => el('p', { class: 'field' }, el('label', { for: `f-${name}` }, t(`strikes.${name}`)), el('input', { class: 'in', id: `f-${name}`, name, value, autocomplete: 'off', autocapitalize: 'characters' }));
  const form = el('form', { class: 'panel filter', role: 'search', on: { submit: (event) => {
    event.preventDefault();
    go(`/supervisor/strikes?${new URLSearchParams([...new FormData(form)].filter(([, v]) => v.trim() !== ''))}`);
  } } }, field('plate', of), field('uscc', uscc), el('button', { class: 'btn btn--go', type: 'submit' }, t('search')));
  const list = el('section', { class: 'panel' });
  const company = el('section', { class: 'panel', hidden: uscc === '' });
  show(place, el('main', { class: 'wide' }, el('h1', { class: 'vh' }, t('strikes')), form, company, list));

  async function excuse(strike) {
    const reason = await askReason(t('excuse.title'));
    if (reason === null) return;
    try {
      await call('POST', `/v1/bookings/${strike.booking_id}/excuse`, { body: { reason }, key: newKey() });
      await read();
    } catch (fault) {
      list.prepend(faultBox(fault));
    }
  }

  async function read() {
    const asked = new URLSearchParams({ ...(of && { plate: of }), ...(uscc && { uscc }) });
    await fill(list, async () => {
      const answer = await get(`/v1/strikes?${asked}`);
      const rule = el('div', { class: 'sec-head' }, el('h2', {}, t('strikes')), el('p', {}, answer.items.length > 0 && t('strikes.rule', { days: answer.days, suspend: answer.suspend_days, limit: answer.items[0].limit })));
      return [rule, strikes(answer, go, excuse)];
    });
    if (uscc !== '') await fill(company, async () => companyView(await get(`/v1/companies/${encodeURIComponent(uscc)}`)));
    fresh();
  }
  readEvery(30000, read);
  return () => {};
}
