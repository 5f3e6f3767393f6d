// The course of one series with its expected band, the anomalies on it, and the stretch a piece of evidence speaks of.
import ApexCharts from 'apexcharts';
import { shiftOf, timeLabels } from './axis.js';
import { textElement } from './dom.js';
import { count, date, dateTime, offset, rate, share, time, zoneAt } from './format.js';
import { placeMarks } from './marks.js';

/** What is said of time nobody knows anything about. */
export const GAP = 'No record of this time: the console was not running, or the data is gone.';

const MEASURES = {
  share: { axis: () => 'error share', text: share, tick: n => `${+(n * 100).toFixed(2)}\u202F%` },
  rate: { axis: () => 'records per second', text: n => `${rate(n)}/s`, tick: n => rate(n) },
  count: { axis: width => `records per ${widthText(width)}`, text: count, tick: n => count(n) },
};

/** @param element holds the plot, the marks and the table; its card holds the notes and the table button */
export function createSeriesChart(element) {
  const card = element.closest('section');
  const part = name => card.querySelector(`[data-chart-${name}]`);
  const parts = { plot: part('plot'), rows: part('rows'), marks: part('marks'), note: part('note'), left: part('left'), band: part('band'), gap: part('gap'), table: part('table') };
  let frame = null;
  let chart = null;
  let drawing = Promise.resolve();
  let proof = null;

  async function draw() {
    if (!frame) return;
    const measure = MEASURES[frame.measure];
    parts.note.textContent = `${widthText(frame.width)} a point · ${zoneAt(frame.to)}`;
    parts.left.textContent = measure.axis(frame.width);
    parts.gap.hidden = frame.unheard.length === 0;
    parts.band.textContent = frame.low === null ? frame.noBand : `detector’s band ${measure.text(frame.low)} – ${measure.text(frame.high)}`;
    if (!parts.rows.hidden) { table(measure); return; }
    parts.plot.setAttribute('aria-label', `${frame.label} over time, ${parts.band.textContent}. Press t for a table of the same figures.`);
    const options = optionsOf(frame, measure, colors(), proof, place);
    if (chart) {
      await chart.updateOptions(options, false, false, false);
    } else {
      chart = new ApexCharts(parts.plot, options);
      await chart.render();
    }
    place();
  }

  const place = () => placeMarks(parts.marks, chart, frame?.marks ?? [], frame ? shiftOf(frame) : 0);
  const redraw = () => { drawing = drawing.then(draw); return drawing; };

  function table(measure) {
    const grid = document.createElement('table');
    const head = grid.createTHead().insertRow();
    for (const title of ['Time', measure.axis(frame.width), 'detector’s band']) {
      const cell = textElement('th', '', title);
      cell.scope = 'col';
      head.append(cell);
    }
    const body = grid.createTBody();
    frame.values.forEach((value, i) => {
      const row = body.insertRow(0);
      const start = textElement('th', '', dateTime(frame.from + i * frame.width));
      start.scope = 'row';
      row.append(start);
      row.insertCell().textContent = frame.unheard.includes(frame.from + i * frame.width) ? 'no record of this time' : value === null ? '–' : measure.text(value);
      row.insertCell().textContent = frame.low === null ? '–' : value !== null && (value < frame.low || value > frame.high) ? 'outside' : 'inside';
    });
    parts.rows.replaceChildren(grid);
  }

  function toggleTable() {
    const asTable = parts.rows.hidden;
    parts.rows.hidden = !asTable;
    parts.plot.hidden = asTable;
    parts.marks.hidden = asTable;
    parts.table.setAttribute('aria-pressed', String(asTable));
    redraw();
  }

  const onProof = event => {
    const next = event.detail;
    if (next?.from === proof?.from && next?.to === proof?.to) return;
    proof = next;
    redraw();
  };
  const resized = new ResizeObserver(() => setTimeout(place, 250));
  resized.observe(parts.plot);
  parts.table.addEventListener('click', toggleTable);
  document.addEventListener('lc:theme', redraw);
  document.addEventListener('lc:proof', onProof);

  return {
    update(next) { frame = next; return redraw(); },
    dispose() {
      resized.disconnect();
      document.removeEventListener('lc:theme', redraw);
      document.removeEventListener('lc:proof', onProof);
      chart?.destroy();
    },
  };
}

/** Buckets that follow each other as one stretch each. */
export function stretches(starts, width) {
  const found = [];
  for (const start of starts) {
    const last = found.at(-1);
    if (last?.[1] === start) last[1] += width; else found.push([start, start + width]);
  }
  return found;
}

