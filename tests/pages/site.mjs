// A site for tests of the pages: a drill daemon in a directory of its own, with a day played up to some hour, and users of each role.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BUILD = process.env.GATESLOT_BUILD || join(ROOT, 'build');
export const DAEMON = join(BUILD, 'src/app/gateslotd');
export const CLIENT = join(BUILD, 'src/cli/gateslot');
export const PASSWORD = 'a long word for tests';
const WINDOWS = 'windows:\n  morning: {start: "08:00", end: "12:00", capacity: 40, name: 早间}\n  midday: {start: "12:00", end: "16:00", capacity: 40, name: 午间}\n  evening: {start: "16:00", end: "20:00", capacity: 40, name: 晚间}\n';
const ROLES = ['gate', 'supervisor', 'display'];

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Site {
  // daemon, store: another program, and where it takes its store to be, by the directory of the test.
  // day: a file of tests/days played until that hour of the drill; null: none. start: of the drill. extra: lines of the configuration.
  static async start({ day = 'typical', until = '14:42', start = '2026-11-18T07:00:00+08:00', speed = 0, name = '柯桥监管中心', windows = WINDOWS, extra = '', daemon = DAEMON, store = null } = {}) {
    const site = new Site();
    site.dir = mkdtempSync(join(tmpdir(), 'gs'));
    site.socket = join(site.dir, 's.sock');
    site.port = await freePort();
    site.url = `http://127.0.0.1:${site.port}`;
    Object.assign(site, { begins: start, speed, daemon });
    writeFileSync(join(site.dir, 'gateslotd.yaml'), `site: {name: ${name}}\nlisten: ["unix:${site.socket}", "${site.url}"]\nstore: ${store === null ? `sqlite:${site.dir}/gateslot.db` : store(site.dir)}\n${windows}${extra}`);
    await site.launch();
    for (const role of ROLES) await site.call('POST', '/v1/users', { name: role, role, password: PASSWORD });
    if (day !== null) site.play(day, until);
    return site;
  }

  // path: what is answered once it is as the test wants it.
  async launch(path = '/readyz') {
    const log = openSync(join(this.dir, 'log'), 'a');
    this.process = spawn(this.daemon, ['--config', join(this.dir, 'gateslotd.yaml'), '--drill', this.begins, '--drill-speed', String(this.speed)], { stdio: ['ignore', log, log] });
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    let gone = false;
    this.ended.then(() => { gone = true; });
    for (;;) {
      if (gone) throw new Error(readFileSync(join(this.dir, 'log'), 'utf8'));
      try {
        if ((await this.ask('GET', path)).status < 300) return;
      } catch {
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    }
  }

  // As root over the socket: → { status, body, headers }
  ask(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const data = body === undefined ? undefined : JSON.stringify(body);
      const request = http.request({ socketPath: this.socket, method, path, headers: { 'Accept-Language': 'en', ...(data && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(data) }), ...headers } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => { text += part; });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text }));
      });
      request.on('error', reject);
      request.end(data);
    });
  }

  async call(method, path, body, headers) {
    const answer = await this.ask(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async until(true_) {
    while (!(await true_())) await new Promise((resolve) => { setTimeout(resolve, 20); });
  }

  play(day, until, ...more) {
    const p = spawnSync(CLIENT, ['play', join(ROOT, 'tests/days', `${day}.jsonl`), '--until', until, ...more], { env: { ...process.env, GATESLOT_URL: `unix:${this.socket}`, LC_ALL: 'C.UTF-8' }, encoding: 'utf8' });
    if (p.status !== 0) throw new Error(p.stdout + p.stderr);
  }

  clock(now) {
    return this.call('PUT', '/v1/drill/clock', { now });
  }

  async pairing(name, role) {
    return (await this.call('POST', '/v1/pairings', { name, role })).code;
  }

  // Ends the daemon as a crash would, or, with stopSignal SIGTERM, as an administrator.
  async kill(stopSignal = 'SIGKILL') {
    this.process.kill(stopSignal);
    await this.ended;
  }

  async stop() {
    await this.kill('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

// A container number with its check digit (ISO 6346).
const LETTERS = [10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36, 37, 38];
export function container(i) {
  const text = `CSQU${100000 + i}`;
  const value = (c) => (/\d/.test(c) ? Number(c) : LETTERS[c.charCodeAt(0) - 65]);
  return text + (([...text].reduce((sum, c, n) => sum + value(c) * 2 ** n, 0) % 11) % 10);
}
