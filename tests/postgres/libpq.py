"""The little of libpq that a test needs to commit as a careful program does: with its own deadline, and hearing each warning."""
import ctypes, ctypes.util, select, time

LIBRARY = ctypes.util.find_library('pq')
NOTICE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
COMMAND_OK, TUPLES_OK, SEVERITY, SQLSTATE = 1, 2, ord('V'), ord('C')


def load():
    pq = ctypes.CDLL(LIBRARY)
    for name, result, *arguments in (('PQconnectdb', ctypes.c_void_p, ctypes.c_char_p), ('PQstatus', ctypes.c_int, ctypes.c_void_p),
                                     ('PQfinish', None, ctypes.c_void_p), ('PQerrorMessage', ctypes.c_char_p, ctypes.c_void_p), ('PQsocket', ctypes.c_int, ctypes.c_void_p),
                                     ('PQsendQuery', ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p), ('PQconsumeInput', ctypes.c_int, ctypes.c_void_p),
                                     ('PQisBusy', ctypes.c_int, ctypes.c_void_p), ('PQgetResult', ctypes.c_void_p, ctypes.c_void_p),
                                     ('PQresultStatus', ctypes.c_int, ctypes.c_void_p), ('PQclear', None, ctypes.c_void_p),
                                     ('PQresultErrorField', ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int),
                                     ('PQsetNoticeReceiver', ctypes.c_void_p, ctypes.c_void_p, NOTICE, ctypes.c_void_p)):
        f = getattr(pq, name)
        f.restype, f.argtypes = result, arguments
    return pq


class Connection:
    """ok is False once it cannot be used any more."""
    pq = None

    def __init__(self, conninfo):
        Connection.pq = Connection.pq or load()
        self.handle = self.pq.PQconnectdb(conninfo.encode())
        self.ok, self.warned, self.state = self.pq.PQstatus(self.handle) == 0, False, None
        self.receiver = NOTICE(self.notice)  # kept: libpq calls it as long as the connection lives
        self.pq.PQsetNoticeReceiver(self.handle, self.receiver, None)

    def notice(self, _, result):
        self.warned |= self.pq.PQresultErrorField(result, SEVERITY) == b'WARNING'

    def message(self):
        return self.pq.PQerrorMessage(self.handle).decode(errors='replace').strip()

    def close(self):
        self.pq.PQfinish(self.handle)
        self.ok = False

    def execute(self, statement, seconds):
        """True: done, as far as its answer says; False: refused, or nobody knows. Afterwards `warned` says whether there was a warning,
        and `state` what a refusal is called."""
        self.warned, self.state, done, deadline = False, None, True, time.monotonic() + seconds
        if not self.pq.PQsendQuery(self.handle, statement.encode()):
            return False
        poller = select.poll()
        poller.register(self.pq.PQsocket(self.handle), select.POLLIN)
        while True:
            while self.pq.PQisBusy(self.handle):
                left = deadline - time.monotonic()
                if left <= 0 or not poller.poll(left * 1000) or not self.pq.PQconsumeInput(self.handle):
                    return False
            result = self.pq.PQgetResult(self.handle)
            if not result:
                return done
            if self.pq.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
                done, self.state = False, (self.pq.PQresultErrorField(result, SQLSTATE) or b'').decode()
            self.pq.PQclear(result)
