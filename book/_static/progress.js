// What a reader has done, kept in this browser and nowhere else.
//
// Problem. A reader comes back after a week and does not know where the book was left.
//
// Rejected. An account, or a server that counts: the book is a folder of files, and who reads what is nobody's business.
//
// Chosen. One entry in localStorage, under one key, for all pages: opened Predict boxes, opened answers of a quiz,
// exercises that the reader has ticked off. Without storage (a private window, a strict browser) the page remembers
// until it is closed. Every mark is text.
//
// Invariant. Nothing is requested, nothing is sent. What is read from the storage is looked at as if a stranger had
// written it: it can be forgotten, but it cannot break the page.
(() => {
  "use strict";
  const KEY = "go-concurrency-atlas.progress";
  const KINDS = ["predict", "quiz", "exercise"];
  const memory = { text: null, used: false };

  // ---- storage
  function load() {
    let text = memory.text;
    if (!memory.used) {
      try {
        text = localStorage.getItem(KEY);
      } catch {
        memory.used = true;
      }
    }
    try {
      const data = JSON.parse(text);
      if (data && data.version === 1 && data.pages && typeof data.pages === "object") return data;
    } catch {
      // not ours, or cut off: begin again
    }
    return { version: 1, pages: {} };
  }

  function save(data) {
    const text = JSON.stringify(data);
    memory.text = text;
    if (memory.used) return;
    try {
      localStorage.setItem(KEY, text);
    } catch {
      memory.used = true;
    }
  }

  function forget() {
    memory.text = null;
    try {
      localStorage.removeItem(KEY);
    } catch {
      memory.used = true;
    }
  }

  // ---- pages: the folder and the name, which are the same on a disk and on a server
  const idOf = (address) => {
    const parts = new URL(address, location.href).pathname.split("/");
    return parts
      .slice(-2)
      .join("/")
      .replace(/\.html$/, "");
  };
  const here = idOf(location.href);

  const own = (data, page) => {
    const entry = Object.hasOwn(data.pages, page) ? data.pages[page] : null;
    const plain = (x) => (x && typeof x === "object" && !Array.isArray(x) ? x : {});
    return { total: { ...plain(plain(entry).total) }, done: { ...plain(plain(entry).done) } };
  };

  function change(edit) {
    const data = load();
    const entry = own(data, here);
    edit(entry);
    data.pages[here] = entry;
    save(data);
    show();
  }

  // ---- what there is to do on this page
  function items() {
    const article = document.querySelector("article.bd-article") || document;
    const found = [];
    const counts = {};
    for (const box of article.querySelectorAll(".tag_hide-output details")) {
      const section = box.closest("section[id]")?.id || "page";
      counts[section] = (counts[section] || 0) + 1;
      found.push({ kind: "predict", key: `predict:${section}:${counts[section]}`, boxes: [box] });
    }
    article.querySelectorAll(".gs-quiz > ol > li").forEach((question, n) => {
      found.push({ kind: "quiz", key: `quiz:${n + 1}`, boxes: [...question.querySelectorAll("details")] });
    });
    for (const section of article.querySelectorAll("section#exercises > section[id]")) {
      if (/^\d/.test(section.querySelector("h3")?.textContent || ""))
        found.push({ kind: "exercise", key: `exercise:${section.id}`, section });
    }
    return found;
  }

  // Boxes are kept as the places that were opened, the first one first: "2" or "20".
  const places = (known) => (typeof known?.at === "string" ? known.at : "");
  const firstWasRight = (item, opened) =>
    Boolean(item.boxes[Number(String(opened)[0])]?.classList.contains("gs-right"));

  function prepare() {
    const found = items();
    if (!found.length) return;
    const data = load();
    const { done } = own(data, here);
    for (const item of found) {
      const known = done[item.key];
      if (item.kind === "exercise") item.section.append(tick(item, known === 1));
      else for (const [n, box] of item.boxes.entries()) if (places(known).includes(n)) box.open = true;
    }
    document.addEventListener("toggle", (event) => opened(found, event.target), true);
    change((entry) => {
      const total = {};
      for (const kind of KINDS) total[kind] = found.filter((item) => item.kind === kind).length;
      entry.total = total;
      const keys = new Set(found.map((item) => item.key));
      for (const key of Object.keys(entry.done)) if (!keys.has(key)) delete entry.done[key];
    });
  }

  function opened(found, box) {
    const item = box.open && found.find((x) => x.boxes?.includes(box));
    if (!item) return;
    const place = item.boxes.indexOf(box);
    const before = own(load(), here).done[item.key];
    const at = places(before);
    if (at.includes(place)) return;
    change((entry) => {
      entry.done[item.key] = { at: at + place, right: firstWasRight(item, at + place) };
    });
  }

  function tick(item, checked) {
    const label = document.createElement("label");
    label.className = "gs-tick";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = checked;
    box.addEventListener("change", () =>
      change((entry) => {
        if (box.checked) entry.done[item.key] = 1;
        else delete entry.done[item.key];
      }),
    );
    label.append(box, " I have done this exercise");
    return label;
  }

  // ---- what has been done, in numbers
  function count(entry) {
    const number = (x) => (Number.isInteger(x) && x >= 0 && x < 1000 ? x : 0);
    const out = { done: 0, total: 0, right: 0 };
    for (const kind of KINDS) {
      const keys = Object.keys(entry.done).filter((key) => key.startsWith(`${kind}:`));
      const total = number(entry.total[kind]);
      out[kind] = [Math.min(keys.length, total), total];
      out.done += out[kind][0];
      out.total += total;
      if (kind === "quiz") out.right = keys.filter((key) => entry.done[key]?.right === true).length;
    }
    return out;
  }

  const chapters = () => {
    const seen = new Map();
    for (const link of document.querySelectorAll("nav.bd-links a[href]")) {
      const id = idOf(link.getAttribute("href") === "#" ? location.href : link.href);
      if (id.startsWith("notebooks/") && !link.hash) seen.set(id, link);
    }
    return seen;
  };

  function show() {
    const data = load();
    for (const [id, link] of chapters()) {
      const { done, total } = count(own(data, id));
      let mark = link.querySelector(".gs-mark");
      if (!done) {
        mark?.remove();
        continue;
      }
      if (!mark) {
        mark = document.createElement("span");
        mark.className = "gs-mark";
        link.append(mark);
      }
      mark.textContent = done === total ? ` all ${total} done` : ` ${done} of ${total} done`;
    }
    summary(data);
  }

  // ---- the page that sums up
  const element = (name, text = "", more = {}) =>
    Object.assign(document.createElement(name), { textContent: text }, more);

  function summary(data) {
    const place = document.getElementById("gs-progress");
    if (!place) return;
    const body = element("tbody");
    for (const [id, link] of chapters()) {
      const n = count(own(data, id));
      const row = element("tr");
      const name = element("th", "", { scope: "row" });
      const title = [...link.childNodes].filter((x) => !x.classList?.contains("gs-mark"));
      name.append(
        element(
          "a",
          title
            .map((x) => x.textContent)
            .join("")
            .trim(),
          { href: link.href },
        ),
      );
      const of = ([done, total]) => (total ? `${done} of ${total}` : "–");
      const quiz = n.quiz[0] ? `${of(n.quiz)}, ${n.right} right at once` : of(n.quiz);
      row.append(name, element("td", of(n.predict)), element("td", quiz), element("td", of(n.exercise)));
      body.append(row);
    }
    const head = element("tr");
    for (const title of ["Chapter", "Predictions opened", "Quiz answered", "Exercises done"])
      head.append(element("th", title, { scope: "col" }));
    const table = element("table", "", { className: "gs-progress-table table" });
    const top = element("thead");
    top.append(head);
    table.append(top, body);
    const words = element(
      "p",
      memory.used
        ? "This browser lets the page keep nothing. What you do is forgotten when you leave the page."
        : "This is kept in this browser only. Nothing is sent to anybody. A dash: not opened yet.",
    );
    const wide = element("div", "", { className: "gs-progress-wide", tabIndex: 0 });
    wide.setAttribute("role", "group");
    wide.setAttribute("aria-label", "Your progress, chapter by chapter");
    wide.append(table);
    place.replaceChildren(wide, words, forgetting());
  }

  function forgetting() {
    const line = element("p");
    const button = element("button", "Forget everything", { type: "button", className: "gs-forget" });
    const said = element("span", "");
    said.setAttribute("role", "status");
    button.addEventListener("click", () => {
      if (button.dataset.sure !== "yes") {
        button.dataset.sure = "yes";
        button.textContent = "Really forget everything? Press again";
        return;
      }
      forget();
      show();
      const fresh = document.querySelector("#gs-progress .gs-forget");
      fresh.focus();
      fresh.nextElementSibling.textContent = " Forgotten.";
    });
    line.append(button, said);
    return line;
  }

  function start() {
    prepare();
    show();
    // Another tab has changed something, or the reader comes back with the browser's Back.
    addEventListener("storage", (event) => event.key === KEY && show());
    addEventListener("pageshow", (event) => event.persisted && show());
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
