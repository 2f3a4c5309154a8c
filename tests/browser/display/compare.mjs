// Whether two sides show the same: the customer's, to which the masking rule is applied here, and another.

const tolerance_px = 1.5;
const reported_max = 8;
const dot = "•";
const masked = (text) => text.replace(/[\p{L}\p{M}\p{N}]/gu, dot);
const onlyDots = /^•*$/;

/** Differences in words, the first ones; empty: the same. */
export function differences(customer, other) {
  const found = [];
  const say = (what) => found.length < reported_max && found.push(what);
  for (const what of ["view", "scroll"]) {
    const [mine, theirs] = [customer[what], other[what]];
    if (mine && theirs && mine.some((value, at) => Math.abs(value - theirs[at]) > tolerance_px)) say(`${what}: ${mine} here, ${theirs} there`);
  }
  const loose = whatMaskingMoves(customer.items);
  const length = Math.max(customer.items.length, other.items.length);
  for (let at = 0; at < length && found.length < reported_max; at++) {
    const [mine, theirs] = [customer.items[at], other.items[at]];
    if (!mine || !theirs || nameOf(mine) !== nameOf(theirs)) {
      say(`no. ${at}: ${mine ? nameOf(mine) : "nothing more"} here, ${theirs ? nameOf(theirs) : "nothing more"} there`);
      break;
    }
    for (const what of differing(mine, theirs, loose.has(at))) say(`no. ${at}, ${nameOf(mine)}: ${what}`);
  }
  return found;
}

/** A text is called by what may be read of it: another text in its place is a difference of the whole. */
function nameOf(item) {
  if (item.kind === "text") return `“${item.private ? masked(item.text) : item.text}”`;
  return item.tag + (item.field ? ` (${item.field})` : "");
}

function* differing(mine, theirs, loose) {
  if (!loose && mine.box.some((value, at) => Math.abs(value - theirs.box[at]) > tolerance_px)) yield `at ${mine.box} here, at ${theirs.box} there`;
  if (mine.kind === "text") return;
  for (const what of ["background", "colour", ...(mine.private ? [] : ["fill", "picture", "marks"])]) {
    if (mine[what] !== undefined && mine[what] !== theirs[what]) yield `${what} ${mine[what]} here, ${theirs[what]} there`;
  }
  if (mine.natural) {
    const wanted = mine.private ? [0, 0] : mine.natural;
    if (String(wanted) !== String(theirs.natural)) yield `a picture of ${wanted} here, of ${theirs.natural} there`;
  }
  if (mine.field) yield* differingField(mine, theirs);
}

function* differingField(mine, theirs) {
  if (mine.checked !== undefined) {
    if (!mine.private && mine.checked !== theirs.checked) yield `checked: ${mine.checked} here, ${theirs.checked} there`;
    return;
  }
  if (mine.private && mine.labels) {
    if (masked(mine.value) !== theirs.value) yield `says ${mine.value} here, ${theirs.value} there`;
  } else if (mine.private) {
    if (mine.field === "select" ? theirs.value !== masked(theirs.value) : !onlyDots.test(theirs.value)) yield `is private and shows “${theirs.value}” there`;
    else if (mine.field !== "select" && (mine.value === "") !== (theirs.value === "")) yield `${mine.value === "" ? "empty" : "filled in"} here, not there`;
  } else if (mine.value !== theirs.value) yield `“${mine.value}” here, “${theirs.value}” there`;
  const placeholder = mine.placeholder && (mine.placeholderPrivate ? masked(mine.placeholder) : mine.placeholder);
  if (placeholder !== theirs.placeholder) yield `the placeholder is “${placeholder}” here, “${theirs.placeholder}” there`;
}

/** A dot is not as wide as a letter: what stands in one line with hidden text may be moved sideways. */
function whatMaskingMoves(items) {
  const rows = items.filter((item) => item.kind === "text" && item.private && masked(item.text) !== item.text).map(({ box: [, y, , height] }) => [y, y + height]);
  const moved = new Set();
  items.forEach(({ box: [, y, width, height], private: hidden }, at) => {
    const small = height < 120;
    if (hidden || (small && rows.some(([from, to]) => y < to && y + height > from))) moved.add(at);
  });
  return moved;
}

/** What there was to compare. */
export function tallyOf({ items }) {
  const texts = items.filter(({ kind }) => kind === "text");
  return {
    elements: items.length - texts.length,
    texts: texts.length,
    readable: texts.filter((item) => !item.private).length,
    fields: items.filter(({ field }) => field).length,
    pictures: items.filter(({ natural, private: hidden }) => natural && !hidden).length,
  };
}

export const wordsOf = ({ elements, texts, readable, fields, pictures }) =>
  `${elements} elements, ${texts} texts (${texts - readable} masked), ${fields} fields, ${pictures} pictures`;

/** How much of what the customer may read is read on the other side, by letters. */
export function shareOfText(customer, other) {
  const letters = (text) => (text.match(/[\p{L}\p{N}]/gu) ?? []).length;
  const there = new Map();
  for (const { kind, text } of other.items) if (kind === "text") there.set(text, (there.get(text) ?? 0) + 1);
  let all = 0;
  let equal = 0;
  for (const { kind, text } of customer.items) {
    if (kind !== "text") continue;
    all += letters(text);
    const left = there.get(text) ?? 0;
    if (left === 0) continue;
    equal += letters(text);
    there.set(text, left - 1);
  }
  return all === 0 ? 1 : equal / all;
}
