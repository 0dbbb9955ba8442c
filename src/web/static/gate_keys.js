// The keyboard for plates: one plane, provinces by how often they come here, digits, letters without I and O.
import { el, mark } from './dom.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const PROVINCES = ['浙沪苏皖赣闽鲁豫鄂粤', '京津冀晋蒙辽吉黑湘桂', '琼渝川贵云藏陕甘青宁'];

const key = (text, more, press) => el('button', { class: `key ${more}`.trim(), type: 'button', on: { click: () => press(text) } }, text);
const row = (...keys) => el('div', { class: 'krow' }, keys);
const plain = (text, press) => [...text].map((c) => key(c, '', press));

// press(character), back(), clear(), close(), check()
export function plateKeys({ press, back, clear, close, check }) {
  const han = (text) => key(text, text === '浙' ? 'key--han key--first' : 'key--han', press);
  const letters = plain('ASDFGHJKL', press);
  letters[0].classList.add('key--in');
  return el('div', { class: 'keys panel', role: 'group', 'aria-label': t('keys.label') },
    PROVINCES.map((line) => row([...line].map(han))),
    el('div', { class: 'keys-gap' }),
    row(plain('1234567890', press)),
    row(plain('QWERTYUP', press), el('button', { class: 'key key--2', type: 'button', 'aria-label': t('keys.back'), on: { click: back } }, mark('back'))),
    row(letters),
    row(plain('ZXCVBNM', press), han('挂'), el('button', { class: 'key key--2 key--han', type: 'button', on: { click: clear } }, t('keys.clear'))),
    row([...'新港澳学警'].map(han), el('button', { class: 'key key--2 key--han', type: 'button', on: { click: close } }, t('keys.close')),
      el('button', { class: 'key key--3 key--go', type: 'button', on: { click: check } }, t('check'))));
}
