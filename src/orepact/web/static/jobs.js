/* A long question asked from a page: it is started as a job, its progress is streamed, it can be cancelled, and its answer is linked. */
"use strict";
(function () {
  const JOBS = "/api/v1/jobs";

  function part(tag, words, attributes) {
    const found = document.createElement(tag);
    found.textContent = words;
    Object.assign(found, attributes || {});
    return found;
  }

  async function start(button) {
    const box = button.closest(".job"), told = box.querySelector(".told");
    button.disabled = true;
    const body = JSON.stringify({ question: button.dataset.job, asked: JSON.parse(button.dataset.asked) });
    const found = await fetch(JOBS, { method: "POST", headers: { "content-type": "application/json" }, body: body });
    const job = await found.json();
    if (!found.ok) {
      told.replaceChildren(part("p", job.problems.map((each) => each.sentence).join(" ")));
      button.disabled = false;
      return;
    }
    follow(box, told, button, job);
  }

  function follow(box, told, button, job) {
    const bar = part("progress", "", { max: job.total || 1, value: job.done });
    bar.setAttribute("aria-label", "Progress of the job");
    const words = part("p", "Waiting to begin …", { role: "status" });
    const stop = part("button", "Cancel", { type: "button", className: "plainbutton" });
    stop.addEventListener("click", () => fetch(JOBS + "/" + job.id, { method: "DELETE" }));
    told.replaceChildren(words, bar, stop);
    const stream = new EventSource(JOBS + "/" + job.id + "/events");
    stream.addEventListener("progress", (event) => {
      const now = JSON.parse(event.data);
      bar.max = now.total || 1; bar.value = now.done;
      words.textContent = now.done + " of " + now.total + " steps" + (now.step ? ": " + now.step : "");
    });
    stream.addEventListener("end", (event) => {
      stream.close();
      const now = JSON.parse(event.data);
      button.disabled = false;
      if (now.state !== "done") {
        const why = now.error && now.error.problems ? now.error.problems.map((each) => each.sentence).join(" ") : "";
        told.replaceChildren(part("p", now.state === "cancelled" ? "Cancelled; no answer was kept." : "It failed. " + why));
        return;
      }
      const answer = JOBS + "/" + job.id + "/answer";
      const line = part("p", "Done, and kept on this server: ");
      line.append(part("a", "the whole answer (JSON)", { href: answer }));
      told.replaceChildren(line);
      told.dispatchEvent(new CustomEvent("orepact:done", { bubbles: true, detail: { answer: answer } }));
    });
  }

  document.addEventListener("click", (event) => { if (event.target.matches("[data-job]")) start(event.target); });
})();
