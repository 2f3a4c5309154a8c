// Counts, in each page, the frames that leave it, and those that leave it while the bar is not there.

export const watched = (context) =>
  context.addInitScript(() => {
    window.watchedFrames = { sent: 0, missing: 0 };
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (typeof data !== "string" && this.url.endsWith("/display")) {
        window.watchedFrames.sent += 1;
        const bar = document.querySelector("lockstep-display")?.shadowRoot?.querySelector(".bar");
        if (bar === null || bar === undefined || bar.getBoundingClientRect().width === 0) window.watchedFrames.missing += 1;
      }
      return send.call(this, data);
    };
  });
