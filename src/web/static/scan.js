// Reads a pass code by the tablet's camera, where the browser knows codes itself (BarcodeDetector). A hand scanner types into the field and needs
// nothing of this.
import { openDialog } from './dialog.js';
import { el, setText } from './dom.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const EACH_MS = 150;

async function reader() {
  if (!('BarcodeDetector' in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
}

// → the text of the code, or null.
export async function scanCode() {
  const picture = el('video', { class: 'scan', playsinline: true, muted: true });
  const said = el('p', { role: 'status' }, t('scan.hint'));
  let stream = null;
  let timer = 0;
  const found = await openDialog(t('scan.title'), (close) => {
    begin(close).catch(() => setText(said, t('scan.denied')));
    return el('div', {}, said, picture);
  });
  clearTimeout(timer);
  stream?.getTracks().forEach((track) => track.stop());
  return found;

  async function begin(close) {
    if (!window.isSecureContext) return setText(said, t('scan.https'));
    const codes = await reader();
    if (codes === null) return setText(said, t('scan.none'));
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    picture.srcObject = stream;
    await picture.play();
    const look = async () => {
      const [code] = await codes.detect(picture).catch(() => []);
      if (code !== undefined) return close(code.rawValue);
      timer = setTimeout(look, EACH_MS);
      return undefined;
    };
    return look();
  }
}
