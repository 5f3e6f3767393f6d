// Small settings that belong to this browser. Storage may be switched off: then they last as long as the page.
export function remember(key, value) {
  try { localStorage.setItem(`lc.${key}`, value); } catch { /* not kept */ }
}

/** Whether keys without a modifier do something; people who speak to their machine switch them off. */
export const shortcutsOn = () => recall('shortcuts') !== 'off';

export function recall(key) {
  try { return localStorage.getItem(`lc.${key}`); } catch { return null; }
}
