// The stage: a run as lanes on a canvas, with a moment that the reader moves.
//
// Bars have a colour, a hatch and a letter, from the one table of looks. What is narrower than a
// pixel is merged: the state that fills most of it is shown, so a million events draw as fast as a
// thousand. All of it works by mouse, touch and keyboard; what happens at the moment is said in words.
(() => {
  "use strict";
  const LEFT = 46;
  const PITCH = 21;
  const GAP = 9;
  const AXIS = 34;
  const MARK = 15; // above the lanes, where choices are marked
  const HATCHES = {
    "//": [
      [-2, 2, 2, -2],
      [0, 12, 12, 0],
      [10, 14, 14, 10],
    ],
    "\\\\": [
      [-2, 10, 2, 14],
      [0, 0, 12, 12],
      [10, -2, 14, 2],
    ],
    "||": [[6, 0, 6, 12]],
    "--": [
      [0, 3, 12, 3],
      [0, 9, 12, 9],
    ],
    "++": [
      [0, 6, 12, 6],
      [6, 0, 6, 12],
    ],
    xx: [
      [0, 0, 12, 12],
      [0, 12, 12, 0],
    ],
    "..": [
      [2, 3, 4, 3],
      [8, 9, 10, 9],
    ],
  };

  /** Make an element: el("p", {class: "x", onclick: f}, "text", child). */
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  const UNITS = [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ];

  /** Round places on the time axis: [ns, text] each, and their unit. */
  function ticks(start, end, about, units = UNITS) {
    const [scale, unit] = units.find(([s]) => end >= 2 * s) ?? units.at(-1);
    const rough = Math.max(end - start, 1e-9) / scale / about;
    const power = 10 ** Math.floor(Math.log10(rough));
    let step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
    if (unit === "steps") step = Math.max(step, 1);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const out = [];
    for (let k = Math.ceil(start / scale / step - 1e-9) + 0; k <= end / scale / step + 1e-9; k++)
      out.push([
        k * step * scale,
        (k * step + 0).toLocaleString("en", {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        }),
      ]);
    return [out, unit];
  }

  class Stage {
    /** In `box`. `options`: lanes (kinds), maxLanes; `moved()` is called when the moment moves. */
    constructor(box, options, moved) {
      this.options = { lanes: ["P", "G"], maxLanes: 24, ...options };
      this.moved = moved;
      this.log = null;
      this.moment = 0;
      this.view = [0, 1];
      this.marks = []; // times at which the reader decided something: {time, text}
      this.patterns = new Map();
      this.pointers = new Map();
      this.canvas = el("canvas", { class: "gs-stage-canvas", tabindex: 0, role: "application" });
      this.legend = el("ul", { class: "gs-stage-legend", "aria-label": "What the bars mean" });
      box.append(this.canvas, this.legend);
      this.listen();
      this.printing = (e) => this.draw(e.type === "beforeprint");
      for (const type of ["beforeprint", "afterprint"]) addEventListener(type, this.printing);
      this.watches = [new ResizeObserver(() => this.draw()), new MutationObserver(() => this.draw())];
      this.watches[0].observe(this.canvas);
      // the theme may change under us
      this.watches[1].observe(document.documentElement, {
        attributes: true,
        attributeFilter: ["data-theme", "class"],
      });
    }

    /** It will not be seen any more. */
    close() {
      for (const watch of this.watches) watch.disconnect();
      for (const type of ["beforeprint", "afterprint"]) removeEventListener(type, this.printing);
    }

    /** Show another run. The window and the moment keep their places, as shares of the run. */
    show(log) {
      const before = this.log ? this.end : 1;
      const [a, b] = this.log ? this.view.map((t) => t / before) : [0, 1];
      const share = this.log ? this.moment / before : 1;
      this.log = log;
      this.view = [a * this.end, Math.max(b * this.end, a * this.end + 1)];
      this.moment = Math.min(share, 1) * this.end;
      this.rows = [];
      this.more = [];
      // a slide says how high the stage may be
      const high = parseFloat(getComputedStyle(this.canvas.parentElement).maxHeight);
      let room = Number.isNaN(high) ? Infinity : Math.max(4, Math.floor((high - AXIS - GAP) / PITCH) - 1);
      for (const kind of this.options.lanes) {
        const all =
          kind === "G"
            ? [...log.lanes.G].sort((x, y) => x.start[0] - y.start[0] || x.id - y.id)
            : log.lanes[kind];
        const shown = all.slice(0, Math.min(this.options.maxLanes, room));
        room -= shown.length;
        const word = { P: "Ps", G: "goroutines", M: "Ms" }[kind];
        if (all.length > shown.length)
          this.more.push(`${(all.length - shown.length).toLocaleString("en")} more ${word}`);
        this.rows.push(...shown);
      }
      this.label(log.summary().split("\n")[0]);
      this.drawLegend();
      this.draw();
      this.peer?.look(...this.view, true);
    }

    /** Units of the axis, if it does not show times. */
    get units() {
      return this.log.steps ? [[gosched.STEP, "steps"]] : undefined;
    }

    /** The end of the time axis: of the longer run, where two stand side by side. */
    get end() {
      return Math.max(this.log.end, this.peer?.log?.end ?? 0);
    }

    /** From now on two stages have one time axis and one moment. */
    pair(other) {
      this.peer = other;
      other.peer = this;
      this.fit();
    }

    label(text) {
      this.canvas.setAttribute(
        "aria-label",
        `Timeline of the run. ${text} Left and right arrow: one event back or on. D and Shift D: one decision on or back. Space: play. Plus and minus: zoom.`,
      );
    }

    x(time) {
      return LEFT + ((time - this.view[0]) / (this.view[1] - this.view[0])) * (this.width - LEFT - 8);
    }

    timeAt(x) {
      return this.view[0] + ((x - LEFT) / (this.width - LEFT - 8)) * (this.view[1] - this.view[0]);
    }

    pattern(context, key) {
      const look = this.log.tables.looks[key];
      if (!look.hatch || look.height < 0.3) return look.colour;
      if (!this.patterns.has(key)) {
        const scale = 2; // sharp on a screen with many pixels
        const tile = el("canvas", { width: 12 * scale, height: 12 * scale });
        const c = tile.getContext("2d");
        c.scale(scale, scale);
        c.fillStyle = look.colour;
        c.fillRect(0, 0, 12, 12);
        c.strokeStyle = look.ink;
        c.globalAlpha = 0.45;
        for (const [x1, y1, x2, y2] of HATCHES[look.hatch]) {
          c.beginPath();
          c.moveTo(x1, y1);
          c.lineTo(x2, y2);
          c.stroke();
        }
        const pattern = context.createPattern(tile, "repeat");
        pattern.setTransform(new DOMMatrix().scale(1 / scale));
        this.patterns.set(key, pattern);
      }
      return this.patterns.get(key);
    }

    /** `onPaper`: in black, whatever the theme. */
    draw(onPaper = false) {
      if (!this.log || !this.canvas.isConnected) return;
      const width = (this.width = this.canvas.parentElement.clientWidth || 560);
      let y = this.marks.length ? MARK : 4;
      this.places = this.rows.map((lane, i) => {
        if (i && lane.kind !== this.rows[i - 1].kind) y += GAP;
        y += PITCH;
        return y - PITCH / 2;
      });
      this.bottom = y + (this.more.length ? PITCH : 2);
      const height = this.bottom + AXIS;
      const ratio = (globalThis.devicePixelRatio || 1) * (this.canvas.currentCSSZoom || 1); // large type
      const { canvas } = this;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.height = `${height}px`;
      }
      const c = canvas.getContext("2d");
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      c.clearRect(0, 0, width, height);
      this.ink = onPaper ? "#111" : getComputedStyle(canvas).color;
      c.font = "12.5px system-ui, sans-serif";
      this.drawAxis(c);
      this.rows.forEach((lane, i) => this.drawLane(c, lane, this.places[i]));
      this.drawMarks(c);
      this.drawMoment(c);
    }

    /** Where the reader's choices were made: a dashed line, and above it which decision it was. */
    drawMarks(c) {
      c.font = "600 10.5px system-ui, sans-serif";
      c.textAlign = "center";
      for (const { time, text } of this.marks) {
        if (time < this.view[0] || time > this.view[1]) continue;
        const x = this.x(time);
        c.fillStyle = c.strokeStyle = this.ink;
        c.setLineDash([3, 3]);
        c.lineWidth = 1;
        c.beginPath();
        c.moveTo(x, MARK);
        c.lineTo(x, this.bottom);
        c.stroke();
        c.setLineDash([]);
        c.fillText(text, x, MARK - 4);
      }
      c.font = "12.5px system-ui, sans-serif";
      c.textAlign = "left";
    }

    drawAxis(c) {
      const [marks, unit] = ticks(...this.view, Math.max(2, (this.width - LEFT) / 90), this.units);
      c.textAlign = "center";
      for (const [time, text] of marks) {
        const x = this.x(time);
        c.globalAlpha = 0.3;
        c.fillStyle = this.ink;
        c.fillRect(x, 2, 0.8, this.bottom + 2);
        c.globalAlpha = 1;
        c.fillText(text, Math.min(x, this.width - 3.6 * text.length), this.bottom + 16);
      }
      c.fillStyle = this.ink;
      c.fillRect(LEFT, this.bottom, this.width - LEFT - 8, 1);
      c.fillText(this.units ? unit : `time, ${unit}`, (LEFT + this.width) / 2, this.bottom + 30);
      c.textAlign = "right";
      this.rows.forEach((lane, i) => c.fillText(lane.name, LEFT - 6, this.places[i] + 4));
      c.textAlign = "left";
      if (this.more.length) c.fillText(`… and ${this.more.join(" and ")}`, LEFT, this.bottom - 6);
    }

    /** The bars of a lane. Bars narrower than a pixel and a half share one, which shows most of them. */
    drawLane(c, lane, middle) {
      const looks = this.log.tables.looks;
      const [from, to] = this.view;
      const pixel = (1.5 * (to - from)) / (this.width - LEFT - 8);
      const box = (key, a, b, i) => {
        const look = looks[key];
        if (key === "dead") return;
        const tall = PITCH * look.height;
        const x = this.x(a);
        const wide = Math.max(this.x(b) - x, 0.8);
        c.fillStyle = this.pattern(c, key);
        c.fillRect(x, middle - tall / 2, wide, tall);
        if (wide > 3) {
          c.strokeStyle = look.ink;
          c.globalAlpha = 0.5;
          c.lineWidth = 0.7;
          c.strokeRect(x, middle - tall / 2, wide, tall);
          c.globalAlpha = 1;
        }
        if (i < 0 || look.height < 0.3) return;
        let text = look.letter;
        if (key === "running") {
          const row = lane.row[i];
          const label = lane.kind === "G" ? `P${this.log.p[row]}` : `g${this.log.g[row]}`;
          if (wide > 6.4 * label.length + 6) text = label;
        }
        if (wide <= 6.4 * text.length + 4) return;
        const [at, half] = [x + wide / 2, 3.4 * text.length + 1.5];
        if (look.hatch) {
          c.fillStyle = look.colour;
          c.fillRect(at - half, middle - 5.5, 2 * half, 11);
        }
        c.fillStyle = look.ink;
        c.textAlign = "center";
        c.font = key === "running" ? "600 10.5px system-ui, sans-serif" : "10.5px system-ui, sans-serif";
        c.fillText(text, at, middle + 3.7);
      };
      for (let i = Math.max(0, lane.at(from)); i < lane.row.length && lane.start[i] < to;) {
        const start = Math.max(lane.start[i], from);
        const end = Math.min(lane.end[i], to);
        if (end - start >= pixel) {
          box(this.log.look(lane, i), start, end, i++);
          continue;
        }
        const next = Math.max(lane.at(start + pixel), i) + 1;
        const spent = new Map();
        const stride = Math.max(1, (next - i) >> 4);
        for (let k = i; k < next; k += stride) {
          const key = this.log.look(lane, k);
          spent.set(key, (spent.get(key) ?? 0) + Math.min(lane.end[k], to) - Math.max(lane.start[k], from));
        }
        const stop = Math.min(lane.end[next - 1], start + pixel, to);
        const best = [...spent].reduce((a, b) => (b[1] > a[1] ? b : a));
        if (stop > start) box(best[0], start, stop, -1);
        // what begins in this pixel and reaches far beyond it is drawn with the next ones
        const last = next - 1;
        if (lane.end[last] - (start + pixel) > pixel && lane.end[last] < Infinity) {
          box(this.log.look(lane, last), Math.max(start + pixel, from), Math.min(lane.end[last], to), last);
        }
        i = next;
      }
      c.font = "12.5px system-ui, sans-serif";
      c.textAlign = "left";
    }

    drawMoment(c) {
      if (this.moment < this.view[0] || this.moment > this.view[1]) return;
      const x = this.x(this.moment);
      c.fillStyle = this.log.tables.alarm;
      c.fillRect(x - 0.75, 0, 1.5, this.bottom + 4);
      c.beginPath();
      c.moveTo(x - 5, this.bottom + 10);
      c.lineTo(x + 5, this.bottom + 10);
      c.lineTo(x, this.bottom + 2);
      c.fill();
    }

    drawLegend() {
      const seen = new Set();
      for (const lane of this.rows)
        for (let i = 0; i < lane.row.length && i < 20000; i++) seen.add(this.log.look(lane, i));
      const items = Object.entries(this.log.tables.looks)
        .filter(([key]) => key !== "dead" && seen.has(key))
        .map(([key, look]) => {
          const mark = el("canvas", { width: 44, height: 28, "aria-hidden": "true" });
          const c = mark.getContext("2d");
          c.scale(2, 2);
          const tall = look.height < 0.3 ? 4 : 14;
          c.fillStyle = this.pattern(c, key);
          c.fillRect(0, 7 - tall / 2, 22, tall);
          if (tall > 4) {
            c.fillStyle = look.colour;
            c.fillRect(6, 2, 10, 10);
            c.fillStyle = look.ink;
            c.font = "10.5px system-ui, sans-serif";
            c.textAlign = "center";
            c.fillText(look.letter, 11, 10.7);
          }
          return el("li", {}, mark, look.words);
        });
      this.legend.replaceChildren(...items);
    }

    // --- where one looks ------------------------------------------------------------------
    goTo(time, led = false) {
      this.moment = Math.max(0, Math.min(time, this.end));
      const [a, b] = this.view;
      if (this.moment < a || this.moment > b) {
        const half = (b - a) / 2;
        this.look(this.moment - half, this.moment + half, led);
      } else this.draw();
      this.moved();
      if (!led) this.peer?.goTo(this.moment, true);
    }

    look(from, to, led = false) {
      const end = Math.max(this.end, 1);
      const width = Math.min(Math.max(to - from, 20), end);
      const start = Math.max(0, Math.min(from, end - width));
      this.view = [start, start + width];
      this.draw();
      if (!led) this.peer?.look(start, start + width, true);
    }

    zoom(factor, around = this.moment) {
      const [a, b] = this.view;
      const at = Math.max(a, Math.min(around, b));
      this.look(at - (at - a) * factor, at + (b - at) * factor);
    }

    fit() {
      this.look(0, this.end);
    }

    listen() {
      const { canvas } = this;
      // In the canvas's own pixels, also where something around it is scaled, as slides are.
      const place = (e) => {
        const box = canvas.getBoundingClientRect();
        return ((e.clientX - box.left) * canvas.clientWidth) / box.width;
      };
      canvas.addEventListener(
        "wheel",
        (e) => {
          if (!e.ctrlKey && !e.metaKey) return; // the page scrolls
          e.preventDefault();
          this.zoom(Math.exp(e.deltaY / 300), this.timeAt(place(e)));
        },
        { passive: false },
      );
      canvas.addEventListener("pointerdown", (e) => {
        canvas.setPointerCapture(e.pointerId);
        this.pointers.set(e.pointerId, place(e));
        if (this.pointers.size === 1) this.goTo(this.timeAt(place(e)));
      });
      canvas.addEventListener("pointermove", (e) => {
        if (!this.pointers.has(e.pointerId)) return;
        const before = this.pointers.get(e.pointerId);
        if (this.pointers.size === 2) {
          const [other] = [...this.pointers].filter(([id]) => id !== e.pointerId).map(([, x]) => x);
          const factor = Math.abs(before - other) / Math.max(8, Math.abs(place(e) - other));
          this.zoom(factor, this.timeAt(other));
        } else if (e.shiftKey) {
          const shift = this.timeAt(before) - this.timeAt(place(e));
          this.look(this.view[0] + shift, this.view[1] + shift);
        } else this.goTo(this.timeAt(place(e)));
        this.pointers.set(e.pointerId, place(e));
      });
      for (const name of ["pointerup", "pointercancel"])
        canvas.addEventListener(name, (e) => this.pointers.delete(e.pointerId));
    }
  }

  globalThis.gosched = { ...globalThis.gosched, Stage, el, ticks };
})();
