// The movie: the map of pictures with frames in place of one layout, and a reel to run through them.
//
// `at` is the place in the movie, in frames; between two whole ones the pictures are on their way. Only whole frames
// are layouts somebody computed, so the movie comes to rest on those alone.
// Tests read `root.dataset.at` and `root.dataset.epoch`.

const SECONDS = 1.3; // from one frame to the next at normal speed
const glideShare = (t) => t * t * (3 - 2 * t);

// The pictures of a movie are some of a data set's: `whole` says which.
class Cast extends Thumbnails {
  address(row) {
    return super.address(this.whole[row]);
  }
}

// While pictures move, the same ones hang throughout: joining and leaving in every frame would flicker.
class Wall extends Collage {
  rows(...asked) {
    if (!this.moving) return super.rows(...asked);
    return (this.held ??= super.rows(...asked));
  }

  hold(moving) {
    if (moving === Boolean(this.moving)) return;
    [this.moving, this.held] = [moving, null];
  }

  forget() {
    super.forget();
    this.held = null;
  }
}

class Movie extends PictureMap {
  constructor(root) {
    super(root);
    this.thumbnails = new Cast(() => this.redraw());
    this.reel = new Reel(this);
    this.curves = new Curves();
    root.append(this.reel.bar, this.curves.row);
    // Before the map's own hand, which gives the arrow keys another meaning.
    root.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  get last() {
    return this.frames.length - 1;
  }

  receive(data, tell) {
    const old = this.data;
    this.thumbnails.whole = new Uint32Array(bytes(data.whole).buffer);
    const others = old?.rows !== data.rows;
    const atEnd = old && !others && this.at >= this.last;
    if (others) this.stop();
    this.coming = data.frames;
    super.receive(data, tell);
    if (String(data.frames) !== String(old?.frames)) this.decode();
    if (others) {
      const start = data.epochs.indexOf(data.start);
      this.at = start < 0 ? this.last : start;
    }
    this.at = Math.min(this.at, this.last);
    this.reel.fill(data);
    this.curves.fill(data, this.theme);
    this.show(this.at);
    // Who watches the newest frame of a training goes along with it.
    if (atEnd && this.at < this.last && !this.playing) this.go(this.last);
  }

  build(others) {
    super.build(others);
    this.gliding = null;
    if (others) this.collage = new Wall(this.places.n);
    this.decode();
    if (this.at !== undefined) this.show(Math.min(this.at, this.last));
  }

  decode() {
    const { n, width, height } = this.places;
    this.frames = this.coming.map((text) => {
      const steps = new Uint16Array(bytes(text).buffer);
      const [x, y] = [new Float32Array(n), new Float32Array(n)];
      for (let i = 0; i < n; i++) {
        x[i] = (steps[i] / 65535 - 0.5) * width;
        y[i] = (0.5 - steps[n + i] / 65535) * height;
      }
      return { x, y };
    });
  }

  // Show a place in the movie.
  show(at) {
    this.at = Math.max(0, Math.min(this.last, at));
    const before = Math.floor(this.at);
    const [a, b] = [this.frames[before], this.frames[Math.min(this.last, before + 1)]];
    const share = glideShare(this.at - before);
    const { x, y, n } = this.places;
    for (let i = 0; i < n; i++) {
      x[i] = a.x[i] + (b.x[i] - a.x[i]) * share;
      y[i] = a.y[i] + (b.y[i] - a.y[i]) * share;
    }
    this.places.file();
    if (!this.collage.moving) this.collage.forget();
    this.reel.turn(this.at);
    this.curves.turn(this.epochAt(this.at));
    const { dataset } = this.root;
    [dataset.at, dataset.epoch] = [this.at.toFixed(2), this.data.epochs[Math.round(this.at)]];
    this.redraw();
  }

  epochAt(at) {
    const { epochs } = this.data;
    const before = Math.floor(at);
    const after = Math.min(this.last, before + 1);
    return epochs[before] + (epochs[after] - epochs[before]) * (at - before);
  }

  // From here to the end, or from the beginning when this is the end.
  play() {
    if (this.playing) return this.rest();
    if (!this.last) return;
    this.stop();
    if (this.at >= this.last) this.show(0);
    this.collage.hold(!calm());
    this.playing = true;
    this.reel.press(true);
    let then = performance.now();
    const step = (now) => {
      const passed = (Math.max(0, now - then) / 1000 / SECONDS) * this.reel.speed;
      // Without gliding: one frame after another, each for its time.
      if (!calm() || passed >= 1) {
        then = now;
        this.show(this.at + (calm() ? 1 : passed));
      }
      if (this.at < this.last) this.turning = requestAnimationFrame(step);
      else this.arrive();
    };
    this.turning = requestAnimationFrame(step);
  }

  // Glide to a whole frame, quickly.
  go(frame) {
    const target = Math.max(0, Math.min(this.last, frame));
    this.stop();
    if (calm() || target === this.at) {
      this.show(target);
      return this.arrive();
    }
    const [from, began] = [this.at, performance.now()];
    this.collage.hold(true);
    const step = (now) => {
      const share = Math.min(1, Math.max(0, now - began) / 350);
      this.show(from + (target - from) * share);
      if (share < 1) this.turning = requestAnimationFrame(step);
      else this.arrive();
    };
    this.turning = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.turning);
    this.playing = false;
    this.reel.press(false);
  }

