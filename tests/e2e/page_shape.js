/* What is wrong with the shape of a page shown `width` pixels wide, as sentences. */
(width) => {
  const found = [];
  const say = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;

  const heads = [...document.querySelectorAll("h1")].filter(shown).length;
  if (heads !== 1) found.push(`${heads} main headings instead of one`);
  if (!document.title.replace("· Smart", "").trim()) found.push("no title");
  if (!document.documentElement.lang) found.push("no language");

  /* a telephone widens its layout for what is too wide: what counts is the width that was asked for */
  if (document.documentElement.scrollWidth > width) {
    const beyond = (element) => element.getBoundingClientRect().right > width + 1;
    const wide = [...document.body.querySelectorAll("*")].filter(beyond).slice(-3).map(say);
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}: ${wide.join(" | ")}`);
  }

  const typed = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea";
  for (const control of [...document.querySelectorAll(typed)].filter(shown)) {
    const named = [...(control.labels || [])].some((label) => label.textContent.trim())
      || control.getAttribute("aria-label") || control.getAttribute("aria-labelledby");
    if (!named) found.push(`no label: ${say(control)}`);
  }

  /* WCAG 2.2, 2.5.8: a target is 24 px each way, stands in a line of text, or keeps its distance */
  const targets = [...document.querySelectorAll(`a[href], button, summary, ${typed}`)]
    .filter((e) => shown(e) && !e.disabled && !e.closest(".visually-hidden, .skip-link"));
  const large = (box) => box.width >= 24 && box.height >= 24;
  const distance = (x, y, box) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  for (const target of targets) {
    const box = target.getBoundingClientRect();
    const labels = [...(target.labels || [])].filter((label) => label.contains(target));
    if (large(box) || labels.some((label) => large(label.getBoundingClientRect()))) continue;
    if (getComputedStyle(target).display === "inline") continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const near = targets.some((other) => !other.contains(target) && !target.contains(other)
      && distance(x, y, other.getBoundingClientRect()) < 12);
    if (near) found.push(`too small to hit (${Math.round(box.width)}×${Math.round(box.height)}): ${say(target)}`);
  }
  return found;
}
