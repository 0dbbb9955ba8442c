"""Twenty-four histories that no site may show, each beside its nearest good twin. Written for a window of slots 0, 1, 2 with
capacities 2, 1, 1. A line: client, call, return (None: no answer), kind, arguments, answer."""
from checker import Done

CAPACITIES = (2, 1, 1)


def h(*lines):
    return [Done(c, call, ret, kind, args, result) for c, call, ret, kind, args, result in lines]


def booked(c, call, ret, id, plate, slot):
    return c, call, ret, 'book', (plate, slot), ('booked', id, slot)


FULL = [booked(0, 0, 1, 'a', 'A', 0), booked(0, 2, 3, 'b', 'B', 0), booked(0, 4, 5, 'c', 'C', 1), booked(0, 6, 7, 'd', 'D', 2)]
ONE = booked(0, 0, 1, 'a', 'A', 1)
LOST = (0, 0, None, 'book', ('A', 1), None)
SEEN = (1, 2, 3, 'slots', (), (0, 1, 0))
EMPTY = (0, 0, 0)

# name: (bad, good)
PAIRS = {
    'two bookings in one place': (
        h(ONE, booked(1, 2, 3, 'b', 'B', 1)),
        h(ONE, (1, 2, 3, 'book', ('B', 1), ('booked', 'b', 0)))),
    'two at the same time in one place': (
        h(booked(0, 0, 9, 'a', 'A', 2), booked(1, 0, 9, 'b', 'B', 2)),
        h(booked(0, 0, 9, 'a', 'A', 2), (1, 0, 9, 'book', ('B', 2), ('booked', 'b', 1)))),
    'a fifth in four places': (
        h(*FULL, booked(1, 8, 9, 'e', 'E', 0)),
        h(*FULL, (1, 8, 9, 'book', ('E', 0), ('full',)))),
    'a stale read after the acknowledgement': (
        h(ONE, (1, 2, 3, 'slots', (), EMPTY)),
        h(ONE, (1, 0.5, 3, 'slots', (), EMPTY))),
    'a stale booking after the acknowledgement': (
        h(ONE, (0, 2, 3, 'cancel', ('a',), ('ok', 1, 2)), (1, 4, 5, 'get', ('a',), ('booked', 1, 1))),
        h(ONE, (0, 2, 6, 'cancel', ('a',), ('ok', 1, 2)), (1, 4, 5, 'get', ('a',), ('booked', 1, 1)))),
    'a lost update': (
        h(ONE, (0, 2, 3, 'reschedule', ('a', 2), ('ok', 2, 2)), (1, 2, 3, 'reschedule', ('a', 0), ('ok', 0, 2))),
        h(ONE, (0, 2, 3, 'reschedule', ('a', 2), ('ok', 2, 2)), (1, 2, 3, 'reschedule', ('a', 0), ('ok', 0, 3)))),
    'an effect twice': (
        h(ONE, (1, 2, 3, 'slots', (), (0, 1, 1)), (1, 4, 5, 'get', ('a',), ('booked', 1, 1))),
        h(ONE, (1, 2, 3, 'slots', (), (0, 1, 0)), (1, 4, 5, 'get', ('a',), ('booked', 1, 1)))),
    'an unanswered booking twice': (
        h(LOST, (1, 2, 3, 'list', (), (('A', 'booked', 1, 1), ('A', 'booked', 2, 1)))),
        h(LOST, (1, 2, 3, 'list', (), (('A', 'booked', 1, 1),)))),
    'a read of what was rolled back': (
        h(LOST, SEEN, (1, 4, 5, 'slots', (), EMPTY)),
        h(LOST, (1, 2, 3, 'slots', (), EMPTY), (1, 4, 5, 'slots', (), (0, 1, 0)))),
    'a refusal by what was rolled back': (
        h(LOST, (1, 2, 3, 'book', ('A', 1), ('duplicate', 'x')), (1, 4, 5, 'slots', (), EMPTY)),
        h(LOST, (1, 2, 3, 'book', ('A', 1), ('duplicate', 'x')), (1, 4, 5, 'slots', (), (0, 1, 0)))),
    'two readers see two orders': (
        h(booked(0, 0, 9, 'a', 'A', 1), booked(1, 0, 9, 'b', 'B', 2), (2, 1, 2, 'slots', (), (0, 1, 0)), (3, 1, 2, 'slots', (), (0, 0, 1))),
        h(booked(0, 0, 9, 'a', 'A', 1), booked(1, 0, 9, 'b', 'B', 2), (2, 1, 2, 'slots', (), (0, 1, 0)), (3, 1, 2, 'slots', (), (0, 1, 1)))),
    'one reader sees time go back': (
        h(booked(0, 0, 9, 'a', 'A', 1), (1, 1, 2, 'slots', (), (0, 1, 0)), (1, 3, 4, 'slots', (), EMPTY)),
        h(booked(0, 0, 9, 'a', 'A', 1), (1, 1, 2, 'slots', (), EMPTY), (1, 3, 4, 'slots', (), (0, 1, 0)))),
    'a cancelled place is not free': (
        h(*FULL, (0, 8, 9, 'cancel', ('c',), ('ok', 1, 2)), (1, 10, 11, 'book', ('E', 1), ('full',))),
        h(*FULL, (0, 8, 9, 'cancel', ('c',), ('ok', 1, 2)), booked(1, 10, 11, 'e', 'E', 1))),
    'full while there is a place': (
        h(*FULL[:3], (1, 8, 9, 'book', ('E', 1), ('full',))),
        h(*FULL, (1, 8, 9, 'book', ('E', 1), ('full',)))),
    'full by one who came later': (
        h(*FULL[:3], (1, 6, 7, 'book', ('E', 1), ('full',)), booked(0, 8, 9, 'd', 'D', 2)),
        h(*FULL[:3], (1, 6, 10, 'book', ('E', 1), ('full',)), booked(0, 8, 9, 'd', 'D', 2))),
    'not the place that was nearest': (
        h((0, 0, 1, 'book', ('A', 2), ('booked', 'a', 1))),
        h(booked(0, 0, 1, 'a', 'A', 2))),
    'a duplicate that is none': (
        h(ONE, (0, 2, 3, 'cancel', ('a',), ('ok', 1, 2)), (1, 4, 5, 'book', ('A', 1), ('duplicate', 'a'))),
        h(ONE, (0, 2, 5, 'cancel', ('a',), ('ok', 1, 2)), (1, 4, 5, 'book', ('A', 1), ('duplicate', 'a')))),
    'one truck booked twice': (
        h(ONE, booked(1, 2, 3, 'b', 'A', 2)),
        h(ONE, (1, 2, 3, 'book', ('A', 2), ('duplicate', 'a')))),
    'a duplicate of somebody else': (
        h(ONE, booked(0, 2, 3, 'b', 'B', 2), (1, 4, 5, 'book', ('A', 2), ('duplicate', 'b'))),
        h(ONE, booked(0, 2, 3, 'b', 'B', 2), (1, 4, 5, 'book', ('A', 2), ('duplicate', 'a')))),
    'cancelled twice': (
        h(ONE, (0, 2, 5, 'cancel', ('a',), ('ok', 1, 2)), (1, 2, 5, 'cancel', ('a',), ('ok', 1, 2))),
        h(ONE, (0, 2, 5, 'cancel', ('a',), ('ok', 1, 2)), (1, 2, 5, 'cancel', ('a',), ('wrong_state',)))),
    'arrived and cancelled': (
        h(ONE, (0, 2, 5, 'arrive', ('a',), ('ok', 1, 2)), (1, 2, 5, 'cancel', ('a',), ('ok', 1, 2))),
        h(ONE, (0, 2, 5, 'arrive', ('a',), ('ok', 1, 2)), (1, 2, 5, 'cancel', ('a',), ('wrong_state',)))),
    'an id given twice': (
        h(ONE, booked(1, 2, 3, 'a', 'B', 2)),
        h(ONE, booked(1, 2, 3, 'b', 'B', 2))),
    'half of a move is seen': (
        h(ONE, (0, 2, 9, 'reschedule', ('a', 2), ('ok', 2, 2)), (1, 3, 4, 'slots', (), EMPTY)),
        h(ONE, (0, 2, 9, 'reschedule', ('a', 2), ('ok', 2, 2)), (1, 3, 4, 'slots', (), (0, 0, 1)))),
    'an effect before its call': (
        h((1, 0, 1, 'slots', (), (0, 1, 0)), booked(0, 2, 3, 'a', 'A', 1)),
        h((1, 0, 3, 'slots', (), (0, 1, 0)), booked(0, 2, 3, 'a', 'A', 1))),
}
