/* What a page does beside its pictures: sliders say their value, a changed mineral lets go of its stage, faults stand by their fields. */
"use strict";
(function () {
  document.documentElement.classList.remove("nojs");
  function say(slider) {
    const shown = slider.parentElement.querySelector("output");
    if (shown) shown.textContent = slider.value + " " + slider.dataset.unit;
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("input[type=range]")) say(event.target);
  });
  document.addEventListener("change", function (event) {
    const named = event.target.dataset && event.target.dataset.resets;
    if (named && event.target.form && event.target.form.elements[named]) event.target.form.elements[named].value = "";
  }, true);
  document.addEventListener("htmx:configRequest", function (event) {
    const values = event.detail.parameters;
    const needed = (name) => event.target.elements && event.target.elements[name] && event.target.elements[name].required;
    for (const [name, value] of Object.entries(values)) if (value === "" && !needed(name)) delete values[name];
    if (event.target.id === "question") {
      for (const slider of event.target.querySelectorAll("input[data-unit='%']")) if (values[slider.name]) values[slider.name] += "%";
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "answer") return;
    const form = document.getElementById("question");
    if (!form) return;
    for (const found of event.target.querySelectorAll("template[data-options]")) {
      const select = form.elements[found.dataset.options];
      if (select) { select.replaceChildren(...found.content.cloneNode(true).children); }
      found.remove();
    }
    for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
    for (const field of form.elements) field.removeAttribute("aria-invalid");
    for (const said of event.target.querySelectorAll("li[data-field]")) {
      const fault = document.getElementById("fault-" + said.dataset.field), field = form.elements[said.dataset.field];
      if (fault) fault.textContent += said.textContent + " ";
      if (field && field.setAttribute) field.setAttribute("aria-invalid", "true");
    }
  });
})();
