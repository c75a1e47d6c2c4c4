// What the runtime's own tables hold at the moment: source lines, run queues, channels, stacks.
//
// Nothing is replayed from the log. A second machine runs the same program to the moment, and its
// arrays are read, as the runtime's are in Python by kernel/dump.py and kernel/hchan.py.
(() => {
  "use strict";
  const { el } = gosched;
  const STATUS = { 1: "runnable", 2: "running", 3: "in a system call", 4: "waiting" };

  /** A machine at a moment; going back starts it again. */
  class Probe {
    constructor(make) {
      this.make = make;
      this.machine = make();
      this.events = 0;
    }

    restart() {
      this.machine = this.make();
      this.events = 0;
    }

    get time() {
      return this.machine.get("NOW");
    }

    toTime(time) {
      if (this.at > time) this.restart();
      this.machine.run({ until: Math.floor(time) });
      this.at = time;
      this.events = this.machine.get("NEVENTS");
      return this;
    }

    /** So many decisions on, or back. Returns the time of the last record. */
    step(by) {
      const target = Math.max(0, this.events + by);
      if (by < 0) this.restart();
      this.machine.run({ events: target - this.machine.get("NEVENTS") });
      this.events = this.machine.get("NEVENTS");
      this.at = this.lastTime();
      return this.at;
    }

    lastTime() {
      const n = this.machine.get("TRACE_N");
      return n ? Number(this.machine.array("trace")[(n - 1) * this.machine.tables.recordWords]) : 0;
    }

    get row() {
      return this.machine.get("TRACE_N") - 1;
    }
  }

  /** The frames of a goroutine, innermost first: program counters. */
  function frames(machine, g, most = 40) {
    const { pcBits, exact } = machine.tables;
    const stk = machine.array("stk");
    let pc = machine.array("g_pc")[g];
    let fp = machine.array("g_fp")[g];
    const status = machine.array("g_status")[g];
    const entry = machine.array("f_entry")[machine.array("fn_of")[pc]];
    if (status >= 3 && pc > entry) pc--; // one that waits goes on behind what it waits in
    const out = [];
    while (out.length < most) {
      out.push(pc);
      const link = stk[fp];
      if (link === -1n || link === undefined) break;
      if (link < 0n) {
        pc = Number(-link & 0xffffffffn) - 2;
        fp -= Number(-link >> 32n);
      } else {
        const low = Number(link & 0xffffffffn);
        pc = low & exact ? low & pcBits : (low & pcBits) - 1;
        fp -= Number(link >> 32n);
      }
    }
    return out;
  }

  function goroutines(machine) {
    const status = machine.array("g_status");
    const out = [];
    for (let g = 0; g < machine.get("NG"); g++) {
      if (!STATUS[status[g]] || machine.array("g_sys")[g]) continue;
      const pcs = frames(machine, g);
      const lines = machine.program.arrays.lines;
      const own = pcs.find((pc) => lines[pc] > 0);
      out.push({
        g, goid: machine.array("g_goid")[g], status: status[g],
        state: status[g] === 4 ? machine.tables.reasonText[machine.array("g_reason")[g]] : STATUS[status[g]],
        line: own === undefined ? 0 : lines[own],
        bytes: machine.array("g_stacksize")[g], used: machine.array("g_used")[g], depth: pcs.length,
        name: machine.program.functions[machine.array("fn_of")[pcs.at(-1)]] ?? "",
      });
    }
    return out.sort((a, b) => a.goid - b.goid);
  }

  const key = (it) => (it.status === 2 ? "running" : it.status === 1 ? "runnable" : it.status === 3 ? "syscall" : waits(it.state));
  const waits = (s) => (/^(chan|select)/.test(s) ? "chan" : s === "sleep" ? "sleep" : /^(sync|sema)/.test(s) ? "sync" : "waiting");

  /** A goroutine as a small mark: colour, letter and number. */
  function chip(machine, goid, look, more = "") {
    const it = machine.tables.looks[look];
    return el("span", { class: "gs-chip", style: `background:${it.colour};color:${it.ink}`, title: `g${goid}: ${it.words}` }, `${it.letter}\u2009g${goid}${more}`);
  }

  function source(machine, text, all) {
    const at = new Map();
    for (const it of all) if (it.line) at.set(it.line, [...(at.get(it.line) ?? []), it]);
    const rows = text.replace(/\n$/, "").split("\n").map((line, i) => {
      const here = at.get(i + 1) ?? [];
      const marks = here.slice(0, 8).map((it) => chip(machine, it.goid, key(it)));
      if (here.length > 8) marks.push(`+${here.length - 8}`);
      return el("li", { class: here.length ? "gs-here" : false }, el("code", {}, line.replaceAll("\t", "    ") || " "), ...marks);
    });
    return el("ol", { class: "gs-source" }, ...rows);
  }

  function queues(machine, all) {
    const goid = machine.array("g_goid");
    const { ring, hasRing } = machine.tables;
    const rings = machine.array("rule")[hasRing] !== 0n; // before Go 1.3 a P's queue was a list
    const runq = machine.array("runq");
    const next = machine.array("g_next");
    const waiting = (g) => chip(machine, goid[g], "runnable");
    const rows = [];
    for (let p = 0; p < machine.get("NPROC"); p++) {
      const g = machine.array("p_g")[p];
      const first = machine.array("p_runnext")[p];
      const [head, tail] = [Number(machine.array("p_head")[p]), Number(machine.array("p_tail")[p])];
      const queued = [];
      let link = machine.array("p_link")[p];
      for (let i = head; i < tail && i < head + 24; i++) {
        if (rings) queued.push(waiting(runq[p * ring + (i % ring)]));
        else queued.push(waiting((link = next[link])));
      }
      if (tail - head > 24) queued.push(`+${tail - head - 24}`);
      rows.push(el("tr", {}, el("th", { scope: "row" }, `P${p}`),
        el("td", {}, g >= 0 ? chip(machine, goid[g], "running") : "–"),
        el("td", {}, first >= 0 ? waiting(first) : "–"), el("td", {}, ...(queued.length ? queued : ["–"]))));
    }
    const shared = [];
    let g = machine.get("GQ_HEAD");
    for (let i = 0; i < machine.get("GQ_SIZE") && i < 40; i++, g = next[g]) shared.push(waiting(g));
    rows.push(el("tr", {}, el("th", { scope: "row" }, "global"), el("td", { colspan: 3 }, ...(shared.length ? shared : ["–"]))));
    const head = ["P", "runs", "runnext", "its queue, oldest first"].map((t) => el("th", { scope: "col" }, t));
    return el("table", { class: "gs-inside" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
  }

  /** The channels that lines of the program made: ring, indices, who waits. */
  function channels(machine, log) {
    const { kinds, recordWords } = machine.tables;
    const made = new Map();
    const trace = machine.array("trace");
    for (let r = 0; r <= machine.get("TRACE_N") - 1; r++) {
      if (log.kind[r] !== kinds.CHAN_MAKE) continue;
      const number = Number(trace[r * recordWords + 3]);
      if (log.line(r)) made.set(number, log.line(r));
      else made.delete(number);
    }
    const heap = machine.array("heap");
    const goid = machine.array("g_goid");
    const queue = (first) => {
      const out = [];
      for (let s = first; s >= 0 && out.length < 12; s = machine.array("s_next")[s])
        out.push(chip(machine, goid[machine.array("s_g")[s]], "chan"));
      return out.length ? out : ["–"];
    };
    const rows = [];
    for (const [c, line] of [...made].slice(0, 12)) {
      if (!machine.array("c_live")[c]) continue;
      const [cap, n] = [Number(machine.array("c_cap")[c]), Number(machine.array("c_n")[c])];
      const width = machine.array("c_width")[c];
      const [sendx, recvx] = [Number(machine.array("c_sendx")[c]), Number(machine.array("c_recvx")[c])];
      const at = Number(machine.array("c_buf")[c]);
      const slots = [];
      for (let i = 0; i < cap && i < 32; i++) {
        const full = (i - recvx + cap) % cap < n;
        const marks = (i === recvx ? "r" : "") + (i === sendx ? "s" : "");
        const value = !full ? "" : width === 1 ? String(heap[at + i]) : width ? "•" : "{}";
        slots.push(el("span", { class: full ? "gs-slot gs-full" : "gs-slot" }, value || "\u00a0", el("small", {}, marks || "\u00a0")));
      }
      const closed = machine.array("c_closed")[c] ? " closed" : "";
      rows.push(el("tr", {}, el("th", { scope: "row" }, `${c}, line ${line}${closed}`),
        el("td", {}, ...(cap ? slots : ["none"])), el("td", {}, ...queue(machine.array("c_sendq")[c])),
        el("td", {}, ...queue(machine.array("c_recvq")[c]))));
    }
    if (!rows.length) return el("p", {}, "The program has made no channel yet.");
    const head = ["channel", "buffer (r: recvx, s: sendx)", "wait to send", "wait to receive"].map((t) => el("th", { scope: "col" }, t));
    return el("table", { class: "gs-inside" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
  }

  function stacks(machine, all) {
    const most = Math.max(...all.map((it) => it.bytes), 1);
    const rows = all.slice(0, 40).map((it) => {
      const share = (100 * it.used) / Math.max(it.bytes, 1);
      const bar = el("span", { class: "gs-stack", style: `width:${(100 * it.bytes) / most}%` }, el("i", { style: `width:${Math.min(share, 100)}%` }));
      return el("tr", {}, el("th", { scope: "row" }, chip(machine, it.goid, key(it))),
        el("td", {}, it.state), el("td", {}, it.line ? String(it.line) : "–"),
        el("td", { class: "gs-number" }, `${it.used.toLocaleString("en")} of ${it.bytes.toLocaleString("en")}`), el("td", { class: "gs-wide" }, bar));
    });
    if (all.length > 40) rows.push(el("tr", {}, el("td", { colspan: 5 }, `… and ${all.length - 40} more`)));
    const head = ["goroutine", "state", "line", "stack, bytes", ""].map((t) => el("th", { scope: "col" }, t));
    return el("table", { class: "gs-inside" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
  }

  /** The views of a moment, by name: what the reader may open. */
  const INSIDE = {
    source: ["Source, and who is where", (probe, lab, all) => source(probe.machine, lab.source, all)],
    queues: ["Run queues", (probe, lab, all) => queues(probe.machine, all)],
    channels: ["Channels", (probe, lab) => channels(probe.machine, lab.log)],
    stacks: ["Goroutines and stacks", (probe, lab, all) => stacks(probe.machine, all)],
  };

  globalThis.gosched = { ...globalThis.gosched, Probe, goroutines, frames, INSIDE };
})();
