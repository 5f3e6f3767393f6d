// The lines of the list that are read as they are needed: history below, newer lines above a list that was opened further back, what was missed in between.

/**
 * @param lines    the rows
 * @param tell     asks the server; answers undefined when it cannot be reached
 * @param rowsIn   the rows of a page
 * @param changed  called when something is read or being read, with how many rows have come (or, below zero, gone) above those on screen
 */
export function createPages(lines, tell, rowsIn, changed) {
  let views = 0;              // an answer for an old view is dropped
  let next = null;            // the place from which history goes on; null at its end
  let timedOut = false;       // whether reading stopped there
  let loading = false;
  let loadingNewer = false;
  let over = false;           // whether nothing more is wanted of this view

  const pages = {
    get hasBegun() { return views > 0; },
    get hasOlder() { return next !== null; },
    get isLoading() { return loading; },
    get hasStopped() { return timedOut && next !== null; },

    /** The first page of another view. */
    begin(page) {
      views++;
      over = false;
      ({ next, timedOut } = page);
      loading = loadingNewer = false;
      lines.clear();
      lines.addOld(rowsIn(page.rows));
      lines.isDetached = page.hasNewer ?? false;
    },

    /** Another view is coming: what is being read is dropped, and nothing more is read. */
    end() {
      views++;
      over = true;
    },

    /** Keeps to the capacity after lines came above: what goes at the end is read again when it is scrolled to. */
    trim() {
      const cut = lines.trimOld();
      if (cut) { next = cut; timedOut = false; }
    },

    /** Reads on below; where reading stopped only when it is asked for `again`. */
    async older(again) {
      if (over || loading || next === null || (timedOut && !again)) return;
      loading = true;
      const mine = views;
      const page = await tell('Older', next);
      if (mine !== views) return;
      loading = false;
      if (!page) {
        timedOut = true;
        changed(0);
        return;
      }
      lines.addOld(rowsIn(page.rows));
      ({ next, timedOut } = page);
      changed(-lines.trimNew());
    },

    /** Reads on above. */
    async newer() {
      if (over || loadingNewer || !lines.isDetached || lines.newestKey === null) return;
      loadingNewer = true;
      const mine = views;
      const page = await tell('Newer', lines.newestKey);
      if (mine !== views) return;
      loadingNewer = false;
      if (!page) return;
      const added = lines.addNewer(rowsIn(page.rows));
      lines.isDetached = page.next !== null && added > 0;
      changed(added);
      pages.trim();
    },

    /** Reads what was missed, where its row stands. */
    async gap(row) {
      if (over || row.loading) return;
      row.loading = true;
      changed(0);
      const mine = views;
      const page = await tell('Gap', row.after, row.before, row.next ?? null);
      if (mine !== views) return;
      row.loading = false;
      if (page) {
        lines.fillGap(row, rowsIn(page.rows), page.next);
        lines.trimNew();
      }
      changed(0);
    },
  };
  return pages;
}
