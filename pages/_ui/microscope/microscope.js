// The microscope itself: takes what Python sends, follows the hand and the keys, redraws.
//
// Tests read `root.dataset` (cell, lit, loss).

const KEYS = "Arrow keys move from pair to pair; Home and End go to the first and last view of a row.";
const alive = new WeakMap(); // root element -> Microscope

class Microscope {
  constructor(root) {
    this.root = root;
    this.sheet = new Image();
    this.sheet.onload = () => this.show();
    [this.lit, this.low, this.high, this.width] = [null, 0, 1, 0];
    this.canvas = element("canvas", { tabindex: "0", role: "img", "aria-description": KEYS });
    this.brush = this.canvas.getContext("2d");
    this.stage = element("div", { class: "stage" }, this.canvas);
    this.value = element("span", { class: "value" });
    this.pair = ["anchor", "against"].map((part) => {
      const [frame, name] = [element("canvas", { role: "img" }), element("figcaption")];
      return { frame, name, whole: element("figure", {}, element("small", {}, part), frame, name) };
    });
    [this.role, this.measure, this.weight] = ["role", "measure", "weight"].map((name) => element("div", { class: name }));
    this.legend = element("div", { class: "legend" });
    const save = element("button", { type: "button", class: "save" }, "Save as PNG");
    save.onclick = () => this.save();
    const card = element("div", { class: "card" });
    card.append(element("div", { class: "pair" }, ...this.pair.map(({ whole }) => whole)));
    card.append(element("div", { class: "words" }, this.role, this.measure, this.weight));
    const loss = element("div", { class: "loss" }, this.value, element("span", {}, "loss of this batch"));
    const panel = element("div", { class: "panel" }, loss, card, this.legend, save);
    [this.formula, this.letters, this.worked, this.chips] = ["formula", "letters", "worked", "chips"].map((name) => element("div", { class: name }));
    this.said = element("div", { class: "said", role: "status" });
    const below = element("div", { class: "below" }, this.formula, this.worked, this.chips, this.letters);
    root.replaceChildren(this.stage, panel, below, this.said);

    this.canvas.onpointermove = (event) => this.point(event);
    this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onkeydown = (event) => this.key(event);
    below.onpointerover = (event) => this.light(event.target.closest("[data-term]")?.dataset.term ?? null);
    below.onpointerleave = () => this.light(null);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
    this.nightfall = matchMedia("(prefers-color-scheme: dark)");
    this.nightfall.onchange = () => setTimeout(() => this.show(), 300);
  }

  receive(data) {
    const pictures = data.tiles + data.views + data.sheet;
    const others = pictures !== this.pictures;
    [this.data, this.pictures] = [data, pictures];
    const pairs = data.measure.filter((_, k) => data.roles[k] !== "i");
    [this.low, this.high] = [Math.min(...pairs), Math.max(...pairs)];
    if (others) this.startAt();
    if (this.sheet.src !== data.sheet) this.sheet.src = data.sheet;
    this.value.textContent = data.loss;
    this.root.dataset.loss = data.loss;
    const what = data.weights ? "pull and push" : data.distances ? "distances" : "similarities";
    this.canvas.setAttribute("aria-label", `Matrix of ${what} of ${data.bars.length} views; loss ${data.loss}`);
    fillLegend(this);
    fillFormula(this);
    this.resize();
  }

  // Begin where it matters: at the false negative, else the negative, that is pushed hardest.
  startAt() {
    const { push, roles, bars } = this.data;
    const wanted = roles.includes("f") ? "f" : roles.includes("n") ? "n" : "p";
    let best = roles.indexOf(wanted);
    push.forEach((value, k) => {
      if (roles[k] === wanted && value > push[best]) best = k;
    });
    [this.row, this.column] = [Math.floor(best / bars.length), best % bars.length];
  }

  resize() {
    const width = this.stage.clientWidth;
    if (!width || !this.data) return;
    [this.width, this.ratio] = [width, Math.min(3, devicePixelRatio || 1)];
    this.place = layOut(width, this.data.bars.length, this.ratio);
    const [w, h] = [Math.round(width * this.ratio), Math.round(this.place.height * this.ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    this.canvas.style.height = `${this.place.height}px`;
    fitFormula(this);
    this.show();
  }

  show() {
    if (!this.place) return;
    this.theme = readTheme(this.root);
    this.root.dataset.cell = `${this.row},${this.column}`;
    paintMatrix(this);
    fillCard(this);
    lightTerms(this);
  }

  light(term) {
    if (term === this.lit) return;
    this.lit = term;
    this.show();
  }

  go(row, column) {
    const last = this.data.bars.length - 1;
    const within = (value) => Math.min(last, Math.max(0, value));
    if (within(row) === this.row && within(column) === this.column) return;
    [this.row, this.column] = [within(row), within(column)];
    this.show();
  }

  point(event) {
    const { strip, cell, m } = this.place;
    const frame = this.canvas.getBoundingClientRect();
    const [column, row] = [event.clientX - frame.left, event.clientY - frame.top].map((at) => Math.floor((at - strip) / cell));
    if (row < 0 || row >= m || column < 0) return;
    this.go(row, column < m ? column : this.column); // a bar stands for its row
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = moves[event.key] ?? { Home: [0, -this.column], End: [0, this.data.bars.length] }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.go(this.row + step[0], this.column + step[1]);
    const { role, measure, weight } = wordsOf(this.data, this.row, this.column);
    const both = `${nameOf(this.data, this.row)}, against ${nameOf(this.data, this.column)}`;
    this.said.textContent = [`${both}: ${role}`, measure, weight].filter(Boolean).join(", ");
  }

  save() {
    this.canvas.toBlob((blob) => {
      const link = element("a", { href: URL.createObjectURL(blob), download: "loss-microscope.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  leave() {
    this.observer.disconnect();
    this.nightfall.onchange = null;
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".microscope");
  let scope = alive.get(root);
  if (!scope) alive.set(root, (scope = new Microscope(root)));
  scope.receive(data);
  return () => {
    scope.leave();
    alive.delete(root);
  };
}
