"""The example backend (docs/examples/backend.mjs) as a process of a test: started, killed, asked, and its file read. What it took by the feed
and by webhooks is judged here against the events that there are."""
import json, os, shutil, signal, subprocess, sys, time, urllib.error, urllib.request
from collections import defaultdict
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import SOURCE, Site, free_port  # noqa: E402

NODE = shutil.which('node')
EXAMPLE = f'{SOURCE}/docs/examples/backend.mjs'


class Mini:
    def __init__(self, where, url, token, secret='', port=None):
        self.file, self.log_file, self.port = f'{where}/orders', f'{where}/mini.log', port or free_port()
        self.env = dict(os.environ, GATESLOT_URL=url, GATESLOT_TOKEN=token, WEBHOOK_SECRET=secret)
        self.url = f'http://127.0.0.1:{self.port}'
        self.process = None

    def start(self, wait=True):
        with open(self.log_file, 'ab') as log:
            begin = log.tell()
            self.process = subprocess.Popen([NODE, EXAMPLE, self.file, str(self.port)], env=self.env, stdout=log, stderr=log)
        if wait:
            self.until(lambda: b'ready\n' in self.log(begin), 'it does not start')

    def log(self, begin=0):
        with open(self.log_file, 'rb') as f:
            f.seek(begin)
            return f.read()

    def end(self, how=signal.SIGKILL):
        code = self.process.poll()
        assert code is None, f'the backend ended by itself with {code}:\n{self.log()[-3000:].decode()}'
        self.process.send_signal(how)
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.end()

    def until(self, true, words, seconds=60, pause=0.01):
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None and time.monotonic() < deadline, f'{words}:\n{self.log()[-3000:].decode()}'
            time.sleep(pause)

    def ask(self, path, body=None):
        """(status, body); None: no answer."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self.url + path, data, {'Content-Type': 'application/json'} if data else {})
        try:
            with urllib.request.urlopen(request, timeout=30) as r:
                return r.status, json.loads(r.read() or b'null')
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read() or b'null')
        except OSError:
            return None

    def facts(self):
        """The whole lines of its file."""
        if not os.path.exists(self.file):
            return []
        with open(self.file, 'rb') as f:
            return [json.loads(line) for line in f.read().split(b'\n')[:-1]]

    def cursor(self):
        return max([f['cursor'] for f in self.facts() if 'cursor' in f], default=0)

    def catch_up(self, truth, seconds=60):
        """Until it has had all these events by the feed, or some that come after, and as many by webhooks."""
        last = truth[-1]['seq']
        self.until(lambda: self.cursor() >= last, f'it did not read the feed up to {last}', seconds, 0.2)  # each look reads all of its file
        self.until(lambda: len(by_webhook(self.facts())) >= len(truth), f'it did not get {len(truth)} webhooks', seconds, 0.2)


def followed_site(**more):
    """A site that listens on a port too, and the backend that is to follow it by feed and webhook, not started: (site, its port, token, backend)."""
    port, receiver = free_port(), free_port()
    site = Site(listen=f'http://127.0.0.1:{port}', extra=f'webhooks: {{allow: ["http://127.0.0.1:{receiver}"]}}\n' + more.pop('extra', ''), **more)
    try:
        token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
        made = site.post('/v1/webhooks', {'name': 'mini', 'url': f'http://127.0.0.1:{receiver}/webhook', 'backend': 'mini'})
        assert made.status == 201, made
        return site, port, token, Mini(site.dir, f'http://127.0.0.1:{port}', token, made.json['secret'], receiver)
    except BaseException:
        site.close()
        raise


def by_feed(facts):
    return [e for f in facts if 'cursor' in f for e in f.get('events', [])]


def by_webhook(facts):
    return [f['events'][0] for f in facts if 'webhook' in f]


def complaints(what, found, truth):
    """Every event, once, in order."""
    if found == truth:
        return []
    seqs, wanted = [e['seq'] for e in found], [e['seq'] for e in truth]
    return [f'{what}: missed {sorted(set(wanted) - set(seqs))[:5]}, not its own {sorted(set(seqs) - set(wanted))[:5]}, twice '
            f'{sorted({s for s in seqs if seqs.count(s) > 1})[:5]}' + (', out of order' if seqs != sorted(seqs) else '')
            + ('' if seqs != wanted else ', told otherwise than it is')]


def complaints_of_webhooks(facts, truth):
    """Webhooks: every event, under one id, each booking's in order."""
    ids, events = [f['webhook'] for f in facts if 'webhook' in f], by_webhook(facts)
    wrong = [f'webhooks: id {i} was taken twice' for i in {i for i in ids if ids.count(i) > 1}] if len(set(ids)) < len(ids) else []
    last, got = defaultdict(int), {}
    for e in events:
        if e['seq'] in got:
            wrong.append(f"webhooks: event {e['seq']} came under two ids")
        got[e['seq']] = e
        if e['booking_id'] is not None:
            if e['seq'] < last[e['booking_id']]:
                wrong.append(f"webhooks: of {e['booking_id']}, event {e['seq']} came after {last[e['booking_id']]}")
            last[e['booking_id']] = e['seq']
    wanted = {e['seq']: e for e in truth}
    wrong += [f'webhooks: missed {s}' for s in sorted(wanted.keys() - got.keys())[:5]]
    wrong += [f'webhooks: not its own {s}' for s in sorted(got.keys() - wanted.keys())[:5]]
    wrong += [f'webhooks: {s} is told otherwise than it is' for s in sorted(wanted.keys() & got.keys()) if wanted[s] != got[s]][:5]
    return wrong
