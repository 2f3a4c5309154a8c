// The shared widgets on the page: they show what the log says, and what the customer changes in them goes there.
import { jsonOf, parsed } from "../../widget/json";
import type { About, SharedPort } from "../../shared-widget/port";
import { announcement } from "../../shared-widget/port";
import { hear } from "../../widget/hear";
import type { OwnDisplay } from "../../widget/door/documents";
import type { Decide } from "../documents";
import { changesOf, type Changes } from "./changes";

type SharedElement = Element & { lockstepShared?: SharedPort };

/** Elements that are looked after at once. */
const elements_max = 64;

interface WidgetsWorld {
  decide: Decide;
  callback(widget: string, about: About): void;
  onProblem(message: string): void;
}

export interface Widgets {
  /** `active`: this tab is the one that is shown. */
  follow(display: OwnDisplay | null, active: boolean): void;
  /** For a widget that is no element of the page. */
  changes(name: string): Changes | null;
}

const isState = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

export function parsedState(json: string | null): object {
  const state = parsed(json);
  return isState(state) ? state : {};
}

export function widgetsOn(page: Document, world: WidgetsWorld): Widgets {
  const elements = new Set<SharedElement>();
  const shown = new WeakMap<SharedElement, string>();
  const queues = new Map<string, Changes>();
  const begun = new Set<string>();
  let display: OwnDisplay | null = null;
  let active = false;

  const queueOf = (name: string, id: string): Changes => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const made = changesOf({
      send: (basedOn, state) => world.decide("changeWidget", { display: id, widget: name, basedOn, state: jsonOf(state) }),
      onProblem: world.onProblem,
    });
    queues.set(name, made);
    return made;
  };

  const show = (element: SharedElement) => {
    const port = element.lockstepShared;
    if (port === undefined) return;
    const shared = display?.state === "SHARED" ? display : null;
    if (shared === null) {
      if (port.host !== null) port.host = null;
      shown.delete(element);
      return;
    }
    const queue = queueOf(port.name, shared.id);
    const said = shared.widgets.find(({ name }) => name === port.name);
    if (said !== undefined && said.state !== null) {
      const stamp = `${shared.id} ${said.version}`;
      if (shown.get(element) !== stamp) {
        shown.set(element, stamp);
        port.apply(parsedState(said.state));
      }
    } else if (active && !begun.has(port.name) && isState(port.state)) {
      begun.add(port.name);
      queue.change(port.state);
    }
    port.host ??= {
      change: (part) => queueOf(port.name, shared.id).change(part),
      callback: (about) => world.callback(port.name, about),
    };
  };
  const look = () => {
    for (const element of elements) {
      if (element.isConnected) show(element);
      else elements.delete(element);
    }
  };
  const add = (element: SharedElement) => {
    if (element.lockstepShared === undefined || elements.size >= elements_max) return;
    elements.add(element);
    show(element);
  };

  hear(page, announcement, (event) => add(event.composedPath()[0] as SharedElement));
  for (const element of page.querySelectorAll("[data-lockstep-shared]")) add(element);

  return {
    follow(next, isActive) {
      if (next?.id !== display?.id || next?.state !== "SHARED") {
        queues.clear();
        begun.clear();
      }
      const renewed = next?.id !== display?.id;
      display = next;
      active = isActive;
      for (const { name, version, state } of next?.state === "SHARED" ? next.widgets : []) {
        queueOf(name, next?.id ?? "").heard({ version, state: parsedState(state) });
      }
      if (renewed) for (const { lockstepShared: port } of elements) if (port !== undefined) port.host = null;
      look();
    },
    changes: (name) => (display?.state === "SHARED" && active ? queueOf(name, display.id) : null),
  };
}
