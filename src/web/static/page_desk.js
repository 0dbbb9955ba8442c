// The supervisor's desk: is the day on plan, and what must be changed. The horizon, the day's flow, and trouble; a change of capacity takes the
// place of the trouble while it is made.
import { get } from './api.js';
import { drawer } from './desk_drawer.js';
import { dayNumbers, flow } from './desk_flow.js';
import { horizon } from './desk_horizon.js';
import { trouble } from './desk_trouble.js';
import { el, mark, show } from './dom.js';
import { data, keepData, leaveData, onData } from './gate_data.js';
import { goTo } from './links.js';
import { followEvents, onEvent, onReset } from './live.js';
import { site } from './site.js';
import own from './words_desk.js';
import { words } from './words.js';

const t = words(own);
const EACH_MS = 15000;
const SOON_MS = 200;

const SHAPES = { booked: 'due', due: 'due', arrived: 'arrived', inside: 'inside', cleared: 'cleared', departed: 'departed', no_show: 'noshow', waiting: 'waitlisted' };

function figures() {
  const parts = Object.entries(SHAPES).map(([name, shape]) => {
    const value = el('dd');
    return { name, value, node: el('div', { class: 'fig' }, el('dt', {}, mark(shape, `st--${shape}`), t(`fig.${name}`)), value) };
  });
  return { node: el('dl', { class: 'figs panel' }, parts.map((p) => p.node)), draw: (d, days) => {
    const today = days.find((one) => one.date === data.date);
    const capacity = today ? today.windows.reduce((n, w) => n + w.capacity, 0) : 0;
    const off = d.arrived.length - d.due;
    const values = {
      booked: [d.rows.length, `/${capacity}`], due: [d.due, ''], arrived: [d.arrived.length, off === 0 ? '' : off > 0 ? `+${off}` : `−${-off}`], inside: [data.yard.inside.length, `/${data.yard.bays}`],
      cleared: [d.cleared.length, ''], departed: [d.departed.length, ''], no_show: [d.rows.filter((b) => b.status === 'no_show').length, ''], waiting: [today ? today.windows.reduce((n, w) => Math.max(n, w.waiting), 0) : 0, ''],
    };
    for (const p of parts) {
      const [n, small] = values[p.name];
      if (p.drawn === `${n}${small}`) continue;
      p.drawn = `${n}${small}`;
      show(p.value, n, small && el('small', {}, small));
    }
  } };
}

export async function open(place, { go, query }) {
  const to = (path) => goTo(go, path);
  let days = [];
  let change = null;
  let chosen = '';
  let timer = 0;
  const figs = figures();
  const plan = horizon(choose);
  const day = flow();
  const todo = trouble({ go: to, choose });
  const side = el('div', { class: 'side-place' });
  show(place, el('main', { class: 'desk-main' }, el('h1', { class: 'vh' }, t('desk')), el('div', { class: 'stack' }, figs.node, plan.node, day.node), side));
  show(side, todo.node);

  function draw() {
    if (data.date === '') return;
    const d = dayNumbers();
    figs.draw(d, days);
    day.draw(d);
    todo.draw(days);
  }
  const drawPlan = () => plan.draw(days, chosen);

  async function readDays() {
    days = (await get(`/v1/capacity?from=${site.today}&to=${site.lastDate}`)).days;
    drawPlan();
    draw();
  }
  function soon() {
    timer ||= setTimeout(() => {
      timer = 0;
      readDays().catch(() => {});
    }, SOON_MS);
  }

  async function choose(date, id) {
    change?.end();
    const at = days.find((one) => one.date === date) || (await get(`/v1/capacity?from=${date}&to=${date}`)).days[0];
    chosen = `${date} ${id}`;
    change = drawer({ date, window: id, day: at }, leave);
    show(side, change.node);
    drawPlan();
    change.focus();
  }
  function leave() {
    change?.end();
    change = null;
    const [date, id] = chosen.split(' ');
    chosen = '';
    show(side, todo.node);
    drawPlan();
    readDays().catch(() => {});
    const at = days.findIndex((one) => one.date === date);
    plan.node.querySelectorAll('.cell')[at + site.windows.findIndex((w) => w.id === id) * days.length]?.focus();
  }

  keepData();
  const keyed = (event) => {
    if (event.key === 'Escape' && change !== null) leave();
  };
  document.addEventListener('keydown', keyed);
  const stops = [onData(draw), onReset(readDays), onEvent('', soon)];
  const again = setInterval(draw, EACH_MS);
  addEventListener('resize', draw);
  followEvents();
  await readDays();
  if (query.get('date') && query.get('window')) await choose(query.get('date'), query.get('window'));
  return () => {
    stops.forEach((stop) => stop());
    change?.end();
    leaveData();
    clearInterval(again);
    removeEventListener('resize', draw);
    clearTimeout(timer);
    document.removeEventListener('keydown', keyed);
  };
}
