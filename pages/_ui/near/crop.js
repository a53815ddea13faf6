// A square drawn on a picture: left and top as shares of width and height, side as a share of the shorter side.
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".crop");
  const signature = data.url.length + data.url.slice(-64) + data.name;
  if (root.dataset.signature === signature) return;
  root.dataset.signature = signature;

  // Shares of the width and of the height that a side of 1 takes.
  const across = Math.min(1, 1 / data.ratio);
  const down = Math.min(1, data.ratio);
  let part = null;

  root.innerHTML = `
    <div class="sheet"><img draggable="false"><div class="clip"></div></div>
    <div class="below"><button type="button"></button><span class="say" aria-live="polite"></span></div>`;
  const sheet = root.querySelector(".sheet");
  const image = root.querySelector("img");
  const clip = root.querySelector(".clip");
  const button = root.querySelector("button");
  const say = root.querySelector(".say");
  sheet.classList.toggle("pixelated", data.pixelated);
  image.src = data.url;
  image.alt = data.name;
  const square = document.createElement("div");
  square.className = "square";
  square.tabIndex = 0;
  square.setAttribute("role", "group");
  square.setAttribute("aria-label", "The part that is asked about. Arrow keys move it, plus and minus change its size.");

  function draw() {
    if (part) {
      clip.append(square);
      square.style.left = `${part[0] * 100}%`;
      square.style.top = `${part[1] * 100}%`;
      square.style.width = `${part[2] * across * 100}%`;
      square.style.height = `${part[2] * down * 100}%`;
      root.dataset.part = part.map((number) => number.toFixed(3)).join(",");
    } else {
      square.remove();
      delete root.dataset.part;
    }
    button.textContent = part ? "Ask about the whole picture" : "Ask about a part";
    say.textContent = part ? "" : "Or draw a square on it.";
  }
  let waiting;
  function tell(soon) {
    clearTimeout(waiting);
    waiting = setTimeout(() => setStateValue("part", part), soon ? 0 : 350);
  }
  function place(left, top, side) {
    side = clamp(side, data.least, 1);
    part = [clamp(left, 0, 1 - side * across), clamp(top, 0, 1 - side * down), side];
    draw();
  }
  button.onclick = () => {
    if (part) part = null;
    else place(0.5 - 0.25 * across, 0.5 - 0.25 * down, 0.5);
    draw();
    if (part) square.focus();
    tell(true);
  };
  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width, 0, 1), clamp((event.clientY - box.top) / box.height, 0, 1)];
  };
  let from = null;
  sheet.onpointerdown = (event) => {
    const [x, y] = at(event);
    const moving = event.target === square;
    from = { x, y, moving, start: part && [...part], drawn: false };
    sheet.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  sheet.onpointermove = (event) => {
    if (!from) return;
    const [x, y] = at(event);
    const dx = x - from.x;
    const dy = y - from.y;
    if (from.moving) {
      place(from.start[0] + dx, from.start[1] + dy, from.start[2]);
      from.drawn = true;
      return;
    }
    const side = Math.max(Math.abs(dx) / across, Math.abs(dy) / down);
    // A click that slips by a pixel draws nothing.
    if (side < data.least) return;
    from.drawn = true;
    const room = Math.min((dx < 0 ? from.x : 1 - from.x) / across, (dy < 0 ? from.y : 1 - from.y) / down);
    const kept = Math.min(side, Math.max(room, data.least));
    place(dx < 0 ? from.x - kept * across : from.x, dy < 0 ? from.y - kept * down : from.y, kept);
  };
  sheet.onpointerup = sheet.onpointercancel = () => {
    if (from?.drawn) tell(true);
    if (from?.drawn && part) square.focus({ preventScroll: true });
    from = null;
  };
  square.onkeydown = (event) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const moves = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0] };
    moves["+"] = moves["="] = [-0.5, -0.5, 1];
    moves["-"] = moves["_"] = [0.5, 0.5, -1];
    const move = moves[event.key];
    if (event.key === "Escape") button.click();
    if (!move) return;
    event.preventDefault();
    place(part[0] + move[0] * step * across, part[1] + move[1] * step * down, part[2] + move[2] * step);
    tell(false);
  };
  draw();
}
