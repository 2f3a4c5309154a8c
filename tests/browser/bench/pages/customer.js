// The relay's customer: rrweb's recorder as it comes, each event to the relay at once, or gathered as Lockstep's
// recorder gathers: the first at once, what follows within 50 ms together.
import { record } from "/bench/record.js";

const gather_ms = 50;
const socket = new WebSocket(`ws://${location.host}/`);
let gathering = false;
let waiting = [];
let cutAt = -Infinity;
let due = false;

function cut() {
  due = false;
  cutAt = performance.now();
  socket.send(JSON.stringify(waiting));
  waiting = [];
}

function emit(event) {
  if (!gathering) return socket.send(JSON.stringify([event]));
  waiting.push(event);
  if (due) return;
  due = true;
  const wait = cutAt + gather_ms - performance.now();
  if (wait <= 0) queueMicrotask(cut);
  else setTimeout(cut, wait);
}

socket.onopen = () => {
  record({ emit, sampling: { mousemove: 50, mousemoveCallback: 50, scroll: 50, input: "all" } });
  window.relay = { gather: (on) => (gathering = on) };
};
