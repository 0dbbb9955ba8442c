// Every text of the pages stands in both languages, in signs of its own, with the same places to fill in; none is missing and none is left over.
import { readFileSync, readdirSync } from 'node:fs';
import { STATIC, moduleOf } from './static.mjs';
import { check, count, equal, run, test } from './tap.mjs';

const HAN = /\p{Script=Han}/u;
const HALF = /[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”] ?[,:;()?!]|[,:;()?!] ?[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”]/;
const SCRIPTS = readdirSync(STATIC).filter((n) => n.endsWith('.js'));
const source = Object.fromEntries(SCRIPTS.map((n) => [n, readFileSync(STATIC + n, 'utf8').replace(/^\s*\/\/.*$/gm, '')]));
const files = SCRIPTS.filter((n) => n.startsWith('words_'));
const lists = Object.fromEntries(await Promise.all(files.map(async (n) => [n, (await moduleOf(n)).default])));
const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
// Words of what the daemon names: they stand there whole, whoever asks for which.
const NAMES = /^status\./;
// Written the same in both, or a name of the other language.
const OF_THE_OTHER = new Set(['other.language', 'other.language.long']);

test('every word is there in both languages, with the same places', () => {
  let words = 0;
  for (const [name, list] of Object.entries(lists)) {
    for (const [key, forms] of Object.entries(list)) {
      words++;
      const where = `${name}: ${key}`;
      check(Array.isArray(forms) && (forms.length === 2 || forms.length === 3) && forms.every((f) => typeof f === 'string' && f.trim() !== ''), `${where}: Chinese, English, English for one`);
      for (const form of forms.slice(1)) equal(places(form), places(forms[0]), where);
      if (OF_THE_OTHER.has(key)) continue;
      check(!HAN.test(forms[1]), `${where}: English with Chinese characters`);
      check(!HALF.test(forms[0]), `${where}: a half-width sign beside a Chinese character`);
    }
  }
  count(`words: ${words} texts in ${files.length} files`);
});

test('no word stands in a list of its own and in the common one', () => {
  for (const [name, list] of Object.entries(lists)) {
    if (name !== 'words_common.js') equal(Object.keys(list).filter((key) => key in lists['words_common.js']), [], name);
  }
});

// Literal words that a script asks for, and the beginnings of those that it puts together.
function asked(text) {
  const whole = [...text.matchAll(/'([a-z]\w*(?:\.\w+)+|[a-z]+)'/g)].map((m) => m[1]);
  const begun = [...text.matchAll(/`([a-z]\w*(?:\.\w+)*\.)\$\{/g)].map((m) => m[1]);
  return { whole: new Set(whole), begun: new Set(begun) };
}

test('every word that is asked for is there', () => {
  for (const name of SCRIPTS.filter((n) => !files.includes(n))) {
    const own = [...source[name].matchAll(/from '\.\/(words_\w+\.js)'/g)].map((m) => m[1]);
    const known = new Set([...own, 'words_common.js'].flatMap((n) => Object.keys(lists[n])));
    for (const [, key] of source[name].matchAll(/\bt\('([^']+)'/g)) check(known.has(key), `${name}: t('${key}')`);
    for (const prefix of asked(source[name]).begun) check([...known].some((k) => k.startsWith(prefix)) || !/\bt\(/.test(source[name]), `${name}: t(\`${prefix}…\`)`);
  }
});

test('no word is left over', () => {
  const all = SCRIPTS.filter((n) => !files.includes(n)).map((n) => asked(source[n]));
  for (const [name, list] of Object.entries(lists)) {
    const idle = Object.keys(list).filter((key) => !NAMES.test(key) && !all.some(({ whole, begun }) => whole.has(key) || [...begun].some((b) => key.startsWith(b))));
    equal(idle, [], name);
  }
});

await run();
