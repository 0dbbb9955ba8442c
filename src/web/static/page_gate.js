// The gate: may this truck enter, why not, what now. One field, one big answer, one tap; the lists beside it keep themselves.
import { Problem, Unreachable, post } from './api.js';
import { el, mark, show } from './dom.js';
import { hhmm, plate } from './format.js';
import { bookingOf, data, keepData, leaveData, matching, onData, slotsNow } from './gate_data.js';
import { plateKeys } from './gate_keys.js';
import { lane } from './gate_lane.js';
import { slotList, yardStrip } from './gate_list.js';
import { askReason, busy, canUndo, insist, keepSystems, lastStep, lookAt, note, sendKept, take, undo } from './gate_steps.js';
import { verdict } from './gate_verdict.js';
import { goTo } from './links.js';
import { followEvents, lifeState, watch } from './live.js';
import { say } from './say.js';
import { scanCode } from './scan.js';
import { who } from './session.js';
import { onTaps, tapOf, waitingTaps } from './taps.js';
import { inOrder, isDue, questionOf, shortWord, stateMark, stateOf, typed } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);
const RARE_MS = 5000;

// The truck that is looked at, for as long as the machine's tab: a login in between comes back to it.
let shown = { kind: 'idle' };
let chosenId = '';

function nextDue() {
  return slotsNow().flatMap((one) => [...one.rows].sort(inOrder)).find((b) => isDue(b) && !tapOf(b.id)) || null;
}

function drawLast(box, undoNow) {
  const last = lastStep();
  const waiting = waitingTaps().filter((one) => !one.problem).length;
  const stamp = `${last?.booking.id} ${last?.booking.version} ${last?.step} ${canUndo()} ${waiting}`;
  if (box.dataset.stamp === stamp) return;
  box.dataset.stamp = stamp;
  if (waiting > 0) {
    show(box, stateMark('queued'), el('p', {}, t('last.queued', { n: waiting })));
  } else if (last === null) {
    show(box, el('p', {}, t('last.none')));
  } else {
    const until = canUndo() && t('last.until', { time: hhmm(new Date(last.untilMs + (Date.parse(`${last.at.slice(0, 19)}Z`) - Date.parse(last.at))).toISOString()) });
    show(box, stateMark(stateOf(last.booking).shape), el('p', {}, last.late && `${t('last.sent')} `, plate(last.booking.plate), ` ${t(`step.${last.step}`)} ${hhmm(last.at)} `, until && el('span', { class: 'last-till' }, `· ${until}`)),
      canUndo() && el('button', { class: 'btn', type: 'button', on: { click: undoNow } }, mark('undo'), t('do.undo')));
  }
}

