// Runs before the first paint: the theme switched to, else the user's, else the system's; and whether the rail is pinned.
const root = document.documentElement;
const stored = key => {
  try { return localStorage.getItem(key); } catch { return null; } // storage may be switched off
};
// What this browser was switched to counts until the user chooses something else in the settings, on any machine.
const chosen = root.dataset.chosenTheme ?? '';
const theme = (stored('lc.theme-over') ?? '') === chosen ? stored('lc.theme') : null;
root.dataset.theme = theme === 'light' || theme === 'dark'
  ? theme
  : chosen !== '' ? chosen
  : matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
if (stored('lc.rail') === 'pinned') root.dataset.rail = 'pinned';
