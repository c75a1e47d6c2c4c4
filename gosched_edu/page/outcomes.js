// What a lab's program can do: a button for each outcome, whose schedule the stage then shows step by step.
(() => {
  "use strict";
  const { el, parseSchedule, STEP } = gosched;

  class Outcomes {
    /** Of a lab with a stage. Its `box` is to be put into the page. */
    constructor(lab) {
      this.lab = lab;
      const { head, found } = lab.data.outcomes;
      const button = (it) =>
        el(
          "button",
          { type: "button", title: it.sentence || false, onclick: () => this.show(it) },
          it.label,
        );
      this.buttons = found.map((it) => [it, button(it)]);
      this.rules = el("button", { type: "button", onclick: () => lab.reset() }, "By Go's scheduler");
      this.said = el("p", { class: "gs-outcome-said", role: "status", hidden: true });
      const list = el("div", { class: "gs-choose-list" }, ...this.buttons.map(([, b]) => b), this.rules);
      const all = found.length ? [el("p", {}, head), list] : [];
      this.box = el(
        "div",
        { class: "gs-outcomes", role: "group", "aria-label": "Outcomes" },
        ...all,
        this.said,
      );
    }

    /** An outcome belongs to the lab's first values. */
    async show(outcome) {
      const { schedule, sentence, label } = (this.shown = outcome);
      await this.lab.follow(schedule);
      const [first] = turnsOf(schedule);
      const stage = this.lab.stage;
      stage.goTo(first ? STEP * (first[0] - 1) : 0);
      this.lab.said.textContent = sentence || label;
      stage.canvas.focus({ preventScroll: true });
    }

    /** What the run that is shown follows. `dropped`: why it could not. */
    refresh(dropped) {
      const { schedule, values, data } = this.lab;
      const first = Object.entries(data.start).every(([name, value]) => values[name] === value);
      const all = [this.shown, ...this.buttons.map(([it]) => it)];
      const now = first && all.find((it) => it?.schedule === schedule);
      for (const [it, button] of this.buttons) button.setAttribute("aria-pressed", String(it === now));
      this.rules.setAttribute("aria-pressed", String(schedule === null));
      const text = dropped || (schedule === null ? "" : told(schedule, now));
      if (this.said.textContent !== text) this.said.textContent = text;
      this.said.hidden = !text;
    }
  }

  const turnsOf = (schedule) => parseSchedule(schedule).turns;

  /** A schedule in sentences. */
  function told(schedule, outcome) {
    const turns = turnsOf(schedule).map(([n, kind, of]) => {
      if (kind === "t") return `before step ${n} time passes`;
      return kind === "g" ? `step ${n} is g${of}'s` : `in step ${n} the select takes its case ${of}`;
    });
    const how = turns.length ? `Here ${turns.slice(0, 12).join(", ")}.` : "This is the default schedule.";
    const more = turns.length > 12 ? ` And ${turns.length - 12} more.` : "";
    return `${outcome ? outcome.sentence : ""} Step by step, on one P: who has the turn keeps it while it can. ${how}${more}`.trim();
  }

  /** The times at which a schedule leaves the default one, as marks on the stage. */
  function scheduleMarks(schedule) {
    const steps = [...new Set(turnsOf(schedule).map(([n]) => n))];
    return steps.map((n) => ({ time: STEP * (n - 1), text: String(n) }));
  }

  globalThis.gosched = { ...globalThis.gosched, Outcomes, scheduleMarks };
})();