export function widthText(ms) {
  const s = ms / 1000;
  return s < 60 ? `${s} s` : s < 3600 ? `${s / 60} min` : s < 86_400 ? `${s / 3600} h` : `${s / 86_400} d`;
}

/** Smallest of 1, 2, 2.5, 5 × 10ⁿ × ticks that holds the value: the axis then has round labels. */
export function ceiling(value, ticks) {
  const step = value / ticks;
  const power = 10 ** Math.floor(Math.log10(step));
  return ticks * power * [1, 2, 2.5, 5, 10].find(factor => factor * power >= step * 0.9999);
}

function colors() {
  const style = getComputedStyle(document.documentElement);
  const token = name => style.getPropertyValue(`--${name}`).trim();
  return { line: token('text-secondary'), anomaly: token('anomaly'), accent: token('accent'), muted: token('text-muted'), border: token('border'), rule: token('border-strong') };
}

function optionsOf({ from, to, width, values, low, high, unheard, measure: name }, measure, colors, proof, placed) {
  const highest = Math.max(name === 'share' ? 0.01 : name === 'count' ? 4 : 0.1, high ?? 0, ...values.filter(value => value !== null));
  const label = { style: { colors: colors.muted, fontSize: '12px', fontFamily: 'inherit' } };
  const max = ceiling(highest, 4);
  const shift = shiftOf({ to });
  return {
    series: [{ name: 'value', data: values.map((value, i) => ({ x: from + i * width + width / 2 + shift, y: value })) }],
    colors: [colors.line],
    chart: {
      type: 'line', height: '100%', width: '100%', animations: { enabled: false }, toolbar: { show: false }, zoom: { enabled: false }, selection: { enabled: false },
      background: 'transparent', fontFamily: 'inherit', parentHeightOffset: 0, redrawOnParentResize: true, events: { mounted: placed, updated: placed },
    },
    stroke: { width: 1.5, curve: 'straight' },
    dataLabels: { enabled: false },
    legend: { show: false },
    markers: { size: 0, hover: { size: 3 } },
    grid: { borderColor: colors.border, strokeDashArray: 0, padding: { left: -8, right: 12, top: -12, bottom: -4 }, xaxis: { lines: { show: false } } },
    xaxis: {
      type: 'datetime', min: from + shift, max: to + shift, axisBorder: { color: colors.rule }, axisTicks: { color: colors.rule },
      labels: { ...label, ...timeLabels },
      crosshairs: { show: true, stroke: { color: colors.rule, width: 1, dashArray: 0 } }, tooltip: { enabled: false },
    },
    yaxis: { min: 0, max: name === 'share' ? Math.min(1, max) : max, tickAmount: 4, labels: { ...label, minWidth: 44, offsetX: -8, formatter: measure.tick } },
    annotations: {
      yaxis: low === null ? [] : [{ y: Math.max(0, low), y2: Math.max(high, low + max / 200), fillColor: colors.anomaly, opacity: 0.12, borderColor: 'transparent', strokeDashArray: 0 }],
      xaxis: [...stretches(unheard, width).map(([x, x2]) => ({ x: x + shift, x2: Math.min(x2, to) + shift, fillColor: colors.muted, opacity: 0.14, borderColor: 'transparent' })),
        ...proof && proof.to > from && proof.from < to
          ? [{ x: Math.max(from, proof.from) + shift, x2: Math.min(to, proof.to) + shift, fillColor: colors.accent, opacity: 0.16, borderColor: 'transparent' }] : []],
    },
    // Only our own words and numbers: nothing of a record's text comes here.
    tooltip: {
      shared: true, intersect: false, followCursor: false,
      custom({ dataPointIndex: i }) {
        const start = from + i * width;
        const value = values[i];
        const when = `<p class="tip-when">${date(start)} ${time(start)} – ${time(start + width)} <span>${offset(start)}</span></p>`;
        if (unheard.includes(start)) return `<div class="tip">${when}<p class="tip-note tip-gap">${GAP}</p></div>`;
        const outside = low !== null && value !== null && (value < low || value > high);
        return `<div class="tip">${when}<dl>`
          + `<div><dt>${measure.axis(width)}</dt><dd>${value === null || value === undefined ? 'no records' : measure.text(value)}</dd></div>`
          + (low === null ? '' : `<div><dt>band</dt><dd>${measure.text(low)} – ${measure.text(high)}${outside ? ', outside' : ''}</dd></div>`) + '</dl></div>';
      },
    },
  };
}
