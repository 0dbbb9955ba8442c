"""Runs unittest cases and prints TAP, so that the build counts every case."""
import os, sys, traceback, unittest
import described


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.n = 0

    def line(self, ok, test, tail=''):
        self.n += 1
        name = test.id().split('.', 1)[-1]
        print(f"{'ok' if ok else 'not ok'} {self.n} - {name}{tail}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line(True, test)

    def fail(self, test, err):
        for text in traceback.format_exception(*err):
            for part in text.rstrip().split('\n'):
                print('#', part)
        self.line(False, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(test, err)

    addError = lambda self, test, err: (unittest.TestResult.addError(self, test, err), self.fail(test, err))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, f' # SKIP {reason}')

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail(subtest, err)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], sys.modules['__main__'])
    result = Result()
    suite.run(result)
    for line in described.FAULTS:
        print('#', line)
    if described.LOOKED_AT:
        result.n += 1
        print(f"{'not ok' if described.FAULTS else 'ok'} {result.n} - every answer is as the description of the API says")
    print(f'1..{result.n}')
    sys.exit(0 if result.wasSuccessful() and result.n and not described.FAULTS else 1)
