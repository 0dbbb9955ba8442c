// Every page: its path ({name} stands for one part of it), who sees it, its tab in the bar (none: reached from another page), its styles and
// its module. The daemon serves a path only if its table of routes has it (src/api/route_table.c); roles here only decide what is offered, what one
// may do the daemon says at each request.
const STAFF = ['gate', 'supervisor'];

export const pages = [
  { path: '/board', title: 'nav.board', roles: ['display', ...STAFF], bar: false, body: 'board', styles: ['board.css'], load: () => import('./page_board.js') },
];

const HOME = { display: '/board', gate: '/board', supervisor: '/board' };

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

export const tabsOf = (role, t) => pages.filter((p) => p.tabbed && p.roles.includes(role)).map((p) => ({ path: p.path, text: t(p.title) }));
