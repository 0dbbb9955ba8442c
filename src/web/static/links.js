// Links to other pages of ours: opened in place, unless somebody wants them in another tab.
import { el } from './dom.js';

// → what listens to the click.
export const goTo = (go, path) => (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(path);
};

export const linkTo = (go, path, text, more = '') => el('a', { class: more || null, href: path, on: { click: goTo(go, path) } }, text);
