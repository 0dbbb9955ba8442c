// The big answer: band with shape, word and reason; the truck; what now. The decision and its sentence are the daemon's; here they are laid out.
import { el, mark, show } from './dom.js';
import { container, plate, shortDate, slotText } from './format.js';
import { data } from './gate_data.js';
import { site } from './site.js';
import { tapOf } from './taps.js';
import { stateOf, stateTag } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const SHAPES = { admit: 'admit', hold: 'held', reject: 'refused', unknown: 'unknown', clash: 'moved', refused: 'note' };

function band(kind, word, strong, sub) {
  return [el('div', { class: 'v-band' }, mark(SHAPES[word], 'v-shape'), el('h2', { class: 'v-word' }, t(`verdict.${word}`)),
    el('p', { class: 'v-why' }, el('strong', {}, strong), sub)), (kind === 'reject' || kind === 'unknown') && el('div', { class: 'v-arm' })];
}

const fact = (name, value) => [el('dt', {}, name), el('dd', {}, value)];
const code = (text) => el('span', { class: 'code' }, text);
const plateText = (text) => [...plate(text).childNodes];

// The plate, and what of the booking is looked at on the truck itself.
function identity(b, more = []) {
  return el('div', { class: 'v-id' }, plate(b.plate, b.plate.length > 8 ? 'plate--l' : 'plate--xl'),
    el('dl', { class: 'v-facts' }, more, b.trailer_plate && fact(t('trailer'), code(plateText(b.trailer_plate))), b.containers?.length > 0 && fact(t('container'), b.containers.map((c) => code(container(c))).flatMap((c, i) => (i > 0 ? [el('br'), c] : [c])))));
}

const slotOf = (b) => (b.date === site.today ? '' : `${shortDate(b.date)} `) + (b.slot ? slotText(b.slot) : '');
const button = (text, run, more = '') => el('button', { class: `btn ${more}`.trim(), type: 'button', on: { click: run } }, text);

// Where the typed text and the plate are not the same, for the eye that compares.
function compared(text, other) {
  const box = plate(text);
  if (text.length !== other.length || text === other) return box;
  const bold = [...text].map((c, i) => (c === other[i] ? c : el('b', {}, c)));
  return show(box, bold.slice(0, 2), el('i'), bold.slice(2));
}

function why(typed, one) {
  const at = [...one].findIndex((c, i) => c !== typed[i]);
  return typed.length === one.length && at >= 0 ? t('differs', { is: one[at], seen: typed[at] }) : one.includes(typed) ? t('partial') : '';
}

function candidates(shown, acts) {
  const { typed, answer } = shown;
  return el('ul', { class: 'cands' },
    el('li', { class: 'cand cand--seen' }, answer.candidates[0].plate.length === typed.length ? compared(typed, answer.candidates[0].plate) : plate(typed), el('p', { class: 'cand-why' }, t('typed')), el('span')),
    answer.candidates.slice(0, 4).map((b) => el('li', { class: 'cand' }, compared(b.plate, typed),
      el('p', { class: 'cand-why' }, el('b', {}, slotOf(b)), el('span', {}, [why(typed, b.plate), stateOf(b).word].filter((w) => w).join(' · '))),
      button(t('this.one'), () => acts.check({ plate: b.plate }, b.plate)))));
}

// What can be done now, the first as the one filled button.
function actions(shown, acts) {
  const { answer: { decision, code: because, booking: b } } = shown;
  const story = b && el('a', { class: 'btn btn--quiet', href: `/gate/bookings/${b.id}`, on: { click: acts.go(`/gate/bookings/${b.id}`) } }, t('do.story'));
  const step = (name, more = '') => button(t(`do.${name}`), () => acts.tap(b, name), `btn--go btn--xl ${more}`);
  const refuse = () => button(t('do.refuse'), () => acts.refuse(b), 'btn--quiet');
  if (decision === 'admit') return [step('admit'), b.status === 'booked' && button(t('do.arrive.only'), () => acts.tap(b, 'arrive')), refuse(), story];
  if (decision === 'hold') {
    const cleared = data.yard.inside.filter((one) => one.status === 'cleared').length;
    return [b.status === 'booked' && step('arrive'), because === 'yard_full' && acts.supervisor && button(t('do.override'), () => acts.override(b)),
      because === 'yard_full' && cleared > 0 && el('a', { class: 'btn', href: '/gate/yard', on: { click: acts.go('/gate/yard') } }, t('cleared.push', { n: cleared })), refuse(), story];
  }
  if (because === 'already_inside') return [step(b.status === 'cleared' ? 'depart' : 'clear'), story];
  if (because === 'no_show') return [button(t('do.reinstate'), () => acts.reinstate(b), 'btn--go btn--xl'), story];
  if (because === 'suspended' || because === 'refused') return [story];
  const note = because === 'not_booked' && b === null && button(t('do.note'), () => acts.note(shown), 'btn--l btn--quiet');
  return [button(shown.answer.candidates.length > 0 ? t('do.walk_in.none') : t('do.walk_in'), () => acts.walkIn(shown.typed), 'btn--l'), note, story];
}

