// What runs inside the measured pages: a paragraph that changes, eyes that see the change, and notes of when things pass.

/** The paragraph that is changed, and one that ticks to keep a page busy. */
export function mark() {
  const main = document.querySelector("main");
  for (const id of ["bench", "bench-tick"]) {
    const paragraph = document.createElement("p");
    paragraph.id = id;
    paragraph.textContent = "begun";
    main.append(paragraph);
  }
}

/** When it was done, by this browser's clock. */
export function change(marker) {
  const at = performance.timeOrigin + performance.now();
  document.querySelector("#bench").firstChild.data = marker;
  return at;
}

/** Something else changes that often; null: nothing more. */
export function tick(every_ms) {
  clearInterval(window.benchTick);
  if (every_ms === null) return;
  let ticks = 0;
  window.benchTick = setInterval(() => (document.querySelector("#bench-tick").firstChild.data = `tick ${(ticks += 1)}`), every_ms);
}

/** Watches for the marker in the inner document; `seen` says when it was there and when the next animation frame came. */
export function watch({ marker, frame, patience_ms }) {
  const inner = document.querySelector(frame).contentDocument;
  const now = () => performance.timeOrigin + performance.now();
  window.benchSeen = new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`“${marker}” was not seen within ${patience_ms} ms`)), patience_ms);
    const look = () => {
      if (inner.querySelector("#bench")?.textContent !== marker) return;
      observer.disconnect();
      clearTimeout(late);
      const applied = now();
      requestAnimationFrame(() => done({ applied, painted: now() }));
    };
    const observer = new MutationObserver(look);
    observer.observe(inner, { subtree: true, childList: true, characterData: true });
    look();
  });
}

export const seen = () => window.benchSeen;

/** How far the machine's clock is ahead of this page's own, in ms: the two ways to read it differ from process to process. */
export function clockAhead() {
  let ahead = -Infinity;
  const until = performance.now() + 30;
  while (performance.now() < until) ahead = Math.max(ahead, Date.now() - (performance.timeOrigin + performance.now()));
  return ahead;
}

/**
 * Added before anything else to the pages of a display: notes when a frame goes into the customer's socket and is taken,
 * when a subscription is begun and news of frames come to the desk, and when the mirror hears of them.
 */
export function notes() {
  const now = () => performance.timeOrigin + performance.now();
  const noted = (window.benchNotes = { sent: [], bytes: [], taken: [], subscribed: [], news: [], heard: [] });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data !== "string") {
      noted.sent.push(now());
      noted.bytes.push(data.byteLength);
    } else if (data.includes("subscription Display")) noted.subscribed.push(now());
    return send.call(this, data);
  };
  const listen = (socket) =>
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return;
      if (data.startsWith('{"taken"')) noted.taken.push(now());
      else if (data.includes('"frames":[{')) noted.news.push(now());
    });
  window.WebSocket = class extends WebSocket {
    constructor(...its) {
      super(...its);
      listen(this);
    }
  };
  addEventListener("message", ({ data, ports: [port] }) => {
    if (data?.type !== "lockstep-mirror") return;
    port?.addEventListener("message", ({ data: message }) => message.type === "frames" && noted.heard.push(now()));
  });
}

export const noted = () => window.benchNotes;

/** Added to the customer's pages: each that is opened has so many lines more, five nodes each, and a last one. */
export function grows() {
  if (top !== self) return;
  addEventListener("DOMContentLoaded", () => {
    const lines = Number(sessionStorage.getItem("bench-lines"));
    if (lines === 0) return;
    const line = (n) => `<p><span>Line ${n}</span> <b>${(n * 7919) % 1000} units</b></p>`;
    const section = document.createElement("section");
    section.innerHTML = Array.from({ length: lines }, (_, n) => line(n)).join("") + `<p id="bench-last-${lines}">The last line</p>`;
    document.querySelector("main").append(section);
  });
}

export const growBy = (lines) => sessionStorage.setItem("bench-lines", String(lines));

/** Added to the pages of whoever comes late: `benchLast` is when the mirror's first animation frame with the last line came. */
export function lateComer() {
  addEventListener("message", ({ data }) => {
    if (data?.type !== "lockstep-mirror") return;
    const look = () => {
      if (document.querySelector("#stage iframe")?.contentDocument?.querySelector("[id^=bench-last]")) window.benchLast = performance.timeOrigin + performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
