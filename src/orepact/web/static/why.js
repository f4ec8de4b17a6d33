/* Why in place: a figure's link opens its tree beside it; a second click, Close or Escape takes it away. Without this it is a link. */
"use strict";
(function () {
  let last = 0;

  function place(link) {
    const box = document.createElement("div");
    box.className = "whybox"; box.id = "why-" + (++last);
    box.setAttribute("role", "region"); box.setAttribute("aria-label", "Why: " + link.textContent.trim());
    box.textContent = "Looking it up…";
    const row = link.closest("tr");
    if (row) {
      const line = document.createElement("tr"), cell = document.createElement("td");
      const frame = row.closest(".scroll");
      if (frame) box.style.width = Math.min(frame.clientWidth - 2, 928) + "px";
      line.className = "whyrow"; cell.colSpan = row.cells.length; cell.append(box); line.append(cell); row.after(line);
    } else {
      const block = link.closest("h1, h2, h3, p, li, dd, .whyblock") || link;
      if (block.matches("li, dd")) block.append(box); else block.after(box);
    }
    return box;
  }

  function close(link) {
    const box = document.getElementById(link.getAttribute("aria-controls"));
    if (box) (box.closest("tr.whyrow") || box).remove();
    link.removeAttribute("aria-controls"); link.setAttribute("aria-expanded", "false");
  }

  function opener(box) { return document.querySelector("a.why[aria-controls='" + box.id + "']"); }

  document.addEventListener("click", function (event) {
    if (!window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const shut = event.target.closest("[data-close-why]"), link = event.target.closest("a.why");
    if (shut) {
      const box = shut.closest(".whybox"), from = box && opener(box);
      if (from) { close(from); from.focus(); }
    } else if (link) {
      event.preventDefault();
      if (link.getAttribute("aria-expanded") === "true") return close(link);
      const box = place(link);
      link.setAttribute("aria-expanded", "true"); link.setAttribute("aria-controls", box.id);
      htmx.ajax("GET", link.getAttribute("href"), { target: box, swap: "innerHTML", source: box });
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const box = document.activeElement && document.activeElement.closest(".whybox");
    const link = box ? opener(box) : document.activeElement && document.activeElement.closest("a.why[aria-expanded='true']");
    if (link) { close(link); link.focus(); }
  });
})();
