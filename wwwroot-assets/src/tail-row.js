// One row of the list. Rows are options of a listbox: one tab stop, however many there are.
import { count, iso, lineTime } from './format.js';

let ids = 0;

export function rowOf({ key, ms, band, service, text, odd }) {
  const row = shell(key);
  row.classList.add('srow');
  row.dataset.band = band;
  const at = cell('time', 'srow-time', lineTime(ms));
  at.dateTime = at.title = iso(ms);
  const name = cell('span', 'srow-service', service);
  name.title = service;
  row.append(at, cell('span', 'srow-band', band), name, document.createElement('bdi'));
  row.lastElementChild.className = 'srow-text';
  row.lineText = text.replace(/\s*\n\s*/g, ' ⏎ ');
  if (odd) {
    const sign = cell('span', 'srow-odd', '!');
    sign.title = odd;
    sign.setAttribute('aria-label', odd);
    sign.setAttribute('role', 'img');
    row.append(sign);
  }
  return row;
}

export function gapOf({ key }) {
  const row = shell(key);
  row.classList.add('srow', 'srow-gap');
  return row;
}

/** What may change while a row is on screen. */
export function fillRow(row, data, { mark, active, open, at, of }) {
  row.setAttribute('aria-selected', String(open));
  row.toggleAttribute('data-active', active);
  row.setAttribute('aria-posinset', at);
  row.setAttribute('aria-setsize', of);
  if (data.gap !== undefined) {
    const text = data.loading ? 'Reading' : `${count(data.gap)} ${data.gap === 1 ? 'line' : 'lines'} not shown · load`;
    if (row.textContent !== text) row.textContent = text;
  } else if (row.marked !== mark) {
    row.marked = mark;
    write(row.querySelector('.srow-text'), row.lineText, mark);
  }
}

// The text with every occurrence of what was searched for marked; text nodes only.
function write(element, text, mark) {
  element.replaceChildren();
  const [hay, needle] = [text.toLowerCase(), mark.toLowerCase()];
  let from = 0;
  if (needle && hay.length === text.length) {
    for (let at = hay.indexOf(needle); at >= 0 && element.childElementCount < 20; at = hay.indexOf(needle, from)) {
      element.append(text.slice(from, at), cell('mark', '', text.slice(at, at + needle.length)));
      from = at + needle.length;
    }
  }
  element.append(text.slice(from));
}

function shell(key) {
  const row = document.createElement('div');
  row.id = `srow-${++ids}`;
  row.setAttribute('role', 'option');
  row.dataset.key = key;
  return row;
}

function cell(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
