// Beside and beneath the matrix: the pair one points at, what the signs mean, the formula with its terms.

const ROLES = {
  p: "positive",
  n: "negative",
  f: "false negative: same class",
  i: "a view and itself",
  u: "not used by this loss",
};

function sideways(data, i, j) {
  const m = data.bars.length;
  const push = data.push[i * m + j];
  const row = data.push.slice(i * m, (i + 1) * m);
  const alike = row.filter((value) => value * push > 0).reduce((sum, value) => sum + value, 0);
  const share = alike ? push / alike : 0;
  return { push, share };
}

// What a cell is, in words: for the card, and for those who hear it.
function wordsOf(data, i, j) {
  const m = data.bars.length;
  const role = data.roles[i * m + j];
  const name = data.distances ? "distance" : "similarity";
  const measure = `${name} ${data.measure[i * m + j].toFixed(3).replace("-", "\u2212")}`;
  if (role === "i") return { role: ROLES.i, measure, weight: "" };
  const { push, share } = sideways(data, i, j);
  const what = push > 0 ? "push" : "pull";
  const weight = push
    ? `${push > 0 ? "pushed apart" : "pulled together"}, weight ${figure(Math.abs(push))}: ${Math.round(share * 100)}% of this anchor\u2019s ${what}`
    : role === "u" ? "" : "weighs nothing";
  return { role: ROLES[role], measure, weight };
}

function nameOf(data, k) {
  return `${data.classes[k] || data.titles[k]}, view ${data.views[k] + 1}`;
}

function fillCard(scope) {
  const { data, row, column, sheet } = scope;
  const words = wordsOf(data, row, column);
  scope.pair.forEach(({ frame, name }, end) => {
    const k = end ? column : row;
    const tile = sheet.naturalHeight / 2;
    const pen = frame.getContext("2d");
    if (frame.width !== tile) [frame.width, frame.height] = [tile || 1, tile || 1];
    if (tile) pen.drawImage(sheet, data.tiles[k] * tile, data.views[k] * tile, tile, tile, 0, 0, tile, tile);
    frame.classList.toggle("pixels", data.pixelated);
    frame.setAttribute("aria-label", nameOf(data, k));
    name.textContent = nameOf(data, k);
  });
  scope.role.textContent = words.role;
  scope.role.dataset.role = data.roles[row * data.bars.length + column];
  scope.measure.textContent = words.measure;
  scope.weight.textContent = words.weight;
}

function fillLegend({ data, legend, low, high }) {
  const sign = (role, text) => {
    const svg = `<svg viewBox="-6 -6 12 12" aria-hidden="true">${
      role === "p" ? '<circle r="4.4"/>' : role === "f" ? '<path d="M0-5.4 5.4 0 0 5.4-5.4 0z"/>' : '<path d="M-4-4h8v8h-8z"/>'
    }</svg>`;
    const line = element("div", { class: `sign ${data.weights ? (role === "p" ? "pull" : "push") : "hollow"} ${role}` });
    line.innerHTML = svg;
    line.append(text);
    return line;
  };
  const lines = [];
  if (data.weights) {
    const most = Math.max(...data.push.map(Math.abs));
    lines.push(sign("p", "positive, pulled together"), sign("n", "negative, pushed apart"));
    lines.push(sign("f", "false negative, pushed too"));
    lines.push(element("div", { class: "small" }, `The area is the weight; the largest is ${figure(most)}.`));
  } else {
    const ends = data.distances ? [high, low] : [low, high];
    const ramp = element("div", { class: "ramp" });
    ramp.style.background = `linear-gradient(to right, ${CIVIDIS.join(",")})`;
    const said = element("div", { class: "ends" });
    said.append(...[...ends.map((v) => v.toFixed(2).replace("-", "\u2212"))].map((t) => element("span", {}, t)));
    said.children[0].after(element("span", {}, data.distances ? "distance" : "cosine similarity"));
    lines.push(ramp, said, sign("p", "positive"), sign("f", "false negative: same class"));
  }
  legend.replaceChildren(...lines.filter((line) => data.roles.includes("f") || !line.classList.contains("f")));
}

// The formula is set anew only when another loss comes; its numbers at every move.
function fillFormula(scope) {
  const { data, formula, chips } = scope;
  if (formula.dataset.of === data.formula) return;
  formula.dataset.of = data.formula;
  formula.innerHTML = data.formula; // made by our own Python, from no words of a user
  scope.letters.textContent = data.letters;
  const used = Object.keys(data.terms).filter((name) => formula.querySelector(`[data-term="${name}"]`));
  chips.replaceChildren(
    ...used.map((name) => {
      const chip = element("button", { type: "button", "data-term": name, "aria-pressed": "false" }, data.terms[name]);
      chip.onfocus = () => scope.light(name);
      chip.onblur = () => scope.light(null);
      return chip;
    }),
  );
}

// A long formula on a narrow screen is set smaller rather than cut.
function fitFormula({ formula }) {
  const math = formula.firstElementChild;
  math.style.fontSize = "";
  const size = parseFloat(getComputedStyle(math).fontSize);
  const share = formula.clientWidth / formula.scrollWidth;
  if (share < 1) math.style.fontSize = `${Math.floor(size * share * 20) / 20}px`;
}

function lightTerms({ root, lit, data, row, column, worked }) {
  const own = TERM_OF[data.roles[row * data.bars.length + column]];
  worked.innerHTML = `For this anchor: ${data.worked[row]}`;
  for (const part of root.querySelectorAll("[data-term]")) {
    const on = lit ? part.dataset.term === lit : part.dataset.term === own;
    part.classList.toggle("lit", on);
    if (part.tagName === "BUTTON") part.setAttribute("aria-pressed", String(on));
  }
  root.dataset.lit = lit ?? own ?? "";
}
