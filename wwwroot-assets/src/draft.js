// A text that is being written stays in the tab's own storage until it is sent: a page that has to begin anew finds it there.
const stored = act => { try { return act(sessionStorage); } catch { return null; } }; // storage may be switched off

/** @param field the text field  @param name of what is written */
export function createDraft(field, name) {
  const key = `lc.draft.${name}`;
  const forget = () => stored(storage => storage.removeItem(key));
  const onInput = () => { if (field.value) stored(storage => storage.setItem(key, field.value)); else forget(); };
  const draft = stored(storage => storage.getItem(key));
  if (draft && !field.value) {
    field.value = draft;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  field.addEventListener('input', onInput);
  return { update: forget, dispose() { field.removeEventListener('input', onInput); } };
}
