// j and k walk through the rows of a list of links; Enter is the link's own.
import { shortcutsOn } from './store.js';

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !shortcutsOn()) return;
  const step = { j: 1, k: -1 }[event.key];
  const rows = [...document.querySelectorAll('[data-rows] [data-row]')];
  if (!step || rows.length === 0 || event.target.closest?.('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next.focus();
  next.closest('li')?.scrollIntoView({ block: 'nearest' });
});
