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
 * when a subscription is begun and news of frames come to the desk, when the mirror hears of them, and when a mirror
 * shows `#bench-last` for the first time.
 */
export function notes() {
  const now = () => performance.timeOrigin + performance.now();
  const noted = (window.benchNotes = { sent: [], bytes: [], taken: [], subscribed: [], news: [], heard: [], last: null });
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
    const look = () => {
      if (document.querySelector("#stage iframe")?.contentDocument?.getElementById("bench-last")) noted.last ??= now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

export const noted = () => window.benchNotes;
