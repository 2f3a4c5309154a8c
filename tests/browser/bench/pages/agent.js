// The relay's agent: rrweb's replayer, each event applied as it arrives.
import { Replayer } from "/bench/replay.js";

const meta = 4;
const replayer = new Replayer([], { root: document.querySelector("#stage"), liveMode: true, useVirtualDom: false, mouseTail: false, showWarning: false });
const { iframe } = replayer;

function apply(event) {
  if (event.type !== meta) return replayer.getCastFn(event, true)();
  iframe.width = event.data.width;
  iframe.height = event.data.height;
  iframe.style.display = "block";
}

const socket = new WebSocket(`ws://${location.host}/`);
socket.onmessage = ({ data }) => JSON.parse(data).forEach(apply);
socket.onopen = () => (window.relay = {});
