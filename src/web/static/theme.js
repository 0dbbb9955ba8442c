// Runs before the first paint: light or dark as chosen on this machine, else as the system has it; and the language chosen last.
(() => {
  const root = document.documentElement;
  let stored = {};
  try {
    stored = { theme: localStorage.getItem('gateslot.theme'), lang: localStorage.getItem('gateslot.lang') };
  } catch {
    // A browser that keeps nothing: the system's choice and Chinese.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = stored.theme || (dark ? 'dark' : 'light');
  if (stored.lang === 'en') root.lang = 'en';
})();
