// A browser for tests of the pages: Chromium without its windows, which costs half of what the whole of it does; GATESLOT_CHROMIUM names another. A page that it opens collects what must not happen (errors of scripts, reports of the
// policy, requests to another host, answers that are not there); a test ends by asking for them.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PASSWORD } from './site.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(join(here, '../npm/'));
const { chromium } = require('playwright-core');
const AXE = require.resolve('axe-core/axe.min.js');
const PICTURES = join(process.env.GATESLOT_BUILD || join(here, '../../build'), 'tests/pages/pictures');
export const DEVICES = { tablet: { width: 1280, height: 800 }, small: { width: 1024, height: 768 }, upright: { width: 768, height: 1024 }, desk: { width: 1440, height: 900 }, hall: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };
// In which language and theme each page is looked at: two of them take turns in the tests of a laptop, all four with GATESLOT_PAGES=all.
export const LOOKS = [{ lang: 'zh', theme: 'light' }, { lang: 'en', theme: 'dark' }, ...(process.env.GATESLOT_PAGES === 'all' ? [{ lang: 'zh', theme: 'dark' }, { lang: 'en', theme: 'light' }] : [])];
// Answers of these are refusals that a test asks for.
const EXPECTED = /status of (401|403|404|409|412|422|429)|net::ERR_(CONNECTION|INTERNET|NETWORK|EMPTY|INCOMPLETE)/;

export async function openBrowser(...more) {
  return chromium.launch({ executablePath: process.env.GATESLOT_CHROMIUM || '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--disable-gpu', '--lang=zh-CN', ...more] });
}

function collect(page, site) {
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) page.faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) page.faults.push(`request to ${request.url()}`);
  });
}

// lang zh or en, theme light or dark, device of DEVICES, as: logged in as the user of that role (by the cookie, without the form).
export async function newPage(browser, site, { lang = 'zh', theme = 'light', device = 'tablet', as = null, path = '/', clockOff = 0, script = true } = {}) {
  const context = await browser.newContext({ viewport: DEVICES[device], locale: lang === 'en' ? 'en-GB' : 'zh-CN', colorScheme: theme, baseURL: site.url, javaScriptEnabled: script });
  if (as !== null) {
    const answer = await context.request.post('/v1/session', { data: { name: as, password: PASSWORD } });
    if (answer.status() !== 201) throw new Error(`${as} is not let in: ${await answer.text()}`);
  }
  await context.addInitScript(([language, off]) => {
    try {
      if (localStorage.getItem('gateslot.lang') === null) localStorage.setItem('gateslot.lang', language);
    } catch { /* about:blank keeps nothing */ }
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    if (off !== 0) {
      const real = Date.now;
      Date.now = () => real() + off;
    }
  }, [lang, clockOff]);
  const page = await context.newPage();
  collect(page, site);
  if (path !== null) await page.goto(path);
  return page;
}

// What axe-core finds, as lines. It is brought in as a debugger would, which the policy of the page does not concern.
export async function violations(page) {
  const found = await page.evaluate(() => typeof window.axe);
  if (found === 'undefined') {
    const { readFileSync } = await import('node:fs');
    await page.evaluate(readFileSync(AXE, 'utf8'));
  }
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 5).join(', ')}`);
}

// Buttons, links and fields smaller than 48 px that can be seen; links within a sentence may be.
export async function smallTargets(page) {
  return page.evaluate(() => [...document.querySelectorAll('button, a[href], input, select, textarea, [role="button"]')].filter((node) => {
    const box = node.getBoundingClientRect();
    const seen = node.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
    return seen && box.width > 1 && (box.width < 47.5 || box.height < 47.5) && !node.closest('p:not(.alt), [data-inline]');
  }).map((node) => `${node.tagName} ${node.textContent || node.id}: ${Math.round(node.getBoundingClientRect().width)} × ${Math.round(node.getBoundingClientRect().height)}`));
}

// Text that does not fit: beside the page, over the edge of its box or cut there, a button or a word in two lines, a hint longer than its field. What may
// be scrolled, by the keyboard too, is not cut; text for a reader of screens alone takes no room.
export async function unfit(page) {
  return page.evaluate(() => {
    const found = [];
    const named = (node) => `${node.tagName.toLowerCase()}.${String(node.getAttribute('class') || '').replace(/ /g, '.')} “${(node.textContent || node.placeholder || '').trim().slice(0, 30)}”`;
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} wide, of ${innerWidth}`);
    for (const node of document.querySelectorAll('body *:not(svg *)')) {
      if (node.closest('.vh, .sprite, noscript, select') || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(node);
      if (style.display === 'inline' || node.clientWidth === 0) continue;
      const scrolls = ['auto', 'scroll'].includes(style.overflowX) && node.matches('[tabindex], :has(button, a, input, [tabindex])');
      if (node.scrollWidth > node.clientWidth + 1 && !scrolls && node.tagName !== 'INPUT') found.push(`${named(node)} is ${node.scrollWidth} wide, of ${node.clientWidth}`);
      if (['hidden', 'clip'].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 2) found.push(`${named(node)} is ${node.scrollHeight} high, of ${node.clientHeight}`);
      if (node.matches('.btn:not(.side .btn), .tab, .word, .tag, .plate, .code, .clock, .v-facts dt')) {
        const text = document.createRange();
        text.selectNodeContents(node);
        const lines = new Set([...text.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round((box.top + box.bottom) / 36)));
        if (lines.size > 2 || text.getBoundingClientRect().height > 2.2 * parseFloat(style.fontSize) && !node.matches('.finder .btn')) found.push(`${named(node)} takes more than a line`);
      }
      if (node.tagName === 'INPUT' && node.placeholder && node.value === '') {
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = `${style.fontSize} ${style.fontFamily}`;
        const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        if (pen.measureText(node.placeholder).width > room) found.push(`the hint “${node.placeholder}” is longer than ${room}`);
      }
    }
    return found;
  });
}

// Kept where they are asked for: they take half as long again as the test.
export async function picture(page, name) {
  if (!process.env.GATESLOT_PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
