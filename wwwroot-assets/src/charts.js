// The live chart: records by severity as stacked bars, the error share as a line on the right axis, and the same figures as a table.
import ApexCharts from 'apexcharts';
import { shiftOf, timeLabels } from './axis.js';
import { textElement } from './dom.js';
import { count, date, dateTime, offset, rate, share, short, time, zoneAt } from './format.js';
import { placeMarks } from './marks.js';
import { GAP, ceiling, stretches, widthText } from './series.js';

export { createSeriesChart } from './series.js';

// In the order of SeverityBand, which is also the order of the stack: what matters lies on top and keeps its colour.
const BANDS = ['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const SHARE = 'error share';
const FIRST_ERROR = 5;
const REDRAW_MS = 1000;

/** @param element holds the plot and the table; its card holds the legend, the note and the table button */
export function createVolumeChart(element) {
  const card = element.closest('section');
  const parts = {
    plot: element.querySelector('[data-chart-plot]'), rows: element.querySelector('[data-chart-rows]'), marks: element.querySelector('[data-chart-marks]'),
    legend: card.querySelector('[data-chart-legend]'), left: card.querySelector('[data-chart-left]'), right: card.querySelector('[data-chart-right]'), note: card.querySelector('[data-chart-note]'), table: card.querySelector('[data-chart-table]'),
  };
  const buckets = new Map();        // start → [start, provisional, counts…]
  const hidden = new Set();
  let span = null;                  // { from, to, width }
  let chart = null;
  let drawing = Promise.resolve();
  let lastDraw = -Infinity;
  let timer = 0;
  let pointer = null;
  let marks = [];

  const place = () => placeMarks(parts.marks, chart, marks, span ? shiftOf(span) : 0);
  const sorted = () => [...buckets.values()].sort((a, b) => a[0] - b[0]);

  async function draw() {
    timer = 0;
    lastDraw = performance.now();
    const rows = sorted();
    const all = slots(rows, span);
    legend(rows, all.some(isGap));
    parts.note.textContent = `${widthText(span.width)} a bar · ${zoneAt(span.to)}`;
    if (!parts.rows.hidden) { table(rows); return; }
    parts.left.textContent = `records per ${widthText(span.width)}`;
    parts.right.textContent = hidden.has(SHARE) ? '' : SHARE;
    const options = optionsOf(all, span, hidden, palette(), place);
    if (chart) {
      await chart.updateOptions(options, false, false, false);
    } else {
      chart = new ApexCharts(parts.plot, options);
      await chart.render();
    }
    place();
    // Redrawing takes the tooltip away: move the pointer where it is.
    if (pointer) document.elementFromPoint(pointer.clientX, pointer.clientY)?.dispatchEvent(new MouseEvent('mousemove', pointer));
  }

  function schedule(soon) {
    if (!span) return;
    clearTimeout(timer);
    timer = setTimeout(() => { drawing = drawing.then(draw); }, soon ? 0 : Math.max(0, lastDraw + REDRAW_MS - performance.now()));
  }

  function legend(rows, gaps) {
    const totals = BANDS.map((_, band) => rows.reduce((sum, row) => sum + row[band + 2], 0));
    const present = BANDS.map((name, band) => ({ name, text: count(totals[band]), there: totals[band] > 0 })).filter(one => one.there).reverse();
    const wanted = [...present, { name: SHARE, text: '' }];
    const buttons = wanted.map(({ name, text }) => {
      const button = parts.legend.querySelector(`[data-series="${name}"]`) ?? legendButton(name);
      button.lastElementChild.textContent = text;
      button.setAttribute('aria-pressed', String(!hidden.has(name)));
      return button;
    });
    if (gaps) buttons.push(parts.legend.querySelector('[data-series=gap]') ?? gapNote());
    if (buttons.length !== parts.legend.childElementCount || buttons.some((button, i) => parts.legend.children[i] !== button)) {
      parts.legend.replaceChildren(...buttons);
    }
  }

  function legendButton(name) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'legend-item';
    button.dataset.series = name;
    button.append(document.createElement('i'), textElement('span', '', name), document.createElement('b'));
    button.addEventListener('click', () => {
      if (!hidden.delete(name)) hidden.add(name);
      schedule(true);
    });
    return button;
  }

  function gapNote() {
    const note = textElement('span', 'legend-item', '');
    note.dataset.series = 'gap';
    note.title = GAP;
    note.append(document.createElement('i'), textElement('span', '', 'no record of this time'));
    return note;
  }

  function table(rows) {
    const bands = BANDS.map((name, band) => ({ name, band })).filter(({ band }) => rows.some(row => row[band + 2] > 0)).reverse();
    const element = document.createElement('table');
    const caption = element.createCaption();
    caption.className = 'visually-hidden';
    caption.textContent = 'Records by severity, newest first';
    const head = element.createTHead().insertRow();
    for (const title of ['Time', ...bands.map(({ name }) => name), 'total', SHARE]) {
      const cell = textElement('th', '', title);
      cell.scope = 'col';
      head.append(cell);
    }
    const body = element.createTBody();
    for (const row of rows.toReversed()) {
      const line = body.insertRow();
      const start = textElement('th', '', dateTime(row[0]) + (row[1] ? ' (filling)' : ''));
      start.scope = 'row';
      start.title = new Date(row[0]).toISOString();
      line.append(start);
      for (const { band } of bands) line.insertCell().textContent = count(row[band + 2]);
      line.insertCell().textContent = count(totalOf(row));
      line.insertCell().textContent = totalOf(row) === 0 ? '–' : share(shareOf(row));
    }
    parts.rows.replaceChildren(element);
  }

  function toggleTable() {
    const asTable = parts.rows.hidden;
    parts.rows.hidden = !asTable;
    parts.left.parentElement.hidden = asTable;
    parts.plot.hidden = asTable;
    parts.marks.hidden = asTable;
    parts.table.setAttribute('aria-pressed', String(asTable));
    schedule(true);
  }

  // The chart follows its card's width by itself, a moment later than the card.
  const resized = new ResizeObserver(() => setTimeout(place, 250));
  resized.observe(parts.plot);
  const onTheme = () => schedule(true);
  const onMove = event => { if (event.isTrusted) pointer = { clientX: event.clientX, clientY: event.clientY, bubbles: true }; };
  const onLeave = () => { pointer = null; };
  parts.table.addEventListener('click', toggleTable);
  parts.plot.addEventListener('mousemove', onMove);
  parts.plot.addEventListener('mouseleave', onLeave);
  document.addEventListener('lc:theme', onTheme);

  return {
    /** Takes a frame; draws at once, or within a second of the last drawing. One of marks alone draws nothing but them. */
    update({ reset, from, to, width, buckets: changed, marks: marked }) {
      if (marked) {
        marks = marked;
        return drawing.then(place);
      }
      if (reset) buckets.clear();
      for (const bucket of changed) buckets.set(bucket[0], bucket);
      for (const start of buckets.keys()) if (start < from) buckets.delete(start);
      span = { from, to, width };
      if (reset || !timer) schedule(reset);
      return drawing;
    },
    dispose() {
      clearTimeout(timer);
      resized.disconnect();
      document.removeEventListener('lc:theme', onTheme);
      chart?.destroy();
    },
  };
}

