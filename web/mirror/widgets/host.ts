// A shared widget on the staff's side: loads its module in a page without an origin, and hosts the element.
import type { SharedPort } from "../../shared-widget/port";
import type { FromWidget, Hello, ToWidget } from "./message";

const asked = new URLSearchParams(location.search);
const src = asked.get("src") ?? "";
const tag = asked.get("tag") ?? "";

function say(words: string): void {
  const note = document.createElement("p");
  note.setAttribute("style", "margin:0;padding:12px;font:14px/1.4 system-ui,sans-serif;color:#4a5361;background:#f6f7f9");
  note.textContent = words;
  document.body.replaceChildren(note);
}

/** The element, once its module is there; undefined when it cannot be. */
async function load(): Promise<HTMLElement | undefined> {
  if (!/^https?:\/\//.test(src) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(tag)) {
    say("This part of the page does not say where it comes from.");
    return undefined;
  }
  try {
    await import(/* @vite-ignore */ src);
    await customElements.whenDefined(tag);
  } catch {
    say("This part of the page could not be loaded.");
    return undefined;
  }
  return document.createElement(tag);
}

async function host(port: MessagePort): Promise<void> {
  const element = (await load()) as (HTMLElement & { lockstepShared?: SharedPort }) | undefined;
  if (!element) return;
  const shared = element.lockstepShared;
  if (!shared) {
    say("This part of the page is not made to be shared.");
    return;
  }
  const tell = (message: FromWidget) => port.postMessage(message);
  shared.host = {
    change: (part) => tell({ type: "change", part: { ...part } }),
    callback: (about) => tell({ type: "callback", about }),
  };
  document.body.replaceChildren(element);
  // What was said while the module was loading waits in the port.
  port.onmessage = ({ data }: MessageEvent<ToWidget>) => shared.apply(data.state);
}

addEventListener("message", ({ data, ports, source }: MessageEvent<Partial<Hello> | null>) => {
  const port = ports[0];
  if (source === parent && data?.type === "lockstep-widget" && port) void host(port);
});
