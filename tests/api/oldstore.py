"""Stores of older versions, kept as SQL beside the store's tests. Run as a program it writes the one of the daemon just built, which is
to be kept before a further step of the schema is added: python3 tests/api/oldstore.py tests/store/v6.sql
From version 5 on a store has a mark beside it: v5.mark, v6.mark, …"""
import os, shutil, sqlite3, sys
from testsite import DATE, SOURCE, Site, request

EXTRA = 'windows: {morning: {start: "08:00", end: "09:00", capacity: 3}}'
NIGHT, DAY = '2026-11-24T12:00:00+08:00', f'{DATE}T08:00:00+08:00'

# What was asked under which key, and what a retry is told: status, Content-Language, Location, ETag.
ASKED = [
    (NIGHT, 'booked-1', '/v1/bookings', request(1), 'en', (201, None, '/v1/bookings/bk_1', '"1"')),
    (NIGHT, 'booked-2', '/v1/bookings', request(2), 'en', (201, None, '/v1/bookings/bk_2', '"1"')),
    (NIGHT, 'booked-3', '/v1/bookings', request(3), 'zh-CN', (201, None, '/v1/bookings/bk_3', '"1"')),
    (NIGHT, 'waits', '/v1/bookings', request(4, waitlist=True), 'en', (202, None, '/v1/bookings/bk_4', '"1"')),
    (NIGHT, 'twice-en', '/v1/bookings', request(1), 'en', (409, 'en', None, None)),
    (NIGHT, 'twice-zh', '/v1/bookings', request(1), 'zh-CN', (409, 'zh-CN', None, None)),
    (NIGHT, 'cancelled', '/v1/bookings/bk_3/cancel', {'reason': 'title":"标题'}, 'zh-CN', (200, None, None, '"2"')),
    (NIGHT, 'state-zh', '/v1/bookings/bk_3/cancel', {'reason': 'again'}, 'zh-CN', (409, 'zh-CN', None, None)),
    (DAY, 'arrived-1', '/v1/bookings/bk_1/arrive', {}, 'en', (200, None, None, '"2"')),
    (DAY, 'entered-1', '/v1/bookings/bk_1/enter', {}, 'en', (200, None, None, '"3"')),
    (DAY, 'arrived-2', '/v1/bookings/bk_2/arrive', {}, 'en', (200, None, None, '"2"')),
]

HEAD = """-- A drill's store as version {version} of the tables left it: four bookings (a truck inside, one held at the gate, one cancelled, its
-- place given to who waited), a capacity set, a token, answers kept in both languages. Read by the tests of the steps that lead from it.
-- Never edited.
PRAGMA application_id = {application_id};
PRAGMA foreign_keys=OFF;"""


def site_with(version, change=None):
    """A site whose store was left by that version, and by change, which is handed its connection."""
    site = Site(bays=1, extra=EXTRA) if version > 1 else Site()
    site.stop()
    for name in os.listdir(site.dir):
        if name.startswith('gateslot.db'):
            os.unlink(f'{site.dir}/{name}')
    db = sqlite3.connect(f'{site.dir}/gateslot.db')
    db.execute('PRAGMA journal_mode = WAL')
    with open(f'{SOURCE}/tests/store/v{version}.sql') as f:
        db.executescript(f.read())
    if change is not None:
        with db:
            change(db)
    db.close()
    if version >= 5:
        shutil.copyfile(f'{SOURCE}/tests/store/v{version}.mark', f'{site.dir}/gateslot.db.mark')
    os.chmod(f'{site.dir}/gateslot.db', 0o640)
    site.launch()
    return site


def ask(site, key, path, body, lang):
    return site.post(path, body, key=key, headers={'Accept-Language': lang})


def make(out):
    with Site(bays=1, extra=EXTRA) as site:
        now = None
        for at, key, path, body, lang, _ in ASKED:
            if at != now:
                now = at
                site.clock(at)
            ask(site, key, path, body, lang)
        site.call('PUT', '/v1/capacity/2026-11-26/morning', {'capacity': 2, 'closed': False, 'reason': 'crane', 'excess': 'rebook'})
        site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'})
        site.post('/v1/bookings/bk_2/enter', {})
        site.stop()
        db = sqlite3.connect(f'{site.dir}/gateslot.db')
        version, = db.execute('PRAGMA user_version').fetchone()
        application_id, = db.execute('PRAGMA application_id').fetchone()
        lines = [HEAD.format(version=version, application_id=application_id), *db.iterdump(), f'PRAGMA user_version = {version};', '']
        db.close()
        shutil.copyfile(f'{site.dir}/gateslot.db.mark', out.replace('.sql', '.mark'))
    with open(out, 'w') as f:
        f.write('\n'.join(lines))


if __name__ == '__main__':
    make(sys.argv[1])