  // Pause on the frame that is nearest.
  rest() {
    this.go(Math.round(this.at));
  }

  arrive() {
    this.stop();
    this.collage.hold(false);
    this.show(this.at);
    this.tell("rested", { epoch: this.data.epochs[Math.round(this.at)] });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onSlider = event.composedPath()[0] === this.reel.slider;
    const onMap = event.composedPath()[0] === this.base;
    const whole = Math.round(this.at);
    const acts = {
      " ": (onSlider || onMap) && (() => this.play()),
      ArrowLeft: onSlider && (() => this.go(Math.ceil(this.at - 1e-6) - 1)),
      ArrowDown: onSlider && (() => this.go(Math.ceil(this.at - 1e-6) - 1)),
      ArrowRight: onSlider && (() => this.go(Math.floor(this.at + 1e-6) + 1)),
      ArrowUp: onSlider && (() => this.go(Math.floor(this.at + 1e-6) + 1)),
      PageDown: onSlider && (() => this.go(whole - 5)),
      PageUp: onSlider && (() => this.go(whole + 5)),
      Home: onSlider && (() => this.go(0)),
      End: onSlider && (() => this.go(this.last)),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  hover(row) {
    super.hover(row);
    this.trail();
  }

  frame() {
    super.frame();
    this.trail();
  }

  // The way of the hovered picture through the whole movie: what is behind it in full, what is ahead faint.
  trail() {
    if (this.hovered === null || !this.frames || this.view.width === 1) return;
    const { air, view, theme, hovered, ratio } = this;
    const places = this.frames.map(({ x, y }) => view.toScreen(x[hovered], y[hovered]));
    const here = view.toScreen(this.places.x[hovered], this.places.y[hovered]);
    const past = [...places.slice(0, Math.floor(this.at) + 1), here];
    const ahead = [here, ...places.slice(Math.ceil(this.at))];
    air.setTransform(ratio, 0, 0, ratio, 0, 0);
    [air.lineJoin, air.lineCap] = ["round", "round"];
    const colour = theme.colour(this.places.codes[hovered]);
    for (const [line, alpha] of [[ahead, 0.35], [past, 1]]) {
      air.globalAlpha = alpha;
      for (const [stroke, width, radius] of [[theme.wall, 5, 4], [colour, 2, 2.75]]) {
        [air.strokeStyle, air.fillStyle, air.lineWidth] = [stroke, stroke, width];
        air.beginPath();
        for (const [px, py] of line) air.lineTo(px, py);
        air.stroke();
        for (const [px, py] of line === past ? line.slice(0, -1) : line.slice(1)) {
          air.beginPath();
          air.arc(px, py, radius, 0, 2 * Math.PI);
          air.fill();
        }
      }
    }
    air.globalAlpha = 1;
  }

  leave() {
    this.stop();
    this.curves.observer.disconnect();
    super.leave();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".picture-map");
  let movie = alive.get(root);
  if (!movie) alive.set(root, (movie = new Movie(root)));
  movie.receive(data, setStateValue);
  return () => {
    movie.leave();
    alive.delete(root);
  };
}
