/* The queue by keyboard. The page works without it: every key presses a button that is there. */
(() => {
  "use strict";
  const region = () => document.querySelector("[data-queue]");
  if (!region()) return;
  const lines = () => [...document.querySelectorAll("[data-queue-line]")];
  const done = [];
  let under_way = 0;
  let marked = null;

  const current = () => {
    const focused = document.activeElement && document.activeElement.closest("[data-queue-line]");
    return focused || (marked && marked.isConnected && marked.matches("[data-queue-line]") ? marked : null);
  };
  const go = (line) => {
    if (!line) return;
    if (marked) marked.classList.remove("current");
    marked = line;
    line.classList.add("current");
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = lines();
    const place = all.indexOf(current());
    go(place < 0 ? all[0] : all[Math.min(Math.max(place + by, 0), all.length - 1)]);
  };
  const after = (line) => {
    const all = lines();
    const place = all.indexOf(line);
    return all.slice(place + 1).find((other) => !other.dataset.busy) || all.slice(0, Math.max(place, 0)).find((other) => !other.dataset.busy);
  };
  const open_part = (line, part) => {
    const details = line && line.querySelector(part);
    if (!details) return;
    details.open = true;
    details.querySelector("textarea, input:not([type=hidden])").focus();
  };

  const acts = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => {
      const line = current();
      const form = line && !line.dataset.busy && line.querySelector("[data-queue-choose]");
      if (form && form.querySelector("input[type=radio]:checked")) form.requestSubmit();
    },
    "/": () => { const line = current() || lines()[0]; if (line) line.querySelector("input[type=search]").focus(); },
    s: () => open_part(current(), "[data-queue-split]"),
    m: () => open_part(current(), "[data-queue-account]"),
    u: () => {
      while (done.length) {
        const line = document.getElementById(done.pop());
        const form = line && line.querySelector("[data-queue-undo]");
        if (form) { form.requestSubmit(); return; }
      }
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");
    if (writing) {
      const line = event.target.closest("[data-queue-line]");
      if (event.key === "Escape" && line) { event.preventDefault(); go(line); }
      return;
    }
    if (!region().contains(event.target) && event.target !== document.body && event.target.id !== "main") return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (/^[1-9]$/.test(event.key)) {
      const line = current();
      const choice = line && line.querySelector(`input[data-rank="${event.key}"]`);
      if (choice) { choice.checked = true; event.preventDefault(); }
      return;
    }
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  /* the next line is ready while the answer for this one is on its way */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const line = event.detail.elt.closest("[data-queue-line]");
    if (!line || event.detail.elt.matches("[data-queue-find]")) return;
    under_way += 1;
    line.dataset.busy = "1";
    const next = after(line);
    if (next) go(next);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const line = event.detail.elt.closest("[data-queue-line]");
    if (!line || event.detail.elt.matches("[data-queue-find]")) return;
    under_way = Math.max(under_way - 1, 0);
    delete line.dataset.busy;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    if (target.matches && target.matches("[data-queue-done]")) done.push(target.id);
    if (target.matches && target.matches("[data-queue-line]")) go(target);
    if (target.id && target.id.startsWith("choices-")) go(target.closest("[data-queue-line]"));
    if (target === region()) { go(lines()[0]); return; }
    if (!lines().length && !under_way && done.length) {
      done.length = 0;
      htmx.ajax("GET", location.pathname, { target: "#queue-region", select: "#queue-region", swap: "outerHTML" });
    }
  });
  go(lines()[0]);
})();
