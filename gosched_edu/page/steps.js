// Runs step by step: a schedule's text, a machine that follows it, and its log with steps for time.
//
// The same as kernel/schedules.py and trace/steps.py, which say what a schedule is. There the clock stands
// still, so the stage cannot show such a run by its times: a step of a goroutine has the same length as
// any other, and what happens in it follows in its order.
(() => {
  "use strict";
  const { Log, STATES } = gosched;
  const STEP = 1000; // length of a step on the axis
  const MOST = 100_000; // steps of a run that is shown
  const NEVER = 2n ** 62n;

  /** A schedule from its text; an error where it is none. */
  function parseSchedule(text) {
    const schedule = { turns: [], accesses: [], timed: false, seed: undefined };
    for (const part of text.split(/\s+/).filter(Boolean)) {
      const turn = /^(\d{1,9}):(?:t|([gc])(\d{1,9}))$/.exec(part);
      if (turn && Number(turn[1]) > 0)
        schedule.turns.push([Number(turn[1]), turn[2] ?? "t", Number(turn[3])]);
      else if (/^@\d{1,9}(,\d{1,9})*$/.test(part)) schedule.accesses = part.slice(1).split(",").map(Number);
      else if (/^seed=\d{1,9}$/.test(part)) schedule.seed = Number(part.slice(5));
      else if (part === "timed") schedule.timed = true;
      else throw new Error(`${part} is no part of a schedule`);
    }
    // of one decision the goroutine comes before the case
    schedule.turns.sort((a, b) => a[0] - b[0] || (a[1] === "c") - (b[1] === "c"));
    const { turns, accesses, timed, seed } = schedule;
    schedule.text = [
      ...(accesses.length ? [`@${accesses}`] : []),
      ...(timed ? ["timed"] : []),
      ...(seed === undefined ? [] : [`seed=${seed}`]),
      ...turns.map(([n, kind, of]) => `${n}:${kind}${kind === "t" ? "" : of}`),
    ].join(" ");
    return schedule;
  }

  /** A machine at program start shall follow a schedule. */
  function follow(machine, schedule) {
    const { steps } = machine.tables;
    const { arrays } = machine.program;
    const word = ([n, kind, of]) =>
      (BigInt(n) << 32n) | BigInt(kind === "t" ? steps.time : kind === "c" ? steps.case + of : of);
    const seen = (schedule.timed ? arrays.step_timed : arrays.step_seen).slice();
    for (const at of schedule.accesses) {
      if (!steps.accesses.includes(arrays.code[4 * at]))
        throw new Error(`instruction ${at} is no access to memory`);
      seen[at] = steps.seen;
    }
    machine.put("code", arrays.step_code);
    machine.put("fused", arrays.step_fused);
    machine.put("y_vis", seen);
    machine.put("y_foot", new BigInt64Array(steps.foot));
    machine.put("y_dev", BigInt64Array.from([...schedule.turns.map(word), 0n]));
    machine.set("STEPWISE", 1);
    machine.set("EVENT_STOP", -1);
    machine.kernel(BigInt(machine.table)); // the runtime's own start, and not one step more
    machine.array("cost").fill(0n);
    machine.array("rule")[steps.rule] = 1n;
    machine.array("p_status").fill(steps.dead, 1);
    for (const [scalar, value] of Object.entries(steps.scalars)) machine.set(scalar, value);
    machine.set("NDEV", schedule.turns.length);
  }

  /** Run to the end; how many records there are after each step. */
  function stepThrough(machine) {
    const ends = [];
    const { EVENTS_UP } = machine.tables.status;
    for (let n = 1, status = EVENTS_UP; status === EVENTS_UP && !machine.over; n++) {
      if (n > MOST) machine.over = `${MOST.toLocaleString("en")} steps`;
      else status = machine.run({ steps: n });
      ends.push(machine.get("TRACE_N"));
    }
    // that nobody can run any more is no step
    if (ends.length > Math.max(machine.get("STEP_N"), 1)) ends.splice(-2, 2, ends.at(-1));
    return ends;
  }

  /** The log of such a run for the stage: time is steps, and what the library does with its memory is left out. */
  function byStep(machine, ends, words) {
    const { kinds, recordWords } = machine.tables;
    const hidden = new Set([kinds.ACCESS, kinds.HB_RELEASE, kinds.HB_ACQUIRE, kinds.HB_MERGE]);
    const all = machine.records;
    const rows = [];
    const times = [];
    for (let n = 0, row = 0; n < ends.length; n++) {
      const from = rows.length;
      for (; row < ends[n]; row++) {
        const kind = Number(all[row * recordWords + 1] & 255n);
        if (!hidden.has(kind) || machine.lineOf(Number(all[row * recordWords + 5]))) rows.push(row);
      }
      const many = rows.length - from;
      for (let i = 0; i < many; i++) times.push(STEP * n + Math.floor((STEP * i) / many));
    }
    const records = new BigInt64Array(rows.length * recordWords);
    rows.forEach((row, i) =>
      records.set(all.subarray(row * recordWords, (row + 1) * recordWords), i * recordWords),
    );
    const shown = Object.create(machine, { records: { value: records } });
    const log = new Log(shown, { time: Float64Array.from(times), end: STEP * Math.max(ends.length, 1) });
    log.whole = machine;
    log.steps = ends.length;
    log.words = words;
    // one P plays all, and looks for nobody
    log.lanes.P = log.lanes.P.slice(0, 1);
    for (const lane of log.lanes.P) lane.state = lane.state.map((s) => (STATES[s] === "running" ? s : -1));
    return log;
  }

  globalThis.gosched = { ...globalThis.gosched, STEP, NEVER, parseSchedule, follow, stepThrough, byStep };
})();
