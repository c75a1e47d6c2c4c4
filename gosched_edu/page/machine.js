// The simulated runtime in a page: allocates the kernel's arrays, starts a program, makes arrays grow.
//
// The same door as kernel/machine.py: the WebAssembly kernel returns a status after a slice of
// instructions; here the arrays grow and budgets are checked, and then it is entered again.
// Nothing observable of a run depends on how often that happens.
(() => {
  "use strict";
  const VIEWS = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array };
  const PAGE = 65536;
  const STACK = 262144; // bytes at the low end of the memory, for the kernel's own calls
  const INSTRUCTIONS = ["code", "fused", "step_code", "step_fused"]; // four words each
  // arrays of which the difference to another one is stored
  const LIKE = { fused: "code", step_code: "code", step_fused: "fused", step_timed: "step_seen" };
  const MATH = ["exp", "log", "sin", "cos", "tan", "atan"];

  const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** Compile the kernel. `wasm`: its bytes; `tables`: what page/tables.py says of it. */
  async function loadKernel(wasm, tables) {
    return { module: await WebAssembly.compile(wasm), tables };
  }

  /** A program as page/tables.py packs it, with its arrays unpacked. */
  async function loadProgram(packed) {
    const bytes = await inflate(bytesOf(packed.packed));
    const arrays = {};
    let at = 0;
    for (const [name, type, length] of packed.arrays) {
      const array = (arrays[name] = new VIEWS[type](length));
      const out = new Uint8Array(array.buffer);
      const item = VIEWS[type].BYTES_PER_ELEMENT * (INSTRUCTIONS.includes(name) ? 4 : 1);
      for (let place = 0; place < item; place++)
        for (let i = place; i < out.length; i += item) out[i] = bytes[at++];
    }
    for (const [name, other] of Object.entries(LIKE))
      arrays[name]?.forEach((word, i) => (arrays[name][i] = word ^ arrays[other][i]));
    return { ...packed, arrays };
  }

  /**
   * One run of one program. Options: procs, version, seed, knobs, choices, memory (bytes), output (bytes),
   * schedule; costs (ns by name), gogc and asyncpreemptoff, where they are not those of the program. A choice
   * is [number of a decision, goid]; goid 0 stops the run there (kernel/choice.py). A schedule is a text
   * (kernel/schedules.py): the run goes step by step.
   */
  class Machine {
    constructor(kernel, program, options) {
      const t = (this.tables = kernel.tables);
      this.program = program;
      this.options = { memory: 256 << 20, output: 1 << 20, trace: 1, ...options };
      this.memory = new WebAssembly.Memory({ initial: STACK / PAGE + 16 });
      this.top = STACK;
      const env = {
        __linear_memory: this.memory,
        __stack_pointer: new WebAssembly.Global({ value: "i32", mutable: true }, STACK),
      };
      for (const name of MATH) env[name] = Math[name];
      this.kernel = new WebAssembly.Instance(kernel.module, { env }).exports.run;
      this.table = this.allocate(8 * t.fields.length);
      this.where = {}; // name -> [address, length, type]
      this.capacity = { ...program.capacities };
      this.status = t.status.RUNNING;
      this.over = "";
      const { schedule } = this.options;
      this.schedule = schedule === undefined ? null : gosched.parseSchedule(schedule);
      this.fill();
      this.choose(this.options.choices ?? []);
      if (this.schedule) gosched.follow(this, this.schedule);
    }

    /** Zeroed bytes of the kernel's memory; they are never given back. */
    allocate(size) {
      const at = (this.top + 15) & ~15;
      this.top = at + size;
      const lacking = this.top - this.memory.buffer.byteLength;
      if (lacking > 0) this.memory.grow(Math.ceil(lacking / PAGE) + 64);
      return at;
    }

    length(name, group, capacity) {
      const { stride, every } = this.tables;
      return Math.ceil((capacity * (stride[group] ?? 1)) / (every[name] ?? 1));
    }

    place(number, [name, type, group]) {
      const t = this.tables;
      const image = this.program.arrays[name];
      const length =
        group === "image"
          ? image.length
          : (t.fixed[name] ?? this.length(name, group, this.capacity[group]));
      const at = this.allocate(length * VIEWS[type].BYTES_PER_ELEMENT);
      this.where[name] = [at, length, type];
      new Int32Array(this.memory.buffer)[(this.table >> 2) + 2 * number] = at;
      if (group === "image") this.array(name).set(image);
    }

    /** Another array in place of one that nothing else is as long as. */
    put(name, values) {
      const number = this.tables.fields.findIndex((field) => field[0] === name);
      const field = this.tables.fields[number];
      if (this.where[name][1] < values.length) {
        this.capacity[field[2]] = values.length;
        this.place(number, field);
      }
      this.array(name).set(values);
    }

    /** A view of one of the kernel's arrays; good until the next one is allocated. */
    array(name) {
      const [at, length, type] = this.where[name];
      return new VIEWS[type](this.memory.buffer, at, length);
    }

    get(scalar) {
      return Number(this.array("sc")[this.tables.scalars[scalar]]);
    }

    /** A scalar with all of its 64 bits. */
    exact(scalar) {
      return this.array("sc")[this.tables.scalars[scalar]];
    }

    /** The contents of a string of the program; what lies outside the heap is left out. */
    string(address, length) {
      const at = Number((address - BigInt(this.tables.base)) >> 3n);
      if (at <= 0 || length <= 0n) return "";
      const words = this.array("heap").slice(at, Math.min(at + Number(length), this.get("HEAP_TOP")));
      return new TextDecoder().decode(Uint8Array.from(words, (w) => Number(w & 255n)));
    }

    /** The line of the program's own source, 0 in the library. */
    lineOf(pc) {
      const { lines, files } = this.program.arrays;
      return pc >= 0 && pc < lines.length && files[pc] === 0 ? lines[pc] : 0;
    }

    set(scalar, value) {
      this.array("sc")[this.tables.scalars[scalar]] = BigInt(value);
    }

    fill() {
      const t = this.tables;
      const { procs, version, seed, knobs = {}, trace, costs = {} } = this.options;
      const { gogc, asyncpreemptoff = this.program.asyncpreemptoff } = this.options;
      if (!trace) this.capacity.trace = 1;
      t.fields.forEach((field, number) => this.place(number, field));
      for (const [name, values] of Object.entries(t.filled)) {
        const array = this.array(name);
        values.forEach((v, i) => (array[i] = array instanceof BigInt64Array ? BigInt(v) : v));
      }
      const cost = this.array("cost");
      for (const [i, value] of this.program.costs) cost[i] = BigInt(value);
      for (const [name, value] of Object.entries(costs)) cost[t.actions[name]] = BigInt(value);
      const rule = this.array("rule");
      t.rules[version].forEach((on, i) => (rule[i] = BigInt(on)));
      if (asyncpreemptoff) rule[t.asyncPreempt] = 0n;
      const heap = this.array("heap");
      heap.set(this.program.arrays.data);
      for (const [name, [index, usual]] of Object.entries(this.program.knobs))
        heap[index] = BigInt(knobs[name] ?? usual);
      for (const [scalar, group] of Object.entries(t.caps)) this.set(scalar, this.capacity[group]);
      const options = {
        ...this.program.options,
        NPROC: procs,
        PCAP: this.program.ps,
        OMASK: this.capacity.order - 1,
        SEED: seed,
        MINOR: t.minor[version],
        TRACE_MODE: trace,
        GOGC: gogc ?? this.program.options.GOGC,
        ...(this.schedule && { SEED: this.schedule.seed ?? seed, GOGC: -1 }),
        ...(this.schedule && this.program.options.RACE && { RACE: 2 }), // and each access is told
        STACK_MAX: this.options.stack ?? t.stack,
      };
      for (const [scalar, value] of Object.entries(options)) this.set(scalar, value);
    }

    /** Who runs at which decision, where it is not Go's rules that decide; those to come may be changed. */
    choose(choices) {
      const t = this.tables;
      const made = choices.filter(([number]) => number <= this.get("DECISION")).length;
      const columns = { ch_at: choices.map(([number]) => number), ch_g: choices.map(([, goid]) => goid) };
      t.fields.forEach(([name, type, group], number) => {
        if (group !== "choice") return;
        if (this.where[name][1] < choices.length) {
          this.capacity.choice = choices.length;
          this.place(number, [name, type, group]);
        }
        const array = this.array(name);
        columns[name].forEach((v, i) => (array[i] = array instanceof BigInt64Array ? BigInt(v) : v));
      });
      this.set("NCHOICE", choices.length);
      this.set("CHOICE_I", made);
      this.array("sc")[t.scalars.CHOICE_AT] = made < choices.length ? BigInt(choices[made][0]) : 1n << 62n;
    }

    /** The decision before which the run stands because it asks (kernel/decision.py), or null. */
    get question() {
      const p = this.get("ASKED") - 1;
      if (p < 0) return null;
      const [goid, lock, next] = ["g_goid", "g_lockm", "g_next"].map((name) => this.array(name));
      const others = [];
      const add = (g, place, of) => lock[g] < 0 && others.push({ goid: goid[g], place, of });
      const ps = [...Array(this.get("NPROC")).keys()].filter((q) => q !== p);
      for (const q of [p, ...ps]) {
        const first = this.array("p_runnext")[q];
        if (first >= 0) add(first, `P${q}'s runnext`, q);
        for (const g of this.localQueue(q)) add(g, `P${q}'s queue`, q);
      }
      for (let i = this.get("GQ_SIZE"), g = this.get("GQ_HEAD"); i > 0; i--, g = next[g])
        add(g, "global queue", -1);
      const found = this.exact("ASK_FOUND");
      return {
        number: this.get("DECISION") + 1,
        time: Number(this.array("p_clock")[p]),
        p,
        goid: goid[Number(found & 0xffffffffn)],
        place: this.tables.reasonText[Number((found >> 32n) & 0xffn)],
        others,
      };
    }

    /** The goroutines in a P's own queue, oldest first: a ring since Go 1.3, before that a list. */
    localQueue(p, most = Infinity) {
      const { ring, hasRing } = this.tables;
      const rings = this.array("rule")[hasRing] !== 0n;
      const [runq, next] = [this.array("runq"), this.array("g_next")];
      const [head, tail] = [Number(this.array("p_head")[p]), Number(this.array("p_tail")[p])];
      const out = [];
      let link = this.array("p_link")[p];
      for (let i = head; i < tail && out.length < most; i++)
        out.push(rings ? runq[p * ring + (i % ring)] : (link = next[link]));
      return out;
    }

    /** Double the arrays that a status names. */
    grow(status) {
      const t = this.tables;
      const [group, cap] = t.grows[status];
      let need = t.sized.includes(status) ? this.get("NEED") : 0;
      if (status === t.status.NEED_TRACE) {
        const waiting = this.array("c_waiting").reduce((a, b) => Math.max(a, b), 0);
        need = this.get("TRACE_N") + 4 * (waiting + this.get("NSUDOG")) + this.get("TIMER_LOG") + 4096;
      }
      const output = status === t.status.NEED_OUT || status === t.status.NEED_ERR;
      if (output && Math.max(this.get(cap), need - 1) >= this.options.output)
        return (this.over = `${this.options.output} bytes of output`);
      if (status === t.status.NEED_RACE) return this.growClocks();
      const size = Math.max(2 * this.get(cap), need);
      const groups = group === "heap" && this.get("RACE") ? [group, "shadow", "reads"] : [group];
      t.fields.forEach(([name, type, of], number) => {
        if (!groups.includes(of)) return;
        const [at, length] = this.where[name];
        this.capacity[of] = size;
        const more = this.length(name, of, size);
        const to = this.allocate(more * VIEWS[type].BYTES_PER_ELEMENT);
        new Uint8Array(this.memory.buffer).copyWithin(to, at, at + length * VIEWS[type].BYTES_PER_ELEMENT);
        this.where[name] = [to, more, type];
        new Int32Array(this.memory.buffer)[(this.table >> 2) + 2 * number] = to;
      });
      this.set(cap, size);
      if (this.memory.buffer.byteLength > this.options.memory)
        this.over = `${this.options.memory >> 20} MiB of memory`;
    }

    /** More rows for the race detector's vector clocks, or longer ones (kernel/state.py). */
    growClocks() {
      const { fields, clockRoom, mostTids } = this.tables;
      const [tids, width, rows] = ["NTID", "VC_WIDTH", "VCCAP"].map((scalar) => this.get(scalar));
      if (tids >= mostTids / 2) return (this.over = `${mostTids / 2} goroutines under the race detector`);
      const wider = tids + clockRoom >= width ? 2 * width : width;
      const more = this.get("VC_TOP") + clockRoom >= rows ? 2 * rows : rows;
      const lengths = { vc: more * wider, vc_next: more, r_clock: wider, r_next: wider };
      fields.forEach(([name, type, group], number) => {
        if (!(name in lengths)) return;
        const old = this.array(name).slice();
        this.where[name] = [this.allocate(4 * lengths[name]), lengths[name], type];
        new Int32Array(this.memory.buffer)[(this.table >> 2) + 2 * number] = this.where[name][0];
        const now = this.array(name);
        if (name !== "vc") now.set(old);
        else
          for (let row = 0; row < rows; row++)
            now.set(old.subarray(row * width, (row + 1) * width), row * wider);
      });
      this.set("VC_WIDTH", wider);
      this.set("VCCAP", more);
      this.set("RACE_POLL", 0);
    }

    /** Run until the program ends or a limit is reached. Limits: until (ns), events (more of them), steps. */
    run({ until = 1e15, events = 1_200_000, instructions = 200_000_000, steps = gosched.NEVER } = {}) {
      const t = this.tables;
      const done = t.status;
      if (this.status !== done.RUNNING || this.over) return this.status;
      const stop = this.array("sc")[t.scalars.INS] + BigInt(instructions);
      this.set("TIME_STOP", until);
      this.set("EVENT_STOP", this.get("NEVENTS") + events);
      this.set("STEP_STOP", steps);
      while (!this.over) {
        this.set("INS_STOP", stop);
        const status = Number(this.kernel(BigInt(this.table)));
        if (t.grows[status]) this.grow(status);
        else if (status === done.BUDGET) this.over = `${instructions.toLocaleString("en")} instructions`;
        else if (status === done.HANGS) this.over = "things that can still happen";
        else if (status === done.TIME_UP || status === done.EVENTS_UP) return status;
        else if (status === done.CHOOSE) return status;
        else if (status === done.ASTRAY) {
          this.astray = this.get("STEP_N") + 1;
          this.over = `a schedule that is of another program, or of other values: it cannot be followed at step ${this.astray}`;
        } else return (this.status = status);
      }
      return this.status;
    }

    text(array, top) {
      return new TextDecoder().decode(this.array(array).slice(0, this.get(top)));
    }

    get output() {
      return this.text("out", "OUT_TOP");
    }

    get errors() {
      return this.text("err", "ERR_TOP");
    }

    /** The log as it is: BigInt64Array, RECORD_WORDS words a record. */
    get records() {
      return this.array("trace").slice(0, this.get("TRACE_N") * this.tables.recordWords);
    }
  }

  globalThis.gosched = { ...globalThis.gosched, loadKernel, loadProgram, Machine, bytesOf, inflate };
})();
