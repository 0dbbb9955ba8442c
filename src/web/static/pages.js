// Every page: its path ({name} stands for one part of it), who sees it, its tab in the bar (none: reached from another page), its styles and
// its module. The daemon serves a path only if its table of routes has it (src/api/route_table.c); roles here only decide what is offered, what one
// may do the daemon says at each request.
const STAFF = ['gate', 'supervisor'];
const gate = (path, title, more) => ({ path, title, roles: STAFF, styles: ['gate.css'], ...more });
const desk = (path, title, more) => ({ path, title, roles: ['supervisor'], styles: ['gate.css', 'desk.css'], ...more });
const LISTS = ['gate.css', 'desk.css', 'lists.css'];
const STORY = { body: 'story', styles: ['gate.css', 'booking.css'], load: () => import('./page_booking.js') };

export const pages = [
  gate('/gate', 'nav.gate', { tabbed: true, body: 'gate', load: () => import('./page_gate.js') }),
  gate('/gate/yard', 'nav.yard', { tabbed: true, load: () => import('./page_yard.js') }),
  gate('/gate/walk-in', 'nav.walk_in', { tabbed: true, load: () => import('./page_walk_in.js') }),
  gate('/gate/print', 'nav.print', { tabbed: true, styles: ['print.css'], load: () => import('./page_print.js') }),
  gate('/gate/trouble', 'nav.trouble', { tab: '/gate', load: () => import('./page_trouble.js') }),
  gate('/gate/bookings/{ref}', 'nav.booking', { tab: '/gate', ...STORY }),
  desk('/supervisor', 'nav.desk', { tabbed: true, body: 'desk', load: () => import('./page_desk.js') }),
  desk('/supervisor/bookings', 'nav.bookings', { tabbed: true, styles: LISTS, load: () => import('./page_bookings.js') }),
  desk('/supervisor/strikes', 'nav.strikes', { tabbed: true, styles: LISTS, load: () => import('./page_strikes.js') }),
  desk('/supervisor/reports', 'nav.reports', { tabbed: true, styles: LISTS, load: () => import('./page_reports.js') }),
  desk('/supervisor/people', 'nav.people', { tabbed: true, styles: LISTS, load: () => import('./page_people.js') }),
  desk('/supervisor/webhooks', 'nav.webhooks', { tabbed: true, styles: LISTS, load: () => import('./page_webhooks.js') }),
  desk('/supervisor/audit', 'nav.audit', { tabbed: true, styles: LISTS, load: () => import('./page_audit.js') }),
  desk('/supervisor/bookings/{ref}', 'nav.booking', { tab: '/supervisor/bookings', ...STORY }),
  { path: '/board', title: 'nav.board', roles: ['display', ...STAFF], bar: false, body: 'board', styles: ['board.css'], load: () => import('./page_board.js') },
];

const HOME = { display: '/board', gate: '/gate', supervisor: '/supervisor' };

export const homeOf = (role) => HOME[role] || null;

function paramsOf(pattern, path) {
  const names = [];
  const expression = pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    names.push(name);
    return '([^/]+)';
  });
  const found = new RegExp(`^${expression}$`).exec(path);
  return found && Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1])]));
}

// → { page, params, tab } or null. tab: the path of the tab it belongs to.
export function pageOf(path) {
  for (const page of pages) {
    const params = paramsOf(page.path, path);
    if (params) return { page, params, tab: page.tab === undefined ? page.path : page.tab };
  }
  return null;
}

// The tabs of one side, the gate's or the desk's; a supervisor has the other side's first page as a last one.
export function tabsOf(role, path, t) {
  const side = path.startsWith('/supervisor') ? '/supervisor' : '/gate';
  const mine = pages.filter((p) => p.tabbed && p.roles.includes(role));
  const other = mine.filter((p) => !p.path.startsWith(side)).slice(0, 1);
  return [...mine.filter((p) => p.path.startsWith(side)), ...other].map((p) => ({ path: p.path, text: t(p.title) }));
}
