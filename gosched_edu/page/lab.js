// A lab in the page: controls, the stage, what the program wrote, and a look inside.
//
// A lab is declared in Python (labs/lab.py); here its program runs again, in the reader's browser,
// whenever a control moves. A lab wakes up when it comes into sight. Where there is no WebAssembly,
// the picture that Python stored stays.
(() => {
  "use strict";
  const { el, Log, Machine, Stage, Probe, Chooser, Beside, Outcomes, INSIDE, goroutines } = gosched;
  const { choicesText, choicesOf, loadRecording, stepThrough, byStep, scheduleMarks } = gosched;
  const MOST_OUTPUT = 4000;
  const MOST_SAID = 4;
  const HINT =
    "Move the red line: click the timeline, drag, or press Back and Step. What happened there is said here.";
  const COPY =
    "Copy a cell for any notebook: this program in this state, at this moment. (The published page has a link instead.)";
  const NO_COMPARE = "A run step by step has no time axis to share; By Go's scheduler has one.";
  const SPEEDS = [
    [60, "slowest"],
    [25, "slow"],
    [10, "normal"],
    [4, "fast"],
  ];

  // Programs that lie in files of their own beside this script: a page from a disk may load scripts, and
  // nothing else. Each calls deliver with its name.
  const here = globalThis.document?.currentScript?.src ?? "";
  const arrived = new Map();
  const deliver = (name, packed) => arrived.set(name, packed);
  const fetchProgram = (name) =>
    new Promise((resolve, reject) => {
      if (arrived.has(name)) return resolve(arrived.get(name));
      const script = el("script", { src: new URL(`sandbox/${name}.js`, here).href });
      script.addEventListener("load", () => resolve(arrived.get(name)));
      script.addEventListener("error", () => reject(new Error(`The program ${name} cannot be loaded.`)));
      document.head.append(script);
    });

  let kernel; // of the page: a promise
  const theKernel = () =>
    (kernel ??= (async () => {
      const { bytesOf, inflate, loadKernel, packed } = gosched;
      const tables = JSON.parse(new TextDecoder().decode(await inflate(bytesOf(packed.tables))));
      return loadKernel(await inflate(bytesOf(packed.wasm)), tables);
    })());

  class Lab {
    constructor(box, data, number) {
      this.box = box;
      this.data = data;
      this.number = number;
      this.values = { ...data.start };
      this.choices = [...data.opening.choices]; // [decision, goid]: where the reader decides
      this.schedule = data.opening.schedule; // a text: the run goes step by step; or null
      this.startAt = data.opening.moment ?? undefined;
      this.startView = data.opening.window ?? undefined;
      this.marks = [];
      this.inputs = [...box.querySelectorAll("[data-control]")];
      this.view = box.querySelector(".gs-lab-view");
      this.code = box.querySelector(".gs-lab-code");
      this.said = box.querySelector(".gs-lab-said");
      this.programs = new Map();
      // the second run has none beside it, and no choices
      this.beside = box.classList.contains("gs-lab-second") ? null : new Beside(this);
    }

    async wake() {
      this.kernel = await theKernel();
      this.build();
      const controls = this.box.querySelector(".gs-lab-controls");
      if (controls) {
        this.fromAddress();
        for (const input of this.inputs) input.addEventListener("input", () => this.changed());
        controls.querySelector(".gs-lab-reset")?.addEventListener("click", () => this.reset());
        this.splitter = controls.querySelector(".gs-lab-split");
        controls.hidden = false;
      }
      this.splitter?.addEventListener("click", () => this.beside.toggle());
      const window = this.startView; // of a link
      await this.run();
      if (this.choices.length && this.beside) await this.beside.follow();
      if (window?.every(Number.isFinite)) this.stage.look(...window);
      this.box.dataset.live = "yes";
      this.view.dataset.ready = performance.now().toFixed(0); // ms since the page began to load
      gosched.awake.push(this);
    }

    // --- values ---------------------------------------------------------------------------
    read(input) {
      const options = this.data.options[input.dataset.control];
      return options ? options[input.selectedIndex] : Number(input.value);
    }

    write(input, value) {
      const options = this.data.options[input.dataset.control];
      if (options) input.selectedIndex = options.indexOf(value);
      else {
        input.value = value;
        input.parentElement.querySelector("output").textContent = value;
      }
    }

    changed() {
      const before = this.programName;
      for (const input of this.inputs) {
        this.values[input.dataset.control] = this.read(input);
        this.write(input, this.read(input));
      }
      if (this.programName !== before && this.data.starts[this.programName]) this.begin();
      else this.changes();
    }

    /** The program that is chosen, with the values of its own. */
    begin() {
      Object.assign(this.values, this.data.starts[this.programName]);
      this.startControls();
      if (this.stage) this.stage.log = null; // the whole run, and its end as the moment
      this.changes();
    }

    /** Other values: what was chosen in the last run does not fit this one. */
    changes() {
      this.choices = [];
      this.schedule = null;
      return this.another();
    }

    async another() {
      const run = this.run();
      if (this.beside?.what === "original") this.beside.close();
      await run;
    }

    /** A knob that the program has not is no control of it. */
    fitControls() {
      const all = Object.values(this.data.knobs).flat();
      for (const input of this.inputs) {
        const name = input.dataset.control;
        input.closest("label").hidden = all.includes(name) && !this.knobs.includes(name);
      }
    }

    /** Show the values in the controls. */
    startControls() {
      for (const input of this.inputs) this.write(input, this.values[input.dataset.control]);
    }

    reset() {
      if (this.data.starts[this.programName]) return this.begin();
      const { choices, schedule } = this.data.opening;
      return this.reopen([...choices], schedule);
    }

    /** The first values again, and the whole run, with its end as the moment. */
    reopen(choices, schedule) {
      this.values = { ...this.data.start };
      this.startControls();
      this.choices = choices;
      this.schedule = schedule;
      this.stage.log = null;
      this.told?.();
      return this.another();
    }

    /** Show a schedule of the first values, step by step. Nothing else has its time axis. */
    follow(schedule) {
      if (this.beside?.second) this.beside.close();
      return this.reopen([], schedule);
    }

    /** A cell for any notebook, with a lab that opens in this very state (labs/again.py). */
    asCell() {
      const { declared, data, values, stage } = this;
      const own = this.programName;
      const text = JSON.stringify;
      const startOf = (name) => {
        const names = ["procs", "version", "seed", ...data.knobs[name], ...Object.keys(data.settings)];
        return Object.fromEntries(names.map((k) => [k, values[k]]));
      };
      const { procs, version, seed, ...knobs } = startOf(own);
      const all = [`procs=${procs}`, `version=${text(version)}`, `seed=${seed}`];
      if ("program" in values)
        all.unshift(`sources.pop(${text(own)})`, `name=${text(own)}`, "variants=sources");
      else all.unshift("source");
      let starts = data.starts;
      // the program that opens has to have all knobs, or each its own values
      if (own !== Object.keys(data.knobs)[0] && !Object.keys(starts).length)
        starts = Object.fromEntries(Object.keys(data.knobs).map((name) => [name, startOf(name)]));
      if (Object.keys(starts).length) all.push(`starts=${text({ ...starts, [own]: startOf(own) })}`);
      else if (Object.keys(knobs).length) all.push(`knobs=${text(knobs)}`);
      if (data.fixed) all.push(data.fixed.slice(2));
      if (this.choices.length) all.push(`choices=${text(this.choices)}`);
      if (this.schedule !== null) all.push(`schedule=${text(this.schedule)}`);
      const [a, b] = stage.view.map(Math.round);
      all.push(`moment=${Math.round(stage.moment)}`, `window=(${a}, ${b})`);
      all.push(`lanes=${text(stage.options.lanes)}`);
      const changed = Object.keys(data.start).filter((k) => values[k] !== data.start[k]);
      const simulated = ["seed", "version", ...Object.keys(data.settings)]; // real Go has none of these
      const left = { outcomes: changed.length, real: changed.some((k) => !simulated.includes(k)) };
      for (const [name, code] of Object.entries(declared.options))
        if (!left[name]) all.push(`${name}=${code}`);
      return `${declared.head}Lab(\n${all.map((line) => `    ${line},\n`).join("")})\n`;
    }

    /** The call that makes this run in Python, as labs/declare.py:as_code writes it. */
    asCode() {
      const v = this.values;
      const knobs = this.knobs.map((k) => `"${k}": ${v[k]}`).join(", ");
      const choices = this.choices.map(([number, goid]) => `(${number}, ${goid})`).join(", ");
      const tail =
        (knobs && `, knobs={${knobs}}`) +
        (choices && `, choices=[${choices}]`) +
        this.data.fixed +
        this.settingsCode();
      const source = "program" in v ? `sources[${JSON.stringify(v.program)}]` : "source";
      const run = `${source}, procs=${v.procs}, version="${v.version}", seed=${v.seed}${tail}`;
      const schedule = this.schedule === null ? "" : `, schedule=${JSON.stringify(this.schedule)}`;
      return `go.run(${run}${schedule && this.data.fixed.includes("race=") ? ", accesses=True" : ""}${schedule})`;
    }

    /** Settings that are not as usual, as the machine takes them. */
    get options() {
      const out = {};
      for (const [name, usual] of Object.entries(this.data.settings)) {
        const value = this.values[name];
        if (name === "asyncpreemptoff") out[name] = Boolean(value);
        else if (name === "gogc") out[name] = value;
        else if (value !== usual) (out.costs ??= {})[name] = value;
      }
      return out;
    }

    settingsCode() {
      const { costs = {}, asyncpreemptoff, gogc } = this.options;
      const inner = Object.entries(costs).map(([name, value]) => `'${name}': ${value}`);
      return (
        (inner.length ? `, costs={${inner.join(", ")}}` : "") +
        (asyncpreemptoff ? ", asyncpreemptoff=True" : "") +
        (gogc !== undefined && gogc !== this.data.settings.gogc ? `, gogc=${gogc}` : "")
      );
    }

    /** The name of the program that runs; the first one's may be empty. */
    get programName() {
      return this.values.program ?? Object.keys(this.data.knobs)[0];
    }

    get knobs() {
      return this.data.knobs[this.programName];
    }

    get source() {
      return this.data.sources[this.programName] ?? this.data.source;
    }

    // --- who runs: the reader's choices -------------------------------------------------------
    /** The same run with other choices; the moment and the window stay where they are. */
    async choose(choices) {
      const { moment, view } = this.stage;
      const before = this.log.end;
      this.choices = choices;
      this.told?.();
      await this.run();
      await this.beside.follow();
      this.stage.look(...view);
      this.stage.goTo(moment);
      const [last] = this.log.chosen.slice(-1);
      const took = `The run takes ${gosched.duration(this.log.end)}, before it took ${gosched.duration(before)}.`;
      this.said.textContent = last
        ? `At decision ${last.number} you chose g${last.goid} instead of g${last.instead}. ${took}`
        : `The run is Go's own again. ${took}`;
    }

    /** Another schedule of the same values: it is the same up to the moment, which stays. */
    async fork(schedule) {
      const { moment, view } = this.stage;
      this.schedule = schedule;
      this.told?.();
      await this.run();
      this.stage.look(...view);
      this.stage.goTo(Math.min(moment, this.stage.end));
      this.said.textContent = `${this.log.summary().split("\n")[0]} The schedule is "${schedule}".`;
    }

    /** What stands on the button that opens and closes the second run. */
    relabel() {
      if (this.splitter) this.splitter.textContent = this.beside.second ? "One run" : "Compare";
    }

    // --- a link to this state ---------------------------------------------------------------
    address() {
      const parts = this.inputs.map((i) => `${i.dataset.control}=${this.values[i.dataset.control]}`);
      if (this.choices.length) parts.push(`choices=${choicesText(this.choices)}`);
      if (this.schedule !== null) parts.push(`schedule=${this.schedule}`);
      const [a, b] = this.stage.view.map(Math.round);
      if (b - a < this.stage.end) parts.push(`view=${a}-${b}`);
      parts.push(`t=${Math.round(this.stage.moment)}`);
      return `#lab${this.number}:${parts.join("&").replaceAll(" ", "%20")}`;
    }

    fromAddress() {
      const [, number, text] = /^#lab(\d+):(.+)/.exec(decodeURIComponent(location.hash)) ?? [];
      if (Number(number) !== this.number) return;
      for (const part of text.split("&")) {
        const [, key, value] = /^(\w+)=(.*)/.exec(part) ?? [];
        if (key === "t") this.startAt = Number(value) || 0;
        if (key === "view") this.startView = value.split("-").map(Number);
        if (key === "schedule") this.schedule = value;
        if (key === "choices") this.choices = choicesOf(value);
        const input = this.inputs.find((i) => i.dataset.control === key);
        if (!input) continue;
        const known = this.data.options[key]?.find((o) => String(o) === value);
        const number = Math.round(Number(value));
        const fits = number >= Number(input.min) && number <= Number(input.max);
        if (known !== undefined) this.values[key] = known;
        else if (!this.data.options[key] && fits) this.values[key] = number;
        this.write(input, this.values[key]);
      }
      this.box.scrollIntoView();
    }

    // --- one run ---------------------------------------------------------------------------
    imageKey(version) {
      const name = this.programName;
      return name === Object.keys(this.data.knobs)[0] ? version : `${name} ${version}`;
    }

    async program(version) {
      const which = this.data.images[this.imageKey(version)];
      if (!this.programs.has(which)) {
        const it = this.data.programs[which];
        const packed = typeof it === "string" ? await fetchProgram(it) : it;
        this.programs.set(which, await gosched.loadProgram(packed));
      }
      return this.programs.get(which);
    }

    async run() {
      const { procs, version, seed } = this.values;
      const turn = (this.turn = (this.turn ?? 0) + 1);
      this.fitControls();
      this.about?.replaceChildren(
        ...(this.data.about[this.programName] ?? []).map((text) => el("p", {}, text)),
      );
      if (this.recorded) return this.showRecorded(turn);
      const wrong = this.data.errors[this.imageKey(version)];
      this.live.hidden = Boolean(wrong);
      if (wrong) return void this.fails(wrong);
      const program = await this.program(version);
      if (turn !== this.turn) return; // a newer choice is on its way
      const knobs = Object.fromEntries(this.knobs.map((k) => [k, this.values[k]]));
      this.make = (choices = this.choices, way = this.way) =>
        new Machine(this.kernel, program, {
          ...this.options,
          procs,
          version,
          seed,
          knobs,
          choices,
          ...way,
        });
      const started = performance.now();
      const machine = this.schedule === null ? this.follows() : this.steps();
      this.log = new Log(machine);
      this.marks = this.log.chosen.map((c) => ({ time: this.log.time[c.row], text: String(c.number) }));
      if (machine.ends) {
        this.log = byStep(machine, machine.ends, this.log.summary());
        this.marks = scheduleMarks(this.schedule);
      }
      this.probe = new Probe(() => this.make());
      this.show(machine);
      if (this.startAt !== undefined) this.stage.goTo(this.startAt);
      this.startAt = undefined;
      this.view.dataset.run = turn;
      this.view.dataset.ms = (performance.now() - started).toFixed(1);
    }

    /** Step by step, if it is so. */
    get way() {
      return this.schedule === null ? {} : { schedule: this.schedule };
    }

    /** The machine after its run by the schedule; by Go's rules, where it cannot be followed. */
    steps() {
      let why;
      try {
        const machine = this.make([]);
        machine.ends = stepThrough(machine);
        if (!machine.astray) return machine;
        why = `step ${machine.astray} cannot be as it says`;
      } catch (error) {
        why = error.message;
      }
      this.schedule = null;
      this.told?.();
      this.dropped = `The schedule is of another program, or of other values: ${why}. This is the run by Go's rules.`;
      return this.follows();
    }

    /** The machine after its run. Choices that cannot be made (of an old link) are dropped. */
    follows() {
      const machine = this.make();
      machine.run();
      const asked = machine.question;
      const last = asked ? asked.number - 1 : machine.get("DECISION");
      const fitting = this.choices.filter(([number]) => number <= last);
      if (fitting.length === this.choices.length) return machine;
      this.choices = fitting;
      this.told?.();
      return asked ? this.follows() : machine;
    }

    /** Real Go's run: there is no machine to look into. */
    async showRecorded(turn) {
      const machine = await loadRecording(this.kernel, this.recorded);
      if (turn !== this.turn) return;
      this.live.hidden = false;
      this.log = new Log(machine);
      this.probe = null;
      this.show(machine);
      this.view.dataset.run = turn;
    }

    /** Nothing to show yet, and why. */
    waits(text) {
      this.turn = (this.turn ?? 0) + 1;
      this.live.hidden = true;
      this.trouble.textContent = text;
      this.trouble.hidden = false;
    }

    /** The program does not compile under this version's rules. */
    fails(text) {
      if (this.code) this.code.textContent = this.asCode();
      this.trouble.textContent = text;
      this.trouble.hidden = false;
      this.said.textContent = "The program does not compile.";
      this.view.dataset.run = this.turn;
    }

    show(machine) {
      const words = this.log.summary();
      const real = machine.recorded;
      this.stage.marks = this.marks;
      this.stage.show(this.log);
      for (const panel of this.panels) panel.hidden = Boolean(real);
      this.chooser.details.hidden = Boolean(real);
      this.outcomes?.refresh(this.dropped);
      this.dropped = "";
      if (this.splitter) {
        this.splitter.disabled = Boolean(this.log.steps);
        this.splitter.title = this.log.steps ? NO_COMPARE : "Two runs on one time axis";
      }
      if (this.code) this.code.textContent = real ? `${real.title}: ${real.with}` : this.asCode();
      this.said.textContent = words.split("\n")[0];
      this.summary.textContent = words;
      const output = real ? real.output : machine.output;
      const rest = output.length - MOST_OUTPUT;
      const text =
        rest > 0
          ? `${output.slice(0, MOST_OUTPUT)}\n… and ${rest.toLocaleString("en")} more characters`
          : output;
      this.output.textContent = text || "The program wrote nothing.";
      const trouble = this.ending(machine);
      this.trouble.textContent = trouble;
      this.trouble.hidden = !trouble;
      this.inside();
    }

    /** What Go writes on standard error, or why the run was stopped. */
    ending(machine) {
      if (machine.recorded) return [machine.recorded.errors, ...machine.recorded.notes].join("\n").trim();
      const written = gosched.obituary(machine);
      if (machine.over) return `${written}stopped: the run used up its budget of ${machine.over}`;
      return written.trimEnd();
    }

    // --- the stage and what is below it -----------------------------------------------------
    build() {
      const button = (text, label, onclick) =>
        el("button", { type: "button", title: label, onclick }, text);
      this.time = el("output", { class: "gs-stage-time" });
      this.playing = button("Play", "Play", () => this.play());
      this.speed = el(
        "select",
        { "aria-label": "Speed" },
        ...SPEEDS.map(([seconds, name]) =>
          el("option", { value: seconds, selected: name === "normal" }, name),
        ),
      );
      const bar = el(
        "div",
        { class: "gs-stage-bar", role: "group", "aria-label": "Moment" },
        button("Back", "To what happened before", () => this.step(-1)),
        button("Step", "To what happens next", () => this.step(1)),
        this.playing,
        this.speed,
        button("Zoom −", "Show more time", () => this.stage.zoom(1.6)),
        button("Zoom +", "Show less time", () => this.stage.zoom(1 / 1.6)),
        button("All", "Show the whole run", () => this.stage.fit()),
        el("span", { class: "gs-lanes" }, ...["P", "G", "M"].map((kind) => this.laneSwitch(kind))),
        ...(this.inputs.length && this.number
          ? [button("Link", "Copy a link to this moment", () => this.link())]
          : []),
        ...(this.model && this.beside ? [button("Copy", COPY, () => this.copy())] : []),
        this.time,
      );
      const frame = el("div", { class: "gs-stage" });
      this.why = el("div", { class: "gs-stage-why", role: "status" }, el("p", {}, HINT));
      this.trouble = el("pre", { class: "gs-lab-error", role: "alert", tabindex: 0, hidden: true });
      this.output = el("pre", {
        class: "gs-lab-output",
        tabindex: 0,
        role: "group",
        "aria-label": "Output of the program",
      });
      this.summary = el("p", {});
      const panels = Object.entries(INSIDE)
        .filter(([name]) => this.data.inside.includes(name))
        .map(([name, [title]]) => {
          const details = el(
            "details",
            { class: "gs-stage-inside", "data-inside": name },
            el("summary", {}, title),
            el("div", { tabindex: 0, role: "group", "aria-label": title }), // it may scroll
          );
          details.addEventListener("toggle", () => this.inside());
          return details;
        });
      this.chooser = new Chooser(this);
      if (this.beside) this.outcomes = new Outcomes(this);
      const parts = {
        timeline: [frame, bar, this.why, ...(this.beside ? [this.chooser.details] : []), ...panels],
        output: [this.output],
        summary: [
          el("details", { class: "gs-summary" }, el("summary", {}, "The run in words"), this.summary),
        ],
      };
      const shown = this.data.views.flatMap((v) => parts[v]);
      this.live = el("div", { class: "gs-live" }, ...shown);
      // the second run has nothing to say of its own
      this.about = this.beside && this.inputs.length ? el("div", { class: "gs-lab-about" }) : null;
      const above = [this.about, this.outcomes?.box].filter(Boolean);
      this.view.replaceChildren(...above, this.trouble, this.live);
      this.stage = new Stage(frame, this.data.stage, () => this.moved());
      this.stage.canvas.addEventListener("keydown", (e) => this.key(e));
      this.panels = panels;
    }

    /** Show or hide the lanes of one kind; the last one stays. */
    laneSwitch(kind) {
      const words = { P: "Ps", G: "goroutines", M: "threads" }[kind];
      const box = el("input", {
        type: "checkbox",
        checked: this.data.stage.lanes.includes(kind),
        "aria-label": `Lanes of ${words}`,
      });
      box.addEventListener("change", () => {
        const lanes = this.stage.options.lanes.filter((k) => k !== kind);
        if (box.checked) lanes.push(kind);
        else if (!lanes.length) box.checked = Boolean(lanes.push(kind));
        this.stage.options.lanes = ["P", "G", "M"].filter((k) => lanes.includes(k));
        this.stage.show(this.log);
      });
      return el("label", { class: "gs-lane", title: `Lanes of ${words}` }, box, kind);
    }

    key(e) {
      const act = {
        ArrowRight: () => this.step(e.shiftKey ? 10 : 1),
        ArrowLeft: () => this.step(e.shiftKey ? -10 : -1),
        Home: () => this.stage.goTo(0),
        End: () => this.stage.goTo(this.stage.end),
        " ": () => this.play(),
        "+": () => this.stage.zoom(1 / 1.6),
        "=": () => this.stage.zoom(1 / 1.6),
        "-": () => this.stage.zoom(1.6),
        0: () => this.stage.fit(),
        d: () => this.chooser.go(this.chooser.details.open ? this.chooser.number + 1 : this.chooser.number),
        D: () => this.chooser.go(this.chooser.number - 1),
        u: () => (this.choices.length || this.log.steps) && this.chooser.undo(),
      }[this.beside || !"dDu".includes(e.key) ? e.key : ""];
      if (/^[1-9]$/.test(e.key) && this.beside) this.chooser.pickNth(Number(e.key) - 1);
      if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      act();
    }

    moved() {
      this.tell();
      this.inside();
    }

    /** To the next moment at which something happens, or the one before. */
    step(by) {
      const { time, length } = this.log;
      let at = this.stage.moment;
      for (let left = Math.abs(by); left > 0; left--) {
        const row = this.log.rowAt(at);
        const next = by > 0 ? row + 1 : this.log.rowAt(at - 1);
        if (next < 0 || next >= length) break;
        at = time[next];
      }
      this.stage.goTo(at);
    }

    /** What happened at the moment, or last before it. */
    tell() {
      this.time.textContent = this.log.moment(this.stage.moment);
      if (this.timer) return;
      const last = this.log.rowAt(this.stage.moment);
      const rows = [];
      for (let row = last; row >= 0 && this.log.time[row] === this.log.time[last]; row--) rows.unshift(row);
      const shown = rows.slice(-MOST_SAID).map((row) => el("p", {}, this.log.why(row)));
      if (rows.length > MOST_SAID)
        shown.unshift(el("p", {}, `${rows.length - MOST_SAID} more at the same time, and:`));
      this.why.replaceChildren(...shown);
    }

    /** Fill the panels that are open. */
    inside() {
      if (!this.probe) return; // real Go
      this.chooser.refresh();
      const open = this.panels.filter((p) => p.open);
      if (!open.length) return;
      const { moment } = this.stage;
      const machine = this.probe.to(this.log.steps ? { steps: moment / gosched.STEP } : { until: moment });
      const all = goroutines(machine);
      for (const panel of open) {
        const list = INSIDE[panel.dataset.inside][1](machine, this, all);
        panel.lastElementChild.replaceChildren(list);
        const here = list.querySelector(".gs-here");
        if (here) list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2;
      }
    }

    play() {
      if (this.timer) return this.pause();
      if (this.stage.moment >= this.stage.end) this.stage.goTo(this.stage.view[0]);
      this.playing.textContent = "Pause";
      let last = performance.now();
      // who wants little motion gets two pictures a second
      const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? 500 : 0;
      const frame = (now) => {
        if (now - last < pause) return void (this.timer = requestAnimationFrame(frame));
        const [a, b] = this.stage.view;
        const next = this.stage.moment + ((b - a) * (now - last)) / 1000 / Number(this.speed.value);
        last = now;
        this.stage.goTo(Math.min(next, this.stage.end));
        if (next >= this.stage.end) this.pause();
        else this.timer = requestAnimationFrame(frame);
      };
      this.timer = requestAnimationFrame(frame);
    }

    pause() {
      cancelAnimationFrame(this.timer);
      this.timer = 0;
      this.playing.textContent = "Play";
      this.tell();
    }

    /** In JupyterLab, where a page has no address: a cell with a lab that opens in this state. */
    copy() {
      const code = this.asCell();
      this.state ??= el("textarea", {
        class: "gs-lab-state",
        readonly: true,
        rows: 4,
        "aria-label": "A cell with a lab that opens at this moment",
      });
      if (!this.state.isConnected) this.why.before(this.state);
      this.state.value = code;
      this.state.focus();
      this.state.select();
      navigator.clipboard?.writeText(code).catch(() => {});
      this.said.textContent =
        "A cell with a lab that opens at this moment is selected and, where the browser allows it, in the clipboard. Paste it into any notebook.";
    }

    link() {
      const address = this.address();
      history.replaceState(null, "", address);
      navigator.clipboard?.writeText(location.href).catch(() => {});
      this.said.textContent =
        "The link to this moment stands in the address line and, where the browser allows it, in the clipboard.";
    }
  }

  // on paper the book is light and all that is folded is open; what is to be pressed the style sheets leave out
  const FOLDED = ".gs-summary, article details:not(.gs-stage-inside)";
  const theme = globalThis.document?.documentElement.dataset;
  let before;
  globalThis.addEventListener?.("beforeprint", () => {
    if (before) return;
    const closed = [...document.querySelectorAll(FOLDED)].filter((details) => !details.open);
    before = { closed, theme: theme.theme };
    for (const details of closed) details.open = true;
    if (theme.theme) theme.theme = "light";
  });
  globalThis.addEventListener?.("afterprint", () => {
    for (const details of before?.closed ?? []) details.open = false;
    if (before?.theme) theme.theme = before.theme;
    before = null;
  });

  /** Wake the labs of the page that come into sight. */
  function wake() {
    if (!globalThis.WebAssembly || !globalThis.DecompressionStream) return;
    [...document.querySelectorAll(".gs-lab-static")].forEach((box, number) => {
      if (box.dataset.live) return;
      box.dataset.live = "waiting";
      const data = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
      const lab = new Lab(box, data, number + 1);
      const start = () =>
        lab.wake().catch((error) => {
          box.dataset.live = "failed";
          console.error(error);
        });
      if (location.hash.startsWith(`#lab${number + 1}:`)) return void start();
      const watch = new IntersectionObserver(
        (entries) => {
          if (!entries.some((e) => e.isIntersecting)) return;
          watch.disconnect();
          start();
        },
        { rootMargin: "400px" },
      );
      watch.observe(box);
    });
  }

  /** The view of a lab in JupyterLab (labs/stage.py): Python has the controls, and sends their values. */
  function render({ model, el: root }) {
    root.setAttribute("data-lm-suppress-shortcuts", ""); // D D deletes a cell, elsewhere
    const splitter = el(
      "button",
      { type: "button", class: "gs-lab-split", title: "Two runs on one time axis" },
      "Compare",
    );
    root.append(
      el("div", { class: "gs-stage-bar gs-lab-tools" }, splitter),
      el("div", { class: "gs-lab-view" }),
      el("span", { class: "gs-lab-said gs-unseen", role: "status" }),
    );
    const lab = new Lab(root, model.get("data"), 0);
    lab.model = model;
    lab.splitter = splitter;
    lab.realGo = model.get("go");
    lab.declared = model.get("declared");
    lab.values = { ...model.get("values") };
    lab.choices = [...model.get("choices")];
    lab.schedule = model.get("schedule");
    lab.told = () => {
      for (const name of ["values", "choices", "schedule"]) model.set(name, lab[name]);
      model.save_changes();
    };
    const ready = lab
      .wake()
      .catch((error) =>
        lab.view.replaceChildren(el("pre", { class: "gs-lab-error", role: "alert" }, String(error))),
      );
    // they come together, and after what the lab itself has told there is nothing to do
    const state = (of) => JSON.stringify([of("values"), of("choices"), of("schedule")]);
    const follow = async () => {
      if (state((name) => lab[name]) === state((name) => model.get(name))) return;
      for (const name of ["values", "choices", "schedule"]) lab[name] = structuredClone(model.get(name));
      await ready;
      lab.another();
    };
    for (const name of ["values", "choices", "schedule"])
      model.on(`change:${name}`, () => queueMicrotask(follow));
    model.on("change:fresh", () => lab.beside.answer(model.get("fresh")));
    return () => lab.pause();
  }

  globalThis.gosched = { ...globalThis.gosched, Lab, wake, render, theKernel, deliver, awake: [] };
  if (globalThis.document?.readyState === "loading") document.addEventListener("DOMContentLoaded", wake);
  else wake();
})();
