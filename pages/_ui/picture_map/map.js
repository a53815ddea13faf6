// The map itself: takes what Python sends, holds what is shown, tells Python what was selected and clicked.
//
// Tests read `root.dataset` (count, selected, hovered, pictures, builds, drawn) and `root.__pictureMap`.

const alive = new WeakMap(); // root element -> PictureMap

class PictureMap {
  constructor(root) {
    this.root = root;
    [this.tool, this.pictures] = ["look", true];
    [this.selected, this.off] = [new Set(), new Set()];
    [this.hovered, this.clicked, this.outline, this.hung] = [null, null, [], []];
    [this.radius, this.drawn, this.builds] = [3, 0, 0];
    this.view = new View(() => this.redraw());
    this.thumbnails = new Thumbnails(() => this.redraw());
    this.dots = new Dots();
    this.lines = new Lines(() => this.hovered !== null && fillCard(this, this.hovered));

    this.base = element("canvas", { class: "base", tabindex: "0", role: "img" });
    this.base.setAttribute("aria-description", KEYS);
    const overlay = element("canvas", { class: "overlay", "aria-hidden": "true" });
    this.brush = this.base.getContext("2d");
    // In memory, not on the graphics card: Chromium with a software GPU leaves the last outline standing there
    // when a canvas is cleared and nothing is drawn after.
    this.air = overlay.getContext("2d", { willReadFrequently: true });
    this.card = element("div", { class: "card", hidden: "" });
    this.tally = element("span", { role: "status" });
    this.chosen = element("div", { class: "chosen", hidden: "" }, this.tally);
    const clear = button("clear", "Clear the selection (Escape)", null, () => this.clear());
    clear.append("Clear");
    this.chosen.append(clear);
    this.stage = element("div", { class: "stage" }, this.base, overlay, this.card, this.chosen);
    this.legend = element("div", { class: "legend", role: "group", "aria-label": "Classes" });
    this.bar = makeBar(this);
    root.replaceChildren(this.bar, element("div", { class: "body" }, this.stage, this.legend));
    this.hand = new Hand(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
    root.__pictureMap = {
      screen: (row) => {
        const frame = this.base.getBoundingClientRect();
        const [x, y] = this.view.toScreen(this.places.x[row], this.places.y[row]);
        return [x + frame.left, y + frame.top];
      },
      view: () => [this.view.cx, this.view.cy, this.view.zoom],
      hung: () => this.hung.map((frame) => frame.row),
    };
  }

  receive(data, tell) {
    this.tell = tell;
    const old = this.data ?? {};
    this.data = data;
    this.theme = readTheme(this.root, data.ramp ? data.classes.length : 0);
    this.root.style.height = `${data.height}px`;
    const others = data.rows !== old.rows;
    const moved = ["xy", "codes", "box", "gone"].some((name) => String(data[name]) !== String(old[name]));
    if (others || moved || String(data.marked) !== String(old.marked)) this.build(others);
    this.thumbnails.from(data.thumbnails);
    if (String(data.classes) !== String(old.classes)) this.off.clear();
    this.lines.take(data);
    if (data.basis !== old.basis) this.selected = new Set(data.selected);
    if (data.mark !== old.mark) this.mark(data.opened);
    this.sought = data.focus.name === old.focus?.name ? null : data.focus.rows;
    fillLegend(this);
    if (!old.rows) recall(this);
    this.sift();
    this.seek();
  }

  // Decode the points. The same pictures in other places glide there; other pictures start afresh.
  build(others) {
    const before = this.places;
    this.places = new Places(this.data);
    this.builds++;
    if (others) {
      this.covered = new Uint8Array(this.places.n);
      this.faint = new Uint8Array(this.places.n);
      this.collage = new Collage(this.places.n);
      this.thumbnails.stop();
      this.thumbnails.kept.clear();
      this.thumbnails.failed.clear();
      this.hovered = null;
    }
    this.collage.forget();
    this.gliding = null;
    if (!others && this.places.n < 30000 && !calm()) {
      const { x, y } = this.places;
      if (before.x.some((v, i) => v !== x[i]) || before.y.some((v, i) => v !== y[i])) {
        this.gliding = { began: performance.now(), from: [before.x, before.y], to: [x.slice(), y.slice()] };
      }
    }
    this.resize(others);
    const lost = this.places.marks.some((mark) => !this.view.shows(mark.x, mark.y));
    if (lost && this.view.width > 1) this.view.fit();
  }

  // Settle everything that depends on which rows stand back: not selected, or of a class put aside.
  sift() {
    const { places, off, faint } = this;
    const { codes, n } = places;
    const seen = [...this.selected].filter((row) => !places.leftOut(row)).length;
    let shown = 0;
    for (let i = 0; i < n; i++) {
      faint[i] = places.leftOut(i) ? GONE : off.has(codes[i]) || (seen && !this.selected.has(i)) ? 1 : 0;
      if (faint[i] !== GONE) shown++;
    }
    this.anyFaint = off.size > 0 || seen > 0;
    this.collage.forget();
    pressLegend(this);
    Object.assign(this.root.dataset, { selected: seen, shown });
    this.chosen.hidden = !this.selected.size;
    this.tally.textContent = this.selected.size ? `${number(seen)} selected` : "";
    const classes = this.kinds.length;
    const kinds = this.data.ramp ? `by ${this.data.ramp.name}` : `in ${classes} ${classes === 1 ? "class" : "classes"}`;
    this.base.setAttribute("aria-label", `Map of ${number(shown)} pictures ${kinds}; ${number(seen)} selected`);
    this.redraw();
  }

  resize(home = false) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height || !this.places) return;
    const { view } = this;
    const whole = home || view.width === 1 || (Math.abs(view.zoom - 1) < 1e-3 && Math.abs(view.cx - view.home.cx) < 1e-3);
    view.measure(width, height, this.places);
    this.ratio = Math.min(3, devicePixelRatio || 1);
    for (const { canvas } of [this.brush, this.air]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.collage.forget();
    if (whole) view.fit(false);
    else this.redraw();
    this.seek();
    this.frame(); // at once: a resized canvas is empty, and an empty frame would flash
  }

