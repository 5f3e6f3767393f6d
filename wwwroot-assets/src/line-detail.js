// What is shown below an open line: at once what the list knows, then everything that is stored.
import { copyText } from './copy.js';
import { textElement } from './dom.js';
import { exact } from './format.js';

/** @param line what the list knows: { t, m, f }  @param look answers with the line's sheet */
export function createDetail({ t, m, f }, look) {
  const detail = document.createElement('div');
  detail.className = 'line-detail';
  const fields = document.createElement('dl');
  fields.className = 'sheet-fields';
  fields.append(field({ name: 'time', value: exact(t), note: f }));
  detail.append(body(m), fields);
  look().then(sheet => fill(detail, m, sheet), () => detail.append(textElement('p', 'sheet-missing', 'The rest of this line could not be read. Close and open it to try again.')));
  return detail;
}

function fill(detail, shown, { missing, body: whole, fields, oddities, groups, json }) {
  if (missing) {
    detail.append(textElement('p', 'sheet-missing', missing));
    return;
  }
  const actions = document.createElement('div');
  actions.className = 'sheet-actions';
  actions.append(copyButton(json));
  const list = document.createElement('dl');
  list.className = 'sheet-fields';
  list.append(...fields.map(field));
  const parts = [whole === shown ? detail.firstElementChild : body(whole)];
  if (oddities.length > 0) {
    const odd = document.createElement('ul');
    odd.className = 'sheet-odd';
    odd.append(...oddities.map(sentence => textElement('li', '', sentence)));
    parts.push(odd);
  }
  const columns = document.createElement('div');
  columns.className = 'sheet-columns';
  columns.append(list, ...groups.map(group));
  detail.replaceChildren(actions, ...parts, columns);
}

function body(text) {
  const element = textElement('pre', 'line-body', text);
  element.dir = 'auto';
  element.tabIndex = 0; // it scrolls, so the keyboard must reach it
  element.role = 'region';
  element.ariaLabel = 'Message';
  return element;
}

function field({ name, value, note }) {
  const row = document.createElement('div');
  const text = textElement('dd', '', '');
  text.append(textElement('bdi', '', value));
  if (note) text.append(' ', textElement('span', 'sheet-note', note));
  row.append(textElement('dt', '', name), text);
  return row;
}

function group({ title, rows, left }) {
  const section = document.createElement('section');
  section.className = 'sheet-group';
  const list = document.createElement('dl');
  list.className = 'sheet-json';
  for (const { depth, key, value, kind } of rows) {
    const row = document.createElement('div');
    row.style.setProperty('--depth', depth);
    const text = textElement('dd', '', '');
    if (value !== null) text.append(textElement('bdi', `json-${kind}`, value));
    row.append(textElement('dt', '', key), text);
    list.append(row);
  }
  section.append(textElement('h3', '', title), list);
  if (left) section.append(textElement('p', 'sheet-note', left));
  return section;
}

function copyButton(json) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button quiet';
  button.dataset.copyLine = '';
  button.append(textElement('span', '', 'Copy as JSON'));
  button.addEventListener('click', () => copyText(button, json));
  return button;
}
