"""What scanners say of the TLS that is spoken: nothing of LOW or above but of the test's own certificate and name. Where a scanner is not
installed, its case says so and is skipped (Debian: testssl.sh, sslscan)."""
import json, os, re, shutil, subprocess, tempfile, unittest
from testsite import Site
import tap

GRAVE = ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')
# Of a certificate for localhost that nobody has signed: it is not revoked anywhere, and its name is not in the DNS.
OF_THE_TEST = re.compile(r'cert_|DNS_CAArecord$')
TESTSSL = next((n for n in ('testssl', 'testssl.sh') if shutil.which(n)), None)


class Scan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(tls=True)

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    @unittest.skipUnless(shutil.which('sslscan'), 'SSLSCAN IS NOT INSTALLED: the TLS listener is not scanned by it')
    def test_sslscan_finds_only_what_is_meant_to_be_there(self):
        text = subprocess.run(['sslscan', '--no-colour', f'localhost:{self.site.tls.port}'], check=True, capture_output=True, text=True, timeout=120).stdout
        self.assertEqual(re.findall(r'^(SSLv\S+|TLSv\S+) +enabled$', text, flags=re.M), ['TLSv1.2', 'TLSv1.3'])
        offered = re.findall(r'^(?:Preferred|Accepted) +TLSv1\.(\d) +(\d+) bits +(\S+)', text, flags=re.M)
        self.assertGreaterEqual(len(offered), 6)
        for version, bits, suite in offered:
            self.assertGreaterEqual(int(bits), 128)
            self.assertRegex(suite, r'^TLS_(AES|CHACHA20)_' if version == '3' else r'^ECDHE-.*(GCM|CHACHA20-POLY1305)')
        self.assertIn('Session renegotiation not supported', text)
        self.assertIn('Server supports TLS Fallback SCSV', text)
        self.assertNotRegex(text, r'(?m)^TLS.* vulnerable to heartbleed$(?<!not vulnerable to heartbleed)')

    @unittest.skipUnless(TESTSSL, 'TESTSSL.SH IS NOT INSTALLED: the TLS listener is not scanned by it')
    def test_testssl_has_nothing_of_low_or_above(self):
        with tempfile.TemporaryDirectory(prefix='gsscan') as where:
            out = f'{where}/found.json'
            p = subprocess.run([TESTSSL, '--quiet', '--color', '0', '--warnings', 'off', '--ip', 'one', '--jsonfile', out, '--add-ca',
                                self.site.tls.signer, '-p', '-s', '-f', '-P', '-S', '-h', '-U', self.site.tls.url],
                               capture_output=True, text=True, timeout=580, env=dict(os.environ, TMPDIR=where))
            self.assertTrue(os.path.exists(out), p.stdout + p.stderr)
            with open(out) as f:
                found = json.load(f)
        self.assertGreater(len(found), 60, 'the scan was cut short')
        for f in found:
            if f['severity'] in GRAVE:
                print('#', f['id'], f['severity'], f['finding'])
        self.assertEqual([f['id'] for f in found if f['severity'] in GRAVE and not OF_THE_TEST.match(f['id'])], [])


if __name__ == '__main__':
    tap.main()