  redraw() {
    this.asked ??= requestAnimationFrame(() => this.frame());
  }

  frame() {
    cancelAnimationFrame(this.asked);
    this.asked = undefined;
    if (!this.theme || this.view.width === 1) return;
    if (this.gliding) this.glide();
    paintMap(this);
    paintHand(this);
    if (this.hovered !== null) placeCard(this, this.hovered);
    const { dataset } = this.root;
    dataset.count = this.places.n;
    dataset.pictures = this.hung.length;
    dataset.builds = this.builds;
    dataset.drawn = this.drawn.toFixed(1);
  }

  glide() {
    const { began, from, to } = this.gliding;
    const t = Math.min(1, (performance.now() - began) / 500);
    const share = ease(t);
    for (let i = 0; i < this.places.n; i++) {
      this.places.x[i] = from[0][i] + (to[0][i] - from[0][i]) * share;
      this.places.y[i] = from[1][i] + (to[1][i] - from[1][i]) * share;
    }
    this.collage.forget();
    if (t < 1) this.redraw();
    else {
      this.gliding = null;
      this.places.file();
    }
  }

  // The row under a pixel: a hanging picture if there is one, else the nearest dot within `reach` pixels.
  under(px, py, reach) {
    const on = (f) => px >= f.x && py >= f.y && px <= f.x + f.w && py <= f.y + f.h;
    const picture = this.hung.find((frame) => on(frame));
    if (picture) return picture.row;
    const row = this.places.nearest(...this.view.toMap(px, py), reach / this.view.scale, (i) => this.counts(i));
    return row < 0 ? null : row;
  }

  // Whether a row is there to be hung, hovered and picked.
  counts(row) {
    return this.faint[row] !== GONE && !this.off.has(this.places.codes[row]);
  }

  // Go to what the page asked to see, once there is a window to see it in.
  seek() {
    if (!this.sought || this.view.width === 1) return;
    const [x, y] = this.gliding?.to ?? [this.places.x, this.places.y];
    if (this.sought.length) this.view.seek(this.sought.map((row) => [x[row], y[row]]));
    this.sought = null;
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.root.dataset.hovered = row ?? "";
    this.base.dataset.over = row ?? "";
    fillCard(this, row);
    paintHand(this);
  }

  hoverMiddle() {
    this.frame();
    this.hover(this.under(this.view.width / 2, this.view.height / 2, 60));
  }

  click(row) {
    if (row === this.clicked) return;
    this.mark(row);
    this.tell("clicked", { row, basis: this.data.mark });
  }

  mark(row) {
    this.clicked = row;
    this.root.dataset.clicked = row ?? "";
    if (this.places) paintHand(this);
  }

  draw(outline) {
    this.outline = outline;
    paintHand(this);
  }

  // Select what lies inside an outline of pixels. Classes put aside are not picked.
  choose(outline) {
    this.draw([]);
    const polygon = outline.map(([px, py]) => this.view.toMap(px, py));
    this.select(this.places.inside(polygon, (row) => this.counts(row)));
  }

  select(rows) {
    if (!rows.length && !this.selected.size) return;
    this.selected = new Set(rows);
    this.sift();
    this.tell("selection", { points: rows, basis: this.data.basis });
  }

  clear() {
    this.draw([]);
    if (this.chosen.contains(this.root.getRootNode().activeElement)) this.base.focus(); // the button goes away
    this.select([]);
  }

  toggleClass(code) {
    if (!this.off.delete(code)) this.off.add(code);
    this.hover(null);
    this.sift();
  }

  // One class alone; once more, all of them.
  isolate(code) {
    const others = this.kinds.filter((kind) => kind !== code);
    const alone = !this.off.has(code) && others.every((kind) => this.off.has(kind));
    this.off = new Set(alone ? [] : others);
    this.hover(null);
    this.sift();
  }

  setTool(tool) {
    this.tool = tool;
    this.base.dataset.tool = tool;
    pressBar(this);
  }

  setPictures(on) {
    this.pictures = on;
    if (!on) this.thumbnails.want([]);
    pressBar(this);
    this.redraw();
  }

  idOf(row) {
    return this.lines.of("ids", row) ?? String(row);
  }

  leave() {
    note(this);
    this.observer.disconnect();
    this.thumbnails.stop();
    cancelAnimationFrame(this.asked);
    cancelAnimationFrame(this.view.gliding);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".picture-map");
  if (!document.createElement("canvas").getContext("2d")) {
    root.textContent = "This browser draws no canvas. Open the still picture or the table below, or use Find.";
    return;
  }
  let map = alive.get(root);
  if (!map) alive.set(root, (map = new PictureMap(root)));
  map.receive(data, setStateValue);
  return () => {
    map.leave();
    alive.delete(root);
  };
}
