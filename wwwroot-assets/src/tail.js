// The Stream page's list: the live end and the history behind it as one virtual list. Rows are data; log text is hostile and only ever written as text.
// Scrolling, selecting and keystrokes stay here; the server hears decisions: hold, follow, open, older, gap, zoom.
import { count, lineTime, rate } from './format.js';
import { Lines } from './tail-lines.js';
import { createPages } from './tail-pages.js';
import { rowOf, gapOf, fillRow } from './tail-row.js';
import { recall } from './store.js';
export { createStrip } from './strip.js';

const OVERSCAN = 12;
const NEAR_END = 40;    // rows before the end at which the next page is asked for
const NEAR_TOP = 10;    // rows behind the beginning at which newer ones are asked for, where there are any

/** @param element the card  @param host the page  @param capacity rows kept */
export function createTail(element, host, capacity) {
  const find = name => element.querySelector(`[data-tail-${name}]`);
  const parts = Object.fromEntries(['view', 'space', 'state', 'figures', 'kept', 'follow', 'sampled', 'empty'].map(name => [name, find(name)]));
  const foot = document.createElement('div');
  foot.className = 'tail-foot';
  foot.setAttribute('role', 'option');
  parts.space.append(foot);
  const lines = new Lines(capacity);
  const nodes = new Map();          // key → row on screen
  const decoder = new TextDecoder();
  let view = { live: true, mark: '', paused: false };
  let reveal = null;                // key of a row that is to be scrolled to
  let startingOver = false;         // the reader has asked for the newest lines: an open one does not hold them
  let waiting = [];                 // frames that came between the reader's hold and the server's knowing
  let holding = null;               // what the server was last told; null when it was told nothing
  let active = null;                // key of the row the keys are at
  let open = null;                  // key of the row in the drawer
  let opened = false;               // whether that was done by the reader of this list, and holds it
  let selecting = false;
  let last = { waiting: 0, matching: 0, showing: 0 };
  let taken = null;                 // how far the live end has been taken: what is given again is counted once
  let queued = 0;
  let rowHeight = 22;
  let timeChars = 0;                // the longest time on screen: the column grows, and shrinks with the next view only

  const tell = (name, ...values) => host.invokeMethodAsync(name, ...values).catch(() => { /* the connection is gone: the page says so itself */ });
  const rowsIn = bytes => (bytes?.length ? JSON.parse(`[${decoder.decode(bytes)}]`) : []);
  const pages = createPages(lines, tell, rowsIn, above => {
    if (above !== 0) {
      stretch();
      parts.view.scrollTop += above * rowHeight;
    }
    settle();
  });
  const held = () => parts.view.scrollTop > 4 || opened || active !== null || selecting || (lines.isDetached && !startingOver);

  // --- what is on screen ------------------------------------------------------------------------------------------------
  function schedule() { queued ||= requestAnimationFrame(() => { queued = 0; render(); }); }

  const stretch = () => { parts.space.style.height = `${lines.length * rowHeight + 40}px`; };

  function render() {
    rowHeight = parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 22;
    stretch();
    if (reveal !== null) {
      parts.view.scrollTop = Math.max(0, lines.indexOf(reveal) * rowHeight - parts.view.clientHeight / 3);
      reveal = null;
    }
    const { scrollTop, clientHeight } = parts.view;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
    const end = Math.min(lines.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + OVERSCAN);
    const wanted = new Set(lines.slice(first, end).map(row => row.key));
    for (const [key, node] of nodes) {
      if (wanted.has(key)) continue;
      node.remove();
      nodes.delete(key);
    }
    timeChars = Math.max(timeChars, ...lines.slice(first, end).map(row => row.ms === undefined ? 0 : lineTime(row.ms).length));
    element.style.setProperty('--time-chars', timeChars);
    // Rows stand in the document as they stand on screen, for those who read it in another way.
    let place = parts.space.firstElementChild;
    for (let i = first; i < end; i++) {
      const row = lines.at(i);
      let node = nodes.get(row.key);
      if (!node) {
        node = row.gap === undefined ? rowOf(row) : gapOf(row);
        nodes.set(row.key, node);
      }
      if (node === place) place = place.nextElementSibling; else parts.space.insertBefore(node, place);
      fillRow(node, row, { mark: view.mark, active: row.key === active, open: row.key === open, at: i + 1, of: lines.length });
      node.style.transform = `translateY(${i * rowHeight}px)`;
    }
    if (active !== null && nodes.has(active)) parts.view.setAttribute('aria-activedescendant', nodes.get(active).id);
    else parts.view.removeAttribute('aria-activedescendant');
    showFoot();
    bar();
    if (end > lines.length - NEAR_END) pages.older();
    if (scrollTop < NEAR_TOP * rowHeight) pages.newer();
  }

  function showFoot() {
    const [label, act] = pages.isLoading ? ['Reading older lines', null]
      : pages.hasStopped ? ['Reading stopped here. Go on', () => pages.older(true)]
        : pages.hasOlder ? ['', null]
          : lines.length ? [view.live ? 'The beginning of this range' : 'All of this range', null] : ['', null];
    foot.style.transform = `translateY(${lines.length * rowHeight}px)`;
    foot.textContent = label;
    foot.hidden = label === '';
    foot.toggleAttribute('data-acts', act !== null);
    foot.onclick = act;
    parts.empty.hidden = !pages.hasBegun || lines.length > 0 || pages.isLoading || pages.hasOlder;
  }

  function bar() {
    if (!pages.hasBegun) return;
    const following = view.live && holding !== true && !view.paused;
    element.dataset.state = !view.live ? 'fixed' : following ? 'following' : 'paused';
    const word = !view.live ? 'fixed range' : following ? 'following' : 'paused';
    if (parts.state.textContent !== word) parts.state.textContent = word;
    parts.figures.textContent = !view.live ? 'newest first'
      : !following ? `${count(last.waiting + waiting.reduce((sum, frame) => sum + frame.total, 0))} new`
        : last.showing < last.matching * 0.98 ? `${rate(last.matching)}/s match, showing ${rate(last.showing)}/s sampled evenly` : `${rate(last.matching)}/s match, all shown`;
    parts.kept.textContent = `${count(lines.lineCount)} ${lines.lineCount === 1 ? 'line' : 'lines'} here`;
    parts.follow.hidden = !view.live || following;
    const sample = following ? null : sampledOnScreen();
    parts.sampled.hidden = !sample;
    Object.assign(element.dataset, { shown: lines.added, skipped: lines.skipped, missed: lines.missed });
  }

  function sampledOnScreen() {
    const first = Math.floor(parts.view.scrollTop / rowHeight);
    const rows = lines.slice(first, first + Math.ceil(parts.view.clientHeight / rowHeight)).filter(row => row.sampled);
    return rows.length ? { from: Math.min(...rows.map(row => row.ms)), to: Math.max(...rows.map(row => row.ms)) + 1 } : null;
  }

  // --- following and holding ------------------------------------------------------------------------------------------------
  function settle() {
    const now = held();
    if (view.live && now !== holding) {
      holding = now;
      tell('Hold', now);
      if (!now) release();
    }
    schedule();
  }

  function release() {
    const frames = waiting;
    waiting = [];
    for (const frame of frames) add(frame);
  }

  function follow() {
    active = null;
    opened = false;
    getSelection().removeAllRanges();
    selecting = false;
    parts.view.scrollTop = 0;
    holding = false;
    view.paused = false;
    startingOver = lines.isDetached;
    if (startingOver) { pages.end(); tell('Reload'); } else release();
    schedule();
  }

  // A frame whose answer got lost comes again, with what came meanwhile.
  function newIn({ gap, skipped, through }, rows) {
    const from = through - gap - skipped - rows.length;
    const before = Math.max(from, Math.min(taken ?? from, through));
    taken = through;
    if (before > from) {
      gap = Math.max(0, from + gap - before);
      rows = rows.filter(([key]) => !lines.has(key) && !waiting.some(one => one.rows.some(row => row[0] === key)));
      skipped = Math.max(0, through - before - gap - rows.length);
    }
    return { rows, gap, skipped, total: gap + skipped + rows.length };
  }

  function add(frame) {
    lines.addNew(frame);
    pages.trim();
    schedule();
  }

  // --- the reader -------------------------------------------------------------------------------------------------------------
  function activate(row) {
    if (row.gap !== undefined) { pages.gap(row); return; }
    active = row.key;
    if (row.key === open) { close(); return; }
    opened = true;
    tell('Open', row.key);
    settle();
  }

  function close() {
    opened = false;
    active = null;
    tell('Close');
    settle();
  }

  function move(by) {
    if (lines.length === 0) return;
    const at = active === null ? -1 : lines.indexOf(active);
    const to = at < 0 ? Math.floor(parts.view.scrollTop / rowHeight) : Math.min(lines.length - 1, Math.max(0, at + by));
    const row = lines.at(to);
    active = row.key;
    const top = to * rowHeight;
    if (top < parts.view.scrollTop) parts.view.scrollTop = top;
    else if (top + rowHeight > parts.view.scrollTop + parts.view.clientHeight) parts.view.scrollTop = top + rowHeight - parts.view.clientHeight;
    if (open !== null && row.gap === undefined) { opened = true; tell('Open', row.key); }
    settle();
  }

  function escape() {
    if (open !== null) { close(); return true; }
    if (active === null) return false;
    active = null;
    settle();
    return true;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const inField = event.target.closest?.('input, textarea, select, [contenteditable]');
    const inList = parts.view.contains(event.target);
    if (event.key === 'Escape' && !inField && !document.querySelector(':popover-open')) { if (escape()) event.preventDefault(); return; }
    if (event.key === 'Escape' && inField?.matches('[data-tail-search]')) { inField.blur(); return; }
    if (inField) return;
    const page = Math.max(1, Math.floor(parts.view.clientHeight / rowHeight) - 1);
    const listKeys = {
      ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(page), PageUp: () => move(-page), Home: () => move(-lines.length), End: () => move(lines.length),
      Enter: () => active !== null && activate(lines.at(lines.indexOf(active))), ' ': () => active !== null && activate(lines.at(lines.indexOf(active))),
    };
    const pageKeys = recall('shortcuts') === 'off' ? {} : {
      j: () => move(1), k: () => move(-1), f: () => view.live && followAsked(),
      '/': () => document.querySelector('[data-tail-search]')?.focus(),
      Enter: () => active !== null && document.activeElement === document.body && activate(lines.at(lines.indexOf(active))),
    };
    const act = (inList ? listKeys[event.key] : undefined) ?? pageKeys[event.key];
    if (!act || act() === false) return;
    if ('jk'.includes(event.key)) parts.view.focus({ preventScroll: true });
    event.preventDefault();
  }

  // Told first: what is read anew is read to be followed.
  const followAsked = () => { tell('Follow'); follow(); };

  function onClick(event) {
    const node = event.target.closest('[data-key]');
    if (node && getSelection().isCollapsed) {
      const at = lines.indexOf(node.dataset.key);
      if (at >= 0) activate(lines.at(at));
    }
  }

  function onSelection() {
    const selection = getSelection();
    const now = !selection.isCollapsed && parts.view.contains(selection.anchorNode);
    if (now !== selecting) { selecting = now; settle(); }
  }

  const onScroll = () => settle();
  const onSampled = () => {
    const sample = sampledOnScreen();
    if (sample) tell('Zoom', sample.from, sample.to);
  };
  const resize = new ResizeObserver(schedule);
  resize.observe(parts.view);
  parts.view.addEventListener('scroll', onScroll, { passive: true });
  parts.view.addEventListener('click', onClick);
  parts.follow.addEventListener('click', followAsked);
  parts.sampled.addEventListener('click', onSampled);
  document.addEventListener('keydown', onKey);
  document.addEventListener('selectionchange', onSelection);

  const frames = {
    // A view from its beginning: its newest lines.
    open(frame) {
      pages.begin(frame);
      for (const node of nodes.values()) node.remove();
      nodes.clear();
      waiting = [];
      active = taken = null;
      timeChars = 0;
      last = { waiting: 0, matching: 0, showing: 0 };
      view = { live: frame.live, mark: frame.mark ?? '', paused: frame.paused };
      parts.view.scrollTop = 0;
      open = frame.line;
      opened = open !== null && !startingOver;
      reveal = opened && lines.has(open) ? open : null;
      startingOver = false;
      holding = null;
      if (opened) settle(); else holding = false;
      schedule();
    },
    tail(frame) {
      last = { ...last, waiting: 0, matching: frame.matching, showing: frame.showing };
      view.paused = false;
      const came = newIn(frame, rowsIn(frame.rows));
      if (came.total > 0) { if (held()) waiting.push(came); else add(came); }
      schedule();
    },
    count(frame) {
      last = { ...last, ...frame };
      view.paused = true;
      schedule();
    },
    follow,
    line(frame) {
      open = frame.line;
      if (open === null) opened = false;
      settle();
    },
  };

  return {
    update(frame) { frames[frame.kind](frame); },
    dispose() {
      cancelAnimationFrame(queued);
      resize.disconnect();
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('selectionchange', onSelection);
      parts.space.replaceChildren();
    },
  };
}
