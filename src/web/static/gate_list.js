// The right half of the gate: the yard in a strip, one square a bay, and the trucks of this slot and the next in the order of a flight board.
import { el, keepRows, mark, setText, show, svg } from './dom.js';
import { container, plate, slotText } from './format.js';
import { data, slotsNow } from './gate_data.js';
import { tapOf } from './taps.js';
import { inOrder, isDone, isDue, stateMark, stateOf, stateWord } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const ROWS = 12;
const PITCH = 17;

function bay(kind, x, y) {
  if (kind === 'in') return svg('rect', { class: 'bay-in', x: x + 1, y: y + 1, width: 13, height: 14, rx: 1.5 });
  if (kind === 'free') return svg('rect', { class: 'bay-free', x: x + 1.75, y: y + 1.75, width: 11.5, height: 12.5, rx: 1 });
  return [svg('rect', { class: 'bay-go', x: x + 2, y: y + 2, width: 11, height: 12, rx: 1 }), svg('path', { class: 'bay-go-c', d: `M${x + 4.5} ${y + 8}l2.5 2.7 4-5` })];
}

// More than 60 squares say nothing: then the numbers alone.
function bays({ cleared, inside, free, bays: all }) {
  if (all > 60 || all === 0) return el('span');
  const perRow = Math.ceil(Math.max(all, inside + cleared) / 2);
  const kinds = [...Array(inside).fill('in'), ...Array(cleared).fill('go'), ...Array(Math.max(0, free)).fill('free')];
  return svg('svg', { class: 'bays', viewBox: `0 0 ${perRow * PITCH} 34`, role: 'img', 'aria-label': t('bays.label', { bays: all, inside, cleared, free }) },
    kinds.map((kind, i) => bay(kind, (i % perRow) * PITCH, i < perRow ? 0 : 18)));
}

export function yardStrip(go) {
  const box = el('section', { class: 'yard panel', 'aria-label': t('yard') });
  let drawn = '';
  return { node: box, draw: () => {
    const cleared = data.yard.inside.filter((b) => b.status === 'cleared').length;
    const numbers = { cleared, inside: data.yard.inside.length - cleared, free: data.yard.free, bays: data.yard.bays };
    if (JSON.stringify(numbers) === drawn) return;
    drawn = JSON.stringify(numbers);
    show(box, el('h2', { class: 'yard-free' }, numbers.free === 0 && el('span', { class: 'st--held' }, mark('held')), `${t('free')} `, el('b', {}, numbers.free)),
      bays(numbers),
      el('a', { class: 'btn btn--text btn--plain', href: '/gate/yard', on: { click: go('/gate/yard') } }, el('span', {}, t('inside.count', { n: data.yard.inside.length })), mark('right')));
  } };
}

function row(b, { choose, admit }) {
  const node = el('li', { class: 'row' },
    el('button', { class: 'row-main', type: 'button', on: { click: () => choose(node.booking) } }),
    el('span'));
  node.booking = b;
  node.admit = () => admit(node.booking);
  return node;
}

function drawRow(node, b, chosen, busy) {
  const waits = tapOf(b.id);
  const state = waits ? { shape: 'queued', word: t('queued') } : stateOf(b);
  const stamp = `${b.version} ${state.shape} ${state.word} ${chosen} ${busy} ${b.plate}`;
  if (node.stamp === stamp) return;
  const moved = node.stamp !== undefined && node.version !== b.version;
  Object.assign(node, { booking: b, stamp, version: b.version });
  node.className = `row${chosen ? ' row--here' : ''}${isDone(b) ? ' row--done' : ''}${moved ? ' row--moved' : ''}`;
  node.toggleAttribute('aria-current', chosen);
  show(node.firstElementChild, stateMark(state.shape), plate(b.plate), el('span', { class: 'row-box' }, el('span', { class: 'code' }, b.containers.map(container).join(t('and')))), stateWord(state));
  const wants = (isDue(b) || b.status === 'arrived') && !waits;
  const last = node.lastElementChild;
  if (wants && last.tagName !== 'BUTTON') {
    last.replaceWith(el('button', { class: 'btn', type: 'button', on: { click: node.admit } }, t('row.admit'), el('span', { class: 'vh' })));
  } else if (!wants && last.tagName === 'BUTTON') last.replaceWith(el('span'));
  if (wants) {
    node.lastElementChild.classList.toggle('btn--soft', isDue(b));
    setText(node.lastElementChild.lastElementChild, ` ${b.plate}`);
    node.lastElementChild.firstChild.data = busy ? '…' : t('row.admit');
  }
}

// { choose(booking), admit(booking), chosen() → id, busy(id) }
export function slotList({ choose, admit, chosen, busy }) {
  const box = el('section', { class: 'list panel', 'aria-label': t('list.label') });
  const parts = [0, 1].map(() => ({ head: el('h2', { class: 'list-head' }), rows: el('ul', { class: 'rows' }) }));
  const none = el('p', { class: 'none' });
  const room = () => Math.max(4, Math.min(ROWS, Math.floor((box.clientHeight - 72) / 52)));

  function drawPart({ head, rows }, one, most) {
    const sorted = [...one.rows].sort(inOrder);
    const here = sorted.filter((b) => b.status === 'arrived').length;
    const inside = sorted.filter((b) => ['entered', 'cleared', 'departed'].includes(b.status)).length;
    const rest = sorted.length - most;
    const sum = t('list.sum', { n: sorted.length }) + (here > 0 ? t('list.sum.here', { n: here }) : '') + (inside > 0 ? t('list.sum.in', { n: inside }) : '')
      + (rest > 0 ? ` · ${t('list.more', { n: rest })}` : '');
    const text = slotText(one.slot);
    if (head.dataset.text !== text + sum) {
      head.dataset.text = text + sum;
      show(head, el('span', { class: 'when' }, text), ` ${one.now ? t('list.now') : t('list.next')}`, el('span', { class: 'sum' }, sum));
    }
    keepRows(rows, sorted.slice(0, Math.max(0, most)), { key: (b) => b.id, make: (b) => row(b, { choose, admit }), update: (node, b) => drawRow(node, b, chosen() === b.id, busy(b.id)) });
  }

  return { node: box, draw: () => {
    const slots = slotsNow();
    const most = room();
    const first = slots.length > 1 ? Math.min(slots[0].rows.length, Math.max(Math.ceil(most / 2), most - slots[1].rows.length)) : most;
    const nodes = slots.flatMap((one, i) => {
      drawPart(parts[i], one, i === 0 ? first : most - Math.min(first, slots[0].rows.length));
      return [parts[i].head, parts[i].rows];
    });
    if (nodes.length === 0) {
      setText(none, data.date === '' ? t('reading') : t('list.none'));
      nodes.push(none);
    }
    if (nodes.length !== box.children.length || nodes.some((node, i) => box.children[i] !== node)) show(box, nodes);
  } };
}
