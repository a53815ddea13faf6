// Where the pictures are: typed arrays in map units, and the questions asked of them.
//
// Map units: the longer side of the points' bounding box is 1, its middle is the origin, y points down.

function bytes(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}

class Places {
  constructor(data) {
    const [left, bottom, right, top] = data.box;
    const extent = Math.max(right - left, top - bottom) || 1;
    const steps = new Uint16Array(bytes(data.xy).buffer);
    const n = (this.n = data.n);
    this.width = (right - left) / extent;
    this.height = (top - bottom) / extent;
    this.x = new Float32Array(n);
    this.y = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      this.x[i] = (steps[i] / 65535 - 0.5) * this.width;
      this.y[i] = (0.5 - steps[n + i] / 65535) * this.height;
    }
    const packed = data.wide ? new Uint16Array(bytes(data.codes).buffer) : bytes(data.codes);
    this.codes = Int32Array.from(packed, (code) => code - 1);
    this.gone = data.gone ? bytes(data.gone) : null; // one bit a row, the highest first: left out by a filter
    this.marks = data.marked.map(([x, y, name]) => ({
      x: (x - (left + right) / 2) / extent,
      y: ((bottom + top) / 2 - y) / extent,
      name,
    }));
    this.file();
  }

  leftOut(row) {
    return this.gone !== null && ((this.gone[row >> 3] >> (7 - (row & 7))) & 1) === 1;
  }

  // Sort the rows into square drawers, so that "what lies under the pointer" looks into a few of them only.
  file() {
    const side = (this.side = Math.max(1, Math.ceil(Math.sqrt(this.n / 4))));
    const drawer = (v) => Math.min(side - 1, Math.max(0, Math.floor((v + 0.5) * side)));
    const starts = (this.starts = new Uint32Array(side * side + 1));
    const of = new Uint32Array(this.n);
    for (let i = 0; i < this.n; i++) starts[(of[i] = drawer(this.y[i]) * side + drawer(this.x[i])) + 1]++;
    for (let d = 0; d < side * side; d++) starts[d + 1] += starts[d];
    const next = starts.slice();
    this.filed = new Uint32Array(this.n);
    for (let i = 0; i < this.n; i++) this.filed[next[of[i]]++] = i;
    this.drawer = drawer;
  }

  // The row nearest to (x, y) within `reach`, or -1; `counts(row)` says which rows may answer.
  nearest(x, y, reach, counts) {
    let best = -1;
    let least = reach * reach;
    for (let v = this.drawer(y - reach); v <= this.drawer(y + reach); v++) {
      for (let u = this.drawer(x - reach); u <= this.drawer(x + reach); u++) {
        const d = v * this.side + u;
        for (let k = this.starts[d]; k < this.starts[d + 1]; k++) {
          const i = this.filed[k];
          const far = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
          if (far <= least && counts(i)) [best, least] = [i, far];
        }
      }
    }
    return best;
  }

  // Rows inside a polygon [[x, y], ...], by counting crossings of its edges (even-odd rule).
  inside(polygon, counts) {
    const xs = polygon.map((p) => p[0]);
    const ys = polygon.map((p) => p[1]);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const rows = [];
    for (let i = 0; i < this.n; i++) {
      const [x, y] = [this.x[i], this.y[i]];
      if (x < left || x > right || y < top || y > bottom || !counts(i)) continue;
      let within = false;
      for (let a = 0, b = xs.length - 1; a < xs.length; b = a++) {
        if (ys[a] > y !== ys[b] > y && x < ((xs[b] - xs[a]) * (y - ys[a])) / (ys[b] - ys[a]) + xs[a]) within = !within;
      }
      if (within) rows.push(i);
    }
    return rows;
  }
}
