// The site (name, windows, rules) and its clock. The time shown is the daemon's, carried on by a clock of this machine that only counts:
// what hour this machine believes it is changes nothing. In a drill the site's clock may run faster, and how fast is measured.
import { get } from './api.js';

const AGAIN_MS = 30000;
const DRILL_AGAIN_MS = 5000;
const STEADY = 0.25;

export const site = { name: '', drill: false, windows: [], rules: {}, version: '', bays: 0 };
const clock = { baseMs: NaN, basePerf: 0, rate: 1, measured: NaN, offset: '+08:00' };
let timer = 0;

export const siteKnown = () => !Number.isNaN(clock.baseMs);
// Milliseconds since 1970 at the site.
export const now = () => clock.baseMs + (performance.now() - clock.basePerf) * clock.rate;
export const minutesSince = (time) => Math.max(0, Math.floor((now() - Date.parse(time)) / 60000));

// The present time at the site as the daemon writes it, to the second.
export function nowText() {
  const sign = clock.offset[0] === '-' ? -1 : 1;
  const [h, m] = clock.offset.slice(1).split(':').map(Number);
  return new Date(now() + sign * (h * 60 + m) * 60000).toISOString().slice(0, 19) + clock.offset;
}

function follow(serverMs, perf) {
  if (site.drill && siteKnown() && perf > clock.basePerf) {
    const rate = (serverMs - clock.baseMs) / (perf - clock.basePerf);
    const steady = Math.abs(rate - clock.measured) <= STEADY * Math.max(1, clock.measured);
    clock.measured = rate;
    clock.rate = steady ? rate : 0;
  }
  clock.baseMs = serverMs;
  clock.basePerf = perf;
}

export async function readSite() {
  const sent = performance.now();
  const answer = await get('/v1/site');
  Object.assign(site, { name: answer.name, drill: answer.drill, windows: answer.windows, rules: answer.rules, version: answer.version, bays: answer.rules.yard.bays, today: answer.today, lastDate: answer.last_date });
  clock.offset = /[+-]\d\d:\d\d$/.exec(answer.now)?.[0] || '+00:00';
  follow(Date.parse(answer.now), (sent + performance.now()) / 2);
  try {
    localStorage.setItem('gateslot.site', site.name);
  } catch {
    // The door will say the general name.
  }
  return site;
}

export function keepSite() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    try {
      await readSite();
    } catch {
      // The age of the page says that the daemon does not answer.
    }
    keepSite();
  }, site.drill ? DRILL_AGAIN_MS : AGAIN_MS);
}

export const stopSite = () => clearTimeout(timer);

// What the site calls a window, by its id.
export const windowName = (id) => site.windows.find((w) => w.id === id)?.name || id;
