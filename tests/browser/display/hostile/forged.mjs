// Frames that are not what they say: by tokens, numbers, sizes, shapes, and by what should have been masked.
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { deskApi } from "../ground.mjs";
import { element, frameOf, ingestAt, recordingOf, snapshotOf, text } from "../frames.mjs";

const nobody = "00000000-0000-4000-8000-000000000000";

export async function forged({ journal: { step, note }, server, company, dana, mallory }) {
  const { token } = await mallory.visit();
  const display = mallory.sent.display;
  const open = (hello) => ingestAt(server.edge, company.origin, hello);
  const mine = (pageLoad) => ({ token, display, pageLoad });
  const at = Date.now();

  await step("Whoever cannot show the visit's token for its display is refused", async () => {
    const other = await fetch(`${server.edge}/visit`, { method: "POST", headers: { "content-type": "application/json", origin: company.origin }, body: JSON.stringify({ site: "demo" }) });
    const { token: others } = await other.json();
    const [head, body, sign] = token.split(".");
    const wrong = {
      "a forged token": { ...mine(at), token: sign === undefined ? `${token.slice(0, -6)}AAAAAA` : [head, body, `${sign.slice(0, -6)}AAAAAA`].join(".") },
      "no token": { display, pageLoad: at },
      "the token of another visit": { ...mine(at), token: others },
      "a display that is not there": { ...mine(at), display: nobody },
      "a page load that is no number": { ...mine(at), pageLoad: "now" },
      "garbage": "}{",
    };
    for (const [what, hello] of Object.entries(wrong)) {
      const socket = await open(hello);
      const said = await socket.refusal();
      await socket.isClosed();
      assert.ok(said === undefined || said.refused.message.length > 10, `${what} was refused without words`);
      assert.ok(!socket.heard.some(({ ready }) => ready), `${what} was taken`);
      note(`${what}: ${said ? `${said.refused.code}, “${said.refused.message}”` : `closed, ${socket.closed.code} “${socket.closed.reason}”`}`);
    }
  });

  const contact = await mallory.contactId();
  const kim = await deskApi(server, "kim");
  await step("Frames that are not frames are refused one by one, and the next good one is taken", async () => {
    const socket = await open(mine(at));
    assert.ok((await socket.ready()).ready, "the edge is not ready for its own visit");
    let seq = 1;
    const page = snapshotOf(`${company.origin}/forged`, [element(5, "main", {}, [text(6, "a forged page")])], at);
    socket.send(frameOf({ seq, full: true, at, events: page }));
    await socket.taken(seq);
    const deep = `${"[".repeat(300)}${"]".repeat(300)}`;
    const attribute = (name, value, tag = "p") => [{ type: 3, timestamp: at, data: { source: 0, texts: [], removes: [], attributes: [], adds: [{ parentId: 4, nextId: null, node: element(70, tag, { [name]: value }) }] } }];
    const bad = {
      "an unknown version": frameOf({ seq: 2, at, version: 9, events: [] }),
      "a head without a body": frameOf({ seq: 2, at }).subarray(0, 14),
      "half a head": frameOf({ seq: 2, at }).subarray(0, 7),
      "noise": Buffer.concat([frameOf({ seq: 2, at }).subarray(0, 14), Buffer.alloc(400, 0xa5)]),
      "no JSON": frameOf({ seq: 2, at, body: deflateRawSync("certainly, not JSON") }),
      "JSON that is no list": frameOf({ seq: 2, at, body: deflateRawSync('{"type":2}') }),
      "JSON of 300 levels": frameOf({ seq: 2, at, body: deflateRawSync(deep) }),
      "200 MB in a few kB": frameOf({ seq: 2, at, body: deflateRawSync(Buffer.alloc(200_000_000, 0x20)) }),
      "an unknown kind of event": frameOf({ seq: 2, at, events: [{ type: 6, timestamp: at, data: { plugin: "x", payload: {} } }] }),
      "a field with a value in clear": frameOf({ seq: 2, at, events: attribute("value", "zqclearvalue", "input") }),
      "a typed value in clear": frameOf({ seq: 2, at, events: [{ type: 3, timestamp: at, data: { source: 5, id: 5, text: "zqcleartyped", isChecked: false } }] }),
      "an on… attribute": frameOf({ seq: 2, at, events: attribute("onload", "zqhandler()") }),
      "a javascript: address": frameOf({ seq: 2, at, events: attribute("href", "javascript:zqscript()", "a") }),
      "a javascript: address in disguise": frameOf({ seq: 2, at, events: attribute("href", " JaVa\tScript:zqdisguise()", "a") }),
      "an address with a query": frameOf({ seq: 2, at, events: attribute("src", `${company.origin}/x.png?zqquery=1`, "img") }),
      "a picture's address with a query in a style": frameOf({ seq: 2, at, events: attribute("style", `background:url(${company.origin}/x.png?zqstyle=1)`) }),
    };
    for (const [what, frame] of Object.entries(bad)) {
      const from = socket.heard.length;
      socket.send(frame);
      const said = await socket.refusal(from);
      if (said === undefined) {
        assert.fail(`${what} closed the connection (${socket.closed.code} “${socket.closed.reason}”) instead of being refused`);
      }
      note(`${what}: ${said.refused.code}, “${said.refused.message}”`);
    }
    seq = 2;
    const from = socket.heard.length;
    socket.send(frameOf({ seq, at, events: attribute("title", "zqgoodafterall") }));
    await socket.taken(seq, from);
    socket.close();
  });
  await step("A frame sent again with other content changes nothing: the first copy wins", async () => {
    const pageLoad = at + 1;
    const one = await open(mine(pageLoad));
    await one.ready();
    one.send(frameOf({ seq: 1, full: true, at, events: snapshotOf(`${company.origin}/first`, [text(5, "zqfirstcopy")], at) }));
    await one.taken(1);
    const from = one.heard.length;
    one.send(frameOf({ seq: 1, full: true, at, events: snapshotOf(`${company.origin}/second`, [text(5, "zqsecondcopy")], at) }));
    one.send(frameOf({ seq: 2, at, events: [] }));
    await one.taken(2, from);
    one.close();
    const two = await open(mine(pageLoad));
    assert.equal((await two.ready()).ready.next, 3, "after a lost connection the edge asks for what it lacks");
    two.close();
  });
  await step("Of all that, only what was good is in the recording", async () => {
    const frames = await recordingOf(kim, contact);
    const stored = frames.map(({ json }) => json).join("\n");
    for (const bad of ["zqclearvalue", "zqcleartyped", "zqhandler", "zqscript", "zqdisguise", "zqquery", "zqstyle", "zqsecondcopy"]) {
      assert.ok(!stored.includes(bad), `${bad} is stored`);
    }
    for (const good of ["zqgoodafterall", "zqfirstcopy"]) assert.ok(stored.includes(good), `${good} is not stored`);
    note(`${frames.length} frames are recorded; none of the refused`);
  });
  await step("The desk has come through it", async () => {
    await mallory.page.reload();
    await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
  });
}
