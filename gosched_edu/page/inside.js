// What the runtime's own tables hold at the moment: source lines, run queues, channels, stacks.
//
// Nothing is replayed from the log. A second machine runs the same program to the moment, and its
// arrays are read, as the runtime's are in Python by kernel/dump.py and kernel/hchan.py.
(() => {
  "use strict";
  const { el, frames, alive, state, lookOf } = gosched;

  /** A machine at a moment; going back starts it again. */
  class Probe {
    constructor(make) {
      this.make = make;
      this.at = Infinity; // of a machine that there is not yet
    }

    /** The machine after all that happens up to a time (until), or after so many steps (steps). */
    to(limit) {
      const [[name, at]] = Object.entries(limit);
      if (at < this.at) this.machine = this.make();
      this.machine.run({ [name]: Math.floor(at) });
      this.at = at;
      return this.machine;
    }
  }

  function goroutines(machine) {
    const [status, goid, bytes, used] = ["g_status", "g_goid", "g_stacksize", "g_used"].map((name) =>
      machine.array(name),
    );
    return alive(machine).map((g) => {
      const pcs = frames(machine, g, 40).map(([pc]) => pc);
      const line = pcs.map((pc) => machine.lineOf(pc)).find((n) => n > 0) ?? 0;
      return {
        g,
        goid: goid[g],
        status: status[g],
        state: state(machine, g),
        line,
        bytes: bytes[g],
        used: used[g],
      };
    });
  }

  const STATUS = ["", "runnable", "running", "syscall", "waiting"];
  const key = (it) => lookOf(STATUS[it.status], it.state);

  /** A goroutine as a small mark: colour, letter and number. */
  function chip(machine, goid, look, more = "") {
    const it = machine.tables.looks[look];
    return el(
      "span",
      {
        class: "gs-chip",
        style: `background:${it.colour};color:${it.ink}`,
        title: `g${goid}: ${it.words}`,
      },
      `${it.letter}\u2009g${goid}${more}`,
    );
  }

  function table(heads, rows) {
    return el(
      "table",
      { class: "gs-inside" },
      el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, ...rows),
    );
  }

  function source(machine, text, all) {
    const at = new Map();
    for (const it of all) if (it.line) at.set(it.line, [...(at.get(it.line) ?? []), it]);
    const rows = text
      .replace(/\n$/, "")
      .split("\n")
      .map((line, i) => {
        const here = at.get(i + 1) ?? [];
        const marks = here.slice(0, 8).map((it) => chip(machine, it.goid, key(it)));
        if (here.length > 8) marks.push(`+${here.length - 8}`);
        return el(
          "li",
          { class: here.length ? "gs-here" : false },
          el("code", {}, line.replaceAll("\t", "    ") || " "),
          ...marks,
        );
      });
    return el("ol", { class: "gs-source", tabindex: 0, "aria-label": "Source" }, ...rows);
  }

  function queues(machine) {
    const goid = machine.array("g_goid");
    const next = machine.array("g_next");
    const waiting = (g) => chip(machine, goid[g], "runnable");
    const rows = [];
    for (let p = 0; p < machine.get("NPROC"); p++) {
      const g = machine.array("p_g")[p];
      const first = machine.array("p_runnext")[p];
      const length = Number(machine.array("p_tail")[p] - machine.array("p_head")[p]);
      const queued = machine.localQueue(p, 24).map(waiting);
      if (length > 24) queued.push(`+${length - 24}`);
      rows.push(
        el(
          "tr",
          {},
          el("th", { scope: "row" }, `P${p}`),
          el("td", {}, g >= 0 ? chip(machine, goid[g], "running") : "–"),
          el("td", {}, first >= 0 ? waiting(first) : "–"),
          el("td", {}, ...(queued.length ? queued : ["–"])),
        ),
      );
    }
    const shared = [];
    let g = machine.get("GQ_HEAD");
    for (let i = 0; i < machine.get("GQ_SIZE") && i < 40; i++, g = next[g]) shared.push(waiting(g));
    rows.push(
      el(
        "tr",
        {},
        el("th", { scope: "row" }, "global"),
        el("td", { colspan: 3 }, ...(shared.length ? shared : ["–"])),
      ),
    );
    return table(["P", "runs", "runnext", "its queue, oldest first"], rows);
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
        slots.push(
          el(
            "span",
            { class: full ? "gs-slot gs-full" : "gs-slot" },
            value || "\u00a0",
            el("small", {}, marks || "\u00a0"),
          ),
        );
      }
      const closed = machine.array("c_closed")[c] ? " closed" : "";
      rows.push(
        el(
          "tr",
          {},
          el("th", { scope: "row" }, `${c}, line ${line}${closed}`),
          el("td", {}, ...(cap ? slots : ["none"])),
          el("td", {}, ...queue(machine.array("c_sendq")[c])),
          el("td", {}, ...queue(machine.array("c_recvq")[c])),
        ),
      );
    }
    if (!rows.length) return el("p", {}, "The program has made no channel yet.");
    return table(["channel", "buffer (r: recvx, s: sendx)", "wait to send", "wait to receive"], rows);
  }

  function stacks(machine, all) {
    const most = Math.max(...all.map((it) => it.bytes), 1);
    const rows = all.slice(0, 40).map((it) => {
      const share = (100 * it.used) / Math.max(it.bytes, 1);
      const bar = el(
        "span",
        { class: "gs-stack", style: `width:${(100 * it.bytes) / most}%` },
        el("i", { style: `width:${Math.min(share, 100)}%` }),
      );
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, chip(machine, it.goid, key(it))),
        el("td", {}, it.state),
        el("td", {}, it.line ? String(it.line) : "–"),
        el(
          "td",
          { class: "gs-number" },
          `${it.used.toLocaleString("en")} of ${it.bytes.toLocaleString("en")}`,
        ),
        el("td", { class: "gs-wide" }, bar),
      );
    });
    if (all.length > 40) rows.push(el("tr", {}, el("td", { colspan: 5 }, `… and ${all.length - 40} more`)));
    return table(["goroutine", "state", "line", "stack, bytes", "used"], rows);
  }

  /** The views of a moment, by name: what the reader may open. */
  const INSIDE = {
    source: ["Source, and who is where", (machine, lab, all) => source(machine, lab.source, all)],
    queues: ["Run queues", (machine) => queues(machine)],
    channels: ["Channels", (machine, lab) => channels(machine, lab.log)],
    stacks: ["Goroutines and stacks", (machine, lab, all) => stacks(machine, all)],
    traceback: [
      "Traceback of all goroutines",
      (machine) => el("pre", { class: "gs-traceback" }, gosched.traceback(machine) || "There is none yet."),
    ],
  };

  globalThis.gosched = { ...globalThis.gosched, Probe, goroutines, INSIDE };
})();
