// All of the gate's trouble at once. What it takes to deal with one is done on the gate's page, which opens with that truck.
import { el, show } from './dom.js';
import { keepData, leaveData, onData } from './gate_data.js';
import { lane } from './gate_lane.js';
import { followEvents } from './live.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

export async function open(place, { go }) {
  const look = (text) => go(`/gate?q=${encodeURIComponent(text)}`);
  const acts = { admit: (b) => look(b.plate), delay: (b) => look(b.plate), clash: () => go('/gate'), walkIn: (text) => go(`/gate/walk-in?plate=${encodeURIComponent(text)}`) };
  const all = lane(acts, { go: () => () => {}, all: true });
  show(place, el('main', { class: 'one-column' }, el('h1', { class: 'vh' }, t('trouble')), all.node));
  keepData();
  const stop = onData(all.draw);
  const timer = setInterval(all.draw, 5000);
  followEvents();
  return () => {
    stop();
    clearInterval(timer);
    leaveData();
  };
}
