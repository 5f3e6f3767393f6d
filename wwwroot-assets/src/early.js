// Runs before the first paint: the stored theme, else the system's; and whether the rail is pinned.
const root = document.documentElement;
const stored = key => {
  try { return localStorage.getItem(key); } catch { return null; } // storage may be switched off
};
const theme = stored('lc.theme');
root.dataset.theme = theme === 'light' || theme === 'dark'
  ? theme
  : matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
if (stored('lc.rail') === 'pinned') root.dataset.rail = 'pinned';
