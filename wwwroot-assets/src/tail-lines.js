// The lines of the list, newest first: a bounded buffer with exact counts of what is not in it. No DOM.

const idOf = key => BigInt(`0x${key.slice(key.indexOf('.') + 1)}`);

export class Lines {
  #rows = [];
  #keys = new Set();
  #capacity;
  #gaps = 0;

  constructor(capacity) { this.#capacity = capacity; this.clear(); }

  /** Lines ever added and not there before; left out by sampling; that came while nobody took them. */
  added = 0;
  skipped = 0;
  missed = 0;
  /** Whether there are newer lines than these: they were given up for older ones, or the list was opened further back. */
  isDetached = false;

  get length() { return this.#rows.length; }
  get lineCount() { return this.#keys.size; }
  has(key) { return this.#keys.has(key); }
  at(i) { return this.#rows[i]; }
  slice(from, to) { return this.#rows.slice(from, to); }
  indexOf(key) { return this.#rows.findIndex(row => row.key === key); }

  clear() {
    this.#rows = [];
    this.#keys.clear();
    Object.assign(this, { added: 0, skipped: 0, missed: 0, isDetached: false });
  }

  /** What came at the live end: rows oldest first, after `gap` lines that did not come with them; `skipped` were left out among them. */
  addNew({ rows, gap, skipped }) {
    this.skipped += skipped;
    const fresh = this.#fresh(rows);
    for (const row of fresh) row.sampled = skipped > 0;
    if (gap > 0) {
      this.missed += gap;
      this.#rows.unshift(this.#gapRow(gap, this.#highestId(), fresh.length ? fresh.reduce((low, row) => (idOf(row.key) < low ? idOf(row.key) : low), idOf(fresh[0].key)) : null));
    }
    this.#rows.unshift(...fresh.reverse());
    this.added += fresh.length;
  }

  /** A page of history: rows newest first, behind all others. */
  addOld(rows) {
    const fresh = this.#fresh(rows);
    this.#rows.push(...fresh);
    this.added += fresh.length;
    return fresh.length;
  }

  /** What stands before the newest line here, newest first. */
  addNewer(rows) {
    const fresh = this.#fresh(rows);
    this.#rows.unshift(...fresh);
    this.added += fresh.length;
    return fresh.length;
  }

  /** The newest line here. */
  get newestKey() { return this.#rows.find(row => row.gap === undefined)?.key ?? null; }

  /** Puts a page of what was missed where its gap stands; the gap stays for the rest. `next` is null when there is no more. */
  fillGap(gap, rows, next) {
    const at = this.#rows.indexOf(gap);
    if (at < 0) return;
    const fresh = this.#fresh(rows);
    this.added += fresh.length;
    const rest = next === null ? 0 : Math.max(1, gap.gap - rows.length);
    this.missed -= gap.gap - rest;
    this.#rows.splice(at, 1, ...fresh, ...(rest > 0 ? [{ ...gap, key: `gap:${++this.#gaps}`, gap: rest, next }] : []));
  }

  /** Drops the oldest beyond the capacity; answers with the place from which history goes on, or null when none was dropped. */
  trimOld() {
    if (this.#rows.length <= this.#capacity) return null;
    for (const row of this.#rows.splice(this.#capacity)) this.#forget(row);
    return this.#rows.findLast(row => row.gap === undefined)?.key ?? null;
  }

  /** Drops the newest beyond the capacity, for a reader far back; answers with how many rows went. */
  trimNew() {
    const over = this.#rows.length - this.#capacity;
    if (over <= 0) return 0;
    for (const row of this.#rows.splice(0, over)) this.#forget(row);
    this.isDetached = true;
    return over;
  }

  #forget(row) {
    if (row.gap === undefined) this.#keys.delete(row.key);
  }

  #fresh(rows) {
    const fresh = [];
    for (const [key, ms, band, service, text, odd] of rows) {
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      fresh.push({ key, ms, band, service, text, odd });
    }
    return fresh;
  }

  #highestId() {
    let highest = 0n;
    for (const row of this.#rows) if (row.gap === undefined && idOf(row.key) > highest) highest = idOf(row.key);
    return highest;
  }

  #gapRow(gap, after, before) {
    return { key: `gap:${++this.#gaps}`, gap, after: after.toString(), before: before === null ? null : before.toString() };
  }
}
