// The frame's part in the browser: theme, rail, shortcuts, dialogs, copying, the lost connection, and whether the tab is seen.
// Everything listens on the document, so that it works for whatever Blazor draws later.
import { zoneName } from './format.js';
import { copyText } from './copy.js';
import './evidence.js';
export { createDraft } from './draft.js';
import './rows.js';
import { hearingSocket, lastHeard, watchForSilence } from './silence.js';
import { recall, remember, shortcutsOn } from './store.js';

const root = document.documentElement;

// --- what the circuit asks for -------------------------------------------------------------------------------------------
let tab = null;
const tellVisibility = () => tab?.invokeMethodAsync('VisibilityChanged', !document.hidden).catch(() => { /* the circuit is gone */ });

/** Starts telling the circuit whether the tab can be seen; answers with the state now. */
export function attachTab(reference) {
  tab = reference;
  document.addEventListener('visibilitychange', tellVisibility);
  return { timeZone: zoneName(), visible: !document.hidden };
}

export function detachTab() {
  document.removeEventListener('visibilitychange', tellVisibility);
  tab = null;
}

// --- theme and rail --------------------------------------------------------------------------------------------------------
function setTheme(theme) {
  root.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent('lc:theme'));
}

matchMedia('(prefers-color-scheme: light)').addEventListener('change', event => {
  if (!recall('theme') && !root.dataset.chosenTheme) setTheme(event.matches ? 'light' : 'dark');
});

/** The user's own choice, just saved: a theme and a zone, or null for the browser's. Returns the zone that counts now. */
export function applyPreferences(theme, zone) {
  if (theme) root.dataset.chosenTheme = theme; else delete root.dataset.chosenTheme;
  if (zone) root.dataset.zone = zone; else delete root.dataset.zone;
  remember('theme', '');
  setTheme(theme ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'));
  document.dispatchEvent(new CustomEvent('lc:zone'));
  return zoneName();
}

const actions = {
  '[data-theme-toggle]'() {
    setTheme(root.dataset.theme === 'light' ? 'dark' : 'light');
    remember('theme', root.dataset.theme);
    remember('theme-over', root.dataset.chosenTheme ?? '');
  },
  '[data-pin-rail]'(button) {
    const pinned = root.dataset.rail !== 'pinned';
    if (pinned) root.dataset.rail = 'pinned'; else delete root.dataset.rail;
    remember('rail', pinned ? 'pinned' : 'open');
    button.setAttribute('aria-pressed', String(pinned));
  },
  '[data-opens]'(button) {
    const dialog = document.getElementById(button.dataset.opens);
    const toggle = dialog.querySelector('[data-shortcuts-on]');
    if (toggle) toggle.checked = shortcutsOn();
    if (dialog.open) dialog.close(); else dialog.showModal();
  },
  '[data-copy-from]'(button) { const source = document.getElementById(button.dataset.copyFrom); copyText(button, source.textContent, source); },
  '[data-closes-popover]'(link) { link.closest('[popover]').hidePopover(); },
  '[data-reconnect]'() { globalThis.Blazor?.reconnect?.().then(back => back || location.reload(), () => { /* still away */ }); },
};

document.addEventListener('click', event => {
  for (const [selector, act] of Object.entries(actions)) {
    const element = event.target.closest?.(selector);
    if (element) act(element);
  }
  // A dialog's own rectangle is its children: a click on the element itself is one on the backdrop.
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

// --- popovers stand below what opened them ---------------------------------------------------------------------------------
document.addEventListener('beforetoggle', event => {
  const popover = event.target;
  if (event.newState !== 'open' || !popover.matches?.('[data-anchored]')) return;
  const at = document.querySelector(`[popovertarget="${popover.id}"]`).getBoundingClientRect();
  popover.style.top = `${at.bottom + 6}px`;
  popover.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 328))}px`;
}, true);

// --- single keys press the button that carries them; a key without a button does nothing -----------------------------------
document.addEventListener('change', event => {
  if (event.target.matches?.('[data-shortcuts-on]')) remember('shortcuts', event.target.checked ? 'on' : 'off');
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || !shortcutsOn()) return;
  const target = event.target;
  if (target.closest?.('input, textarea, select, [contenteditable]')) return;
  const inDialog = document.querySelector('dialog[open]');
  let key = event.key;
  if (key === ' ') {
    if (target.closest?.('a, button, summary, [role=button], [tabindex]:not(h1, main)')) return; // there the space bar has its own meaning
    key = 'p';
  }
  const button = [...document.querySelectorAll('[data-shortcut]')].find(element => element.dataset.shortcut === key);
  if (!button || (inDialog && key !== '?')) return;
  event.preventDefault();
  button.click();
});

// --- Blazor: quick at first, then every 5 s for as long as the tab is open: an on-call screen comes back by itself -------------
globalThis.Blazor?.start({
  circuit: {
    configureSignalR: builder => builder.withUrl('_blazor', { WebSocket: hearingSocket() }),
    reconnectionOptions: { maxRetries: 1_000_000, retryIntervalMilliseconds: attempt => Math.min(5000, 250 * 2 ** Math.min(attempt, 8)) },
  },
});

// --- the lost connection -----------------------------------------------------------------------------------------------------
const strip = document.getElementById('components-reconnect-modal');
if (strip) {
  watchForSilence(root, document.getElementById('no-answer'));
  new MutationObserver(() => {
    const lost = strip.classList.contains('components-reconnect-show') || strip.classList.contains('components-reconnect-failed');
    if (lost && root.dataset.offline === undefined) {
      root.dataset.offline = '';
      for (const element of strip.querySelectorAll('[data-lost-at]')) element.textContent = lastHeard();
    } else if (strip.classList.contains('components-reconnect-hide')) {
      delete root.dataset.offline;
    }
    // The server does not know this circuit any more: the whole view is in the URL, so a reload brings it back.
    if (strip.classList.contains('components-reconnect-rejected')) location.reload();
  }).observe(strip, { attributeFilter: ['class'] });
}
