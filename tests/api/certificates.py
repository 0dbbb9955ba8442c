"""Certificates with times of their own, made by the program openssl."""
import os, subprocess, time

CA = """[ca]\ndefault_ca = d\n[d]\ndatabase = {0}/index\nserial = {0}/serial\nnew_certs_dir = {0}\ndefault_md = sha256\npolicy = p
unique_subject = no\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nsubjectAltName = DNS:localhost,IP:127.0.0.1\n"""


def openssl(*args, **kw):
    return subprocess.run(['openssl', *args], check=True, capture_output=True, **kw)


def make(where, name, starts='20200101000000Z', ends='20991231235959Z', key=None):
    """A certificate that is its own signer, with times of its own."""
    base = f'{where}/{name}'
    if key is None:
        key = f'{base}.key'
        openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key)
        os.chmod(key, 0o600)
    with open(f'{where}/ca.cnf', 'w') as f:
        f.write(CA.format(where))
    open(f'{where}/index', 'w').close()
    with open(f'{where}/serial', 'w') as f:
        f.write('%016x\n' % (time.time_ns() & 0xffffffffffff))
    openssl('req', '-new', '-key', key, '-subj', '/CN=localhost', '-out', f'{base}.csr')
    openssl('ca', '-batch', '-selfsign', '-config', f'{where}/ca.cnf', '-keyfile', key, '-in', f'{base}.csr', '-out', f'{base}.pem', '-notext',
            '-startdate', starts, '-enddate', ends)
    return f'{base}.pem', key
