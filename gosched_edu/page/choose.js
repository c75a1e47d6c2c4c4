// You are the scheduler: at a decision the reader says who runs, and the run is another one from there.
//
// A decision is shown before it is made: a machine runs up to it and asks (kernel/choice.py). What was
// chosen is a list of [decision, goid], part of the run as its seed is: it stands in the link and in the
// code, and the runtime itself follows it. All other decisions stay Go's.
(() => {
  "use strict";
  const { el, duration, STEP } = gosched;
  const MOST = 30; // goroutines to choose from

  class Chooser {
    /** Of a lab with a stage. Its `details` element is to be put into the page. */
    constructor(lab) {
      this.lab = lab;
      this.number = 1;
      const button = (text, title, onclick) => el("button", { type: "button", title, onclick }, text);
      this.said = el("p", { class: "gs-choose-said", role: "status" });
      this.list = el("div", { class: "gs-choose-list", role: "group", "aria-label": "Who runs?" });
      this.undoing = button("Undo", "Take back the last choice", () => this.undo());
      this.clearing = button("By Go's rules", "Take back all choices", () =>
        lab.log.steps ? lab.reset() : lab.choose([]),
      );
      this.past = []; // step by step: [schedule before, schedule after] of each choice
      this.made = el("p", { class: "gs-choose-made" });
      this.details = el(
        "details",
        { class: "gs-stage-inside gs-choose" },
        el("summary", {}, "You are the scheduler"),
        el(
          "div",
          {},
          this.said,
          this.list,
          el(
            "div",
            { class: "gs-stage-bar", role: "group", "aria-label": "Decision" },
            button("◂ Decision", "To the decision before", () => this.go(this.number - 1)),
            button("Decision ▸", "To the next decision", () => this.go(this.number + 1)),
            this.undoing,
            this.clearing,
          ),
          this.made,
        ),
      );
      this.details.addEventListener("toggle", () => this.refresh());
    }

    /** To a decision; it is the moment from then on. */
    go(number) {
      if (this.lab.log.steps) {
        this.details.open = true;
        return this.lab.stage.goTo(STEP * (Math.max(1, Math.min(number, this.lab.log.steps)) - 1));
      }
      const { decisions, time } = this.lab.log;
      if (!decisions.length) return;
      this.details.open = true;
      this.number = Math.max(1, Math.min(number, decisions.length));
      this.lab.stage.goTo(time[decisions[this.number - 1]]);
    }

    /** The decision at the moment, or the last before it. Several may be made at one time. */
    follow() {
      const { decisions, time } = this.lab.log;
      const moment = this.lab.stage.moment;
      if (time[decisions[this.number - 1]] === moment) return;
      let [low, high] = [0, decisions.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (time[decisions[middle]] <= moment) low = middle + 1;
        else high = middle;
      }
      this.number = Math.max(1, low);
    }

    /** What the runtime knows just before a decision. */
    question(number) {
      const before = this.lab.choices.filter(([n]) => n < number);
      const key = JSON.stringify(before);
      const known = this.asker;
      if (!known || known.run !== this.lab.turn || known.key !== key || known.number > number)
        this.asker = { run: this.lab.turn, key, machine: this.lab.make([...before, [number, 0]]) };
      else if (known.number < number) known.machine.choose([...before, [number, 0]]);
      this.asker.number = number;
      this.asker.machine.run();
      return this.asker.machine.question;
    }

    /** A run step by step: whoever can go on may have the turn. */
    turns() {
      const { log, stage, turn } = this.lab;
      const n = (this.number = Math.max(1, Math.min(log.steps, Math.floor(stage.moment / STEP) + 1)));
      if (!this.details.open) return;
      const key = `${turn} ${n}`;
      if (this.able?.key !== key) this.able = { key, ...this.whoCan(n) };
      const { runs, goids } = this.able;
      this.asked = { goid: runs, others: goids.filter((g) => g !== runs).map((goid) => ({ goid })) };
      this.undoing.disabled = this.past.at(-1)?.[1] !== this.lab.schedule;
      this.clearing.disabled = false;
      this.made.textContent = "";
      const nobody = this.asked.others.length ? "" : " Nobody else can.";
      this.said.textContent = `Step ${n} of ${log.steps}: ${runs ? `g${runs} has the turn.` : "time passes."}${nobody}`;
      const inside = this.list.contains(document.activeElement) && document.activeElement.dataset.goid;
      this.list.replaceChildren(
        ...[...(goids.includes(runs) ? [this.asked] : []), ...this.asked.others].map(({ goid }) =>
          this.choice(goid, runs, goid === runs ? "as it is" : "could go on"),
        ),
      );
      if (inside) this.list.querySelector(`[data-goid="${inside}"]`)?.focus();
    }

    /** Who has the turn of a step (0: nobody), and the goroutines that can have it: it is tried. */
    whoCan(n) {
      const before = this.lab.make([]);
      before.run({ steps: n - 1 });
      const passes = this.lab.schedule.split(/\s+/).includes(`${n}:t`);
      const able = ({ goid }) => {
        const machine = this.lab.make([], { schedule: this.forked(n, goid) });
        machine.run({ steps: n });
        return !machine.astray;
      };
      const goids = gosched.goroutines(before).slice(0, MOST).filter(able);
      before.run({ steps: n });
      return { runs: passes ? 0 : before.get("STEP_LAST"), goids: goids.map(({ goid }) => goid) };
    }

    /** The schedule up to a step, and then this goroutine; what comes later belonged to another run. */
    forked(n, goid) {
      const parts = this.lab.schedule.split(/\s+/).filter(Boolean);
      return [...parts.filter((p) => !/^\d+:/.test(p) || parseInt(p) < n), `${n}:g${goid}`].join(" ");
    }

    choice(goid, runs, place) {
      return el(
        "button",
        {
          type: "button",
          "data-goid": goid,
          "aria-pressed": String(goid === runs),
          onclick: () => this.pick(goid),
        },
        el("b", {}, `g${goid}`),
        ` ${place}`,
      );
    }

    refresh() {
      if (!this.lab.log) return;
      if (this.lab.log.steps) return this.turns();
      this.follow(); // closed, too: the key for the next decision starts here
      if (!this.details.open) return;
      const { log, choices } = this.lab;
      const asked = log.decisions.length ? this.question(this.number) : null;
      this.asked = asked;
      this.undoing.disabled = this.clearing.disabled = !choices.length;
      this.made.textContent = log.chosen
        .map((c) => `Decision ${c.number}: g${c.goid} instead of g${c.instead}.`)
        .join(" ");
      // A new run has no decisions yet at first: the button that had the focus comes back with them.
      const inside = this.list.contains(document.activeElement) && document.activeElement.dataset.goid;
      const held = inside || (document.activeElement === document.body && this.held);
      this.held = held;
      if (!asked) {
        this.said.textContent = "Nothing was decided in this run.";
        return this.list.replaceChildren();
      }
      const row = log.decisions[this.number - 1];
      const runs = log.g[row];
      const yours = runs === asked.goid ? "" : ` You chose g${runs}.`;
      const nobody = asked.others.length ? "" : " Nobody else could run.";
      this.said.textContent =
        `Decision ${this.number} of ${log.decisions.length}, at ${duration(asked.time)}: P${asked.p} needs a goroutine. ` +
        `By Go's rules it is g${asked.goid} (${asked.place}).${yours}${nobody}`;
      const all = [{ goid: asked.goid, place: `${asked.place}: Go's choice` }, ...asked.others];
      this.list.replaceChildren(
        ...all.slice(0, MOST).map(({ goid, place }) => this.choice(goid, runs, place)),
        ...(all.length > MOST ? this.others(all) : []),
      );
      if (held) this.list.querySelector(`[data-goid="${held}"]`)?.focus();
    }

    /** Where they are too many for buttons: by number. */
    others(all) {
      const wrong = el("span", { role: "status" });
      const input = el("input", { type: "number", min: 1, class: "gs-choose-number" });
      const label = el("label", {}, `or, of ${all.length - MOST} more, g`, input);
      input.addEventListener("change", () => {
        const goid = Number(input.value);
        if (all.some((it) => it.goid === goid)) return void this.pick(goid);
        wrong.textContent = `g${goid} cannot run now.`;
      });
      return [label, wrong];
    }

    /** Let another goroutine run at this decision; what was chosen for later ones belonged to another run. */
    pick(goid) {
      if (!this.asked || (!this.asked.others.some((o) => o.goid === goid) && goid !== this.asked.goid))
        return;
      if (this.lab.log.steps) {
        if (goid === this.asked.goid) return;
        const schedule = this.forked(this.number, goid);
        this.past.push([this.lab.schedule, schedule]);
        return this.lab.fork(schedule);
      }
      const choices = this.lab.choices.filter(([n]) => n < this.number);
      if (goid !== this.asked.goid) choices.push([this.number, goid]);
      return this.lab.choose(choices);
    }

    /** The nth of those who could run. */
    pickNth(n) {
      const it = this.details.open && [{ goid: this.asked?.goid }, ...(this.asked?.others ?? [])][n];
      if (it) this.pick(it.goid);
    }

    undo() {
      if (this.lab.log.steps) {
        if (this.past.at(-1)?.[1] === this.lab.schedule) this.lab.fork(this.past.pop()[0]);
        return;
      }
      this.lab.choose(this.lab.choices.slice(0, -1));
    }
  }

  /** "12-7,15-3" for choices, as it stands in a link, and back; what is no list of choices is none. */
  const choicesText = (choices) => choices.map((pair) => pair.join("-")).join(",");
  function choicesOf(text) {
    const pairs = text
      .split(",")
      .filter(Boolean)
      .map((pair) => pair.split("-").map(Number));
    const fits = pairs.every(
      ([n, goid], i) =>
        Number.isSafeInteger(n) &&
        n > (pairs[i - 1]?.[0] ?? 0) &&
        goid > 0 &&
        goid < 2 ** 31 &&
        goid % 1 === 0,
    );
    return fits && pairs.every((pair) => pair.length === 2) ? pairs : [];
  }

  globalThis.gosched = { ...globalThis.gosched, Chooser, choicesText, choicesOf };
})();
