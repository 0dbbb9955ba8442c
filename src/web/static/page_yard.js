// The yard: who is inside, since when, who should be out by now, and who waits at the gate. One tap clears, the next lets it depart.
import { Problem } from './api.js';
import { el, keepRows, setText, show } from './dom.js';
import { container, hhmm, minutesText, plate } from './format.js';
import { data, keepData, leaveData, onData } from './gate_data.js';
import { busy, take, undo, canUndo, lastStep, sendKept } from './gate_steps.js';
import { yardStrip } from './gate_list.js';
import { goTo } from './links.js';
import { followEvents, watch } from './live.js';
import { say } from './say.js';
import { who } from './session.js';
import { minutesSince } from './site.js';
import { onTaps, tapOf, waitingTaps } from './taps.js';
import { stateMark, stateOf } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

export async function open(place, { go }) {
  const to = (path) => goTo(go, path);
  const strip = yardStrip(to);
  const fault = el('p', { class: 'yard-fault', role: 'alert' });
  const last = el('section', { class: 'last', 'aria-label': t('last') });
  const inside = el('ul', { class: 'rows' });
  const held = el('ul', { class: 'rows' });
  const none = el('p', { class: 'none' });
  const heldHead = el('h2', { class: 'list-head' }, t('yard.held'));
  show(place, el('main', { class: 'one-column' }, el('h1', { class: 'vh' }, t('yard.title')), strip.node, fault, last,
    el('section', { class: 'panel' }, el('h2', { class: 'list-head' }, t('yard.title')), none, inside, heldHead, held)));

  async function step(b, name) {
    const done = take(who.name, b, name);
    draw();
    const result = await done;
    setText(fault, result?.problem ? `${b.plate} · ${result.problem.title} ${result.problem.detail || ''}` : '');
    draw();
  }

  async function undoNow() {
    try {
      await undo();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.detail, { shape: 'note' });
    }
    draw();
  }

  function row() {
    return el('li', { class: 'row yard-row' }, el('a', { class: 'row-main' }), el('span'));
  }

  function drawRow(node, b) {
    const waits = tapOf(b.id);
    const state = waits ? { shape: 'queued', word: t('queued') } : stateOf(b);
    const stamp = `${b.version} ${state.word} ${b.overstay} ${busy(b.id)}`;
    if (node.dataset.stamp === stamp) return;
    node.dataset.stamp = stamp;
    const [main] = node.children;
    main.setAttribute('href', `/gate/bookings/${b.id}`);
    main.onclick = to(`/gate/bookings/${b.id}`);
    const since = b.entered_at || b.arrived_at;
    show(main, stateMark(state.shape), plate(b.plate), el('span', { class: 'row-box' }, el('span', { class: 'code' }, b.containers.map(container).join(t('and'))), b.due_out && ` · ${t('yard.due.out', { time: hhmm(b.due_out) })}`),
      el('span', { class: `word st--${state.shape}` }, b.overstay && !waits ? `${t('status.overstay')} ${minutesText(minutesSince(since))}` : state.word));
    const next = waits ? null : b.status === 'entered' ? 'clear' : b.status === 'cleared' ? 'depart' : null;
    node.lastElementChild.replaceWith(next === null ? el('span') : el('button', { class: 'btn', type: 'button', on: { click: () => step(b, next) } }, busy(b.id) ? '…' : t(`do.${next}`), el('span', { class: 'vh' }, ` ${b.plate}`)));
  }

  function draw() {
    strip.draw();
    keepRows(inside, data.yard.inside, { key: (b) => b.id, make: row, update: drawRow });
    keepRows(held, data.yard.held, { key: (b) => b.id, make: row, update: drawRow });
    heldHead.hidden = data.yard.held.length === 0;
    setText(none, data.date === '' ? t('reading') : data.yard.inside.length === 0 ? t('yard.none') : '');
    none.hidden = none.textContent === '';
    const step_ = lastStep();
    show(last, step_ ? [stateMark(stateOf(step_.booking).shape), el('p', {}, plate(step_.booking.plate), ` ${t(`step.${step_.step}`)} ${hhmm(step_.at)}`),
      canUndo() && el('button', { class: 'btn', type: 'button', on: { click: undoNow } }, t('do.undo'))] : el('p', {}, t('last.none')));
  }

  draw();
  keepData();
  // What another truth was met with stands among the trouble of the gate.
  const clashed = (shown) => setText(fault, `${shown.booking.plate} · ${t('lane.clash')}`);
  const stops = [onData(draw), onTaps(draw), watch((life) => {
    if (life === 'live' && waitingTaps().length > 0) sendKept(who.name, draw, clashed);
  })];
  const timer = setInterval(draw, 15000);
  followEvents();
  return () => {
    stops.forEach((stop) => stop());
    clearInterval(timer);
    leaveData();
  };
}
