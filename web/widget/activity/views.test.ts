import { expect, test } from "vitest";
import { batch_max, kept_max, viewsTo, withoutQuery, type PageView } from "./views";

/** A tab whose timers are pressed by hand and whose edge answers as told. */
function tab(kept = new Map<string, string>(), pageLoad = 1000) {
  const posted: PageView[][] = [];
  const due: { milliseconds: number; work: () => void }[] = [];
  const answers: (() => Promise<void>)[] = [];
  const views = viewsTo({
    post(batch) {
      posted.push([...batch]);
      return answers.shift()?.() ?? Promise.resolve();
    },
    kept: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value ?? "") },
    key: "views",
    pageLoad,
    after: (milliseconds, work) => void due.push({ milliseconds, work }),
  });
  views.begin();
  const press = async () => {
    const next = due.shift();
    next?.work();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    return next?.milliseconds;
  };
  return { views, posted, due, answers, press, kept };
}

test("views are numbered within their page load and go in one batch", async () => {
  const { views, posted, press } = tab();
  views.saw("https://x.example/a?token=1#top", "A");
  views.saw("https://x.example/b", "B");
  await press();
  expect(posted).toEqual([
    [
      { pageLoad: 1000, seq: 1, url: "https://x.example/a", title: "A" },
      { pageLoad: 1000, seq: 2, url: "https://x.example/b", title: "B" },
    ],
  ]);
});

test("what did not arrive is sent again with the same numbers, after a longer and longer wait", async () => {
  const { views, posted, answers, press } = tab();
  answers.push(() => Promise.reject(new Error("away")), () => Promise.reject(new Error("away")));
  views.saw("https://x.example/a", "A");
  await press();
  const first = await press();
  const second = await press();
  expect(posted.map((batch) => batch.map((view) => view.seq))).toEqual([[1], [1], [1]]);
  expect(second).toBeGreaterThan(first ?? 0);
});

test("a page that was left before its views arrived leaves them to the next page of the tab", async () => {
  const before = tab();
  before.answers.push(() => Promise.reject(new Error("away")));
  before.views.saw("https://x.example/a", "A");
  await before.press();
  const after = tab(before.kept, 2000);
  after.views.saw("https://x.example/b", "B");
  await after.press();
  expect(after.posted[0]?.map(({ pageLoad, seq }) => [pageLoad, seq])).toEqual([
    [1000, 1],
    [2000, 1],
  ]);
});

test("batches and what is kept are bounded", async () => {
  const { views, posted, press, kept } = tab();
  for (let n = 0; n < kept_max + 5; n++) views.saw(`https://x.example/${n}`, "");
  expect(JSON.parse(kept.get("views") ?? "")).toHaveLength(kept_max);
  await press();
  expect(posted[0]).toHaveLength(batch_max);
});

test("queries, path parameters and fragments stay on the customer's side", () => {
  expect(withoutQuery("https://x.example/account?number=5#mail")).toBe("https://x.example/account");
  expect(withoutQuery("https://x.example/account;jsessionid=ADA/bills;year=1?x")).toBe("https://x.example/account/bills");
  expect(withoutQuery("https://x.example/account%3Bjsessionid=ADA")).toBe("https://x.example/account");
});

test("what was kept and is no view is absent", async () => {
  for (const spoiled of ["", "null", "5", "{", "[[]]", '{"length":3}', '"x"', '[null,{"pageLoad":"1"},{"pageLoad":1,"seq":{},"url":"u","title":"t"}]']) {
    const { views, posted, press } = tab(new Map([["views", spoiled]]));
    views.saw("https://x.example/a", "A");
    await press();
    expect(posted[0]?.map(({ url }) => url), spoiled).toEqual(["https://x.example/a"]);
  }
});

test("what one visit saw is not told of the next", async () => {
  const { views, posted, press, kept } = tab();
  views.saw("https://x.example/of-ada", "");
  views.begin();
  expect(kept.get("views")).toBe("[]");
  views.saw("https://x.example/of-ben", "");
  await press();
  expect(posted.flat().map(({ url }) => url)).toEqual(["https://x.example/of-ben"]);
});
