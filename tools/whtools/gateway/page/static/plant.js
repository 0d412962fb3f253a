// Keeps the plant's figures and its picture live (server-sent events), and sends orders without loading the page anew.
"use strict";
(() => {
  const found = { texts: new Map(), states: new Map() };
  const gather = (map, attribute) => {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      const key = element.getAttribute(attribute);
      if (!map.has(key)) map.set(key, []);
      map.get(key).push(element);
    }
  };
  gather(found.texts, "data-v");
  gather(found.states, "data-s");

  const live = new EventSource("/plant/events");
  live.onmessage = (event) => {
    const news = JSON.parse(event.data);
    const strange = Object.keys(news.states || {}).some((key) => !found.states.has(key));
    if (news.anew || strange) { location.reload(); return; }
    for (const [key, text] of Object.entries(news.texts)) {
      for (const element of found.texts.get(key) || []) if (element.textContent !== text) element.textContent = text;
    }
    for (const [key, state] of Object.entries(news.states)) {
      for (const element of found.states.get(key) || []) element.setAttribute("data-state", state);
    }
  };
  live.addEventListener("over", () => { live.close(); location.href = "/login"; });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.classList.contains("order")) return;
    event.preventDefault();
    const said = form.closest(".plantbox").querySelector(".said");
    const body = new URLSearchParams(new FormData(form));
    const button = event.submitter || form.querySelector("button");
    if (button.name) body.set(button.name, button.value);
    try {
      const answer = await fetch("/plant/order", { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 401) { location.href = "/login"; return; }
      const told = answer.ok ? await answer.json()
        : { said: new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".error").textContent };
      said.textContent = told.said;
      said.classList.toggle("fine", Boolean(told.taken));
    } catch (error) {
      said.textContent = String(error);
    }
    said.hidden = false;
    said.scrollIntoView({ block: "nearest" });
  });
})();
