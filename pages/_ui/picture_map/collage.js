// Which points hang as pictures at a zoom, so that no two pictures overlap; all others stay dots.
//
// Zooms come in half octaves. Each level keeps the pictures of the level before and adds those that fit
// between them. So pictures only join while zooming in and only leave while zooming out, and moving sideways
// changes nothing.

class Collage {
  // Ranks are shuffled once: a fair sample of a crowd, and the same one every time.
  constructor(n) {
    this.order = Uint32Array.from({ length: n }, (_, i) => i);
    let seed = 1;
    for (let i = n - 1; i > 0; i--) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const j = seed % (i + 1);
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
    this.levels = new Map();
  }

  forget() {
    this.levels.clear();
  }

  // Side of a picture in CSS pixels: larger where there are few, and slowly growing while zooming in.
  side(view, n, zoom = view.zoom) {
    const room = Math.sqrt((view.width * view.height) / n);
    const smallest = view.width < 520 ? 26 : 32;
    return Math.min(144, Math.min(84, Math.max(smallest, room * 0.7)) * zoom ** 0.42);
  }

  // Rows that hang at this zoom; `first(row)` go before others, and only rows for which `counts(row)` hang.
  rows(view, places, first, counts) {
    const level = Math.floor(Math.log2(view.zoom) * 2 + 1e-6);
    const make = (k) => {
      if (this.levels.has(k)) return this.levels.get(k);
      const zoom = 2 ** (k / 2);
      const gap = (this.side(view, places.n, zoom) + 4) / (view.fitted * zoom);
      // The whole map is hung first. Nearer levels add to it; farther ones take pictures away.
      const hung =
        k < 0
          ? this.hang(gap, places, make(k + 1), [])
          : this.hang(gap, places, k > 0 ? make(k - 1) : [], this.order, first, counts);
      this.levels.set(k, hung);
      return hung;
    };
    return make(Math.max(-2, level));
  }

  // Squares of side `gap` hold one picture at most, so nine of them tell whether a place is free.
  hang(gap, places, already, others, first, counts) {
    const across = Math.ceil(places.width / gap) + 3;
    const cells = new Int32Array(across * (Math.ceil(places.height / gap) + 3)).fill(-1);
    const hung = [];
    const { x, y } = places;
    const put = (i) => {
      const u = Math.floor((x[i] + places.width / 2) / gap) + 1;
      const v = Math.floor((y[i] + places.height / 2) / gap) + 1;
      for (let b = v - 1; b <= v + 1; b++) {
        for (let a = u - 1; a <= u + 1; a++) {
          const j = cells[b * across + a];
          if (j >= 0 && Math.abs(x[j] - x[i]) < gap && Math.abs(y[j] - y[i]) < gap) return;
        }
      }
      cells[v * across + u] = i;
      hung.push(i);
    };
    for (const i of already) put(i);
    for (const i of others) if (first(i) && counts(i)) put(i);
    for (const i of others) if (!first(i) && counts(i)) put(i);
    return hung;
  }
}
