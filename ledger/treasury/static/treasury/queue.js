/* The queue by keyboard. The page works without it: every key presses a button that is there. */
(() => {
  "use strict";
  const region = () => document.querySelector("[data-queue]");
  if (!region()) return;
  const lines = () => [...document.querySelectorAll("[data-queue-line]")];
  const done = [];
  const seen = new Set();
  let under_way = 0;
  let marked = null;
  let cleared = 0;
  let more_wanted = false;
  const awaited = new Set();
  let undo_wanted = false;

  const current = () => {
    const focused = document.activeElement && document.activeElement.closest("[data-queue-line]");
    return focused || (marked && marked.isConnected && marked.matches("[data-queue-line]") ? marked : null);
  };
  const go = (line) => {
    if (!line) return;
    if (marked) marked.classList.remove("current");
    marked = line;
    seen.add(line.id);
    line.classList.add("current");
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  };
  const free = () => lines().filter((line) => !line.dataset.busy);
  /* past the last line: what was cleared made room for others; else the next page */
  const more = () => {
    if (under_way) { more_wanted = true; return; }
    more_wanted = false;
    const next = region().querySelector(".pagination [rel=next]");
    const address = cleared ? location.pathname : next && next.href;
    cleared = 0;
    if (address) htmx.ajax("GET", address, { target: "#queue-region", select: "#queue-region", swap: "outerHTML" });
  };
  const step = (by) => {
    const all = lines().filter((line) => !line.dataset.busy || line === current());
    const place = all.indexOf(current());
    if (by > 0 && place === all.length - 1) { more(); return; }
    go(place < 0 ? all[0] : all[Math.max(place + by, 0)]);
  };
  const after = (line) => {
    const all = lines();
    return all.slice(all.indexOf(line) + 1).find((other) => !other.dataset.busy);
  };
  const open_part = (line, part) => {
    const details = line && line.querySelector(part);
    if (!details) return;
    details.open = true;
    details.querySelector("textarea, input:not([type=hidden])").focus();
  };

  /* a key may be faster than the page: without its listener the form would load another page */
  const submit = (form) => { htmx.process(form); form.requestSubmit(); };

  const acts = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => {
      const line = current();
      const form = line && !line.dataset.busy && line.querySelector("[data-queue-choose]");
      if (form && form.querySelector("input[type=radio]:checked")) submit(form);
    },
    "/": () => { const line = current() || lines()[0]; if (line) line.querySelector("input[type=search]").focus(); },
    s: () => open_part(current(), "[data-queue-split]"),
    m: () => open_part(current(), "[data-queue-account]"),
    u: () => {
      if (awaited.size) { undo_wanted = true; return; } // its answer is on its way: undone as soon as it is here
      while (done.length) {
        const line = document.getElementById(done.pop());
        const form = line && line.querySelector("[data-queue-undo]");
        if (form) { submit(form); return; }
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
    awaited.add(line.id);
    line.dataset.busy = "1";
    const next = after(line);
    if (next) go(next); else more_wanted = true;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt; // gone from the page by now
    const line = asked && asked.closest("[data-queue-line]");
    if (!line || asked.matches("[data-queue-find]")) return;
    under_way = Math.max(under_way - 1, 0);
    delete line.dataset.busy;
    if (!event.detail.successful) awaited.delete(line.id);
    if (more_wanted && !under_way) more();
  });
  /* what was searched is there: Enter accepts the first of it */
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    const line = target && target.id.startsWith("choices-") && target.closest("[data-queue-line]");
    if (line && document.activeElement === line.querySelector("input[type=search]")) go(line);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    if (!target.matches) return;
    awaited.delete(target.id);
    if (target.matches("[data-queue-done]")) {
      done.push(target.id);
      cleared += 1;
      if (document.activeElement === target && !more_wanted) go(free().find((line) => !seen.has(line.id)) || free()[0]);
    } else if (target.matches("[data-queue-line]")) {
      if (!target.querySelector(".queue-problem")) cleared = Math.max(cleared - 1, 0);
      go(target);
    } else if (target === region()) {
      go(free().find((line) => !seen.has(line.id)) || free()[0]);
    }
    if (undo_wanted && !awaited.size) { undo_wanted = false; acts.u(); }
    if (more_wanted && !under_way) more();
  });
  go(lines()[0]);
})();
