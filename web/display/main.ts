// The customer's side of the display: what is asked and told, what leaves the page, and what comes back to it.
import type { Problem } from "../recorder/main";
import { policyOf, type Policy } from "../recorder/mask/policy";
import type { OwnDisplay } from "../widget/door/documents";
import type { DisplayGiven } from "../widget/main";
import type { About } from "../shared-widget/port";
import { speakTheirs } from "../shared/words/language";
import { hear } from "../widget/hear";
import { store } from "../widget/store";
import { proposal } from "../widget/time";
import { decideThrough, textInForce, type ConsentText } from "./documents";
import { keptFor } from "./kept";
import { recordingOf } from "./recording";
import { call_me_back, shareCallMeBack } from "./shared/call-me-back";
import { page_trouble, troubleOf } from "./shared/trouble";
import { widgetsOn } from "./shared/widgets";
import { obey } from "./signal/control";
import { overlayIn } from "./signal/overlay";
import { isAct, isSign, type Signal } from "./signal/signal";
import { followPresence, tabOf } from "./socket/tab";
import { pagesOf, webAddress } from "./together/address";
import { followLinks } from "./together/links";
import { openerFor } from "./together/opener";
import { screenFor } from "./tell/screen";
import { openDisplayOf, talkWithDisplay, troubleInWords, type Shown } from "./tell/shown";
import type { Does } from "./tell/view";
import { locale, say } from "../shared/words/say";
import { requestsTo } from "../widget/door/request";

const pageLoad = Math.round(performance.timeOrigin);
const notice_ms = 8_000;