export async function open(place, { go, query }) {
  const to = (path) => goTo(go, path);
  const field = el('input', { class: 'finder-in', id: 'q', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', enterkeyhint: 'go', placeholder: t('field.hint') });
  const keysButton = el('button', { class: 'btn', type: 'button', 'aria-pressed': 'false', on: { click: () => openKeys(keys === null) } }, mark('keys'), t('keys'));
  const checkButton = el('button', { class: 'btn', type: 'submit' }, t('check'));
  const finder = el('form', { class: 'finder', role: 'search', on: { submit: (event) => {
    event.preventDefault();
    enterPressed();
  } } }, el('label', { class: 'vh', for: 'q' }, t('field')), field, keysButton, el('button', { class: 'btn', type: 'button', on: { click: scan } }, mark('scan'), t('scan')), checkButton);
  const matches = el('ul', { class: 'matches', hidden: true });
  const last = el('section', { class: 'last', 'aria-label': t('last'), 'aria-live': 'polite' });
  let keys = null;

  const acts = {
    supervisor: who.role === 'supervisor', go: to, check, tap: step,
    refuse: async (b) => {
      const reason = await askReason(t('refuse.title'), [t('refuse.1'), t('refuse.2'), t('refuse.3')]);
      if (reason !== null) step(b, 'refuse', { reason });
    },
    reinstate: async (b) => {
      const reason = await askReason(t('reinstate.title'));
      if (reason !== null) step(b, 'reinstate', { reason });
    },
    override: async (b) => {
      const reason = await askReason(t('override.title'));
      if (reason !== null) step(b, 'admit', { override: true, reason });
    },
    delay: (b) => step(b, 'delay'),
    admit: (b) => step(b, 'admit'),
    walkIn: (text) => go(`/gate/walk-in?plate=${encodeURIComponent(text)}`),
    note: (one) => attemptNote(one),
    clash: async (one) => present(await lookAt(one)),
    keep: (one) => {
      keepSystems(one);
      clear();
      sendNow();
    },
    insist: async (one, b) => {
      const was = lookedAt();
      after(await insist(who.name, one, b), b, was);
    },
  };

  const answer = verdict(acts);
  const list = slotList({ chosen: () => chosenId, busy, choose: (b) => check({ plate: b.plate }, b.plate), admit: acts.admit });
  const yard = yardStrip(to);
  const trouble = lane(acts, { go: to });
  const left = el('div', { class: 'col' }, finder, matches, answer.node, last, trouble.node);
  const main = el('main', { class: 'gate-main' }, el('h1', { class: 'vh' }, t('gate')), left, el('div', { class: 'col' }, yard.node, list.node));
  show(place, main);

  // What is looked at; the same thing again is not announced again.
  let drawn = '';
  function present(next) {
    shown = next;
    chosenId = next.answer?.booking?.id || next.booking?.id || '';
    drawn = '';
    drawAll();
    if (document.activeElement === document.body) field.focus(); // the button that had the focus is gone: Enter is the next step again
  }
  function drawVerdict() {
    const now_ = shown.kind === 'idle' ? { kind: 'idle', next: nextDue() } : shown;
    const stamp = shown.kind === 'idle' ? `idle ${now_.next?.id} ${now_.next?.version} ${data.date}` : 'kept';
    if (stamp === drawn) return;
    drawn = stamp;
    answer.draw(now_);
  }
  function drawStale() {
    const old = lifeState() === 'lost';
    for (const node of [yard.node, list.node, trouble.node]) node.classList.toggle('is-old', old);
    checkButton.classList.toggle('btn--go', keys !== null || (field.value !== '' && shown.kind === 'idle'));
  }
  function drawAll() {
    yard.draw();
    list.draw();
    drawVerdict();
    drawLast(last, undoNow);
    trouble.draw(); // it has what room the answer leaves
    drawStale();
    if (keys !== null) drawMatches();
  }

  function clear() {
    field.value = '';
    delete field.dataset.checked; // the same may be typed again
    present({ kind: 'idle' });
    field.focus();
  }

  // The colour of an answer is a claim about now: without a connection the old list says what it said, and no more.
  function withoutAnswer(text) {
    const q = typed(text);
    const found = [...data.rows.values()].filter((b) => b.plate === q || b.containers.includes(q) || b.pass_code === q);
    const b = found.length === 1 ? found[0] : matching(text, 2).length === 1 ? matching(text, 1)[0] : null;
    present({ kind: 'unknown', typed: q, booking: b });
  }

  let asked = 0;
  async function check(question, text) {
    const turn = ++asked;
    openKeys(false);
    try {
      let { body } = await post('/v1/gate/check', question);
      // The last characters of one plate only: that truck is asked about, and its whole plate is there to be compared.
      const q = typed(text);
      const [only] = body.candidates;
      if (body.booking === null && body.candidates.length === 1 && only.plate !== q && q.length >= 3 && only.plate.includes(q)) body = (await post('/v1/gate/check', { plate: only.plate })).body;
      if (turn === asked) present({ kind: 'answered', typed: q, question, answer: body });
    } catch (fault) {
      if (turn !== asked) return;
      if (fault instanceof Unreachable) withoutAnswer(text);
      else if (fault instanceof Problem) present({ kind: 'refused', booking: { id: '', plate: typed(text), containers: [] }, problem: fault });
      else throw fault;
    }
  }

  // Enter is the filled button: the check while something is typed, else the next step of the truck that is shown.
  function enterPressed() {
    if (field.value.trim() !== '' && field.value !== field.dataset.checked) {
      field.dataset.checked = field.value;
      check(questionOf(field.value), field.value);
      return;
    }
    answer.node.querySelector('.btn--go')?.click();
  }

  // was: what was looked at when the step was taken. Whoever has gone on to the next truck by now keeps it, unless this one went wrong.
  const lookedAt = () => ({ shown, text: field.value });
  function after(done, b, was) {
    if (done === null) return;
    const goneOn = was.shown !== shown || was.text !== field.value;
    const held = done.kind === 'done' && done.answer.decision === 'hold';
    if (held && !goneOn) present({ kind: 'answered', typed: b.plate, question: { plate: b.plate }, answer: { candidates: [], ...done.answer } });
    else if (done.kind === 'refused' || done.kind === 'clash') present(done);
    else if (!goneOn) clear();
    drawAll();
  }

  async function step(b, name, body = {}) {
    const pending = take(who.name, bookingOf(b.id) && bookingOf(b.id).version > b.version && shown.kind !== 'answered' ? bookingOf(b.id) : b, name, body);
    const was = lookedAt();
    drawAll();
    after(await pending, b, was);
  }

  async function undoNow() {
    const { booking } = lastStep();
    const was = lookedAt();
    try {
      after(await undo(), booking, was);
    } catch (fault) {
      if (fault instanceof Problem) present({ kind: 'refused', booking, problem: fault });
      else if (!(fault instanceof Unreachable)) throw fault;
    }
  }

  async function attemptNote(one) {
    const was = lookedAt();
    try {
      await note(one.question);
    } catch (fault) {
      if (!(fault instanceof Problem || fault instanceof Unreachable)) throw fault;
      say(fault instanceof Problem ? fault.detail : t('note.lost'), { shape: 'note' });
      return;
    }
    if (was.shown === shown && was.text === field.value) clear();
  }

  async function scan() {
    const text = await scanCode();
    if (text === null) return field.focus();
    field.value = text;
    field.dataset.checked = text;
    return check(questionOf(text), text);
  }

  function drawMatches() {
    const found = matching(field.value, 3);
    const stamp = found.map((b) => `${b.id} ${b.version}`).join();
    if (matches.dataset.stamp === stamp) return;
    matches.dataset.stamp = stamp;
    show(matches, found.map((b) => el('li', {}, el('button', { class: 'match', type: 'button', on: { click: () => check({ plate: b.plate }, b.plate) } },
      stateMark(stateOf(b).shape), plate(b.plate), el('small', {}, `${hhmm(b.slot.start)} · ${shortWord(b)}`)))));
  }

  function openKeys(on) {
    if (on === (keys !== null)) return;
    keysButton.setAttribute('aria-pressed', on ? 'true' : 'false');
    main.classList.toggle('gate-main--keys', on);
    if (on) {
      const edit = (change) => {
        field.value = change(field.value);
        drawMatches();
      };
      keys = plateKeys({ press: (c) => edit((v) => v + c), back: () => edit((v) => v.slice(0, -1)), clear: () => edit(() => ''), close: () => openKeys(false), check: () => finder.requestSubmit() });
      left.insertBefore(keys, answer.node);
      drawMatches();
    } else {
      keys.remove();
      keys = null;
    }
    matches.hidden = !on;
    for (const node of [answer.node, last, trouble.node]) node.hidden = on;
    drawAll();
  }

  const sendNow = () => sendKept(who.name, drawAll, present);
  const keyed = (event) => {
    if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) {
      openKeys(false);
      clear();
    }
  };
  field.addEventListener('input', () => {
    drawStale();
    if (keys !== null) drawMatches();
  });
  document.addEventListener('keydown', keyed);

  drawAll();
  keepData();
  const stops = [onData(drawAll), onTaps(drawAll), watch((life) => {
    drawStale();
    if (life === 'live' && waitingTaps().length > 0) sendNow();
  })];
  const resized = () => drawAll();
  addEventListener('resize', resized);
  const timer = setInterval(drawAll, RARE_MS);
  followEvents();
  if (query.get('q')) {
    field.value = query.get('q');
    field.dataset.checked = field.value;
    check(questionOf(field.value), field.value);
  }
  field.focus();

  return () => {
    stops.forEach((stop) => stop());
    leaveData();
    clearInterval(timer);
    removeEventListener('resize', resized);
    document.removeEventListener('keydown', keyed);

    if (shown.kind !== 'clash') shown = { kind: 'idle' };
  };
}
