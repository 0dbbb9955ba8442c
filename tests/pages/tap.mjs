// Runs tests one after the other and prints TAP. A name on the command line runs only the tests whose names contain it.
const tests = [];
export const test = (name, run) => tests.push({ name, run });
export const count = (text) => console.log(`# counts: ${text}`);

export function equal(is, should, what = '') {
  const [a, b] = [JSON.stringify(is), JSON.stringify(should)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export async function run({ before = async () => {}, after = async () => {} } = {}) {
  const only = process.argv[2];
  const chosen = tests.filter((t) => only === undefined || t.name.includes(only));
  let failed = 0;
  await before();
  for (const [i, { name, run: body }] of chosen.entries()) {
    try {
      await body();
      console.log(`ok ${i + 1} - ${name}`);
    } catch (error) {
      failed++;
      for (const line of String(error.stack || error).split('\n')) console.log(`# ${line}`);
      console.log(`not ok ${i + 1} - ${name}`);
    }
  }
  await after();
  console.log(`1..${chosen.length}`);
  process.exit(failed > 0 || chosen.length === 0 ? 1 : 0);
}
