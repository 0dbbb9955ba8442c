// Reads a pass code by the tablet's camera: by the browser itself where it knows codes (BarcodeDetector), else by jsqr.js, which is loaded only
// then. A hand scanner types into the field and needs nothing of this.
import { openDialog } from './dialog.js';
import { el, setText } from './dom.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const EACH_MS = 150;
// The longer side of the picture in which a code is looked for: enough for the 21 squares of a pass, and quick on a slow tablet.
const SIDE = 640;
const WHY = { NotAllowedError: 'scan.denied', SecurityError: 'scan.denied', NotFoundError: 'scan.absent', OverconstrainedError: 'scan.absent', NotReadableError: 'scan.busy', AbortError: 'scan.busy' };

async function ofBrowser() {
  if (!('BarcodeDetector' in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes('qr_code')) return null;
  const codes = new BarcodeDetector({ formats: ['qr_code'] });
  return async (picture) => (await codes.detect(picture).catch(() => []))[0]?.rawValue || null;
}

async function ofOurs() {
  const { default: find } = await import('./jsqr.js');
  const canvas = el('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (picture) => {
    const scale = Math.min(1, SIDE / Math.max(picture.videoWidth, picture.videoHeight));
    canvas.width = Math.round(picture.videoWidth * scale);
    canvas.height = Math.round(picture.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) return null; // no picture has come yet
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return find(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height, { inversionAttempts: 'dontInvert' })?.data || null;
  };
}

// → the text of the code, or null.
export async function scanCode() {
  const picture = el('video', { class: 'scan', playsinline: true, muted: true });
  const said = el('p', { role: 'status' }, t('scan.hint'));
  let stream = null;
  let timer = 0;
  let over = false;
  const stop = () => stream?.getTracks().forEach((track) => track.stop());
  const found = await openDialog(t('scan.title'), (close) => {
    begin(close).catch((fault) => fail(WHY[fault.name] || 'scan.failed'));
    return el('div', {}, said, picture);
  });
  over = true;
  clearTimeout(timer);
  stop();
  return found;

  function fail(word) {
    stop();
    picture.hidden = true;
    setText(said, t(word));
  }

  async function begin(close) {
    if (!window.isSecureContext) return fail('scan.https');
    if (!navigator.mediaDevices?.getUserMedia) return fail('scan.absent');
    const read = await ofBrowser() || await ofOurs();
    if (over) return undefined;
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    if (over) return stop(); // closed before it was allowed
    picture.srcObject = stream;
    await picture.play();
    const look = async () => {
      const text = await read(picture);
      if (over) return undefined;
      if (text !== null) return close(text);
      timer = setTimeout(() => look().catch(() => fail('scan.failed')), EACH_MS);
      return undefined;
    };
    return look();
  }
}
