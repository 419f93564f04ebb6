"use strict";
// Pages work without this file; it adds keys, countdowns, and keeps what was unfolded unfolded.
(() => {
  const unfolded = new Set();

  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (box.id && box.tagName === "DETAILS") {
      if (box.open) unfolded.add(box.id);
      else unfolded.delete(box.id);
    }
  }, true);

  function refold() {
    for (const id of unfolded) {
      const box = document.getElementById(id);
      if (box && !box.open) box.open = true;
    }
  }

  function tick() {
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Math.round((Date.parse(place.dataset.until) - Date.now()) / 1000);
      place.textContent = left > 0
        ? "confirm within " + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0")
        : "confirm window is over";
    }
  }

  // A fragment that comes while a folded transcript is being read must not fold it.
  document.addEventListener("htmx:afterSwap", () => { refold(); tick(); });
  setInterval(tick, 1000);
  tick();

  for (const field of document.querySelectorAll("textarea[data-count]")) {
    const count = document.createElement("span");
    count.className = "hint";
    const show = () => { count.textContent = field.value.length + " of " + field.maxLength + " characters"; };
    field.addEventListener("input", show);
    show();
    field.after(count);
  }

  for (const link of document.querySelectorAll("a[data-line]")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById("policy");
      const line = Number(link.dataset.line);
      if (!field || line < 1) return;
      event.preventDefault();
      const lines = field.value.split("\n");
      const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
      const column = Math.max(0, Number(link.dataset.column) - 1);
      field.focus();
      field.setSelectionRange(start + column, start + (lines[line - 1] || "").length);
      field.scrollTop = Math.max(0, (line - 4)) * (field.scrollHeight / Math.max(1, lines.length));
    });
  }

  const places = { i: "/ui", r: "/ui/rollouts", s: "/ui/servers", p: "/ui/policy" };
  let afterG = false;

  function move(step) {
    const rows = [...document.querySelectorAll("tr[data-row] a[href]:first-of-type")]
      .filter((link) => link === link.closest("tr").querySelector("a"));
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[next].focus();
  }

  // No key does anything that counts: they only move.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, textarea, select");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    if (afterG && places[event.key]) {
      location.href = places[event.key];
      return;
    }
    afterG = event.key === "g";
    const help = document.getElementById("help");
    if (event.key === "?" && help) {
      if (help.open) help.close(); else help.showModal();
    } else if (event.key === "/") {
      const field = document.querySelector("main input[type=search], main input:not([type=hidden]), main textarea");
      if (field) { event.preventDefault(); field.focus(); }
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    }
  });
})();
