// The colours: contrasts that the tokens promise, computed again by WCAG 2.2 from tokens.css as it is, light and dark.
import { readFileSync } from 'node:fs';
import { check, count, equal, run, test } from './tap.mjs';

const css = readFileSync(new URL('../../src/web/static/tokens.css', import.meta.url), 'utf8');
const read = (block) => Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9A-F]{6});/gi)].map((m) => [m[1], m[2]]));
const light = read(/:root \{([\s\S]*?)\n\}/.exec(css)[1]);
const dark = { ...light, ...read(/:root\[data-theme="dark"\] \{([\s\S]*?)\n\}/.exec(css)[1]) };

const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const luminance = (hex) => [1, 3, 5].map((i) => channel(parseInt(hex.slice(i, i + 2), 16) / 255)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

// [text or shape, grounds, at least]
const PROMISED = [
  ...['ink', 'ink-2', 'grey'].map((t) => [t, ['page', 'surface', 'sunk'], 7]),
  ...['blue', 'green', 'amber', 'red'].map((t) => [t, ['page', 'surface', `${t}-tint`], 7]),
  ['on-ink', ['ink'], 7],
  ...['admit', 'hold', 'reject', 'unknown'].map((v) => [`${v}-fg`, [`${v}-bg`], 7]),
  ...['h0', 'h1', 'h2', 'h3'].map((h) => ['h-fg', [h], 7]),
  ['h4-fg', ['h4'], 7],
  ...['line', 'amber-mark', 'blue-mark'].map((t) => [t, ['page', 'surface', 'sunk'], 3]),
];

test('every text keeps 7 to 1 and every border 3 to 1 on the grounds it may stand on', () => {
  let pairs = 0;
  let least = 21;
  for (const [theme, tokens] of Object.entries({ light, dark })) {
    for (const [name, grounds, atLeast] of PROMISED) {
      for (const ground of grounds) {
        check(tokens[name] && tokens[ground], `${theme}: ${name} on ${ground}: no such token`);
        const is = contrast(tokens[name], tokens[ground]);
        check(Math.round(is * 10) / 10 >= atLeast, `${theme}: ${name} on ${ground}: ${is.toFixed(2)}, less than ${atLeast}`);
        if (atLeast === 7) least = Math.min(least, is);
        pairs++;
      }
    }
  }
  count(`tokens: ${pairs} pairs, the least of a text ${least.toFixed(2)} to 1`);
});

test('dark has every colour that light has', () => {
  const own = read(/:root\[data-theme="dark"\] \{([\s\S]*?)\n\}/.exec(css)[1]);
  equal(Object.keys(light).filter((name) => !(name in own)), []);
});

test('no style names a colour that is no token, but what is printed and the QR code, black on white', async () => {
  const { readdirSync } = await import('node:fs');
  const folder = new URL('../../src/web/static/', import.meta.url);
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.css') && n !== 'tokens.css')) {
    const found = readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi) || [];
    equal(found.filter((c) => !['#FFFFFF', '#000000', '#FFF', '#000', '#3B444D'].includes(c.toUpperCase())), [], name);
  }
});

await run();
