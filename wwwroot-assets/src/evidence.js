// A sentence's chip lights up its proof, and the proof its chips, while the pointer or the focus is on either; the chart is told the stretch.
let lit = null;

function light(id, element) {
  if (lit === id) return;
  for (const one of document.querySelectorAll('[data-lit]')) delete one.dataset.lit;
  lit = id;
  for (const one of id ? document.querySelectorAll(`[data-cites="${CSS.escape(id)}"], [data-proof="${CSS.escape(id)}"]`) : []) one.dataset.lit = '';
  const span = element?.closest('[data-from]') ?? element?.querySelector('[data-from]');
  document.dispatchEvent(new CustomEvent('lc:proof', { detail: span ? { from: +span.dataset.from, to: +span.dataset.to } : null }));
}

const onEnter = event => {
  const element = event.target.closest?.('[data-cites], [data-proof]');
  light(element?.dataset.cites ?? element?.dataset.proof ?? null, element);
};

document.addEventListener('mouseover', onEnter);
document.addEventListener('focusin', onEnter);
document.addEventListener('focusout', event => { if (!event.relatedTarget) light(null, null); });
