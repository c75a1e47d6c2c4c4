// A second run beside the first, on the same time axis: another version, another program, other values,
// what real Go did, or the same run without the reader's choices.
(() => {
  "use strict";
  const { el } = gosched;

  /** A control as labs/static.py writes it. */
  function input({ name, label, hint, low, high, options }) {
    const field = options.length
      ? el(
          "select",
          { "data-control": name, autocomplete: "off" },
          ...options.map((value) => el("option", {}, String(value))),
        )
      : el("input", {
          type: "range",
          "data-control": name,
          min: low,
          max: high,
          step: 1,
          autocomplete: "off",
        });
    return el(
      "label",
      { title: hint },
      el("span", {}, label),
      " ",
      field,
      ...(options.length ? [] : [el("output")]),
    );
  }

  /** Controls that are less often needed. */
  const folded = (inputs) =>
    el(
      "details",
      { class: "gs-lab-more" },
      el("summary", {}, "Settings of the runtime, and what things cost"),
      el("div", {}, ...inputs),
    );

  /** What `Log` needs of a machine, of a trace of real Go (page/tables.py:recording). */
  async function loadRecording(kernel, packed) {
    const { arrays } = await gosched.loadProgram(packed);
    const words = kernel.tables.recordWords;
    const n = arrays.records.length / words;
    const records = new BigInt64Array(arrays.records.length);
    let time = 0n;
    for (let row = 0; row < n; row++) {
      for (let word = 1; word < words; word++) records[row * words + word] = arrays.records[word * n + row];
      records[row * words] = time += arrays.records[row];
    }
    return {
      tables: kernel.tables,
      program: { filename: packed.filename },
      options: { procs: packed.procs },
      records,
      recorded: packed,
      get: (scalar) => (scalar === "NOW" ? packed.end : 0),
      lineOf: (line) => line,
    };
  }

  class Beside {
    /** Of a lab, which has a stage. */
    constructor(lab) {
      this.lab = lab;
      this.what = "";
    }

    /** Names and texts of what can be seen beside it. */
    get kinds() {
      const { data, realGo } = this.lab;
      const kinds = [["simulated", "a simulated run"]];
      if (data.real) kinds.push(["recorded", `${data.real.title}`]);
      if (realGo) kinds.push(["fresh", `Real Go ${realGo}, on this computer`]);
      return kinds;
    }

    /** Another program if there is one, else the version before, else real Go. */
    first() {
      const { data, values } = this.lab;
      const minor = (version) => Number(version.split(".")[1]);
      const program = (data.options.program ?? []).find((name) => name !== values.program);
      if (program !== undefined) return ["simulated", { program }];
      const versions = (data.options.version ?? []).filter((v) => v !== values.version);
      versions.sort((a, b) => minor(a) - minor(b));
      const older = versions.filter((v) => minor(v) < minor(values.version));
      if (versions.length) return ["simulated", { version: older.at(-1) ?? versions[0] }];
      return [data.real ? "recorded" : "simulated", {}];
    }

    toggle() {
      if (this.second) return this.close();
      return this.open(...this.first());
    }

    close() {
      this.second.stage.close();
      this.second.pause();
      this.box.remove();
      this.second = this.lab.stage.peer = null;
      this.what = "";
      this.lab.relabel();
      this.lab.stage.fit();
    }

    /** `what`: simulated, original (the same, by Go's rules alone), recorded or fresh. */
    async open(what, values = {}) {
      const { lab } = this;
      const { data } = lab;
      const original = what === "original";
      const legend = original ? "Beside it: the same run by Go's rules alone" : "Beside it";
      const controls = original
        ? el("p", { class: "gs-beside" }, legend)
        : el("fieldset", { class: "gs-lab-controls" }, el("legend", {}, legend));
      const kinds = this.kinds;
      this.asking = el(
        "button",
        { type: "button", hidden: true, onclick: () => this.ask() },
        "Run in real Go",
      );
      if (!original && kinds.length > 1) {
        this.select = el(
          "select",
          { "data-what": "" },
          ...kinds.map(([k, text]) => el("option", { value: k }, text)),
        );
        this.select.value = what;
        this.select.addEventListener("change", () => this.show(this.select.value));
        controls.append(el("label", {}, el("span", {}, "Show"), " ", this.select));
      }
      if (!original) {
        const [more, usual] = [true, false].map((is) => data.controls.filter((c) => c.setting === is));
        controls.append(...usual.map(input), this.asking);
        if (more.length) controls.append(folded(more.map(input)));
      }
      this.box = el(
        "div",
        { class: "gs-lab-static gs-lab-second", role: "group", "aria-label": legend },
        controls,
        el("div", { class: "gs-lab-view" }),
        el("code", { class: "gs-lab-code", tabindex: 0 }),
        el("span", { class: "gs-lab-said gs-unseen", role: "status" }),
      );
      if (lab.inputs.length || !lab.model) lab.box.after(this.box);
      else lab.box.append(this.box);
      this.second = new gosched.Lab(this.box, data, 0);
      const start = data.starts[values.program]; // of a program that has its own
      const second = { values: { ...lab.values, ...start, ...values }, choices: [], schedule: null };
      Object.assign(this.second, second, { startAt: undefined });
      this.second.changes = () => this.changed();
      this.second.startControls();
      this.what = what;
      lab.relabel();
      await this.second.wake();
      if (!this.second) return; // closed meanwhile
      this.second.stage.options.lanes = [...lab.stage.options.lanes];
      await this.show(what);
      if (original) this.mark();
      lab.stage.pair(this.second.stage);
      this.box.scrollIntoView({ block: "nearest" });
    }

    /** Show something else there. */
    async show(what) {
      const { lab, second } = this;
      this.what = what;
      for (const it of second.inputs) {
        const simulators = ["version", "seed"].includes(it.dataset.control); // real Go has none of these
        it.disabled = what === "recorded" || (what === "fresh" && simulators);
      }
      if (what === "recorded") second.values = { ...lab.data.start };
      second.startControls();
      this.asking.hidden = what !== "fresh";
      second.recorded = { recorded: lab.data.real, fresh: this.fresh }[what];
      if (what === "fresh" && !this.fresh)
        return second.waits(
          `"Run in real Go" builds the program with Go ${lab.realGo} and runs it on this computer.`,
        );
      await second.run();
      lab.stage.fit();
      lab.stage.goTo(lab.stage.moment);
    }

    /** Its controls have moved: another run, but real Go runs only when it is asked to. */
    changed() {
      this.fresh = null;
      return this.what === "fresh" ? this.show("fresh") : this.second.run();
    }

    /** Real Go, now: only when the reader presses the button. */
    ask() {
      const { lab, second } = this;
      this.asking.disabled = true;
      second.waits("Real Go builds the program and runs it …");
      lab.model.send({ values: second.values });
    }

    /** Python has answered. */
    async answer(fresh) {
      if (!this.second) return;
      this.asking.disabled = false;
      if (fresh.error) return this.second.waits(fresh.error);
      this.fresh = fresh;
      if (this.what === "fresh") await this.show("fresh");
    }

    /** The reader chose: what would have been stands beside it, unless something else does. */
    async follow() {
      const { lab } = this;
      if (lab.choices.length && !this.second) await this.open("original");
      else if (!lab.choices.length && this.what === "original") this.close();
      else if (this.what === "original") this.mark();
    }

    /** The original shows as well where the reader decided. */
    mark() {
      this.second.stage.marks = this.lab.marks;
      this.second.stage.draw();
    }
  }

  globalThis.gosched = { ...globalThis.gosched, Beside, loadRecording };
})();
