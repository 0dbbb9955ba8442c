"""JSON Schema as far as docs/openapi.json uses it, to the letter: a keyword that is not known here is a fault of the description, not passed over.
And what the description says of a request: which call it is, and whether its answer is one that is described."""
import datetime, functools, json, os, re

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
KINDS = {'null': lambda v: v is None, 'boolean': lambda v: isinstance(v, bool), 'object': lambda v: isinstance(v, dict), 'array': lambda v: isinstance(v, list),
         'string': lambda v: isinstance(v, str), 'number': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
         'integer': lambda v: (isinstance(v, int) or (isinstance(v, float) and v.is_integer())) and not isinstance(v, bool)}
# They say something to people and to generators, and hold nobody to anything.
SAID = {'description', 'example', 'examples', 'default', 'title', 'discriminator', 'deprecated', 'contentMediaType', 'contentSchema'}


def is_date(text):
    try:
        return bool(re.fullmatch(r'\d{4}-\d\d-\d\d', text)) and datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False


def is_instant(text):
    try:
        return bool(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)', text)) and \
            datetime.datetime.fromisoformat(text.replace('Z', '+00:00')) is not None
    except ValueError:
        return False


FORMATS = {'date': is_date, 'date-time': is_instant, 'uri': lambda text: re.match(r'[a-z][a-z0-9+.-]*:', text) is not None}


