// The camera at the gate, in a browser that knows no codes itself: the picture of a driver's pass is read by jsqr.js, which comes only then; and
// what is said where there is no camera, or none is allowed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPage, openBrowser, violations } from './browser.mjs';
import { squaresOf } from './qr.mjs';
import { PASSWORD, Site } from './site.mjs';
import { check, count, equal, run, test } from './tap.mjs';

const [WIDTH, HEIGHT, SQUARE] = [640, 480, 9];
const CAMERA = '--use-fake-device-for-media-stream';
let site;
let dir;
let row;

// A film of that code held a little askew, as a camera would give it (YUV4MPEG2, grey alone).
function film(dark, file) {
  const frame = Buffer.alloc(WIDTH * HEIGHT * 1.5, 128);
  const [sin, cos] = [Math.sin(0.2), Math.cos(0.2)];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2];
      const at = (v) => Math.floor(v / SQUARE + 10.5);
      const [column, line] = [at(dx * cos + dy * sin), at(dy * cos - dx * sin)];
      const near = column > -5 && column < 26 && line > -5 && line < 26;
      frame[y * WIDTH + x] = dark(column, line) ? 45 : near ? 215 : 110 + ((x * 7 + y * 13) % 40);
    }
  }
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 4 }, () => [Buffer.from('FRAME\n'), frame]).flat()]));
}

async function gate(browser, asked, lang = 'zh') {
  const page = await newPage(browser, site, { as: 'gate', path: null, lang });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto('/gate');
  await page.waitForSelector('.list .row');
  return page;
}

async function done(page) {
  equal(page.faults, [], 'faults of the page');
  await page.context().browser().close();
}

const scanButton = (page) => page.locator('form .btn', { has: page.locator('use[href="#s-scan"]') });

test('a pass before the camera is read, and its truck is looked up', async () => {
  const { body } = await site.ask('GET', `/pass/${row.pass_code}`, undefined, { 'Accept-Language': 'zh-CN' });
  const file = join(dir, 'pass.y4m');
  film(squaresOf(/<path d="(M0 0h7[^"]*)"\/><\/svg><p class="code/.exec(body)[1]), file);
  const asked = [];
  const page = await gate(await openBrowser(CAMERA, '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${file}`), asked);
  equal(await page.evaluate(() => 'BarcodeDetector' in window), false, 'this browser reads codes itself: nothing is tried here');
  check(!asked.some((url) => url.endsWith('/jsqr.js')), 'it is not loaded before the camera is opened');
  await scanButton(page).click();
  await page.waitForSelector('dialog', { state: 'detached' });
  check(asked.some((url) => url.endsWith('/jsqr.js')), 'it was loaded');
  await page.waitForFunction((plate) => document.querySelector('.verdict')?.textContent.includes(plate), row.plate.slice(2));
  count('scan: a pass read from a film of the camera');
  await done(page);
});

test('where there is no camera, or it is not allowed, it says what to do', async () => {
  // Without its windows the browser asks nobody: what it would say is given to the page.
  const cases = [[null, '找不到摄像头', 'There is no camera'], ['NotAllowedError', '没有允许使用摄像头', 'was not allowed'], ['NotReadableError', '摄像头用不了', 'cannot be used']];
  for (const [name, zh, en] of cases) {
    for (const lang of ['zh', 'en']) {
      const page = await gate(await openBrowser(), [], lang);
      if (name !== null) await page.evaluate((n) => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', n)); }, name);
      await scanButton(page).click();
      await page.waitForSelector(`dialog [role=status]:has-text("${lang === 'zh' ? zh : en}")`);
      equal(await violations(page), [], lang);
      await page.keyboard.press('Escape');
      await page.waitForSelector('dialog', { state: 'detached' });
      await done(page);
    }
  }
});

test('a page that came without https, and not from this machine, says that a camera needs it', async () => {
  const elsewhere = { ...site, url: site.url.replace('127.0.0.1', 'gate.test') };
  for (const lang of ['zh', 'en']) {
    const page = await newPage(await openBrowser(CAMERA, '--use-fake-ui-for-media-stream', '--host-resolver-rules=MAP gate.test 127.0.0.1'), elsewhere, { path: '/gate', lang });
    await page.fill('#door-name', 'gate');
    await page.fill('#door-password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.list .row');
    equal(await page.evaluate(() => isSecureContext), false, 'how it came');
    await scanButton(page).click();
    await page.waitForSelector(`dialog [role=status]:has-text("${lang === 'zh' ? '只有加密连接（https）才能用摄像头' : 'needs an encrypted connection (https)'}")`);
    equal(await page.locator('dialog video:visible').count(), 0, 'no picture');
    equal(await violations(page), [], lang);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    page.faults = page.faults.filter((fault) => !/Cross-Origin-Opener-Policy header has been ignored/.test(fault)); // the browser says so of every such page
    await done(page);
  }
});

test('a camera that is closed while it is asked for does not stay on', async () => {
  const page = await gate(await openBrowser(CAMERA, '--use-fake-ui-for-media-stream'), []);
  await page.evaluate(() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (asked) => {
      await new Promise((resolve) => { window.allow = resolve; });
      window.stream = await real(asked);
      return window.stream;
    };
  });
  await scanButton(page).click();
  await page.waitForFunction(() => window.allow !== undefined);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.evaluate(() => window.allow());
  await page.waitForFunction(() => window.stream?.getTracks().every((track) => track.readyState === 'ended'));
  await done(page);
});

await run({
  before: async () => {
    dir = mkdtempSync(join(tmpdir(), 'gs'));
    site = await Site.start({ until: '09:00' });
    row = (await site.call('GET', '/v1/bookings?date=2026-11-25&status=booked')).items[0];
  },
  after: async () => {
    await site.stop();
    rmSync(dir, { recursive: true, force: true });
  },
});
