// Keeps the figures live (server-sent events) and sends presses without loading the page anew. Without it the forms work too.
"use strict";
(() => {
  const said = document.getElementById("said");
  const tell = (text) => { said.textContent = text; said.hidden = !text; };

  const put = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };

  const show = (now) => {
    const shown = document.querySelectorAll(".card").length;
    if (shown !== now.rooms.length) { location.reload(); return; }
    for (const room of now.rooms) {
      const card = document.getElementById(room.id);
      if (!card) { location.reload(); return; }
      card.dataset.state = room.state;
      card.classList.toggle("stale", room.stale);
      for (const element of card.querySelectorAll("[data-of]")) put(element, String(room[element.dataset.of]));
      for (const button of card.querySelectorAll(".modes button")) {
        if (button.classList.contains("boost")) button.setAttribute("aria-pressed", String(room.boost > 0));
        else button.setAttribute("aria-pressed", String(button.classList.contains(room.mode)));
      }
    }
    for (const well of now.wells) {
      const box = document.getElementById(well.id);
      if (!box) continue;
      well.rows.forEach((row, i) => put(box.querySelector(`[data-row="${i}"]`), row[1]));
      put(box.querySelector("[data-of=alarms]"), well.alarms);
    }
  };

  const live = new EventSource("/events");
  live.onmessage = (event) => show(JSON.parse(event.data));
  live.addEventListener("over", () => { live.close(); location.href = "/login"; });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.classList.contains("press")) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.name === "value" && button.getAttribute("aria-pressed") === "true"
      && button.classList.contains("boost") ? "0" : button.value);
    try {
      const answer = await fetch("/order", { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 401) { location.href = "/login"; return; }
      tell(answer.ok ? (await answer.json()).said : (await answer.text()).replace(/<[^>]*>/g, " ").trim().slice(-120));
    } catch (error) {
      tell(String(error));
    }
  });
})();
