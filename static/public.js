/* The public form's own script; every step works without it. A lost connection loses nothing: a
   step goes out by fetch, and stays on the page, files and all, until it is in. What was typed is
   kept in this tab only, for telephones are shared, and never where a child may be concerned. */
(() => {
  "use strict";
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const one = (what, where = document) => where.querySelector(what);
  const kept = (work) => { try { return work(sessionStorage); } catch { return null; } }; // full or blocked
  const key = (form) => `draft:${form.dataset.draft}`;
  const fields = (form) => [...form.elements].filter((e) => e.name && !/^(hidden|password|file|submit|button)$/.test(e.type));
  const isTick = (e) => /radio|checkbox/.test(e.type);
  const forget = () => kept((store) => Object.keys(store).filter((name) => name.startsWith("draft:")).forEach((name) => store.removeItem(name)));
  const save = (form) => {
    if ((form.dataset.never || "").split(" ").includes(form.elements.category?.value || "-")) return forget();
    const told = fields(form).filter((e) => !isTick(e) || e.checked).map((e) => [e.name, e.value]);
    kept((store) => store.setItem(key(form), JSON.stringify(told)));
  };
  const restore = (form) => {
    const told = kept((store) => JSON.parse(store.getItem(key(form))));
    const isUntouched = fields(form).every((e) => (isTick(e) ? e.checked === e.defaultChecked : e.tagName === "SELECT" || !e.value));
    if (!told || !isUntouched || one("[aria-invalid],.error-summary")) return;
    for (const e of fields(form)) {
      const same = told.filter(([name]) => name === e.name).map(([, value]) => value);
      if (isTick(e)) e.checked = same.includes(e.value);
      else if (same.length) e.value = same[0];
    }
    if (told.some(([, value]) => value)) all("[data-draft-note]", form).forEach((e) => { e.hidden = false; });
  };
  const cards = () => all(".choice").forEach((card) => card.classList.toggle("is-chosen", !!one("input:checked", card)));
  const begin = () => {
    if (one("[data-draft-clear]")) forget();
    all("form[data-draft]").forEach(restore);
    all("[data-copy]").forEach((button) => { button.hidden = false; });
    cards();
    // What a code opened is no page to come back to: Back and Reload ask for the code again.
    const [opened] = all("[data-come-back]");
    if (opened) history.replaceState(null, "", opened.dataset.comeBack);
    one(".error-summary")?.focus();
  };
  const show = (text, old) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = one("main", page);
    all("input[type=file]", old).forEach((e) => {
      const same = one(`input[type=file][name="${e.name}"]:not([aria-invalid=true])`, main);
      if (same) same.files = e.files;
    });
    one("main").replaceWith(main);
    document.title = page.title;
    begin();
    if (!one(".error-summary")) scrollTo(0, 0);
  };
  const hold = (form, isHeld) => {
    if (isHeld) form.dataset.sent = "1"; else delete form.dataset.sent;
    all("button:not([type=button])", form).forEach((button) => { button.disabled = isHeld; });
  };
  const say = (form) => {
    const box = document.createElement("p");
    box.className = "notice-banner";
    box.dataset.tone = "warn";
    box.setAttribute("role", "alert");
    box.textContent = form.dataset.offline;
    one(".actions", form).before(box);
  };
  const send = async (form, body) => {
    all(".notice-banner[role=alert]", form).forEach((box) => box.remove());
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body });
      if (answer.status > 500) throw answer; // the way there is broken, not the form
      if (!answer.redirected) return show(await answer.text(), form);
      kept((store) => store.removeItem(key(form)));
      location.assign(answer.url);
    } catch {
      hold(form, false);
      say(form);
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if ("erase" in form.dataset) forget();
    if (form.dataset.offline) {
      event.preventDefault();
      const body = new FormData(form);
      if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
      hold(form, true);
      send(form, body);
    } else {
      form.dataset.sent = "1";
      setTimeout(() => hold(form, true));
    }
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.draft) save(form);
    cards();
  });
  document.addEventListener("click", async (event) => {
    if (event.target.closest?.("[data-draft-drop]")) {
      forget();
      event.target.form.reset();
      event.target.closest("[data-draft-note]").hidden = true;
    }
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const from = one(`#${button.dataset.copy}`);
    try {
      await navigator.clipboard.writeText(from.textContent.trim());
      button.textContent = button.dataset.copied;
    } catch { getSelection().selectAllChildren(from); }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach((form) => hold(form, false));
    cards();
  });
  begin();
})();
