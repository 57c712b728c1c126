"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const bar = document.querySelector(".filters");
  const changes = all("details.change");

  const openWays = (element) => {
    for (let at = element; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  };
  const toTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches("details")) return;
    target.hidden = false;
    openWays(target);
    target.querySelector("summary").focus();
    target.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", toTarget);
  // A browser that goes to a fragment by itself takes the focus away afterwards.
  all(".picture a").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.pushState(null, "", link.getAttribute("href"));
      toTarget();
    }),
  );
  toTarget();

  // A printer gets everything, opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((each) => (each.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((each) => (each.open = false)));

  if (!bar) return;
  const buttons = all("[data-filter]", bar);
  const search = bar.querySelector("input");
  const told = bar.querySelector("output");
  bar.hidden = false;

  const filter = () => {
    const wanted = buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.filter);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const narrowed = wanted.length > 0 || words.length > 0;
    let shown = 0;
    for (const change of changes) {
      const kind = !wanted.length || wanted.includes(change.dataset.kind);
      change.hidden = !(kind && words.every((word) => change.dataset.text.includes(word)));
      shown += change.hidden ? 0 : 1;
    }
    for (const each of all(".phantoms")) each.hidden = narrowed;
    for (const layer of all("details.layer")) {
      layer.hidden = narrowed && !layer.querySelector("details.change:not([hidden])");
      if (narrowed && !layer.hidden) layer.open = true;
    }
    for (const link of all(".picture a")) {
      const change = document.getElementById(link.getAttribute("href").slice(1));
      link.classList.toggle("faded", Boolean(change && change.hidden));
    }
    told.textContent = `${shown} of ${changes.length} shown`;
  };

  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    }),
  );
  search.addEventListener("input", filter);
  const setAll = (open) => all(".tree details").forEach((each) => (each.open = open));
  bar.querySelector("#open-all").addEventListener("click", () => setAll(true));
  bar.querySelector("#close-all").addEventListener("click", () => setAll(false));

  const reset = () => {
    search.value = "";
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    filter();
  };
  const visible = () => all(".tree summary").filter((each) => each.getClientRects().length);
  const step = (by) => {
    const rows = visible();
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const summary = document.activeElement.matches(".tree summary") && document.activeElement;
    if (event.key === "Escape") reset();
    else if (event.key === "/" && document.activeElement !== search) search.focus();
    else if (event.key === "ArrowDown" && (summary || document.activeElement === search)) step(1);
    else if (event.key === "ArrowUp" && summary) step(-1);
    else if (event.key === "ArrowRight" && summary) summary.parentElement.open = true;
    else if (event.key === "ArrowLeft" && summary) summary.parentElement.open = false;
    else return;
    event.preventDefault();
  });
})();