class Description:
    def __init__(self, document):
        self.document = document
        self.paths = [(re.compile(re.sub(r'\\{\w+\\}', '[^/]+', re.escape(path)) + '$'), path, calls) for path, calls in document['paths'].items()]
        self.paths.sort(key=lambda p: p[1].count('{'))  # a path without parts to fill in goes first

    def part(self, ref):
        at = self.document
        for name in ref.lstrip('#/').split('/'):
            at = at[name.replace('~1', '/').replace('~0', '~')]
        return at

    def whole(self, node):
        while '$ref' in node:
            node = self.part(node['$ref'])
        return node

    def call_of(self, method, target):
        """(path, call) of the description; None: there is no such call. HEAD is GET without a body."""
        path = target.split('?')[0]
        for pattern, name, calls in self.paths:
            if pattern.match(path):
                call = calls.get({'HEAD': 'get'}.get(method, method.lower()))
                return None if call is None else (name, call)
        return None

    def faults(self, schema, value, where=''):
        """What of a value is not as the schema says: a list of sentences."""
        out, seen = [], set()
        self.check(schema, value, where, out, seen)
        return out

    def check(self, schema, value, where, out, seen):
        """Adds the faults to out, and to seen the members that something was said of."""
        if schema is True or schema == {}:
            seen.update(value if isinstance(value, dict) else ())
            return
        for word, said in schema.items():
            if word not in SAID and not word.startswith('x-'):
                getattr(self, 'check_' + word.strip('$').replace('-', '_'))(said, value, where, out, seen, schema)
        if schema.get('unevaluatedProperties') is False and isinstance(value, dict):
            out += [f'{where}/{name}: is not described' for name in value if name not in seen]

    def check_ref(self, ref, value, where, out, seen, schema):
        self.check(self.part(ref), value, where, out, seen)

    def check_type(self, kinds, value, where, out, seen, schema):
        if not any(KINDS[k](value) for k in ([kinds] if isinstance(kinds, str) else kinds)):
            out.append(f'{where}: {value!r:.80} is not {kinds}')

    def check_enum(self, words, value, where, out, seen, schema):
        if not any(w == value and type(w) is type(value) for w in words):
            out.append(f'{where}: {value!r:.80} is none of {words}')

    def check_const(self, word, value, where, out, seen, schema):
        self.check_enum([word], value, where, out, seen, schema)

    def check_pattern(self, pattern, value, where, out, seen, schema):
        if isinstance(value, str) and not re.search(re.sub(r'\$$', r'\\Z', pattern), value):
            out.append(f'{where}: {value!r:.80} does not match {pattern}')

    def check_format(self, name, value, where, out, seen, schema):
        if isinstance(value, str) and not FORMATS[name](value):
            out.append(f'{where}: {value!r:.80} is no {name}')

    def check_minLength(self, n, value, where, out, seen, schema):
        if isinstance(value, str) and len(value) < n:
            out.append(f'{where}: shorter than {n}')

    def check_maxLength(self, n, value, where, out, seen, schema):
        if isinstance(value, str) and len(value) > n:
            out.append(f'{where}: longer than {n}')

    def check_minimum(self, n, value, where, out, seen, schema):
        if KINDS['number'](value) and value < n:
            out.append(f'{where}: {value} is less than {n}')

    def check_maximum(self, n, value, where, out, seen, schema):
        if KINDS['number'](value) and value > n:
            out.append(f'{where}: {value} is more than {n}')

    def check_minItems(self, n, value, where, out, seen, schema):
        if isinstance(value, list) and len(value) < n:
            out.append(f'{where}: fewer than {n}')

    def check_maxItems(self, n, value, where, out, seen, schema):
        if isinstance(value, list) and len(value) > n:
            out.append(f'{where}: more than {n}')

    def check_minProperties(self, n, value, where, out, seen, schema):
        if isinstance(value, dict) and len(value) < n:
            out.append(f'{where}: fewer than {n} members')

    def check_uniqueItems(self, yes, value, where, out, seen, schema):
        if yes and isinstance(value, list) and len({json.dumps(v, sort_keys=True) for v in value}) < len(value):
            out.append(f'{where}: has something twice')

    def check_required(self, names, value, where, out, seen, schema):
        if isinstance(value, dict):
            out += [f'{where}/{name}: is missing' for name in names if name not in value]

    def check_items(self, items, value, where, out, seen, schema):
        for i, v in enumerate(value if isinstance(value, list) else ()):
            self.check(items, v, f'{where}/{i}', out, set())

    def check_properties(self, members, value, where, out, seen, schema):
        for name, v in value.items() if isinstance(value, dict) else ():
            if name in members:
                seen.add(name)
                self.check(members[name], v, f'{where}/{name}', out, set())

    def check_additionalProperties(self, said, value, where, out, seen, schema):
        for name, v in value.items() if isinstance(value, dict) else ():
            if name not in schema.get('properties', {}):
                seen.add(name)
                if said is False:
                    out.append(f'{where}/{name}: is not described')
                elif said is not True:
                    self.check(said, v, f'{where}/{name}', out, set())

    def check_unevaluatedProperties(self, said, value, where, out, seen, schema):
        assert said is False, said  # looked at when all else has been

    def check_allOf(self, schemas, value, where, out, seen, schema):
        for s in schemas:
            self.check(s, value, where, out, seen)

    def choose(self, schemas, value, where, out, seen, most):
        tried = []
        for s in schemas:
            faults, names = [], set()
            self.check(s, value, where, faults, names)
            tried.append((faults, names))
        fitting = [names for faults, names in tried if not faults]
        if not fitting:
            nearest = min(tried, key=lambda t: len(t[0]))[0]
            out.append(f'{where}: is none of the {len(schemas)} it may be; nearest: {nearest[:3]}')
        elif len(fitting) > most:
            out.append(f'{where}: is {len(fitting)} at once of which it may be one')
        for names in fitting:
            seen |= names

    def check_oneOf(self, schemas, value, where, out, seen, schema):
        self.choose(schemas, value, where, out, seen, 1)

    def check_anyOf(self, schemas, value, where, out, seen, schema):
        self.choose(schemas, value, where, out, seen, len(schemas))

    def answer_faults(self, method, target, status, headers, body):
        """What of an answer is not as described. headers: a mapping whatever the case of names."""
        found = self.call_of(method, target)
        if found is None:
            return []
        path, call = found
        if str(status) not in call['responses']:
            return [f'{method} {path}: {status} is not listed: {body[:300]!r}']
        described = self.whole(call['responses'][str(status)])
        media = (headers.get('Content-Type') or '').split(';')[0]
        out = []
        for name, header in described.get('headers', {}).items():
            header = self.whole(header)
            if header.get('required') and headers.get(name) is None:
                out.append(f'{method} {path}: {status} without {name}')
            if headers.get(name) is not None:
                given = headers.get(name)
                out += self.faults(header['schema'], int(given) if header['schema'].get('type') == 'integer' and given.isdigit() else given,
                                   f'{method} {path}: {status}: {name}')
        if method == 'HEAD' or (not body and 'content' not in described):
            return out
        if media not in described.get('content', {}):
            return out + [f'{method} {path}: {status} has {media or "nothing"}, described is {list(described.get("content", {}))}']
        if media.endswith('json'):
            out += self.faults(described['content'][media]['schema'], json.loads(body), f'{method} {path}: {status} ')
        return out


@functools.cache
def description():
    with open(f'{SOURCE}/docs/openapi.json', encoding='utf-8') as f:
        return Description(json.load(f))


# Of all answers that a test gets: how many of each kind were looked at, and what was found.
LOOKED_AT, FAULTS = {}, []
ALWAYS, THEN_ONE_IN, TOLD = 200, 50, 20


def look_at(method, target, status, headers, body):
    """Notes what of an answer is not as described: of each kind the first ones, then now and then one."""
    found = description().call_of(method, target)
    kind = (method, found[0], status) if found is not None else None
    if kind is None or len(FAULTS) >= TOLD:
        return
    LOOKED_AT[kind] = LOOKED_AT.get(kind, 0) + 1
    if LOOKED_AT[kind] <= ALWAYS or LOOKED_AT[kind] % THEN_ONE_IN == 0:
        try:
            found = description().answer_faults(method, target, status, headers, body)
        except Exception as e:  # the test goes on; that the description cannot be read so is told at its end
            found = [f'{method} {target}: {status}: {e!r}']
        if headers.get('Idempotent-Replayed') is not None:  # it may have been given, and kept, by an earlier release
            found = [f for f in found if not f.endswith(': is missing')]
        FAULTS.extend(found[:TOLD - len(FAULTS)])
