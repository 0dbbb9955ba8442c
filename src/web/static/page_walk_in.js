// A truck without a booking: what the daemon asks for, and what it says about it, each at its own field.
import { post } from './api.js';
import { el, show } from './dom.js';
import { slotText } from './format.js';
import { makeForm } from './forms.js';
import { goTo } from './links.js';
import { fresh, readEvery } from './live.js';
import { readSite } from './site.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);
const CAPITALS = { autocapitalize: 'characters' };
const COLOURS = ['', 'yellow', 'yellow_green', 'blue', 'green'];

// The fields of a truck, as a walk-in has them.
function fieldsOf(plate) {
  const field = (name, pointer, more) => ({ name, label: t(`walk.${name}`), pointers: [pointer], ...more });
  return [field('plate', '/plate', { value: plate, attributes: CAPITALS }), field('colour', '/plate_colour', { kind: 'select', options: COLOURS.map((c) => [c, t(`colour.${c || 'none'}`)]) }),
    field('trailer', '/trailer_plate', { attributes: CAPITALS }), field('containers', '/containers', { attributes: CAPITALS }),
    field('uscc', '/company/uscc', { attributes: CAPITALS }), field('company', '/company/name'), field('driver', '/driver/name'), field('phone', '/driver/phone', { attributes: { inputmode: 'tel' } }),
    field('declaration', '/declaration_no', { attributes: { inputmode: 'numeric' } }), field('reference', '/reference')];
}

export const listOf = (text) => text.split(/[\s,、，;；]+/).filter((part) => part !== '');

function bodyOf(v) {
  const given = { plate_colour: v.colour, trailer_plate: v.trailer, declaration_no: v.declaration, reference: v.reference };
  return { plate: v.plate, containers: listOf(v.containers), company: { uscc: v.uscc, name: v.company }, driver: { name: v.driver, phone: v.phone },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')) };
}

export async function open(place, { query, go }) {
  const form = makeForm({ title: null, kind: 'panel walk', fields: fieldsOf(query.get('plate') || ''), button: t('walk.send'), send: async (values, key) => {
    const { body } = await post('/v1/gate/walk-ins', bodyOf(values), { key });
    const b = body.booking || body;
    const back = `/gate?q=${encodeURIComponent(b.plate)}`;
    const link = el('a', { class: 'btn btn--go btn--l', href: back, on: { click: goTo(go, back) } }, t('lane.back'));
    show(place, el('main', { class: 'one-column' }, el('h1', { class: 'vh' }, t('walk.title')), el('p', { class: 'panel walk-done', role: 'status' }, t('walk.done', { plate: b.plate, slot: slotText(b.slot) })), link));
    link.focus();
  } });
  show(place, el('main', { class: 'one-column' }, el('h1', { class: 'page-title' }, t('walk.title')), form));
  form.elements.plate.focus();
  readEvery(20000, async () => {
    await readSite();
    fresh();
  });
  return () => {};
}
