"""Bad weather around a throw-away server: a way to it that loses everything for a while, pgbouncer before it, TLS demanded, a small disk."""
import os, shutil, socket, subprocess, threading, time
import cluster


class Way:
    """A port that leads to the server's. While it is blocked connections stay open, are taken, and nothing arrives, as when each packet is lost."""

    def __init__(self, port):
        self.to, self.open, self.over = port, threading.Event(), False
        self.open.set()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port, self.sockets = self.listener.getsockname()[1], []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.over:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(('127.0.0.1', self.to))
            except OSError:
                continue
            self.sockets += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    def carry(self, source, target):
        try:
            while (data := source.recv(65536)):
                self.open.wait()
                target.sendall(data)
        except OSError:
            pass
        for s in (source, target):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.over = True
        self.open.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        for s in (self.listener, *self.sockets):
            s.close()


class Bouncer:
    """pgbouncer before a server: what was set or prepared in a session is gone, or another's, after the next commit."""

    def __init__(self, server, mode='transaction'):
        self.port, place = cluster.free_port(), f'{server.folder.path}/bouncer'
        os.makedirs(place)
        with open(f'{place}/pgbouncer.ini', 'w') as f:
            f.write(f'[databases]\n* = host=127.0.0.1 port={server.port} user={cluster.ROLE}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n'
                    f'auth_type = any\npool_mode = {mode}\ndefault_pool_size = 2\nlogfile = {place}/log\n')
        if cluster.OWNER:
            shutil.chown(place, cluster.OWNER.pw_uid)
        self.process = subprocess.Popen(['/usr/sbin/pgbouncer', '-q', f'{place}/pgbouncer.ini'], cwd=place, stderr=subprocess.DEVNULL,
                                        preexec_fn=cluster.end_with_parent, **cluster.AS_OWNER)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self):
        self.process.terminate()
        self.process.wait()


def demand_tls(server):
    """From now on connections to databases of sites are refused without TLS."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', f'{server.data}/server.key', '-out', f'{server.data}/server.crt'],
                   check=True, capture_output=True)
    os.chmod(f'{server.data}/server.key', 0o600)
    if cluster.OWNER:
        for name in ('server.key', 'server.crt'):
            shutil.chown(f'{server.data}/{name}', cluster.OWNER.pw_uid, cluster.OWNER.pw_gid)
    server.configure(ssl='on')
    server.access(f'hostssl all {cluster.ROLE} 127.0.0.1/32 trust', f'hostnossl all {cluster.ROLE} 127.0.0.1/32 reject')
    server.restart()


def demand_password(server, password):
    server.sql(f"ALTER ROLE {cluster.ROLE} PASSWORD '{password}'")
    server.access(f'host all {cluster.ROLE} 127.0.0.1/32 scram-sha-256')
    server.restart()


class SmallDisk:
    """Databases on a disk of a few megabytes; the server's log is on another, so that it goes on. For root alone, who may mount."""

    def __init__(self, server, megabytes=24):
        self.server, self.place = server, f'{server.folder.path}/small'
        os.mkdir(self.place)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={megabytes}m', 'tmpfs', self.place], check=True)
        if cluster.OWNER:
            shutil.chown(self.place, cluster.OWNER.pw_uid, cluster.OWNER.pw_gid)
        os.chmod(self.place, 0o700)
        server.sql(f"CREATE TABLESPACE small LOCATION '{self.place}'")

    def database(self, name):
        self.server.sql(f'CREATE DATABASE {name} OWNER {cluster.ROLE} TEMPLATE template0 TABLESPACE small')

    def grow(self, megabytes):
        subprocess.run(['mount', '-o', f'remount,size={megabytes}m', self.place], check=True)

    def close(self):
        """After the server has ended."""
        subprocess.run(['umount', '-l', self.place], check=True)
