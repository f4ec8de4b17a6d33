/* What a page does beside its pictures: sliders say their value, a changed mineral lets go of its stage, faults stand by their fields. */
"use strict";
(function () {
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
    for (const [name, value] of Object.entries(values)) if (value === "") delete values[name];
    if (event.target.id === "question") {
      for (const slider of event.target.querySelectorAll("input[data-unit='%']")) if (values[slider.name]) values[slider.name] += "%";
    }
  });
  document.addEventListener("submit", function (event) {
    for (const slider of event.target.querySelectorAll("input[data-unit='%']")) {
      const exact = document.createElement("input");
      exact.type = "hidden"; exact.name = slider.name; exact.value = slider.value + "%"; slider.removeAttribute("name"); event.target.append(exact);
    }
  });
})();
