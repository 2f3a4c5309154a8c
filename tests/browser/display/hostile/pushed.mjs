// Addresses that are programs or foreign, and remote control that nobody granted.
import assert from "node:assert/strict";
import { deskApi } from "../ground.mjs";

export async function pushed({ journal: { step, note }, server, company, foreign, dana, mallory }) {
  const display = mallory.sent.display;
  const asDana = await deskApi(server, "dana");
  const bad = ["javascript:alert(document.domain)", "data:text/html,<script>alert(1)</script>", `${foreign.origin}/phish`, "file:///etc/passwd", `http://user@${new URL(company.origin).host}/`, "//evil.example/", ""];

  await step("Staff cannot open what is not an allowed page", async () => {
    for (const url of bad) {
      const { pushPage: said } = await asDana(
        "mutation ($display: UUID!, $url: String!) { pushPage(display: $display, url: $url) { __typename ... on Refused { code message } } }",
        { display, url },
      );
      assert.equal(said.__typename, "Refused", `${url} was opened`);
      assert.equal(said.code, "display.page_not_allowed");
      note(`${url || "nothing"}: ${said.code}, “${said.message}”`);
    }
  });
  await step("Nor can the customer's side lead staff there", async () => {
    const { token } = await mallory.visit();
    for (const url of bad) {
      const response = await fetch(`${server.edge}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, origin: company.origin },
        body: JSON.stringify({
          query: "mutation ($display: UUID!, $url: String!) { shareDisplay(display: $display, way: TOGETHER, url: $url) { __typename ... on Refused { code message } } }",
          variables: { display, url },
        }),
      });
      const { data, errors } = await response.json();
      const refused = errors?.[0]?.extensions?.code ?? data?.shareDisplay?.code;
      assert.ok(refused, `${url} is looked at together`);
      note(`${url || "nothing"}: ${refused}`);
    }
  });
  await step("Remote control without a grant is refused, and nothing happens on the page", async () => {
    const pageLoad = await mallory.page.evaluate(() => Math.round(performance.timeOrigin));
    const before = await mallory.page.evaluate(() => document.body.outerHTML.length);
    for (const act of [{ kind: "click", node: 4, x: 0.5, y: 0.5 }, { kind: "input", node: 4, value: "x" }, { kind: "choose", node: 4, value: "x" }, { kind: "scroll", node: null, x: 0, y: 99 }, { kind: "back" }, { kind: "reload" }, { kind: "nonsense" }]) {
      const signals = [JSON.stringify({ ...act, pageLoad })];
      const said = await asDana("mutation ($display: UUID!, $signals: [String!]!) { signalDisplay(display: $display, signals: $signals) }", { display, signals }).then(
        () => null,
        (cause) => cause.message,
      );
      assert.ok(said, `${act.kind} was taken without a grant`);
      note(`${act.kind}: “${said}”`);
    }
    assert.equal(await mallory.page.evaluate(() => document.body.outerHTML.length), before);
    assert.equal(await mallory.page.evaluate(() => Math.round(performance.timeOrigin)), pageLoad);
    await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
  });
}
