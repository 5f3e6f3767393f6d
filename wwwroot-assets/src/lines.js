// The newest lines: a bounded list whose rows are data. Log text is hostile: it is only ever written as text.
import { dateTime, iso, offset, timeMs, zoneAt } from './format.js';

/** @param element the card  @param capacity rows kept */
export function createLines(element, capacity) {
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
    keepOneTabStop();
  }

  function release() {
    if (waitingCount === 0) return;
    add(waiting);
    waiting = [];
    waitingCount = 0;
    held.hidden = true;
  }

  function keepOneTabStop() {
    const current = list.querySelector('.line[tabindex="0"]');
    if (!current && list.firstElementChild) list.firstElementChild.firstElementChild.tabIndex = 0;
  }

  function onClick(event) {
    const row = event.target.closest('.line');
    if (row && getSelection().isCollapsed) toggle(row);
  }

  function onKey(event) {
    const row = event.target.closest('.line');
    if (!row) return;
    const rows = [...list.querySelectorAll('.line')];
    const at = rows.indexOf(row);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined && rows[next]) {
      row.tabIndex = -1;
      rows[next].tabIndex = 0;
      rows[next].focus();
      event.preventDefault();
    } else if (event.key === 'Escape') {
      if (row.getAttribute('aria-expanded') === 'true') toggle(row); else row.blur();
    }
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
        held.textContent = `Held while you read, ${waitingCount > capacity ? `more than ${capacity}` : waitingCount} new: show`;
        held.hidden = false;
      } else {
        release();
        add(added);
      }
      empty.hidden = list.childElementCount > 0;
    },
    dispose() { list.replaceChildren(); },
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
  const time = cell('time', 'line-time', timeMs(t));
  time.dateTime = iso(t);
  time.title = iso(t);
  const service = cell('span', 'line-service', s);
  service.title = s;
  // One line on screen; bdi keeps right-to-left text from reordering its neighbours.
  const text = cell('bdi', 'line-text', m.replace(/\s*\n\s*/g, ' ⏎ '));
  row.append(time, cell('span', 'line-band', b), service, text);
  if (f) {
    const odd = cell('span', 'line-odd', '!');
    odd.title = f;
    odd.setAttribute('aria-label', f);
    row.append(odd);
  }
  row.line = { t, m, f };
  item.append(row);
  return item;
}

function cell(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function toggle(row) {
  const open = row.getAttribute('aria-expanded') === 'true';
  row.setAttribute('aria-expanded', String(!open));
  if (open) {
    row.nextElementSibling?.remove();
    return;
  }
  const { t, m, f } = row.line;
  const detail = document.createElement('div');
  detail.className = 'line-detail';
  detail.append(cell('p', 'line-when', `${dateTime(t)}.${String(t % 1000).padStart(3, '0')} ${offset(t)} · ${iso(t)}${f ? ` · ${f}` : ''}`));
  const body = cell('pre', 'line-body', m);
  body.dir = 'auto';
  detail.append(body);
  row.after(detail);
}
