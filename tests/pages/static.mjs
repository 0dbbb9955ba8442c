// The modules of the pages for node itself: in a directory that says that they are modules, which a browser is told by the page.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const STATIC = fileURLToPath(new URL('../../src/web/static/', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'gs'));
cpSync(STATIC, dir, { recursive: true });
writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
process.on('exit', () => rmSync(dir, { recursive: true }));

export const moduleOf = (name) => import(pathToFileURL(join(dir, name)));
