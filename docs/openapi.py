"""Completes docs/openapi.json: writes, for each call, the answers that follow from what it takes and from who may call it, and the headers that
go with them. By hand a call has its roles (x-roles), parameters, body, good answers, examples, and the codes that are its own (x-problems); all other
answers are written here. Run it after a change; tests hold the file to what it writes, and the lists to what the daemon answers."""
import json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
DESCRIPTION = os.path.join(HERE, 'openapi.json')
METHODS = ('get', 'post', 'put', 'patch', 'delete')
ROLES = 5
# The status of each code is kept at the list of codes, where a test compares it with the daemon's.
TITLES = {400: 'The request cannot be read', 401: 'It is not known who asks', 403: 'Not allowed', 404: 'It is not there, or not for this caller',
          408: 'The request took too long to arrive', 409: 'Not possible as things are', 410: 'Gone', 412: 'Changed since the version in If-Match',
          413: 'The body is too large', 414: 'The target is too long', 415: 'The body is of another type', 422: 'Something in the request is wrong',
          428: 'If-Match is missing', 429: 'Too much was asked for', 431: 'The head is too large', 500: "The fault is the daemon's",
          503: 'Not now; nothing was done', 507: 'The disk is full; nothing was done'}
RETRY = (429, 503)


def resolved(document, node):
    while '$ref' in node:
        at = document
        for name in node['$ref'].lstrip('#/').split('/'):
            at = at[name]
        node = at
    return node


def parameters_of(document, call):
    return [resolved(document, p) for p in call.get('parameters', [])]


def codes_of(document, path, method, call):
    """Every code that a call can be refused with."""
    header = {p['name']: p.get('required', False) for p in parameters_of(document, call) if p['in'] == 'header'}
    body = resolved(document, call.get('requestBody', {})).get('content', {})
    public = call.get('security') == []
    changes = method != 'get'
    # What never was a request as it should be, what is too much, and what can go wrong within.
    codes = {'bad_request', 'too_large', 'headers_too_large', 'rate_limited', 'internal', 'overloaded'}
    if not public:
        codes |= {'unauthorized', 'validation', 'storage_full', 'clock_untrusted', 'unsupported_media_type'} - (set() if changes else {'unsupported_media_type'})
        if len(call['x-roles']) < ROLES:
            codes.add('forbidden')
        if changes:
            codes.add('csrf')
    if path != '/livez':
        codes.add('not_owner')
    if '{' in path:
        codes.add('not_found')
    if body:
        codes |= {'unsupported_media_type', 'validation', 'storage_full'} | ({'invalid_json'} if 'application/json' in body else set())
    if 'Idempotency-Key' in header:
        codes |= {'idempotency_key_reused'} | ({'idempotency_key_missing'} if header['Idempotency-Key'] else set())
    if 'If-Match' in header:
        codes |= {'version_mismatch'} | ({'precondition_required'} if header['If-Match'] else set())
    return codes | set(call.get('x-problems', []))


def problem(document, status, codes):
    """The answer with that status: one of these codes."""
    schema = {'allOf': [{'$ref': '#/components/schemas/Problem'}, {'type': 'object', 'properties': {'code': {'type': 'string', 'enum': codes}}}]}
    answer = {'description': f'{TITLES[status]}: {", ".join(codes)}.'}
    headers = {'Content-Language': {'$ref': '#/components/headers/Content-Language'}}
    if status in RETRY:
        headers['Retry-After'] = {'$ref': '#/components/headers/Retry-After'}
    if status == 429:
        headers['RateLimit-Policy'] = {'$ref': '#/components/headers/RateLimit-Policy'}
        headers['RateLimit'] = {'$ref': '#/components/headers/RateLimit'}
    if status == 401:
        headers['WWW-Authenticate'] = {'$ref': '#/components/headers/WWW-Authenticate'}
    return {**answer, 'headers': headers, 'content': {'application/problem+json': {'schema': schema}}}


def has_examples(answer):
    return any('examples' in content for content in answer.get('content', {}).values())


def answers(document, path, method, call, shared):
    """All answers of a call, the good ones as they stand. What several calls have alike is kept once, in shared."""
    statuses = document['components']['schemas']['ProblemCode']['x-statuses']
    out = {s: a for s, a in call['responses'].items() if s[0] in '23' or 'x-answer' in a}
    by_status = {}
    for word in codes_of(document, path, method, call):
        status, _, code = word.rpartition(' ')  # "409 internal": there under another status than elsewhere
        by_status.setdefault(int(status) if status else statuses[code], []).append(code)
    if 'bad_request' in sum(by_status.values(), []):
        by_status[408] = by_status[414] = ['bad_request']
    order = document['components']['schemas']['ProblemCode']['enum']
    for status in sorted(by_status):
        if str(status) in out:
            continue
        codes = sorted(by_status[status], key=order.index)
        name = f'{status}_' + '_or_'.join(codes)
        if len(codes) > 3 or has_examples(call['responses'].get(str(status), {})):
            out[str(status)] = problem(document, status, codes)
        else:
            shared[name] = problem(document, status, codes)
            out[str(status)] = {'$ref': f'#/components/responses/{name}'}
    out['default'] = {'$ref': '#/components/responses/Problem'}
    return out


def with_examples(new, old):
    """What stands in the old answers by hand: their examples."""
    for status, answer in new.items():
        for media, content in old.get(status, {}).get('content', {}).items():
            if 'examples' in content and '$ref' not in answer:
                answer['content'][media]['examples'] = content['examples']
    return new


def completed(text):
    """The text of the description with all that follows."""
    document = json.loads(text)
    shared = {}
    for path, calls in document['paths'].items():
        for method in METHODS:
            if method in calls:
                call = calls[method]
                call['responses'] = with_examples(answers(document, path, method, call, shared), call['responses'])
    kept = document['components']['responses']
    document['components']['responses'] = {'Problem': kept['Problem'], **dict(sorted(shared.items()))}
    return json.dumps(document, ensure_ascii=False, indent=1) + '\n'


if __name__ == '__main__':
    with open(DESCRIPTION, encoding='utf-8') as f:
        before = f.read()
    after = completed(before)
    if after != before:
        with open(DESCRIPTION, 'w', encoding='utf-8') as f:
            f.write(after)
    print('changed' if after != before else 'complete', file=sys.stderr)
