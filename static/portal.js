/* The portal's own script. Every page works without it: it only saves steps.
   Words come from data- attributes, so that this file holds no language. */
(() => {
  "use strict";
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const one = (what, where = document) => where.querySelector(what);
  const root = document.documentElement;
  // Blocked storage (private windows, policy) must not break the page.
  const kept = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* full or blocked */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* blocked */ } },
  };
  const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Clocks: the server's instant and the server's words, recalculated each minute.
  const offset = Date.parse(root.dataset.now) - Date.now() || 0;
  const words = (root.dataset.clock || "").split("|");
  const span = (minutes) => {
    const parts = [[Math.floor(minutes / 1440), 2], [Math.floor(minutes / 60) % 24, 4], [minutes % 60, 6]];
    const first = parts.findIndex(([n]) => n);
    if (first < 0) return words[8];
    return parts.slice(first, first + 2).filter(([n]) => n)
      .map(([n, at]) => say(words[at + (n === 1 ? 0 : 1)], { n })).join(" ");
  };
  const tick = () => {
    if (words.length < 9) return;
    const now = Date.now() + offset;
    for (const time of all("time[data-soon]")) {
      const left = Date.parse(time.dateTime) - now;
      const state = left < 0 ? "overdue" : left <= time.dataset.soon * 1000 ? "soon" : "running";
      const text = say(words[left < 0 ? 1 : 0], { span: span(Math.floor(Math.abs(left) / 60000)) });
      if (time.textContent !== text) time.textContent = text;
      for (const box of [time.closest("[data-state]"), time.closest("tr[data-state]")]) {
        if (box) box.dataset.state = state;
      }
      const bar = one("progress", time.closest(".clock") || time);
      if (bar) bar.value = bar.max - Math.max(0, left / 1000);
    }
  };
  setInterval(tick, 60000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());

  // Bulk: ticks, ranges, count. A tick is any checkbox named as the bar's data-bulk says.
  let last = null;
  const bar = () => one("[data-bulk]");
  const ticks = () => (bar() ? all(`tbody input[name="${bar().dataset.bulk}"]`) : []);
  const count = () => {
    const boxes = ticks();
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
    const head = one("[data-tick-all]");
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === boxes.length;
      head.indeterminate = chosen.length > 0 && !head.checked;
    }
    all("[data-when-all]").forEach((e) => { e.hidden = !boxes.length || chosen.length < boxes.length; });
    all("[data-count]").forEach((e) => {
      e.dataset.none ||= e.textContent;
      e.textContent = chosen.length ? say(e.dataset.count, { n: chosen.length }) : e.dataset.none;
    });
  };
  const range = (box) => {
    const boxes = ticks();
    const [a, b] = [boxes.indexOf(last), boxes.indexOf(box)].sort((x, y) => x - y);
    if (a >= 0) boxes.slice(a, b + 1).forEach((each) => { each.checked = box.checked; });
  };
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box.matches?.("[data-tick-all]")) ticks().forEach((each) => { each.checked = box.checked; });
    else if (ticks().includes(box)) {
      if (event.shiftKey && last) range(box);
      last = box;
    } else return;
    count();
  });

  // Keys: real focus moves along the rows' links. Off switch kept in this browser.
  const keysOff = () => kept.get("keys") === "off";
  const links = () => all("table[data-keys] tbody th a");
  const step = (by) => {
    const rows = links();
    const row = document.activeElement.closest?.("table[data-keys] tbody tr");
    const at = rows.findIndex((link) => row && row.contains(link));
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    x: () => one("input[type=checkbox]", document.activeElement.closest("tr") || document.createElement("i"))?.click(),
    b: () => one("select,button,a", bar() || document.createElement("i"))?.focus(),
    "/": () => one("#search")?.focus(),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || keysOff()) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]),select,textarea,dialog,[contenteditable]")) return;
    if (!Object.hasOwn(keys, event.key) || (!one("table[data-keys]") && !"/?".includes(event.key))) return;
    event.preventDefault();
    keys[event.key]();
  });
  const help = one("dialog[data-keys-help]");
  const openers = () => all("[data-keys-open]").forEach((button) => { button.hidden = !help; });
  document.addEventListener("click", (event) => event.target.closest?.("[data-keys-open]") && help.showModal());
  const off = one("[data-keys-off]");
  if (off) {
    off.checked = keysOff();
    off.addEventListener("change", () => kept.set("keys", off.checked ? "off" : "on"));
  }

  // Paste box: a line count while typing; what each line names, only the server knows.
  const paste = (area) => {
    const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const seen = new Set(lines.map((line) => line.toLowerCase()));
    one(`#${area.dataset.paste}`).textContent = lines.length
      ? say(area.dataset.words, { valid: seen.size, duplicate: lines.length - seen.size }) : "";
  };

  // Drafts: a form that survives a lost connection or a closed tab, for one day.
  const day = 864e5;
  const fields = (form) => [...form.elements].filter((e) => e.name && !/^(hidden|password|file|submit|button)$/.test(e.type));
  const save = (form) => kept.set(`draft:${form.dataset.draft}`, JSON.stringify({
    at: Date.now(),
    values: fields(form).filter((e) => !/radio|checkbox/.test(e.type) || e.checked).map((e) => [e.name, e.value]),
  }));
  const restore = (form) => {
    let draft = null;
    try { draft = JSON.parse(kept.get(`draft:${form.dataset.draft}`)); } catch { /* not ours */ }
    if (!draft || Date.now() - draft.at > day || one("[aria-invalid],.error-summary")) return;
    const empty = fields(form).every((e) => (/radio|checkbox/.test(e.type) ? e.checked === e.defaultChecked : e.tagName === "SELECT" || e.value === ""));
    if (!empty) return;
    for (const e of fields(form)) {
      const same = draft.values.filter(([name]) => name === e.name).map(([, value]) => value);
      if (/radio|checkbox/.test(e.type)) e.checked = same.includes(e.value);
      else if (same.length) e.value = same[0];
    }
    if (draft.values.some(([, value]) => value)) all("[data-draft-note]", form).forEach((e) => { e.hidden = false; });
  };
  all("[data-draft-clear]").forEach((e) => kept.drop(`draft:${e.dataset.draftClear}`));
  all("form[data-draft]").forEach((form) => {
    restore(form);
    form.addEventListener("input", () => save(form));
    all("[data-draft-drop]", form).forEach((button) => button.addEventListener("click", () => {
      kept.drop(`draft:${form.dataset.draft}`);
      form.reset();
      all("[data-draft-note]", form).forEach((e) => { e.hidden = true; });
    }));
  });

  // One press, one action: a second submit is stopped until the page comes back.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-again],[method=get],[method=dialog]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => all("button:not([type=button])", form).forEach((button) => { button.disabled = true; }));
  });
  addEventListener("pageshow", (event) => event.persisted && all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("button", form).forEach((button) => { button.disabled = false; });
  }));

  // Small things: copying, chosen cards, theme.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const from = one(`#${button.dataset.copy}`);
    try {
      await navigator.clipboard.writeText(from.value || from.textContent.trim());
      button.textContent = button.dataset.copied;
    } catch { getSelection().selectAllChildren(from); }
  });
  const cards = () => all(".choice").forEach((card) => card.classList.toggle("is-chosen", !!one("input:checked", card)));
  const theme = one("select[data-theme-switch]");
  if (theme) {
    theme.closest("[hidden]")?.removeAttribute("hidden");
    theme.value = root.dataset.theme || "";
    theme.addEventListener("change", () => {
      root.dataset.theme = theme.value;
      document.cookie = `theme=${theme.value};path=/;max-age=31536000;samesite=lax`;
    });
  }
  document.addEventListener("input", (event) => {
    if (event.target.dataset.paste) paste(event.target);
    cards();
  });
  all("[data-copy]").forEach((button) => { button.hidden = false; });
  all("textarea[data-paste]").forEach(paste);

  // After part of a page is swapped its clocks go on, and what was ticked is ticked again.
  let ticked = [];
  const isPoll = (e) => e.matches("[data-poll]");
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    ticked = ticks().filter((box) => box.checked).map((box) => box.id);
    // Led elsewhere (the session has ended): a whole page is never put into a part of this one.
    const [asked, came] = [detail.pathInfo.finalRequestPath, detail.pathInfo.responsePath].map((path) => path?.split("?")[0]);
    if (!came || asked === came) return;
    detail.shouldSwap = false;
    if (!isPoll(detail.elt)) location.reload();
  });
  document.addEventListener("htmx:afterSwap", () => {
    ticked.forEach((id) => { const box = document.getElementById(id); if (box) box.checked = true; });
    tick(); count(); openers(); reveal();
  });
  setInterval(() => document.hidden || all("[data-poll]").forEach((e) => e.dispatchEvent(new Event("poll"))), 60000);

  // A part that could not be fetched is said aloud and in sight, never swallowed.
  const complain = (text) => {
    const box = document.createElement("div");
    box.className = "notice-banner";
    box.dataset.tone = "bad";
    box.setAttribute("role", "alert");
    box.textContent = text;
    one("#messages")?.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (isPoll(detail.elt)) return;
    const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    complain(one("main .notice-banner, main h1", page)?.textContent.trim() || one("#messages").dataset.failed);
  });
  document.addEventListener("htmx:sendError", ({ detail }) => isPoll(detail.elt) || complain(one("#messages").dataset.failed));

  const closeMenus = (but) => all(".menu[open]").forEach((menu) => { if (!menu.contains(but)) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));

  // On a phone sections, tabs and views are rows to be scrolled: what is open is in sight.
  const reveal = () => all(".top nav [aria-current],.tabs [aria-current],.views [aria-current]").forEach((here) => { here.closest("ul,nav").scrollLeft = here.offsetLeft - 16; });

  one(".error-summary")?.focus();
  addEventListener("pageshow", () => { count(); cards(); });
  tick(); count(); cards(); openers(); reveal();
})();
