// The hand: pointer, wheel and keys, turned into moves of the view and outlines of selections.

const STILL = 4; // a pointer that moved less than this many pixels has clicked

class Hand {
  constructor(map) {
    this.map = map;
    this.canvas = map.base;
    this.down = new Map(); // pointer id -> [x, y]; two of them pinch
    this.gesture = null;
    this.canvas.onpointerdown = (event) => this.press(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = (event) => this.release(event);
    this.canvas.onpointercancel = (event) => this.cancel(event);
    this.canvas.onpointerleave = (event) => event.pointerType !== "touch" && map.hover(null);
    this.canvas.ondblclick = () => map.view.fit();
    this.canvas.onkeydown = (event) => this.key(event);
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  press(event) {
    if (event.button !== 0) return;
    const place = this.at(event);
    this.down.set(event.pointerId, place);
    this.canvas.setPointerCapture(event.pointerId);
    if (this.down.size === 2) {
      this.map.draw([]);
      this.gesture = { kind: "pinch", ...this.grip() };
    } else if (this.down.size === 1) {
      const kind = event.shiftKey ? "box" : this.map.tool;
      this.gesture = { kind, from: place, last: place, path: [place], moved: false };
    }
  }

  grip() {
    const [[ax, ay], [bx, by]] = [...this.down.values()];
    return { apart: Math.hypot(ax - bx, ay - by) || 1, x: (ax + bx) / 2, y: (ay + by) / 2 };
  }

  move(event) {
    const place = this.at(event);
    const gesture = this.gesture;
    if (!this.down.has(event.pointerId)) {
      if (event.pointerType !== "touch") this.map.hover(this.map.under(...place, 10));
      return;
    }
    this.down.set(event.pointerId, place);
    if (gesture.kind === "pinch") {
      const grip = this.grip();
      this.map.view.pan(grip.x - gesture.x, grip.y - gesture.y);
      this.map.view.zoomAt(grip.apart / gesture.apart, grip.x, grip.y);
      Object.assign(gesture, grip);
      return;
    }
    gesture.moved ||= Math.hypot(place[0] - gesture.from[0], place[1] - gesture.from[1]) > STILL;
    if (!gesture.moved) return;
    this.map.hover(null);
    if (gesture.kind === "look") {
      this.canvas.dataset.dragging = "";
      this.map.view.pan(place[0] - gesture.last[0], place[1] - gesture.last[1]);
    } else {
      if (gesture.kind === "box") {
        const [[x, y], [u, v]] = [gesture.from, place];
        gesture.path = [[x, y], [u, y], [u, v], [x, v]];
      } else gesture.path.push(place);
      this.map.draw(gesture.path);
    }
    gesture.last = place;
  }

  release(event) {
    if (!this.down.delete(event.pointerId)) return;
    const gesture = this.gesture;
    delete this.canvas.dataset.dragging;
    if (gesture.kind === "pinch") {
      // The finger that stays neither drags nor clicks: it only ends the pinch.
      if (this.down.size) this.gesture = { kind: "look", last: [...this.down.values()][0], moved: true };
      else this.gesture = null;
      return;
    }
    this.gesture = null;
    if (gesture.moved) {
      if (gesture.kind !== "look") this.map.choose(gesture.path);
      return;
    }
    const touch = event.pointerType === "touch";
    const row = this.map.under(...this.at(event), touch ? 20 : 10);
    if (touch) this.map.hover(row);
    this.map.click(row);
  }

  cancel(event) {
    this.down.delete(event.pointerId);
    this.gesture = null;
    delete this.canvas.dataset.dragging;
    this.map.draw([]);
  }

  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    // A trackpad's pinch arrives as a wheel with Ctrl held, in much smaller steps.
    const speed = event.ctrlKey ? 0.01 : 0.0018;
    const turn = Math.max(-240, Math.min(240, event.deltaY * lines));
    this.map.view.zoomAt(Math.exp(-turn * speed), ...this.at(event));
    this.map.hover(null);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { map } = this;
    const step = event.shiftKey ? 160 : 60;
    const look = (act) => () => {
      act();
      map.hoverMiddle();
    };
    const acts = {
      ArrowLeft: look(() => map.view.pan(step, 0)),
      ArrowRight: look(() => map.view.pan(-step, 0)),
      ArrowUp: look(() => map.view.pan(0, step)),
      ArrowDown: look(() => map.view.pan(0, -step)),
      "+": look(() => map.view.zoomAt(1.4)),
      "=": look(() => map.view.zoomAt(1.4)),
      "-": look(() => map.view.zoomAt(1 / 1.4)),
      0: () => map.view.fit(),
      Escape: () => map.clear(),
      Enter: () => map.hovered !== null && map.click(map.hovered),
      v: () => map.setTool("look"),
      b: () => map.setTool("box"),
      l: () => map.setTool("lasso"),
      p: () => map.setPictures(true),
      d: () => map.setPictures(false),
    };
    const act = acts[event.key] ?? acts[event.key.toLowerCase()];
    if (!act) return;
    // Streamlit has one-letter shortcuts of its own and would answer these as well.
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