const totalOf = row => row.slice(2).reduce((sum, n) => sum + n, 0);
const shareOf = row => (row[FIRST_ERROR + 2] + row[FIRST_ERROR + 3]) / totalOf(row);

function palette() {
  const style = getComputedStyle(document.documentElement);
  const token = name => style.getPropertyValue(`--${name}`).trim();
  return {
    bands: BANDS.map(band => token(`chart-${band}`)), share: token('text-secondary'), muted: token('text-muted'),
    border: token('border'), rule: token('border-strong'), surface: token('surface'),
  };
}

/** Every slot of the range: its bucket, or one without counts where nothing is known, so that bars and lines leave a gap there. */
function slots(rows, { from, to, width }) {
  const known = new Map(rows.map(row => [row[0], row]));
  const all = [];
  for (let start = from; start < to; start += width) all.push(known.get(start) ?? [start, 0]);
  return all;
}

function optionsOf(rows, { from, to, width }, hidden, colors, placed) {
  const shift = shiftOf({ to });
  const end = from + Math.max(1, Math.ceil((to - from) / width)) * width;
  const bars = BANDS.map((name, band) => ({ name, band })).filter(({ name, band }) => !hidden.has(name) && rows.some(row => row[band + 2] > 0));
  const drawn = bars.length > 0 ? bars : [{ name: 'info', band: 3 }];
  const middle = row => row[0] + width / 2 + shift;
  const series = drawn.map(({ name, band }) => ({
    name, type: 'column',
    data: rows.map(row => ({ x: middle(row), y: row[band + 2] ?? null, ...(row[1] ? { fillColor: `${colors.bands[band]}70` } : {}) })),
  }));
  const highest = Math.max(4, ...rows.map(row => drawn.reduce((sum, { band }) => sum + (row[band + 2] ?? 0), 0)));
  const showShare = !hidden.has(SHARE);
  const shares = rows.map(row => (totalOf(row) === 0 || row[1] ? null : shareOf(row)));
  if (showShare) series.push({ name: SHARE, type: 'line', data: rows.map((row, i) => ({ x: middle(row), y: shares[i] })) });
  const highestShare = Math.min(1, ceiling(Math.max(0.01, ...shares.filter(x => x !== null)), 4));
  const label = { style: { colors: colors.muted, fontSize: '12px', fontFamily: 'inherit' } };
  const names = drawn.map(({ name }) => name);
  return {
    series,
    colors: [...drawn.map(({ band }) => colors.bands[band]), ...(showShare ? [colors.share] : [])],
    chart: {
      type: 'line', stacked: true, height: '100%', width: '100%', animations: { enabled: false }, toolbar: { show: false }, zoom: { enabled: false },
      selection: { enabled: false }, background: 'transparent', fontFamily: 'inherit', parentHeightOffset: 0, redrawOnParentResize: true, events: { mounted: placed, updated: placed },
    },
    stroke: { width: [...drawn.map(() => 0), ...(showShare ? [1.5] : [])], curve: 'straight' },
    fill: { type: 'solid', opacity: 1 },
    plotOptions: { bar: { columnWidth: '86%', borderRadius: 0 } },
    dataLabels: { enabled: false },
    legend: { show: false },
    markers: { size: 0, hover: { size: 3 } },
    states: { hover: { filter: { type: 'none' } }, active: { filter: { type: 'none' } } },
    grid: { borderColor: colors.border, strokeDashArray: 0, padding: { left: -20, right: -28, top: -12, bottom: -4 }, xaxis: { lines: { show: false } } },
    xaxis: {
      ...axisOf(from), min: from + shift, max: end + shift, axisBorder: { color: colors.rule }, axisTicks: { color: colors.rule },
      labels: { ...label, ...axisOf(from).labels, ...timeLabels },
      crosshairs: { show: true, stroke: { color: colors.rule, width: 1, dashArray: 0 } }, tooltip: { enabled: false },
    },
    yaxis: [
      { seriesName: names, min: 0, max: ceiling(highest, 4), tickAmount: 4, labels: { ...label, minWidth: 36, offsetX: -20, formatter: n => short(n) } },
      ...(showShare ? [{
        seriesName: [SHARE], opposite: true, min: 0, max: highestShare, tickAmount: 4,
        labels: { ...label, minWidth: 36, offsetX: -30, formatter: n => `${+(n * 100).toFixed(2)}\u202F%` },
      }] : []),
    ],
    annotations: { xaxis: gaps(rows, width).map(([x, x2]) => ({ x: x + shift, x2: x2 + shift, fillColor: colors.muted, opacity: 0.14, borderColor: 'transparent' })) },
    tooltip: { shared: true, intersect: false, followCursor: false, custom: ({ dataPointIndex }) => tooltipOf(rows[dataPointIndex], width) },
  };
}

