"""Ten years of a site in a store: past bookings with their events, as they would lie there after so long."""
import hashlib, os, sqlite3, subprocess
from datetime import date

A_DAY, EVENTS_EACH = 120, 5
DEPARTED, CANCELLED, NO_SHOW = 5, 6, 8
DAY_MS = 86400000


def template(db, table):
    """Its columns and its last row."""
    names = [r[1] for r in db.execute(f'PRAGMA table_info({table})')]
    return names, list(db.execute(f'SELECT * FROM {table} ORDER BY 1 DESC LIMIT 1').fetchone())


def insert(db, table, names, template, changed, rows):
    """The template with the changed columns' values from the rows."""
    rest = [n for n in names if n not in changed]
    quoted = ', '.join(f'"{n}"' for n in [*changed, *rest])
    same = tuple(template[names.index(n)] for n in rest)
    db.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(names))})", (row + same for row in rows))


PAST = ('id', 'date', 'slot_start_ms', 'slot_end_ms', 'arrive_from_ms', 'arrive_until_ms', 'created_ms', 'updated_ms', 'status', 'arrived_ms',
        'entered_ms', 'cleared_ms', 'departed_ms', 'ended_ms', 'place', 'plate', 'plate_given', 'container_1', 'uscc', 'driver_name', 'driver_phone',
        'last_event')


def past_bookings(was, last_id, last_seq, count):
    """The oldest first, 120 a day up to the day before yesterday, of 3,000 trucks and 173 companies; names and telephone numbers of the last year only."""
    today = (date.today() - date(1970, 1, 1)).days
    for i in range(count):
        day = today - 2 - (count - 1 - i) // A_DAY
        back = (was['date'] - day) * DAY_MS
        status = CANCELLED if i % 23 == 0 else NO_SHOW if i % 37 == 0 else DEPARTED
        start, end = was['slot_start_ms'] - back, was['slot_end_ms'] - back
        steps = (start, start, end, end, 0, i % A_DAY) if status == DEPARTED else (0, 0, 0, 0, start, -1)
        plate = f'浙C{i * 7919 % 3000:05d}'
        person = (was['driver_name'], was['driver_phone']) if day >= today - 365 else ('', '')
        yield (last_id + 1 + i, day, start, end, was['arrive_from_ms'] - back, was['arrive_until_ms'] - back, was['created_ms'] - back,
               was['updated_ms'] - back, status, *steps, plate, plate, f'CSLU{i % 10000000:07d}', f'91330600MA{i % 173:08d}', *person,
               last_seq + (i + 1) * EVENTS_EACH)


EVENT = ('seq', 'booking_id', 'prev', 'hash', 'body')


def past_events(was, last_id, count):
    """Each booking's events follow one another in its chain; the hash runs through all of them."""
    owner, previous, last_seq = was['owner'].encode() + b'\0', was['hash'], was['seq']
    head, tail = was['body'].split(f'"seq":{last_seq}', 1)
    for i in range(count * EVENTS_EACH):
        seq, booking = last_seq + 1 + i, last_id + 1 + i // EVENTS_EACH
        before = seq - 1 if i % EVENTS_EACH else 0
        body = f'{head}"seq":{seq}{tail}'
        previous = hashlib.sha256(previous + booking.to_bytes(8, 'big') + before.to_bytes(8, 'big') + owner + body.encode()).digest()
        yield seq, booking, before, previous, body


def add_history(build, path, count):
    """To a store with one booking, whose daemon has ended: `count` past bookings. Gives the file's size, and how long the index of them took."""
    db = sqlite3.connect(path)
    db.execute('PRAGMA journal_mode = OFF')
    db.execute('PRAGMA synchronous = OFF')
    db.execute('PRAGMA cache_size = -65536')
    names, booking = template(db, 'booking')
    event_names, event = template(db, 'event')
    was, was_event = dict(zip(names, booking)), dict(zip(event_names, event))
    last_id, last_seq = was['id'], was_event['seq']
    with db:
        insert(db, 'booking_past', names, booking, PAST, past_bookings(was, last_id, last_seq, count))
        insert(db, 'event', event_names, event, EVENT, past_events(was_event, last_id, count))
        db.execute('UPDATE meta SET last_booking_id = ?, last_seq = ?, erased_before = ?',
                   (last_id + count, last_seq + count * EVENTS_EACH, (date.today() - date(1970, 1, 1)).days - 365))
    db.execute('PRAGMA journal_mode = WAL')
    db.close()
    seconds = float(subprocess.run([f'{build}/tests/bench/seal_history', path], check=True, capture_output=True, text=True).stdout)
    return os.path.getsize(path), seconds
