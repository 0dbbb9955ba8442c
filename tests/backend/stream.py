"""The stream of events as a browser's EventSource reads it: it comes back with the last id whenever the connection ends, and ends it itself
now and then, in the middle of whatever comes."""
import json, random, socket, threading, time


class StreamReader(threading.Thread):
    def __init__(self, port, token, seed):
        super().__init__(daemon=True)
        self.port, self.token, self.rng = port, token, random.Random(seed)
        self.events, self.last, self.over, self.complaint, self.connections = [], '0', False, None, 0

    def run(self):
        try:
            while not self.over:
                try:
                    self.read()
                except OSError:
                    time.sleep(0.005)
        except BaseException as e:  # told by the main thread
            self.complaint = e

    def read(self):
        with socket.create_connection(('127.0.0.1', self.port), 10) as s:
            s.settimeout(1)
            s.sendall(f'GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\nLast-Event-ID: {self.last}\r\n\r\n'.encode())
            self.connections += 1
            rest, head, leaves = b'', None, time.monotonic() + self.rng.choice([0.05, 0.5, 5])
            while not self.over and time.monotonic() < leaves:
                try:
                    part = s.recv(self.rng.choice([7, 500, 65536]))
                except TimeoutError:
                    continue
                if not part:
                    return
                rest += part
                if head is None and b'\r\n\r\n' in rest:
                    head, rest = rest.split(b'\r\n\r\n', 1)
                    assert head.startswith(b'HTTP/1.1 200'), head + rest
                *blocks, rest = rest.split(b'\n\n') if head is not None else [rest]
                for block in blocks:
                    self.take(block.decode())

    def take(self, block):
        fields = dict(line.split(': ', 1) for line in block.split('\n') if line and not line.startswith(':'))
        self.last = fields.get('id', self.last)
        if 'data' in fields:
            event = json.loads(fields['data'])
            assert fields['event'] == event['type'] and fields['id'] == str(event['seq']), block
            self.events.append(event)

    def end(self, seq, seconds=60):
        """Once it has come to that number."""
        deadline = time.monotonic() + seconds
        while int(self.last) < seq and not self.complaint:
            assert time.monotonic() < deadline, f'the stream did not come to {seq}, only to {self.last}'
            time.sleep(0.01)
        self.over = True
        self.join(30)
        if self.complaint:
            raise self.complaint
