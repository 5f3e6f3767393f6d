/** An element that holds text and nothing else: whatever comes from a log goes through here. */
export function textElement(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