function answered(shown, acts) {
  const { answer, typed } = shown;
  const { decision, code: because, booking: b, candidates: near } = answer;
  const similar = near.length > 0 ? t('similar', { n: near.length }) : '';
  return [decision, [band(decision, decision, t(`code.${because}`), b ? t('booked.for', { slot: slotOf(b) }) : similar),
    el('div', { class: 'v-body' },
      b ? identity(b) : near.length === 0 && el('div', { class: 'v-id' }, plate(typed, 'plate--xl')),
      near.length > 0 ? [el('p', { class: 'v-now' }, t('misread')), candidates(shown, acts)] : decision !== 'admit' && el('p', { class: 'v-now' }, answer.message),
      el('div', { class: 'v-act' }, actions(shown, acts)))]];
}

// No answer from the daemon: only the last list, and no verdict.
function unknown(shown, acts) {
  const b = shown.booking;
  return ['unknown', [band('unknown', 'unknown', t('no.answer'), t('list.of', { time: data.readAt ? data.readAt.slice(11, 19) : '—' })),
    el('div', { class: 'v-body' }, b ? identity(b, fact(t('on.list'), slotText(b.slot))) : el('div', { class: 'v-id' }, plate(shown.typed, 'plate--xl')),
      el('p', { class: 'v-now' }, t(b && tapOf(b.id) ? 'unknown.queued' : b ? 'unknown.listed' : 'unknown.unlisted')),
      b && !tapOf(b.id) && el('div', { class: 'v-act' }, button(t('do.admit.later'), () => acts.tap(b, 'admit'), 'btn--go btn--xl')))]];
}

// The daemon has another truth than the tap: side by side, the system's first, and nothing repeats by itself.
function clash({ tap, booking: b, last, problem }, acts) {
  const old = problem.code === 'too_late';
  return ['unknown', [band('unknown', 'clash', t('clash.title'), problem.title),
    el('div', { class: 'v-body' }, identity(b, b.slot ? fact(t('booking'), slotOf(b)) : []),
      el('div', { class: 'sides' },
        el('section', { class: 'side' }, el('h3', {}, t('clash.system', { who: last?.actor.person || last?.actor.name || '—', version: b.version })), stateTag(stateOf(b)),
          el('p', { class: 'sub' }, [last && last.at.slice(11, 19), last?.reason].filter((w) => w).join(' ')), button(t('clash.keep'), () => acts.keep(tap), 'btn--go')),
        el('section', { class: 'side' }, el('h3', {}, t('clash.mine', { version: tap.version })), stateTag({ shape: 'queued', word: t(`step.${tap.step}`) }),
          el('p', { class: 'sub' }, old ? t('clash.old') : t('clash.tapped', { time: tap.at.slice(11, 19) })),
          !old && button(t('clash.mine.do', { step: t(`step.${tap.step}`) }), () => acts.insist(tap, b)))))]];
}

// A step that the daemon refused, in its own words.
function refused({ booking: b, problem }, acts) {
  return ['unknown', [band('unknown', 'refused', problem.title, ''),
    el('div', { class: 'v-body' }, identity(b), el('p', { class: 'v-now' }, problem.detail),
      el('div', { class: 'v-act' }, el('a', { class: 'btn btn--quiet', href: `/gate/bookings/${b.id}`, on: { click: acts.go(`/gate/bookings/${b.id}`) } }, t('do.story'))))]];
}

// Nothing was asked: who is due next, without a band.
function idle({ next }) {
  return ['idle', el('div', { class: 'v-body' }, next ? [el('h2', { class: 'v-next' }, `${t('next.truck')} · ${slotText(next.slot)}`), identity(next)] : el('p', { class: 'none' }, t(data.date === '' ? 'reading' : 'nobody.due')))];
}

const KINDS = { answered, unknown, clash, refused, idle };

export function verdict(acts) {
  const box = el('section', { class: 'verdict', role: 'status', tabindex: '-1', 'aria-label': t('check') });
  return { node: box, draw: (shown) => {
    const [kind, nodes] = KINDS[shown.kind](shown, acts);
    box.className = `verdict verdict--${kind}`;
    show(box, nodes);
  } };
}

