// What part of the map the window shows: a middle in map units and a scale in CSS pixels a unit.

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const ease = (t) => 1 - (1 - t) ** 3;

class View {
  constructor(changed) {
    this.changed = changed;
    [this.width, this.height] = [1, 1];
    [this.cx, this.cy, this.scale, this.fitted] = [0, 0, 1, 1];
    this.home = { cx: 0, cy: 0 };
  }

  get zoom() {
    return this.scale / this.fitted;
  }

  toScreen(x, y) {
    return [(x - this.cx) * this.scale + this.width / 2, (y - this.cy) * this.scale + this.height / 2];
  }

  toMap(px, py) {
    return [(px - this.width / 2) / this.scale + this.cx, (py - this.height / 2) / this.scale + this.cy];
  }

  // Learn the size of the window and of what is to be seen whole; the same things stay in view.
  measure(width, height, places) {
    const zoom = this.zoom;
    const xs = [-places.width / 2, places.width / 2, ...places.marks.map((m) => m.x)];
    const ys = [-places.height / 2, places.height / 2, ...places.marks.map((m) => m.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const margin = Math.min(44, width / 10, height / 10);
    [this.width, this.height] = [width, height];
    this.home = { cx: (left + right) / 2, cy: (top + bottom) / 2 };
    this.fitted = Math.max(
      1,
      Math.min((width - 2 * margin) / (right - left || 0.1), (height - 2 * margin) / (bottom - top || 0.1)),
    );
    this.scale = this.fitted * zoom;
  }

  set(cx, cy, scale) {
    this.scale = Math.min(80 * this.fitted, Math.max(0.5 * this.fitted, scale));
    this.cx = Math.min(1, Math.max(-1, cx));
    this.cy = Math.min(1, Math.max(-1, cy));
    this.changed();
  }

  // Let the view glide rather than jump where a button or key asked for it.
  glide(cx, cy, scale) {
    cancelAnimationFrame(this.gliding);
    const from = [this.cx, this.cy, Math.log(this.scale)];
    const to = [cx, cy, Math.log(scale)];
    const began = performance.now();
    const step = (now) => {
      const t = calm() ? 1 : Math.min(1, (now - began) / 220);
      const [x, y, s] = from.map((value, i) => value + (to[i] - value) * ease(Math.max(0, t)));
      this.set(x, y, Math.exp(s));
      if (t < 1) this.gliding = requestAnimationFrame(step);
    };
    step(began + (calm() ? 220 : 0));
  }

  pan(dx, dy) {
    cancelAnimationFrame(this.gliding);
    this.set(this.cx - dx / this.scale, this.cy - dy / this.scale, this.scale);
  }

  // Zoom so that what lies under (px, py) stays there.
  zoomAt(factor, px = this.width / 2, py = this.height / 2, smooth = false) {
    const scale = Math.min(80 * this.fitted, Math.max(0.5 * this.fitted, this.scale * factor));
    const [x, y] = this.toMap(px, py);
    const cx = x - (px - this.width / 2) / scale;
    const cy = y - (py - this.height / 2) / scale;
    if (smooth) this.glide(cx, cy, scale);
    else {
      cancelAnimationFrame(this.gliding);
      this.set(cx, cy, scale);
    }
  }

  fit(smooth = true) {
    if (smooth) this.glide(this.home.cx, this.home.cy, this.fitted);
    else this.set(this.home.cx, this.home.cy, this.fitted);
  }

  // Bring places into the middle: one of them near enough to see its surroundings, several so that all are seen.
  seek(places) {
    const [xs, ys] = [places.map((p) => p[0]), places.map((p) => p[1])];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const room = Math.min((0.7 * this.width) / (right - left || 1e-9), (0.7 * this.height) / (bottom - top || 1e-9));
    const scale = Math.min(room, Math.max(this.scale, 4 * this.fitted));
    this.glide((left + right) / 2, (top + bottom) / 2, Math.max(scale, this.fitted));
  }

  shows(x, y) {
    const [px, py] = this.toScreen(x, y);
    return px >= 0 && py >= 0 && px <= this.width && py <= this.height;
  }
}
