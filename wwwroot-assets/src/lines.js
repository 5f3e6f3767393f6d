// The newest lines: a bounded list whose rows are data. Log text is hostile: it is only ever written as text.
import { textElement } from './dom.js';
import { iso, lineTime, zoneAt } from './format.js';
import { createDetail } from './line-detail.js';
import { shortcutsOn } from './store.js';

// Where the arrow keys have a meaning of their own.
const OWN_ARROWS = 'input, textarea, select, [contenteditable], dialog, [popover], [data-chart-rows], pre';

/** @param element the card  @param capacity rows kept  @param circuit looks up what else is stored about a line */
export function createLines(element, capacity, circuit) {
  const list = element.querySelector('[data-lines]');
  const note = element.querySelector('[data-lines-note]');
  const held = element.querySelector('[data-lines-held]');
  const empty = element.querySelector('[data-lines-empty]');
  element.querySelector('[data-lines-zone]').textContent = zoneAt(Date.now());

  let waiting = [];       // newest first: came while the reader was at the list
  let waitingCount = 0;

  // A reader points at a row, has one focused or open, or marks text: rows must not move under that.
  const isRead = () => list.matches(':hover') || list.contains(document.activeElement) || list.querySelector('[aria-expanded=true]')
    || (!getSelection().isCollapsed && list.contains(getSelection().anchorNode));

  function add(rows) {
    if (rows.length === 0) return;
    const fragment = document.createDocumentFragment();
    for (const row of rows) fragment.append(rowOf(row));
    list.prepend(fragment);
    while (list.childElementCount > capacity) list.lastElementChild.remove();
    tabStop(list.firstElementChild.firstElementChild);
    list.style.setProperty('--time-chars', Math.max(...[...list.querySelectorAll('.line-time')].map(time => time.textContent.length)));
  }

  function release() {
    if (waitingCount === 0) return;
    add(waiting);
    waiting = [];
    waitingCount = 0;
    held.hidden = true;
  }

  // The list is one stop of the tab key: the newest line, until the reader has moved to another.
  function tabStop(row) {
    const before = list.querySelector('.line[tabindex="0"]');
    if (before) before.tabIndex = -1;
    row.tabIndex = 0;
  }

  function toggle(row) {
    const open = row.getAttribute('aria-expanded') === 'true';
    row.setAttribute('aria-expanded', String(!open));
    if (open) row.nextElementSibling.remove();
    else row.after(createDetail(row.line, () => circuit.invokeMethodAsync('Open', row.dataset.id)));
  }

  function onClick(event) {
    const row = event.target.closest('.line');
    if (row && getSelection().isCollapsed) toggle(row);
  }

  function focus(row) {
    tabStop(row);
    row.focus();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const row = event.target.closest('[role=listitem]').querySelector('.line');
    if (event.key === 'Escape') {
      if (row.getAttribute('aria-expanded') === 'true') { toggle(row); focus(row); } else document.activeElement.blur();
      event.preventDefault();
      return;
    }
    if (event.target !== row) return;
    const rows = [...list.querySelectorAll('.line')];
    const at = rows.indexOf(row);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, ...(shortcutsOn() ? { j: at + 1, k: at - 1 } : {}) };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const next = rows[moves[event.key]];
    if (next) focus(next);
  }

  // From anywhere on the page that does not need these keys itself.
  function onPageKey(event) {
    if (event.key !== 'ArrowDown' && event.key !== 'j') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || !shortcutsOn()) return;
    if (event.target.closest?.(OWN_ARROWS) || document.querySelector('dialog[open], :popover-open')) return;
    const row = list.querySelector('.line[tabindex="0"]');
    if (!row) return;
    event.preventDefault();
    focus(row);
  }

  const letGo = () => setTimeout(() => { if (!isRead()) release(); });
  const releaseNow = () => {
    for (const row of list.querySelectorAll('[aria-expanded=true]')) toggle(row);
    document.activeElement?.blur?.();
    release();
  };

  list.addEventListener('click', onClick);
  list.addEventListener('keydown', onKey);
  list.addEventListener('pointerleave', letGo);
  list.addEventListener('focusout', letGo);
  held.addEventListener('click', releaseNow);
  document.addEventListener('keydown', onPageKey);

  return {
    update({ reset, added, note: text }) {
      note.textContent = text;
      if (reset) {
        list.replaceChildren();
        waiting = [];
        waitingCount = 0;
        held.hidden = true;
        add(added);
      } else if (added.length > 0 && isRead()) {
        waitingCount += added.length;
        waiting = [...added, ...waiting].slice(0, capacity);
        held.replaceChildren(textElement('span', 'held-why', 'Held while you read,\u00A0'), `${waitingCount > capacity ? `${capacity}+` : waitingCount} new: show`);
        held.hidden = false;
      } else {
        release();
        add(added);
      }
      empty.hidden = list.childElementCount > 0;
    },
    dispose() {
      document.removeEventListener('keydown', onPageKey);
      list.replaceChildren();
    },
  };
}

function rowOf({ id, t, b, s, m, f }) {
  const item = document.createElement('div');
  item.role = 'listitem';
  const row = document.createElement('button');
  row.type = 'button';
  row.className = 'line';
  row.tabIndex = -1;
  row.dataset.id = id;
  row.dataset.band = b;
  row.setAttribute('aria-expanded', 'false');
  const time = textElement('time', 'line-time', lineTime(t));
  time.dateTime = iso(t);
  time.title = iso(t);
  const service = textElement('span', 'line-service', s);
  service.title = s;
  // One line on screen; bdi keeps right-to-left text from reordering its neighbours.
  const text = textElement('bdi', 'line-text', m.replace(/\s*\n\s*/g, ' ⏎ '));
  row.append(time, textElement('span', 'line-band', b), service, text);
  if (f) {
    const odd = textElement('span', 'line-odd', '!');
    odd.title = f;
    odd.setAttribute('aria-label', f);
    row.append(odd);
  }
  row.line = { t, m, f };
  item.append(row);
  return item;
}
