// Diamonds on a chart's time axis, each with a thin rule up to the top: laid over the plot, so that they need no redraw and are links.
import { textElement } from './dom.js';
import { dateTime } from './format.js';

// Nearer than this two diamonds cover each other: they become one that says how many.
const NEAR_PX = 14;

/**
 * @param list the element laid over the plot
 * @param chart the drawn chart
 * @param marks each { at, label, url, state }; labels are hostile text
 * @param shift how far the chart's moments are moved
 */
export function placeMarks(list, chart, marks, shift) {
  const at = chart?.w.globals;
  if (!at?.gridWidth) { list.replaceChildren(); return; }
  const scale = at.gridWidth / (at.maxX - at.minX);
  const groups = [];
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const moment = mark.at + shift;
    if (moment > at.maxX) continue;
    // What began before the chart stands at its edge.
    const x = Math.max(0, (moment - at.minX) * scale);
    const last = groups.at(-1);
    if (last && x - last.x < NEAR_PX) last.marks.push(mark); else groups.push({ x, marks: [mark] });
  }
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  list.replaceChildren(...groups.map(group => {
    const item = document.createElement('li');
    item.className = 'mark';
    item.style.left = `${at.translateX + group.x}px`;
    item.style.top = `${at.translateY}px`;
    item.style.height = `${at.gridHeight}px`;
    item.append(diamond(group.marks));
    return item;
  }));
  if (focused) [...list.querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus();
}

// Several at one place open the newest one that is not over.
function diamond(marks) {
  const first = marks.findLast(mark => mark.state !== 'resolved') ?? marks.at(-1);
  const element = textElement(first.url ? 'a' : 'span', 'mark-diamond', '');
  const text = marks.map(mark => `${dateTime(mark.at)} ${mark.label}`).join('\n');
  if (first.url) element.href = first.url;
  if (first.state) element.dataset.state = first.state;
  element.title = text;
  element.append(document.createElement('i'), textElement('span', 'visually-hidden', text));
  if (marks.length > 1) {
    const many = textElement('b', '', String(marks.length));
    many.setAttribute('aria-hidden', 'true');
    element.append(many);
  }
  return element;
}
