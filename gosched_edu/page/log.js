// The log of a run: columns, intervals of the lanes, numbers and sentences about them.
//
// Says in the page what gosched_edu.trace says in Python (decode, summary, why); the tests compare
// the two, run for run and word for word. A log of a million records must not make a million
// objects: columns are typed arrays, and the intervals of a lane are places in them.
(() => {
  "use strict";
  const STATES = ["running", "runnable", "waiting", "spinning", "idle", "syscall"];
  const [RUNNING, RUNNABLE, WAITING, SPINNING, IDLE, SYSCALL] = [0, 1, 2, 3, 4, 5];
  const GONE = -1;
  const MOST_CHOSEN = 10; // choices that a summary names
  const G_STATE = {
    GO_CREATE: RUNNABLE,
    GO_START: RUNNING,
    GO_STOP: RUNNABLE,
    GO_BLOCK: WAITING,
    GO_UNBLOCK: RUNNABLE,
    GO_EXIT: GONE,
    GO_CREATE_BLOCKED: WAITING,
    GO_SYSCALL_BEGIN: SYSCALL,
    GO_SYSCALL_END: RUNNING,
    GO_SYSCALL_END_BLOCKED: RUNNABLE,
  };
  const HELD = {
    PROC_START: SPINNING,
    PROC_STOP: IDLE,
    GO_START: RUNNING,
    GO_STOP: SPINNING,
    GO_BLOCK: SPINNING,
    GO_EXIT: SPINNING,
    GO_SYSCALL_BEGIN: SYSCALL,
    GO_SYSCALL_END: RUNNING,
  };
  const P_STATE = { ...HELD, PROC_STEAL: IDLE };
  const M_STATE = { ...HELD, GO_SYSCALL_END_BLOCKED: IDLE, THREAD_EXIT: GONE };

  /** The key in the table of looks (figures/palette.py:look_of). */
  function lookOf(state, reason) {
    if (state !== "waiting") return state;
    if (/^(chan|select)/.test(reason)) return "chan";
    if (reason === "sleep") return "sleep";
    return /^(sync|sema)/.test(reason) ? "sync" : "waiting";
  }

  /** One lane: its changes in time order. `row[i]` made the state `state[i]`, from `start[i]` to `end[i]`. */
  class Lane {
    constructor(kind, id) {
      this.kind = kind;
      this.id = id;
      this.name = (kind === "G" ? "g" : kind) + id;
      this.row = [];
      this.state = [];
      this.start = [];
      this.end = [];
    }

    add(row, state, time) {
      const n = this.row.length;
      const start = n ? Math.max(time, this.start[n - 1]) : time;
      if (n) this.end[n - 1] = start;
      this.row.push(row);
      this.state.push(state);
      this.start.push(start);
    }

    /** The change that holds at `time`, -1 before the first. */
    at(time) {
      let low = 0;
      let high = this.start.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.start[middle] <= time) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }
  }

  class Log {
    /** Of a machine that has run. `by`: other times than its own (page/steps.js), and their end. */
    constructor(machine, by) {
      const t = (this.tables = machine.tables);
      this.machine = machine;
      this.program = machine.program;
      this.procs = machine.options.procs;
      const words = new Int32Array((this.records = machine.records).buffer);
      const n = (this.length = words.length / 2 / t.recordWords);
      this.time = new Float64Array(n);
      this.kind = new Uint8Array(n);
      this.reason = new Uint8Array(n);
      this.p = new Int32Array(n);
      this.m = new Int32Array(n);
      this.g = new Int32Array(n);
      this.arg = new Float64Array(n);
      this.arg2 = new Float64Array(n);
      this.pc = new Int32Array(n);
      this.texts = machine.recorded?.texts; // reasons that only real Go has
      const long = (i) => words[i + 1] * 4294967296 + (words[i] >>> 0);
      for (let r = 0, i = 0; r < n; r++, i += 2 * t.recordWords) {
        this.time[r] = long(i);
        this.kind[r] = words[i + 2] & 255;
        this.reason[r] = (words[i + 2] >>> 8) & 255;
        this.p[r] = (words[i + 2] >>> 16) - 1;
        this.m[r] = words[i + 3] - 1;
        this.g[r] = words[i + 4];
        this.arg[r] = long(i + 6);
        this.arg2[r] = long(i + 8);
        this.pc[r] = words[i + 10];
      }
      this.end = machine.get("NOW");
      for (let r = 0; r < n; r++) if (this.time[r] > this.end) this.end = this.time[r];
      if (by) Object.assign(this, by);
      this.lanes = this.makeLanes();
    }

    /** The line of the program's own source at a record, 0 where there is none. */
    line(row) {
      return this.machine.lineOf(this.pc[row]);
    }

    /** The reason of a record in words. */
    reasonOf(row) {
      return this.texts?.[row] ?? this.tables.reasonText[this.reason[row]];
    }

    /** Records between which whoever asked the world to stop waits for it (summary.py:_waits_for_world). */
    waitsForWorld() {
      const { STW_BEGIN, STW_STOPPED } = this.tables.kinds;
      const out = new Set();
      let begun = [];
      for (let r = 0; r < this.length; r++) {
        if (this.kind[r] === STW_BEGIN) begun.push(r);
        if (this.kind[r] !== STW_STOPPED) continue;
        // a stop at which all stood still already is no wait
        for (const b of begun) if (this.time[b] < this.time[r]) out.add(b).add(r);
        begun = [];
      }
      return out;
    }

    makeLanes() {
      const { kinds, reasons } = this.tables;
      const of = (table) => {
        const out = new Map();
        for (const [name, state] of Object.entries(table)) out.set(kinds[name], state);
        return out;
      };
      const [g, p, m] = [of(G_STATE), of(P_STATE), of(M_STATE)];
      const lanes = { G: new Map(), P: new Map(), M: new Map() };
      const lane = (kind, id) => {
        if (!lanes[kind].has(id)) lanes[kind].set(id, new Lane(kind, id));
        return lanes[kind].get(id);
      };
      const waits = this.waitsForWorld();
      let have = 0;
      // Go's own tracer does not say how many there are
      if (this.length && this.kind[0] !== kinds.PROCS)
        for (; have < this.procs; have++) lane("P", have).add(0, IDLE, this.time[0]);
      for (let r = 0; r < this.length; r++) {
        const kind = this.kind[r];
        const time = this.time[r];
        if (waits.has(r)) {
          const begins = kind === kinds.STW_BEGIN;
          if (this.g[r] >= 0) lane("G", this.g[r]).add(r, begins ? WAITING : RUNNING, time);
          if (this.p[r] >= 0) lane("P", this.p[r]).add(r, begins ? IDLE : RUNNING, time);
          if (this.m[r] >= 0) lane("M", this.m[r]).add(r, begins ? IDLE : RUNNING, time);
          continue;
        }
        if (kind === kinds.PROCS) {
          // Ps exist, idle, as soon as GOMAXPROCS says so
          for (let i = have; i < this.arg[r]; i++) lane("P", i).add(r, IDLE, time);
          for (let i = this.arg[r]; i < have; i++) lane("P", i).add(r, GONE, time);
          have = this.arg[r];
        }
        if (this.g[r] >= 0 && g.has(kind)) lane("G", this.g[r]).add(r, g.get(kind), time);
        if (this.p[r] >= 0 && p.has(kind)) lane("P", this.p[r]).add(r, p.get(kind), time);
        // an M that gives its P away for a system call is in that call, not idle; one that comes
        // back and finds another P is not idle either
        const away =
          (kind === kinds.PROC_STOP && this.reason[r] === reasons.HANDOFF) ||
          (kind === kinds.GO_SYSCALL_END_BLOCKED && this.p[r] >= 0);
        if (this.m[r] >= 0 && m.has(kind) && !away) lane("M", this.m[r]).add(r, m.get(kind), time);
      }
      const sorted = {};
      for (const kind of ["G", "P", "M"]) {
        sorted[kind] = [...lanes[kind].values()].sort((a, b) => a.id - b.id);
        for (const l of sorted[kind]) if (l.row.length) l.end.push(Math.max(this.end, l.start.at(-1)));
      }
      return sorted;
    }

    /** The key in the table of looks for a change of a lane. */
    look(lane, i) {
      const state = lane.state[i];
      return state === GONE ? "dead" : lookOf(STATES[state], this.reasonOf(lane.row[i]));
    }

    /** The last record at or before a time, -1 if there is none. */
    rowAt(time) {
      let low = 0;
      let high = this.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.time[middle] <= time) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    /** Why a record was made, in words (trace/why.py, whose sentences the tables carry). */
    why(row) {
      const { tables, machine } = this;
      const sentences =
        (machine.schedule && tables.steps.sentences[this.kind[row]]) || tables.sentences[this.kind[row]];
      const [arg, arg2] = [this.arg[row], this.arg2[row]];
      const key = `${this.reason[row]} ${Math.sign(arg)} ${tables.whole.includes(this.kind[row]) ? arg2 : +(arg2 !== 0)}`;
      const line = this.line(row);
      // a value on a channel may need all of its 64 bits
      const exact = (word) => this.records[row * this.tables.recordWords + word];
      const fill = {
        who: this.g[row] >= 0 ? `g${this.g[row]}` : this.p[row] >= 0 ? `P${this.p[row]}` : "The runtime",
        at: line ? ` at ${this.program.filename}:${line}` : "",
        p: this.p[row],
        m: this.m[row],
        arg: exact(3),
        arg2: exact(4),
        reason: this.reasonOf(row),
        us: general(arg / 1e3),
        ms: general(arg / 1e6),
        ms1: halfEven(arg / 1e6, 1),
        hex: "0x" + exact(3).toString(16),
      };
      const text = sentences.texts[sentences.keys[key] ?? sentences.usual];
      return text.replace(/\{(\w+)\}/g, (_, name) => String(fill[name])).trim();
    }

    /** The run in plain sentences (trace/summary.py). */
    summary() {
      return (this.words ??= this.machine.recorded?.words ?? this.sentences());
    }

    sentences() {
      const { kinds, reasons, reasonText } = this.tables;
      const start = this.length ? this.time[0] : 0;
      const duration = this.end - start;
      let [created, switches, steals, preempted, runnable, most, parked] = [0, 0, 0, 0, 0, 0, 0];
      const blocks = new Map();
      const [ps, ms] = [new Set(), new Set()];
      const ready = new Set();
      for (let r = 0; r < this.length; r++) {
        const kind = this.kind[r];
        if (kind === kinds.GO_CREATE) created++;
        else if (kind === kinds.STEAL) steals++;
        else if (kind === kinds.GO_STOP && this.reason[r] === reasons.PREEMPTED) preempted++;
        else if (kind === kinds.GO_START) {
          switches++;
          ps.add(this.p[r]);
          ms.add(this.m[r]);
        } else if (kind === kinds.GO_BLOCK) {
          parked++;
          const text = reasonText[this.reason[r]];
          blocks.set(text, (blocks.get(text) ?? 0) + 1);
        }
        const state = this.g[r] >= 0 ? this.stateOf(kind) : undefined;
        if (state === undefined) continue;
        if (state === RUNNABLE) ready.add(this.g[r]);
        else ready.delete(this.g[r]);
        runnable = ready.size;
        most = Math.max(most, runnable);
      }
      if (this.machine.schedule) return this.stepSentences(created, switches, blocks, parked);
      const lines = [
        `The run took ${duration_(duration)} on ${count(this.procs, "P")} (${ps.size} used, on ${count(ms.size, "thread")}).`,
        `${count(created, "goroutine")} created, ${count(switches, "context switch")}; at most ${most} waited for a P at one moment.`,
      ];
      lines.push(parkedSentence(blocks, parked));
      lines.push(`${count(preempted, "preemption")} and ${count(steals, "steal")}.`);
      const busy = this.lanes.P.slice(0, Math.max(this.procs, this.lanes.P.length)).map((lane) => {
        let ran = 0;
        lane.state.forEach((s, i) => (ran += s === RUNNING ? lane.end[i] - lane.start[i] : 0));
        return `P${lane.id} ${halfEven((100 * ran) / Math.max(duration, 1), 0)}%`;
      });
      if (busy.length) lines.push(`Busy: ${busy.join(", ")}.`);
      for (const c of this.chosen.slice(0, MOST_CHOSEN))
        lines.push(`At decision ${c.number} you chose g${c.goid} instead of g${c.instead}.`);
      const more = this.chosen.length - MOST_CHOSEN;
      if (more > 0) lines.push(`You chose at ${count(more, "more decision")}.`);
      return lines.join("\n");
    }

    /** The same of a run step by step. */
    stepSentences(created, switches, blocks, parked) {
      const { text } = this.machine.schedule;
      const by = text ? `the schedule ${text}` : "the default schedule";
      const steps = this.machine.get("STEP_N");
      return [
        `The run made ${count(steps, "step")}, one after the other, by ${by}.`,
        `${count(created, "goroutine")} created; the turn changed ${count(switches, "time")}.`,
        parkedSentence(blocks, parked),
      ].join("\n");
    }

    /** Rows in which a decision was made: that of decision n stands at n - 1 (trace/decisions.py). */
    get decisions() {
      if (!this.decided) {
        const reasons = new Set(this.tables.decided);
        this.decided = [];
        for (let r = 0; r < this.length; r++)
          if (this.kind[r] === this.tables.kinds.GO_START && reasons.has(this.reason[r]))
            this.decided.push(r);
      }
      return this.decided;
    }

    /** What was chosen: {number, row, goid, instead}, in their order. */
    get chosen() {
      if (this.choices) return this.choices;
      this.choices = [];
      const { CHOSEN } = this.tables.reasons;
      if (this.reason.includes(CHOSEN) && !this.machine.schedule)
        this.decisions.forEach((row, i) => {
          if (this.reason[row] === CHOSEN)
            this.choices.push({ number: i + 1, row, goid: this.g[row], instead: this.arg2[row] });
        });
      return this.choices;
    }

    /** A moment in words. */
    moment(time) {
      if (!this.steps) return duration_(Math.round(time));
      return `step ${Math.min(Math.floor(time / gosched.STEP) + 1, this.steps)} of ${this.steps}`;
    }

    stateOf(kind) {
      if (!this.states) {
        this.states = new Map();
        for (const [name, state] of Object.entries(G_STATE))
          this.states.set(this.tables.kinds[name], state);
      }
      return this.states.get(kind);
    }
  }

  const count = (n, noun) => (n === 1 ? `1 ${noun}` : `${n} ${noun}${noun.endsWith("ch") ? "es" : "s"}`);

  function parkedSentence(blocks, parked) {
    if (!parked) return "No goroutine ever parked.";
    const ranked = [...blocks].sort(([a, n], [b, k]) => k - n || (a < b ? -1 : 1));
    const what = ranked.map(([text, n]) => `${n} × ${text || "unknown reason"}`).join(", ");
    return `Goroutines parked ${count(parked, "time")}: ${what}.`;
  }

  /** A number with so many digits after the point, ties to even, as Python writes it. */
  function halfEven(x, digits) {
    const exact = x.toFixed(40).replace(/0+$/, "");
    const [whole, rest = ""] = exact.split(".");
    if (rest.slice(digits) !== "5") return x.toFixed(digits);
    const kept = BigInt(whole + rest.slice(0, digits));
    const even = (kept % 2n === 0n ? kept : kept + 1n).toString().padStart(digits + 1, "0");
    return digits ? `${even.slice(0, -digits)}.${even.slice(-digits)}` : even;
  }

  /** Python's format "g": so many digits that count, and no zeros behind them. */
  function general(x, digits = 6) {
    if (x === 0) return "0";
    const power = Math.floor(Math.log10(Math.abs(Number(x.toPrecision(digits)))));
    if (power < -4 || power >= digits) {
      const [mantissa, e] = x.toExponential(digits - 1).split("e");
      const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
      return `${short}e${e[0]}${e.slice(1).padStart(2, "0")}`;
    }
    const text = halfEven(x, digits - 1 - power);
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }

  function duration_(ns) {
    for (const [limit, unit] of [
      [1e9, "s"],
      [1e6, "ms"],
      [1e3, "µs"],
    ])
      if (ns >= limit) return `${general(ns / limit, 3)} ${unit}`;
    return `${ns} ns`;
  }

  globalThis.gosched = { ...globalThis.gosched, Log, STATES, lookOf, duration: duration_, general };
})();
