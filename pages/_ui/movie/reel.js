// The reel beneath the map: play, the slider over the frames, where one is, and how fast it runs.

const PLAY = '<path d="M6 4l10 6-10 6z" fill="currentColor"/>';
const PAUSE = '<path d="M6.5 4.5v11M13.5 4.5v11" stroke-width="3"/>';
const SPEEDS = [0.5, 1, 2, 4];

class Reel {
  constructor(movie) {
    this.movie = movie;
    this.speed = 1;
    this.start = element("button", { type: "button", class: "play" });
    this.start.onclick = () => movie.play();
    this.slider = element("input", { type: "range", min: "0", step: "0.01", "aria-label": "Epoch" });
    this.slider.oninput = () => {
      movie.stop();
      movie.show(Number(this.slider.value));
    };
    this.slider.onchange = () => movie.rest();
    this.epoch = element("span", { class: "epoch" });
    this.said = element("span", { class: "said", role: "status" });
    this.pace = element("select", { "aria-label": "Speed" });
    for (const speed of SPEEDS) this.pace.append(new Option(`${speed}×`, speed, speed === 1, speed === 1));
    this.pace.onchange = () => (this.speed = Number(this.pace.value));
    this.bar = element("div", { class: "reel" }, this.start, this.slider, this.epoch, this.pace, this.said);
    this.press(false);
  }

  press(playing) {
    this.start.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true">${playing ? PAUSE : PLAY}</svg>`;
    const title = playing ? "Pause (space)" : "Play (space)";
    this.start.title = title;
    this.start.setAttribute("aria-label", title);
    this.start.setAttribute("aria-pressed", String(playing));
  }

  fill(data) {
    this.data = data;
    const last = data.epochs.length - 1;
    this.slider.max = String(Math.max(last, 1e-9));
    this.start.disabled = this.slider.disabled = !last;
    this.said.textContent = data.said;
  }

  turn(at) {
    const { epochs, total } = this.data;
    const words = inWords(epochs[Math.round(at)], total);
    this.slider.value = String(at);
    this.slider.style.setProperty("--done", `${(100 * at) / Math.max(1, epochs.length - 1)}%`);
    this.slider.setAttribute("aria-valuetext", words);
    this.epoch.textContent = words;
  }
}

const inWords = (epoch, total) => (epoch ? `epoch ${epoch} of ${total}` : "before training");
