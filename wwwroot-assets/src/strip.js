// The volume over the list: records by severity as stacked bars; a drag, or Shift with the arrows, chooses a stretch to zoom into.
import { count, date, dateTime, short, time, zoneAt } from './format.js';

// In the order of SeverityBand: what matters lies on top.
const BANDS = ['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const LEAST_DRAG = 5;

/** @param element holds the canvas and its table  @param host the page: Zoom(from, to) */
export function createStrip(element, host) {
  const find = name => element.querySelector(`[data-strip-${name}]`);
  const [canvas, pick, tip, rowsHolder, tableButton, top] = ['canvas', 'pick', 'tip', 'rows', 'table', 'top'].map(find);
  const buckets = new Map();      // start → [start, provisional, counts…]
  let span = null;                // { from, to, width }
  let wanted = BANDS.map(() => true);
  let drag = null;                // { from, to } in CSS pixels
  let cursor = null;              // bucket the keys are at
  let anchor = null;              // bucket where a stretch began
  let queued = 0;

  const slots = () => (span ? Math.max(1, Math.ceil((span.to - span.from) / span.width)) : 0);
  const startOf = slot => span.from + slot * span.width;
  const slotAt = x => Math.min(slots() - 1, Math.max(0, Math.floor((x / canvas.clientWidth) * slots())));
  const countsOf = slot => buckets.get(startOf(slot))?.slice(2) ?? null;
  const sum = counts => (counts ?? []).reduce((total, n, band) => total + (wanted[band] ? n : 0), 0);

  function schedule() { queued ||= requestAnimationFrame(() => { queued = 0; draw(); }); }

  function draw() {
    if (!span) return;
    const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio || 1];
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const style = getComputedStyle(document.documentElement);
    const colors = BANDS.map(band => style.getPropertyValue(`--chart-${band}`));
    const context = canvas.getContext('2d');
    context.scale(scale, scale);
    const n = slots();
    const highest = Math.max(0, ...Array.from({ length: n }, (_, slot) => sum(countsOf(slot))));
    top.textContent = highest > 0 ? `highest bar ${short(highest)}` : 'no lines counted';
    for (let slot = 0; slot < n; slot++) {
      const [x, end] = [Math.round((slot / n) * width), Math.round(((slot + 1) / n) * width)];
      let y = height;
      context.globalAlpha = buckets.get(startOf(slot))?.[1] ? 0.55 : 1;
      for (const [band, value] of (countsOf(slot) ?? []).entries()) {
        if (!wanted[band] || value === 0) continue;
        const tall = Math.max(1, (value / highest) * (height - 2));
        context.fillStyle = colors[band];
        context.fillRect(x, y - tall, Math.max(1, end - x - 1), tall);
        y -= tall;
      }
    }
    showPick();
    element.setAttribute('data-bars', [...buckets.values()].filter(bucket => sum(bucket.slice(2)) > 0).length);
    for (const [band, name] of BANDS.entries()) {
      const chip = document.querySelector(`[data-band-count="${name}"]`);
      if (chip) chip.textContent = short([...buckets.values()].reduce((total, bucket) => total + bucket[band + 2], 0));
    }
    if (!rowsHolder.hidden) table();
    describe();
  }

  function chosen() {
    if (drag) return [slotAt(Math.min(drag.from, drag.to)), slotAt(Math.max(drag.from, drag.to))];
    return anchor === null ? null : [Math.min(anchor, cursor), Math.max(anchor, cursor)];
  }

  function showPick() {
    const range = chosen() ?? (cursor === null ? null : [cursor, cursor]);
    pick.hidden = range === null;
    if (!range) return;
    pick.style.left = `${(range[0] / slots()) * 100}%`;
    pick.style.width = `${((range[1] - range[0] + 1) / slots()) * 100}%`;
  }

  function words(from, to) {
    const totals = BANDS.map((name, band) => [name, Array.from({ length: to - from + 1 }, (_, i) => countsOf(from + i)?.[band] ?? 0).reduce((a, b) => a + b, 0)]);
    const parts = totals.filter(([, n]) => n > 0).reverse().map(([name, n]) => `${count(n)} ${name}`);
    const [start, end] = [startOf(from), startOf(to) + span.width];
    return `${date(start)} ${time(start)} to ${time(end)}: ${parts.length ? parts.join(', ') : 'no records'}`;
  }

  function describe() {
    if (!span) return;
    const at = cursor ?? slots() - 1;
    const range = chosen() ?? [at, at];
    element.querySelector('[data-strip-note]').textContent = `${widthText(span.width)} a bar · ${zoneAt(span.to)}`;
    const slider = find('slider');
    slider.setAttribute('aria-valuemax', slots() - 1);
    slider.setAttribute('aria-valuenow', at);
    slider.setAttribute('aria-valuetext', words(...range));
  }

  function zoom() {
    const range = chosen() ?? (cursor === null ? null : [cursor, cursor]);
    clear();
    if (range) host.invokeMethodAsync('Zoom', startOf(range[0]), startOf(range[1]) + span.width).catch(() => { /* the connection is gone */ });
  }

  function clear() {
    drag = cursor = anchor = null;
    tip.hidden = true;
    schedule();
  }

  function showTip(x, range) {
    tip.hidden = false;
    tip.textContent = words(...range);
    tip.style.left = `${Math.max(0, Math.min(x - tip.offsetWidth / 2, canvas.clientWidth - tip.offsetWidth))}px`;
  }

  const place = event => event.clientX - canvas.getBoundingClientRect().left;
  const on = {
    pointerdown(event) {
      if (!span || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      drag = { from: place(event), to: place(event) };
    },
    pointermove(event) {
      if (!span) return;
      if (drag) drag.to = place(event);
      const at = slotAt(place(event));
      showTip(place(event), chosen() ?? [at, at]);
      if (drag) { showPick(); describe(); }
    },
    pointerup() {
      if (!drag) return;
      if (Math.abs(drag.to - drag.from) >= LEAST_DRAG) zoom(); else clear();
    },
    pointercancel: clear,
    pointerleave() { if (!drag) tip.hidden = true; },
  };
  const onKey = event => {
    if (!span) return;
    const at = cursor ?? slots() - 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: slots() - 1, PageUp: at - 10, PageDown: at + 10 }[event.key];
    if (next !== undefined) {
      anchor = event.shiftKey ? anchor ?? at : null;
      cursor = Math.min(slots() - 1, Math.max(0, next));
      describe();
      showPick();
      showTip(((cursor + 0.5) / slots()) * canvas.clientWidth, chosen() ?? [cursor, cursor]);
    } else if (event.key === 'Enter') {
      zoom();
    } else if (event.key === 'Escape' && cursor !== null) {
      clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  function table() {
    const bands = BANDS.map((name, band) => ({ name, band })).filter(({ band }) => [...buckets.values()].some(bucket => bucket[band + 2] > 0)).reverse();
    const grid = document.createElement('table');
    const caption = grid.createCaption();
    caption.className = 'visually-hidden';
    caption.textContent = 'Records by severity, newest first';
    const head = grid.createTHead().insertRow();
    for (const title of ['Time', ...bands.map(({ name }) => name), 'total']) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = title;
      head.append(cell);
    }
    const body = grid.createTBody();
    for (const bucket of [...buckets.values()].sort((a, b) => b[0] - a[0])) {
      const line = body.insertRow();
      const start = document.createElement('th');
      start.scope = 'row';
      start.textContent = dateTime(bucket[0]) + (bucket[1] ? ' (filling)' : '');
      line.append(start);
      for (const { band } of bands) line.insertCell().textContent = count(bucket[band + 2]);
      line.insertCell().textContent = count(bucket.slice(2).reduce((a, b) => a + b, 0));
    }
    rowsHolder.replaceChildren(grid);
  }

  function toggleTable() {
    rowsHolder.hidden = !rowsHolder.hidden;
    tableButton.setAttribute('aria-pressed', String(!rowsHolder.hidden));
    if (span && !rowsHolder.hidden) table();
  }

  for (const [name, act] of Object.entries(on)) canvas.addEventListener(name, act);
  find('slider').addEventListener('keydown', onKey);
  find('slider').addEventListener('blur', clear);
  tableButton.addEventListener('click', toggleTable);
  document.addEventListener('lc:theme', schedule);
  const resize = new ResizeObserver(schedule);
  resize.observe(canvas);

  return {
    /** Takes a chart frame, or only which bands are wanted: bit n stands for band n. */
    update({ chart, bands }) {
      wanted = BANDS.map((_, band) => (bands & (1 << band)) !== 0);
      if (chart) {
        if (chart.reset) buckets.clear();
        for (const bucket of chart.buckets) buckets.set(bucket[0], bucket);
        for (const start of buckets.keys()) if (start < chart.from) buckets.delete(start);
        // A stretch that is being chosen must not move away under the pointer.
        if (!drag && anchor === null) span = { from: chart.from, to: chart.to, width: chart.width };
      }
      schedule();
    },
    dispose() {
      cancelAnimationFrame(queued);
      resize.disconnect();
      document.removeEventListener('lc:theme', schedule);
    },
  };
}

function widthText(ms) {
  const s = ms / 1000;
  return s < 60 ? `${s} s` : s < 3600 ? `${s / 60} min` : s < 86_400 ? `${s / 3600} h` : `${s / 86_400} d`;
}
