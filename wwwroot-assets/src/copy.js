// Puts text on the clipboard and says so on the button that asked for it.
const RESET_MS = 2000;

/** @param button holds its label in a span  @param text what is copied  @param shown an element that shows it: selected where there is no clipboard */
export async function copyText(button, text, shown) {
  const label = button.querySelector('span');
  const before = label.dataset.label ??= label.textContent;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = 'Copied';
  } catch {
    // No clipboard without TLS: what can be selected is, and the reader presses Ctrl+C.
    if (shown) getSelection().selectAllChildren(shown);
    label.textContent = shown ? 'Selected' : 'No clipboard here';
  }
  setTimeout(() => { label.textContent = before; }, RESET_MS);
}
