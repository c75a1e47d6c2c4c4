// Goroutine dumps, and what a program's death writes: kernel/dump.py for the page.
//
// Frames are read from the simulated stacks, as traceback.go reads real ones. The tests compare the
// texts with Python's, letter by letter.
(() => {
  "use strict";
  const STATUS = { 1: "runnable", 2: "running", 3: "syscall", 4: "waiting" };
  const MINUTE = 60e9;
  const MAX_FRAMES = 50; // traceback.go prints the innermost and outermost 50

  /** The program counters of a goroutine's frames with their frame pointers, innermost first. */
  function frames(machine, g, most = Infinity) {
    const { pcBits, exact, cases } = machine.tables;
    const stk = machine.array("stk");
    const code = machine.array("code");
    let pc = machine.array("g_pc")[g];
    let fp = machine.array("g_fp")[g];
    const entry = machine.array("f_entry")[machine.array("fn_of")[pc]];
    if (machine.array("g_status")[g] >= 3 && pc > entry) pc--; // the pc of one that waits is that of its next instruction
    while (cases.includes(code[4 * pc])) pc--; // parked in a select: the cases behind it belong to it
    const out = [];
    while (out.length < most) {
      out.push([pc, fp]);
      const link = stk[fp];
      if (link === -1n) break;
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

  /** What a traceback shows of the function at pc: [text, place]; null if nothing (showfuncinfo). */
  function shown(machine, pc) {
    const { program, tables } = machine;
    if (pc < 0 || pc >= program.arrays.lines.length) return null;
    const f = machine.array("fn_of")[pc];
    const name = program.functions[f];
    if (f === 0 || machine.array("f_flags")[f] & tables.wrapper) return null;
    if (name.startsWith("runtime.") && name[8] === name[8]?.toLowerCase()) return null;
    const args = machine.array("f_nargs")[f] ? "(...)" : "()";
    return [name + args, place(machine, pc), name];
  }

  const place = (machine, pc) => {
    const { lines, files } = machine.program.arrays;
    return `${machine.program.filenames[files[pc]]}:${lines[pc]}`;
  };

  const hex = (word) => "0x" + BigInt.asUintN(64, word).toString(16);

  function stack(machine, g) {
    const code = machine.array("code");
    const out = [];
    for (const [pc, fp] of frames(machine, g)) {
      let frame = shown(machine, pc);
      if (out.length && code[4 * pc] === machine.tables.panicOp) {
        const at = fp + machine.tables.frameArgs;
        const [value, data] = machine.array("stk").slice(at, at + 2);
        frame = [`panic({${hex(value)}?, ${hex(data)}?})`, place(machine, pc)];
      }
      if (frame) out.push(...expanded(machine, frame, out.length ? -1 : code[4 * pc]));
    }
    return out;
  }

  /** The frames that this one is in real Go (kernel/expanded.py); op: the instruction of the innermost. */
  function expanded(machine, [text, where, name], op) {
    const minor = machine.get("MINOR");
    const { calls, delegated } = machine.tables;
    const [begin, prefix, from] = delegated;
    const fits = ([code, inside, since]) => code === op && minor >= since && name?.startsWith(inside);
    const call = calls.find(fits);
    const out = call ? [[`${call[3]}(...)`, call[4]]] : [];
    if (minor < from || !name?.startsWith(begin)) return [...out, [text, where, name]];
    out.push([prefix + text, where]);
    const method = name[begin.length];
    return method === method.toLowerCase() ? out : [...out, [text, where, name]];
  }

  function state(machine, g) {
    const status = machine.array("g_status")[g];
    let text = status === 4 ? machine.tables.reasonText[machine.array("g_reason")[g]] : STATUS[status];
    const stops = status === 2 && machine.get("STW") === 1; // and waits until the others stand still
    if (stops && g === machine.array("p_g")[machine.get("STW_P")])
      text = machine.tables.reasonText[machine.tables.reasons.STOPPING_THE_WORLD];
    const minutes = Math.floor((machine.get("NOW") - Number(machine.array("g_since")[g])) / MINUTE);
    if (status === 4 && minutes > 0) text += `, ${minutes} minutes`;
    if (machine.array("g_lockm")[g] >= 0) text += ", locked to thread";
    return text;
  }

  /** The live goroutines of the program, by goid: their numbers in the kernel's arrays. */
  function alive(machine) {
    const [status, sys, goid] = ["g_status", "g_sys", "g_goid"].map((name) => machine.array(name));
    const out = [];
    for (let g = 0; g < machine.get("NG"); g++) if (STATUS[status[g]] && !sys[g]) out.push(g);
    return out.sort((a, b) => goid[a] - goid[b]);
  }

  function traceback(machine, { only, limit = 20, first } = {}) {
    const goid = machine.array("g_goid");
    let chosen = alive(machine).filter((g) => only === undefined || goid[g] === only);
    chosen = [...chosen.filter((g) => goid[g] === first), ...chosen.filter((g) => goid[g] !== first)];
    const blocks = chosen.slice(0, limit).map((g) => {
      const lines = [`goroutine ${goid[g]} [${state(machine, g)}]:`];
      const all = stack(machine, g);
      all.forEach(([text, where], i) => {
        if (i >= MAX_FRAMES && i < all.length - MAX_FRAMES) {
          if (i === MAX_FRAMES) lines.push(`...${all.length - 2 * MAX_FRAMES} frames elided...`);
        } else lines.push(text, `\t${where}`);
      });
      const made = shown(machine, machine.array("g_go_pc")[g]);
      if (made) {
        const creator = machine.get("MINOR") >= 21 ? ` in goroutine ${machine.array("g_parent")[g]}` : "";
        lines.push(`created by ${made[2]}${creator}`, `\t${made[1]}`);
      }
      return lines.join("\n");
    });
    if (chosen.length > limit) blocks.push(`... and ${chosen.length - limit} more goroutines`);
    return blocks.join("\n\n");
  }

  /** The data races that were seen, in the words of go run -race (kernel/races.py). */
  function report(machine) {
    const n = machine.get("NRACES");
    if (!n) return "";
    const { tables, program } = machine;
    const [words, callers] = tables.report;
    const rows = machine.array("r_report");
    const frame = (pc) => {
      const name = program.functions[machine.array("fn_of")[pc]] ?? "?";
      return [`  ${name}()`, `      ${place(machine, pc)}`];
    };
    let text = "";
    for (let i = 0; i < n; i++) {
      const row = [...rows.slice(i * words, (i + 1) * words)].map(Number);
      const [pc, earlier, kind, word, goid, other, , made] = row;
      const [now, before] = tables.races[kind].map((writes) => (writes ? "write" : "read"));
      const who = (id) => (id === 1 ? "main goroutine" : `goroutine ${id}`);
      const at = hex(BigInt(tables.base) + 8n * BigInt(word))
        .slice(2)
        .padStart(12, "0");
      const above = row.slice(callers).filter((pc) => pc >= 0);
      const lines = [
        "WARNING: DATA RACE",
        `${now[0].toUpperCase()}${now.slice(1)} at 0x${at} by ${who(goid)}:`,
        ...frame(pc),
        ...above
          .map((pc) => pc & ~(1 << 30))
          .filter((pc) => pc > 0)
          .flatMap((pc) => frame(pc - 1)),
        "",
        `Previous ${before} at 0x${at} by ${who(other)}:`,
        ...frame(earlier),
      ];
      if (made >= 0) lines.push("", `Goroutine ${goid} (running) created at:`, ...frame(made));
      text += `==================\n${lines.join("\n")}\n==================\n`;
    }
    return `${text}Found ${n} data race(s)\nexit status ${tables.raceExit}\n`;
  }

  /** What real Go would have on standard error: the program's own output, and why it died. */
  function obituary(machine) {
    const { status, faults, faultTexts } = machine.tables;
    const written = report(machine) + machine.errors;
    if (machine.status === status.DEADLOCK) {
      const text = faultTexts[machine.get("NLIVE") ? faults.DEADLOCK : faults.GOEXIT_MAIN];
      return `${written}${text}\n\n${traceback(machine)}\nexit status 2\n`;
    }
    if (machine.status !== status.FAULTED) return written;
    const what = machine.get("FAULT");
    const [arg, arg2] = [machine.exact("FAULT_ARG"), machine.exact("FAULT_ARG2")];
    const fill = (value) => faultTexts[what].replace("{arg}", value).replace("{arg2}", arg2) + "\n";
    let text = fill(arg);
    if (what === faults.THROW) {
      const said = machine.string(arg, arg2);
      text = said ? fill(said) : ""; // an empty throw ends a panic that has written its own text
    }
    const goid = machine.array("g_goid")[machine.get("FAULT_G")];
    const one = machine.array("rule")[machine.tables.fatalOne] !== 0n;
    const everyone = what === faults.THROW && text && !one;
    const dump = traceback(machine, { only: everyone ? undefined : goid, first: goid });
    return `${written}${text}\n${dump}\nexit status 2\n`;
  }

  globalThis.gosched = { ...globalThis.gosched, frames, alive, state, traceback, obituary };
})();
