// Opens one page as somebody and keeps a picture of it: look.mjs ROLE PATH NAME [DEVICE] [LANG] [THEME]. For whoever draws a page.
import { newPage, openBrowser, picture, smallTargets, violations } from './browser.mjs';
import { Site } from './site.mjs';

process.env.GATESLOT_PICTURES = '1';
const [role, path, name, device = 'tablet', lang = 'zh', theme = 'light'] = process.argv.slice(2);
const site = await Site.start();
const browser = await openBrowser();
const page = await newPage(browser, site, { as: role === '-' ? null : role, path, device, lang, theme });
await page.waitForTimeout(1500);
await picture(page, name);
for (const line of [...page.faults, ...await violations(page), ...await smallTargets(page)]) console.log(line);
await browser.close();
await site.stop();
