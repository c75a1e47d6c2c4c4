// A lab in the page: controls, the stage, what the program wrote, and a look inside.
//
// A lab is declared in Python (labs/lab.py); here its program runs again, in the reader's browser,
// whenever a control moves. A lab wakes up when it comes into sight. Where there is no WebAssembly,
// the picture that Python stored stays.
(() => {
  "use strict";
  const { el, Log, Machine, Stage, Probe, INSIDE, goroutines } = gosched;
  const MOST_OUTPUT = 4000;
  const MOST_SAID = 4;
  const HINT =
    "Move the red line: click the timeline, drag, or press Back and Step. What happened there is said here.";
  const SPEEDS = [
    [60, "slowest"],
    [25, "slow"],
    [10, "normal"],
    [4, "fast"],
  ];

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
      this.source = data.source;
      this.values = { ...data.start };
      this.inputs = [...box.querySelectorAll("[data-control]")];
      this.view = box.querySelector(".gs-lab-view");
      this.code = box.querySelector(".gs-lab-code");
      this.said = box.querySelector(".gs-lab-said");
      this.programs = new Map();
    }

    async wake() {
      this.kernel = await theKernel();
      this.build();
      const controls = this.box.querySelector(".gs-lab-controls");
      if (controls) {
        this.fromAddress();
        for (const input of this.inputs) input.addEventListener("input", () => this.changed());
        controls.querySelector(".gs-lab-reset").addEventListener("click", () => this.reset());
        this.splitter = controls.querySelector(".gs-lab-split");
        this.splitter?.addEventListener("click", () => this.split());
        controls.hidden = false;
      }
      await this.run();
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
      for (const input of this.inputs) {
        this.values[input.dataset.control] = this.read(input);
        this.write(input, this.read(input));
      }
      this.run();
    }

    reset() {
      this.values = { ...this.data.start };
      for (const input of this.inputs) this.write(input, this.values[input.dataset.control]);
      this.stage.log = null; // the whole run again, and its end as the moment
      this.run();
    }

    /** The call that makes this run in Python, as labs/declare.py:as_code writes it. */
    asCode() {
      const v = this.values;
      const knobs = this.data.knobs.map((k) => `"${k}": ${v[k]}`).join(", ");
      const tail = knobs ? `, knobs={${knobs}}` : "";
      return `go.run(source, procs=${v.procs}, version="${v.version}", seed=${v.seed}${tail})`;
    }

    // --- two runs side by side ------------------------------------------------------------
    /** The same lab again below, on the same time axis, with another version where there is one. */
    async split() {
      if (this.second) {
        this.second.box.remove();
        this.second = this.stage.peer = null;
        this.splitter.textContent = "Compare";
        return this.stage.fit();
      }
      this.splitter.textContent = "One run";
      const box = el("div", {
        class: "gs-lab-static gs-lab-second",
        role: "group",
        "aria-label": "The run beside it",
      });
      const controls = this.box.querySelector(".gs-lab-controls").cloneNode(true);
      controls.querySelector("legend").textContent = "Beside it";
      controls.querySelector(".gs-lab-split").remove();
      box.append(
        controls,
        el("div", { class: "gs-lab-view" }),
        el("code", { class: "gs-lab-code", tabindex: 0 }),
        el("span", { class: "gs-lab-said gs-unseen", role: "status" }),
      );
      this.box.after(box);
      this.second = new Lab(box, this.data, 0);
      const others = (this.data.options.version ?? []).filter((v) => v !== this.values.version);
      this.second.values = { ...this.values, ...(others.length ? { version: others[0] } : {}) };
      for (const input of this.second.inputs)
        this.second.write(input, this.second.values[input.dataset.control]);
      await this.second.wake();
      this.stage.pair(this.second.stage);
      box.scrollIntoView({ block: "nearest" });
    }

    // --- a link to this state ---------------------------------------------------------------
    address() {
      const parts = this.inputs.map((i) => `${i.dataset.control}=${this.values[i.dataset.control]}`);
      return `#lab${this.number}:${parts.join("&")}&t=${Math.round(this.stage.moment)}`;
    }

    fromAddress() {
      const [name, text] = decodeURIComponent(location.hash).split(":");
      if (name !== `#lab${this.number}` || !text) return;
      for (const part of text.split("&")) {
        const [key, value] = part.split("=");
        if (key === "t") this.startAt = Number(value);
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
    async program(version) {
      const which = this.data.images[version];
      if (!this.programs.has(which))
        this.programs.set(which, await gosched.loadProgram(this.data.programs[which]));
      return this.programs.get(which);
    }

    async run() {
      const { procs, version, seed } = this.values;
      const turn = (this.turn = (this.turn ?? 0) + 1);
      const wrong = this.data.errors[version];
      this.live.hidden = Boolean(wrong);
      if (wrong) return void this.fails(wrong);
      const program = await this.program(version);
      if (turn !== this.turn) return; // a newer choice is on its way
      const knobs = Object.fromEntries(this.data.knobs.map((k) => [k, this.values[k]]));
      const make = () => new Machine(this.kernel, program, { procs, version, seed, knobs });
      const started = performance.now();
      const machine = make();
      machine.run();
      this.log = new Log(machine);
      this.probe = new Probe(make);
      this.show(machine);
      if (this.startAt !== undefined) {
        this.stage.goTo(this.startAt);
        this.startAt = undefined;
      }
      this.view.dataset.run = turn;
      this.view.dataset.ms = (performance.now() - started).toFixed(1);
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
      this.stage?.show(this.log);
      if (this.code) this.code.textContent = this.asCode();
      this.said.textContent = words.split("\n")[0];
      this.summary.textContent = words;
      const output = machine.output;
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
        ...["P", "G", "M"].map((kind) => this.laneSwitch(kind)),
        ...(this.inputs.length ? [button("Link", "Copy a link to this moment", () => this.link())] : []),
        this.time,
      );
      const frame = el("div", { class: "gs-stage" });
      this.why = el("div", { class: "gs-stage-why", role: "status" }, el("p", {}, HINT));
      this.trouble = el("pre", { class: "gs-lab-error", role: "alert", hidden: true });
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
      const parts = {
        timeline: [frame, bar, this.why, ...panels],
        output: [this.output],
        summary: [
          el("details", { class: "gs-summary" }, el("summary", {}, "The run in words"), this.summary),
        ],
      };
      this.live = el("div", { class: "gs-live" }, ...this.data.views.flatMap((v) => parts[v]));
      this.view.replaceChildren(this.trouble, this.live);
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
      }[e.key];
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
      this.time.textContent = gosched.duration(Math.round(this.stage.moment));
      if (this.timer) return;
      const last = this.log.rowAt(this.stage.moment);
      const rows = [];
      for (let row = last; row >= 0 && this.log.time[row] === this.log.time[last]; row--) rows.unshift(row);
      const shown = rows.slice(-MOST_SAID).map((row) => el("p", {}, this.log.why(row)));
      if (rows.length > MOST_SAID)
        shown.unshift(el("p", {}, `${rows.length - MOST_SAID} events at the same time, and:`));
      this.why.replaceChildren(...shown);
    }

    /** Fill the panels that are open. */
    inside() {
      const open = this.panels.filter((p) => p.open);
      if (!open.length) return;
      const machine = this.probe.to(this.stage.moment);
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

    link() {
      const address = this.address();
      history.replaceState(null, "", address);
      navigator.clipboard?.writeText(location.href).catch(() => {});
      this.said.textContent =
        "The link to this moment stands in the address line and, where the browser allows it, in the clipboard.";
    }
  }

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
    root.append(
      el("div", { class: "gs-lab-view" }),
      el("span", { class: "gs-lab-said gs-unseen", role: "status" }),
    );
    const lab = new Lab(root, model.get("data"), 0);
    lab.values = { ...model.get("values") };
    const ready = lab
      .wake()
      .catch((error) =>
        lab.view.replaceChildren(el("pre", { class: "gs-lab-error", role: "alert" }, String(error))),
      );
    model.on("change:values", async () => {
      lab.values = { ...model.get("values") };
      await ready;
      lab.run();
    });
    return () => lab.pause();
  }

  globalThis.gosched = { ...globalThis.gosched, Lab, wake, render, theKernel, awake: [] };
  if (globalThis.document?.readyState === "loading") document.addEventListener("DOMContentLoaded", wake);
  else wake();
})();
