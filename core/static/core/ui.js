/* The kit's behaviour. Everything here improves a page that already works without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  /* light and dark: remembered in a cookie, so that the server draws the right one at once */
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const setTheme = (theme) => {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
  };

  /* money: grouped when the field is left */
  const language = root.lang || "fr";
  const amountOf = (text) => {
    const bare = text.replace(/[\s\u00a0\u202f\u2009'€]/g, "").replace("\u2212", "-");
    if (!/^-?\d+([.,]\d{1,2})?$/.test(bare)) return null;
    return Number(bare.replace(",", "."));
  };
  const formatMoney = (input) => {
    const amount = amountOf(input.value);
    if (amount === null) return;
    input.value = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
  };

  /* a select with a search box: an ARIA combobox over the native control, which keeps the value */
  let serial = 0;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const searchSelect = (select) => {
    if (select.dataset.enhanced || select.multiple || select.options.length < 7) return;
    select.dataset.enhanced = "1";
    const id = `combo-${++serial}`;
    const box = document.createElement("div");
    box.className = "combo";
    const input = document.createElement("input");
    Object.assign(input, { type: "text", id: `${id}-input`, autocomplete: "off" });
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const describedBy = select.getAttribute("aria-describedby");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", `${id}-list`);
    if (describedBy) input.setAttribute("aria-describedby", describedBy);
    if (select.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
    if (select.required) input.required = true;
    const list = document.createElement("ul");
    list.className = "combo-list";
    list.id = `${id}-list`;
    list.setAttribute("role", "listbox");
    if (label) { list.setAttribute("aria-label", label.textContent.trim()); label.htmlFor = input.id; }
    list.hidden = true;
    select.hidden = true;
    select.after(box);
    box.append(input, list);
    let active = -1;
    const shown = () => { const option = select.selectedOptions[0]; return option && option.value ? option.text : ""; };
    input.value = shown();
    input.placeholder = select.options[0] && !select.options[0].value ? select.options[0].text.replace(/^-+$/, "") : "";
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const mark = (index) => {
      const items = $$("[role=option]", list);
      active = items.length && index !== null ? (index + items.length) % items.length : -1;
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
      if (active < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", items[active].id);
      items[active].scrollIntoView({ block: "nearest" });
    };
    const open = (query) => {
      const words = fold(query).split(/\s+/).filter(Boolean);
      const found = [...select.options].filter((o) => o.value && words.every((w) => fold(o.text).includes(w))).slice(0, 60);
      list.replaceChildren(...found.map((option, i) => {
        const item = document.createElement("li");
        item.id = `${id}-${i}`;
        item.setAttribute("role", "option");
        item.dataset.value = option.value;
        item.textContent = option.text;
        return item;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      const chosen = found.indexOf(select.selectedOptions[0]);
      mark(words.length ? 0 : chosen < 0 ? null : chosen);
    };
    const choose = (value) => {
      select.value = value;
      input.value = shown();
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => open(""));
    input.addEventListener("input", (event) => { event.stopPropagation(); open(input.value); });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open("");
        mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        choose($$("[role=option]", list)[active].dataset.value);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        input.value = shown();
        close();
      }
    });
    input.addEventListener("blur", () => {
      if (!input.value.trim() && [...select.options].some((o) => !o.value) && select.value) choose("");
      else input.value = shown();
      close();
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const item = event.target.closest("[role=option]"); if (item) choose(item.dataset.value); });
  };

  /* what a freshly arrived part of the page needs */
  const dress = (part) => {
    $$("[data-search-select]", part).forEach(searchSelect);
    $$("[data-dismiss], [data-theme-toggle]", part).forEach((button) => { button.hidden = false; });
    $$("dialog[data-open]", part).forEach((dialog) => { if (!dialog.open) dialog.showModal(); });
    const summary = part.querySelector("[data-autofocus]");
    if (summary && !document.body.classList.contains("sample")) summary.focus();
  };
  dress(document);
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

  /* an answer without the part that was asked for (a refusal, the log-in page) takes the whole page instead of emptying the part */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    const chooser = detail.elt.closest("[hx-select]");
    if (!detail.shouldSwap || !chooser) return;
    const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    if (answer.querySelector(chooser.getAttribute("hx-select")) || !answer.getElementById("main")) return;
    detail.target = document.getElementById("main");
    detail.selectOverride = "#main";
    detail.swapOverride = "outerHTML show:top";
  });
  const failed = (event) => {
    const sample = document.getElementById("failed-toast");
    if (!sample || (event.detail.xhr && event.detail.xhr.status < 500 && event.type === "htmx:responseError")) return;
    const toast = sample.content.cloneNode(true);
    dress(toast);
    document.getElementById("toasts").replaceChildren(toast);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast, .notice").remove();
    if (event.target.closest("[data-theme-toggle]")) setTheme(isDark() ? "light" : "dark");
    if (event.target.matches("dialog.dialog")) event.target.close();
    $$("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") $$("details[data-menu][open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });

  /* from the search box down through what it suggests, and back */
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("form.search");
    if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
    const box = form.querySelector("[data-search]");
    const places = [box, ...$$(".search-suggestions a", form)];
    if (event.key === "Escape") { form.querySelector(".search-suggestions").replaceChildren(); box.focus(); return; }
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : places.length - 1;
    places[(Math.max(places.indexOf(event.target), 0) + step) % places.length].focus();
  });

  document.addEventListener("focusout", (event) => { if (event.target.matches("[data-money]")) formatMoney(event.target); });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.submit();
    const drop = event.target.closest("[data-drop]");
    if (drop && event.target.files) drop.querySelector("[data-drop-names]").textContent = [...event.target.files].map((file) => file.name).join(", ");
  });

  /* an act that says what will happen, and asks */
  let agreed = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || agreed === form) { agreed = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    const dialog = document.getElementById("confirm-dialog");
    dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      agreed = form;
      form.requestSubmit(submitter);
    }, { once: true });
    dialog.showModal();
  }, true);

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest && event.target.closest("[data-drop]");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        const input = drop.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
})();
