// When the console was last heard of, and whether that is too long ago. It sends something at least every 4 s, be it only that it is there.
import { time } from './format.js';

const TOO_LONG_MS = 10_000;
const TICK_MS = 1000;

let heardAt = Date.now();

/** "at 20:53:15": the last moment of which the console has told anything. */
export const lastHeard = () => `at ${time(heardAt)}`;

/** The browser's sockets, telling when something comes. */
export function hearingSocket() {
  return class extends WebSocket {
    constructor(...values) {
      super(...values);
      this.addEventListener('message', () => { heardAt = Date.now(); });
    }
  };
}

/** Shows a strip while nothing is heard; the lost connection has its own. */
export function watchForSilence(root, strip) {
  let before = Date.now();
  setInterval(() => {
    const now = Date.now();
    // A tab that was asleep has not listened: what came meanwhile is taken first.
    const slept = now - before > 3 * TICK_MS;
    before = now;
    const silent = !slept && !document.hidden && root.dataset.offline === undefined && now - heardAt >= TOO_LONG_MS;
    if (silent) {
      strip.querySelector('[data-silent-for]').textContent = `${Math.floor((now - heardAt) / 1000)}\u202Fs`;
      strip.querySelector('[data-lost-at]').textContent = lastHeard();
    }
    if (silent === strip.hidden) {
      strip.hidden = !silent;
      root.toggleAttribute('data-quiet', silent);
    }
  }, TICK_MS);
}