export async function openDisplay({ settings, door, page, acts, keep, define }: DisplayGiven): Promise<void> {
  await speakTheirs(settings.edge);
  const kept = keptFor(settings.site);
  const decide = decideThrough(door.commands);
  const shown = store<Shown | null>(null);
  const change = (some: Partial<Shown>) => {
    if (shown.value !== null) shown.set({ ...shown.value, ...some });
  };
  let policy: Policy | null = null;
  let noticeTimer: ReturnType<typeof setTimeout> | undefined;
  /** Paused here before the log says so. */
  let pausing: string | null = null;

  const tell = (notice: string) => {
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => change({ notice: null }), notice_ms);
    change({ notice });
  };
  const request = requestsTo(settings.edge, door.visits);
  let asked: Promise<ConsentText> | null = null;
  /** The text in force, asked for once; again after it could not be had or was replaced. */
  const text = (): Promise<ConsentText> =>
    (asked ??= request<{ consentText: ConsentText }>(textInForce, { language: locale() }).then(
      ({ consentText }) => consentText,
      (cause: unknown) => {
        asked = null;
        throw cause;
      },
    ));
  const showText = () =>
    text().then(
      (known) => change({ text: known }),
      () => tell(say("display.failed")),
    );
  const decided = async (answer: ReturnType<typeof decide>): Promise<boolean> => {
    const { __typename } = await answer;
    if (__typename === "Done") return true;
    tell(say("display.failed"));
    return false;
  };
  const isStopped = (display: OwnDisplay | null) => display !== null && kept.get("stopped") === display.id;
  /** The display as far as it is shared from this very tab. */
  const sharedHere = (): OwnDisplay | null => {
    const display = openDisplayOf(talkWithDisplay(door.me.value));
    if (display === null || display.state !== "SHARED" || !display.scopes.includes("VIEW")) return null;
    return !tab.active || isStopped(display) || pausing === display.id ? null : display;
  };

  const callback = (widget: string, { title, text, topic }: About) => {
    const about = { widget, title, text };
    acts.go({ step: "callback", topic: topic ?? shown.value?.talk.topic ?? "", later: false, ...proposal(), about });
    acts.show();
  };
  const heard = (signals: readonly Signal[]) => {
    for (const signal of signals) {
      if (signal.pageLoad !== pageLoad || sharedHere() === null) continue;
      if (signal.kind === "callback") callback(signal.widget, signal.about);
      else if (isSign(signal)) overlay.show(signal);
      else if (isAct(signal)) {
        const denied = recording.recorder === null ? null : obey(signal, { display: sharedHere, nodeOf, isPrivate });
        if (denied !== null) tell(denied);
      }
    }
  };
  const troubled = (problem: Problem) => {
    if (problem.is === "dropped") return tell(say("display.trouble.dropped"));
    const trouble = problem.is === "too-large" ? "too_large" : "stopped";
    tell(troubleInWords(trouble));
    if (sharedHere() !== null) widgets.changes(page_trouble)?.change({ pageLoad, trouble });
  };

  const recording = recordingOf({ settings, visits: door.visits, pageLoad, onLine: (line) => change({ line }), onSignals: heard, onProblem: troubled });
  const nodeOf = (id: number) => recording.recorder?.nodeOf(id) ?? null;
  const isPrivate = (node: Node) => recording.recorder?.isPrivate(node) ?? true;
  const pages = pagesOf(settings.edge, location.origin);
  const opener = openerFor({
    display: sharedHere,
    decide,
    pages,
    kept,
    go: (url) => location.assign(url),
    wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    onProblem: tell,
  });
  const widgets = widgetsOn(document, { decide, callback, onProblem: tell });
  const shareAgain = shareCallMeBack({ page, acts, settings, changes: () => (sharedHere() === null ? null : widgets.changes(call_me_back)) });

  const update = () => {
    const talk = talkWithDisplay(door.me.value);
    const display = openDisplayOf(talk);
    if (display?.state === "PAUSED") pausing = null;
    const here = sharedHere();
    recording.want(here?.id ?? null);
    widgets.follow(isStopped(display) ? null : display, tab.active);
    if (talk === null) return shown.set(null);
    const before = shown.value;
    const offered = display?.state === "OFFERED" && kept.get("away") !== display.id && before?.display?.id !== display.id;
    const sharing = display !== null && display.state !== "OFFERED" && !isStopped(display);
    // On a small screen there is no room for the panel beside the question.
    if (!sharing && offered && matchMedia("(width <= 560px)").matches) acts.hide();
    shown.set({
      line: null,
      wide: false,
      previewing: false,
      notice: null,
      ...before,
      text: before?.text ?? null,
      asking: !sharing && (offered || before?.asking === true),
      talk,
      display,
      stopping: isStopped(display),
      active: tab.active,
      together: here?.way === "TOGETHER" && here.url !== null ? (webAddress(here.url, location.href)?.href ?? null) : null,
    });
    if (shown.value?.asking === true && shown.value.text === null) void showText();
    if (here === null) overlay.clear();
    else {
      opener.follow();
      // What was wrong with another page is not wrong with this one.
      const told = troubleOf(here);
      if (told !== null && told.pageLoad !== pageLoad) widgets.changes(page_trouble)?.change({ pageLoad, trouble: null });
    }
    shareAgain();
  };

  const of = (act: (display: OwnDisplay, now: Shown) => void) => () => {
    const now = shown.value;
    if (now?.display != null) act(now.display, now);
  };
  const does: Does = {
    consent(scopes) {
      const now = shown.value;
      if (now === null) return;
      kept.set("stopped", "");
      change({ previewing: false });
      if (now.text === null) return;
      void decide("consentDisplay", { contact: now.talk.contact, scopes, textVersion: now.text.version }).then((answer) => {
        if ("code" in answer && answer.code === "display.text_not_in_force") {
          // They were shown words that no longer hold: the new ones take their place, and they are asked again.
          asked = null;
          change({ text: null, asking: true });
          tell(say("display.consent.changed"));
          return update();
        }
        void decided(Promise.resolve(answer)).then(update);
      });
    },
    notNow() {
      kept.set("away", shown.value?.display?.id ?? "");
      change({ asking: false, previewing: false });
    },
    ask() {
      change({ asking: true });
      void showText().then(() => screen.focusOffer());
    },
    preview: () => change({ previewing: shown.value?.previewing !== true }),
    pause: of((display) => {
      pausing = display.id;
      update();
      void decided(decide("pauseDisplay", { display: display.id })).then((done) => {
        if (!done) pausing = null;
        update();
      });
    }),
    resume: of((display) => {
      pausing = null;
      void decided(decide("resumeDisplay", { display: display.id })).then(update);
    }),
    stop: of((display) => {
      kept.set("stopped", display.id);
      change({ previewing: false });
      update();
      void decided(decide("revokeConsent", { display: display.id, scopes: [...display.scopes] }));
    }),
    here: () => tab.claim(),
    fold: () => change({ wide: shown.value?.wide !== true }),
    answer: (push, follow) => of((display) => void decided(decide("answerPage", { display: display.id, push, follow })))(),
    grantControl: (staff) =>
      of((display, { talk }) => {
        const scopes = [...display.scopes, "CONTROL" as const];
        const allowed = display.scopes.includes("CONTROL")
          ? Promise.resolve(true)
          : text().then(({ version }) => decided(decide("consentDisplay", { contact: talk.contact, scopes, textVersion: version })));
        void allowed.then((yes) => yes && decided(decide("grantControl", { display: display.id, staff })));
      })(),
    revokeControl: of((display) => void decided(decide("revokeControl", { display: display.id }))),
    backToPage: () => void opener.back(),
    dismiss: () => change({ notice: null }),
  };

  const screen = screenFor(
    { settings, keep, define },
    shown,
    does,
    () => (policy ??= policyOf(settings)),
    // Nothing is shown of a page on which nobody could read that it is, or stop it.
    () => sharedHere() !== null && does.pause(),
  );
  const overlay = overlayIn(screen.layer, { nodeOf, now: () => performance.now(), soon: (work) => void requestAnimationFrame(work) });
  const tab = tabOf({
    channel: new BroadcastChannel(`lockstep.${settings.site}.display`) as never,
    tab: String(Math.random()),
    now: () => Date.now(),
    onChange: () => update(),
  });
  followLinks({ shared: () => sharedHere() !== null, pages, go: (url) => location.assign(url), together: (url) => void opener.together(url) });
  followPresence(() => tab.claim());
  hear(window, "storage", update);
  hear(window, "pagehide", (event) => {
    if (event.persisted) recording.want(null);
  });
  hear(window, "pageshow", (event) => {
    if (event.persisted) update();
  });
  door.me.follow(update);
}