// The library takes the years below 100 for those of the last century and this one.
const axisOf = from => (new Date(from).getUTCFullYear() < 100
  ? { type: 'numeric', tickAmount: 6, labels: { formatter: x => String(new Date(+x).getUTCFullYear()).padStart(4, '0') } }
  : { type: 'datetime' });

const isGap = slot => slot.length === 2;

/** Stretches nobody knows anything about. */
const gaps = (rows, width) => stretches(rows.filter(isGap).map(([start]) => start), width);

// Only our own words and numbers: nothing of a record's text comes here.
function tooltipOf(row, width) {
  if (!row) return '';
  const when = `<p class="tip-when">${date(row[0])} ${time(row[0])} – ${time(row[0] + width)} <span>${offset(row[0])}</span></p>`;
  if (isGap(row)) return `<div class="tip">${when}<p class="tip-note tip-gap">${GAP}</p></div>`;
  const total = totalOf(row);
  const lines = BANDS.map((name, band) => [name, row[band + 2]]).filter(([, n]) => n > 0).reverse();
  return `<div class="tip">${when}<p class="tip-note">records in ${widthText(width)}</p><dl>`
    + lines.map(([name, n]) => `<div><dt data-series="${name}"><i></i>${name}</dt><dd>${count(n)}</dd></div>`).join('')
    + `<div class="tip-sum"><dt>total</dt><dd>${count(total)}</dd></div>`
    + (row[1] ? '' : `<div><dt>mean rate</dt><dd>${rate(total * 1000 / width)}/s</dd></div>`)
    + `<div><dt>${SHARE}</dt><dd>${total === 0 ? '–' : share(shareOf(row))}</dd></div></dl>`
    + (row[1] ? '<p class="tip-note">still filling</p>' : '') + '</div>';
}
