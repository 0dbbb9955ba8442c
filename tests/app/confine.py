"""Runs a command under the system calls that a unit of systemd allows it, as systemd would: the groups are those of this systemd.

Usage: confine.py UNIT kill|errno COMMAND…   kill: who asks for one more is killed at once; errno: is told what the unit says."""
import ctypes, errno, os, re, subprocess, sys

ALLOW, KILL, ERRNO = 0x7fff0000, 0x80000000, 0x00050000
NE, EQ, MASKED_EQ = 1, 4, 7
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
FAMILIES = {'AF_UNIX': 1, 'AF_INET': 2, 'AF_INET6': 10}
lib = ctypes.CDLL('libseccomp.so.2', use_errno=True)
lib.seccomp_init.restype = ctypes.c_void_p
for name in ('seccomp_load', 'seccomp_release'):
    getattr(lib, name).argtypes = [ctypes.c_void_p]


class Compared(ctypes.Structure):
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int), ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


lib.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Compared)]


def groups():
    """What systemd calls by one name: calls, and other groups."""
    found, members = {}, set()
    for line in subprocess.run(['systemd-analyze', 'syscall-filter'], capture_output=True, text=True, check=True).stdout.split('\n'):
        if line.startswith('@'):
            members = found.setdefault(line.strip(), set())
        elif line.startswith('    ') and not line.lstrip().startswith('#'):
            members.add(line.strip())
    return found


GROUPS = groups()


def expanded(names):
    return {call for n in names for call in (expanded(GROUPS[n]) if n.startswith('@') else [n])}


def settings(unit):
    """Every setting of the unit, with all its values."""
    found = {}
    with open(unit, encoding='utf-8') as f:
        for key, value in re.findall(r'^(\w+)=(.*)$', f.read(), re.M):
            found.setdefault(key, []).append(value)
    return found


def allowed(unit):
    """An allow-list first; what begins with ~ is taken from it; what every process needs is always in it."""
    calls = set()
    for value in settings(unit)['SystemCallFilter']:
        calls = calls - expanded(value[1:].split()) if value.startswith('~') else calls | expanded(value.split())
    return calls | expanded(['@default']) | {'execve', 'exit', 'exit_group', 'rt_sigreturn'}


def rule(filter_, action, call, *compared):
    number = lib.seccomp_syscall_resolve_name(call.encode())
    if number < 0:
        return  # of another machine
    err = lib.seccomp_rule_add_array(filter_, action, number, len(compared), (Compared * max(1, len(compared)))(*compared))
    assert err == 0, (call, os.strerror(-err))


def load(filter_):
    err = lib.seccomp_load(filter_)
    assert err == 0, os.strerror(-err)
    lib.seccomp_release(filter_)


def confine(unit, kill):
    said = settings(unit)
    assert said['SystemCallErrorNumber'] == ['EPERM'] and said['MemoryDenyWriteExecute'] == ['yes'] and said['NoNewPrivileges'] == ['yes']
    refuse = KILL if kill else ERRNO | errno.EPERM
    calls = allowed(unit)
    more = lib.seccomp_init(ALLOW)
    families = {FAMILIES[f] for f in said['RestrictAddressFamilies'][0].split()}
    for family in set(range(46)) - families:
        rule(more, KILL if kill else ERRNO | errno.EAFNOSUPPORT, 'socket', Compared(0, EQ, family, 0))
    rule(more, refuse, 'mmap', Compared(2, MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC))
    rule(more, refuse, 'mprotect', Compared(2, MASKED_EQ, PROT_EXEC, PROT_EXEC))
    rule(more, refuse, 'shmat', Compared(2, MASKED_EQ, SHM_EXEC, SHM_EXEC))
    filter_ = lib.seccomp_init(refuse)
    for call in calls:
        rule(filter_, ALLOW, call)
    if kill and os.geteuid() == 0:
        # SQLite gives a file that it makes to the owner of the store, as root alone, which no unit runs as; it does not mind a refusal.
        assert said['User'] == ['gateslot']
        rule(filter_, ERRNO | errno.EPERM, 'fchown')
    load(more)
    load(filter_)


if __name__ == '__main__':
    confine(sys.argv[1], sys.argv[2] == 'kill')
    os.execvp(sys.argv[3], sys.argv[3:])
