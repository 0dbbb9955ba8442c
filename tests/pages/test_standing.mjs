// A daemon that stands by, since another one has the store: whoever opens a page reads so and waits, and pages that were open when it was relieved say so too.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { BUILD, Site } from './site.mjs';
import { check, equal, run, test } from './tap.mjs';

const AGE = { zh: '这台在待命，请打开另一台的地址', en: 'Standing by: open the other address' };
let site;
let browser;

const refusal = () => join(site.dir, 'refusal');

// Another one has the store from now on; and until serve().
async function standBy() {
  await site.kill();
  writeFileSync(refusal(), '-8 epoch 12 belongs to gate-a\n');
  await site.launch('/livez');
}

async function serve() {
  rmSync(refusal());
  await site.until(async () => (await site.ask('GET', '/readyz')).status === 200);
}

async function done(page) {
  equal(page.faults.filter((f) => !f.includes('status of 503')), [], 'faults of the page');
  await page.context().close();
}

test('a page that is opened says so in both languages, and opens by itself once the daemon serves', async () => {
  await standBy();
  const pages = [];
  for (const [lang, device, theme, path] of [['zh', 'tablet', 'light', '/'], ['en', 'desk', 'dark', '/gate'], ['zh', 'phone', 'light', '/pass/7K3MQ9XD']]) {
    const page = await newPage(browser, site, { lang, device, theme, path });
    const text = await page.textContent('main');
    check(text.includes('这台服务器在待命') && text.includes('This server stands by'), text);
    equal([...await violations(page), ...await smallTargets(page)], [], `${lang} ${device}`);
    equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${device}: wider than the screen`);
    await picture(page, `standing-${device}-${lang}`);
    pages.push(page);
  }
  await serve();
  await pages[0].waitForSelector('input', { timeout: 60000 });
  await pages[1].waitForSelector('input', { timeout: 60000 });
  check(pages[1].url().endsWith('/gate'), pages[1].url());
  for (const page of pages) await done(page);
});

for (const [as, path, device, lang] of [['gate', '/gate', 'small', 'zh'], ['supervisor', '/supervisor', 'tablet', 'en'], ['display', '/board', 'hall', 'en']]) {
  test(`${path}, open when its daemon was relieved, says so, and goes on when it serves again`, async () => {
    const page = await newPage(browser, site, { as, path, device, lang });
    const age = (text) => page.waitForFunction((t) => document.querySelector('.age')?.textContent === t, text, { timeout: 60000 });
    await age(lang === 'zh' ? '实时' : 'live');
    await standBy();
    await age(AGE[lang]);
    equal(await page.evaluate(() => document.body.hasAttribute('data-stale')), true, 'what is shown may be out of date');
    equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'wider than the screen');
    await picture(page, `standing-open-${as}`);
    equal(await violations(page), []);
    await serve();
    await age(lang === 'zh' ? '实时' : 'live');
    equal(await page.evaluate(() => document.body.hasAttribute('data-stale')), false);
    await done(page);
  });
}

test('a check at the gate is answered in words', async () => {
  const page = await newPage(browser, site, { as: 'gate', path: '/gate' });
  await page.waitForFunction(() => document.querySelector('.age')?.textContent === '实时');
  await standBy();
  await page.fill('input', '浙D12345');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.body.textContent.includes('本服务处于待命'));
  await picture(page, 'standing-check');
  await serve();
  await done(page);
  check(readFileSync(join(site.dir, 'log'), 'utf8').includes('event=taking_over'), 'it stood by');
});

await run({
  before: async () => {
    site = await Site.start({ daemon: join(BUILD, 'tests/app/stand_by_daemon'), store: (dir) => `"postgresql://h1,h2/gate"\nstate_directory: ${dir}\nstore_name: gate-b` });
    browser = await openBrowser();
  },
  after: async () => {
    await browser.close();
    await site.stop();
  },
});
