// The words of the pages, Chinese first. A page brings its own file of them (words_NAME.js) and gets a function that finds a word there or
// among those that all pages share: const t = words(own); t('late', { n: 3 }). A word is [Chinese, English] or, where English has another
// form for one thing, [Chinese, English, English for one].
import common from './words_common.js';

const STORED = 'gateslot.lang';
let language = document.documentElement.lang === 'en' ? 'en' : 'zh';

export const lang = () => language;
export const langTag = () => (language === 'en' ? 'en' : 'zh-CN');

export function setLang(next, name) {
  language = next === 'en' ? 'en' : 'zh';
  document.documentElement.lang = langTag();
  try {
    localStorage.setItem(STORED, language);
    if (name) localStorage.setItem(`${STORED}.${name}`, language);
  } catch {
    // Chosen for this page only, then.
  }
}

// What that user chose on this machine, or null.
export function langOf(name) {
  try {
    return localStorage.getItem(`${STORED}.${name}`);
  } catch {
    return null;
  }
}

export function words(own = {}) {
  return (key, values = {}) => {
    const forms = own[key] || common[key];
    if (forms === undefined) throw new Error(`no word for ${key}`);
    const form = language === 'zh' ? forms[0] : values.n === 1 && forms[2] !== undefined ? forms[2] : forms[1];
    return form.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}
