// Reads a QR code of the smallest size (21 × 21) from its squares, without repairing anything: ISO/IEC 18004, by itself. → the text
const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const SIZE = 21;
const MASKS = [(x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2];

const isFunction = (x, y) => (x < 9 && y < 9) || (x > 12 && y < 9) || (x < 9 && y > 12) || x === 6 || y === 6;

// The path of the SVG, M x y h w v1 h-w z for each run of dark squares. → dark(x, y)
export function squaresOf(path) {
  const dark = new Set();
  for (const [, x, y, w] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(w); i++) dark.add(`${Number(x) + i},${y}`);
  return (x, y) => dark.has(`${x},${y}`);
}

function bitsOf(dark) {
  // Format bits 12…10 (from the left, after the level's two): the mask. They stand at (2…4, 8), under 101010000010010.
  const mask = [2, 3, 4].reduce((sum, x, i) => sum * 2 + (Number(dark(x, 8)) ^ [1, 0, 1][i]), 0);
  const bits = [];
  let up = true;
  for (let right = SIZE - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let i = 0; i < SIZE; i++) {
      const y = up ? SIZE - 1 - i : i;
      for (const x of [right, right - 1]) if (!isFunction(x, y)) bits.push(Number(dark(x, y)) ^ Number(MASKS[mask](x, y) === 0));
    }
    up = !up;
  }
  return bits;
}

export function readQr(path) {
  const bits = bitsOf(squaresOf(path));
  let at = 0;
  const take = (n) => bits.slice(at, at += n).reduce((sum, bit) => sum * 2 + bit, 0);
  let text = '';
  for (let mode = take(4); mode !== 0 && at < 72; mode = take(4)) {
    if (mode === 1) {
      for (let left = take(10); left > 0; left -= 3) {
        const n = Math.min(left, 3);
        text += String(take([0, 4, 7, 10][n])).padStart(n, '0');
      }
    } else if (mode === 2) {
      for (let left = take(9); left > 0; left -= 2) {
        const pair = left > 1 ? take(11) : take(6);
        text += left > 1 ? ALPHANUMERIC[Math.floor(pair / 45)] + ALPHANUMERIC[pair % 45] : ALPHANUMERIC[pair];
      }
    } else if (mode === 4) {
      for (let left = take(8); left > 0; left--) text += String.fromCharCode(take(8));
    } else {
      throw new Error(`mode ${mode} after ${text}`);
    }
  }
  return text;
}
