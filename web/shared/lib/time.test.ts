// How times are worded.
import { describe, expect, it } from "vitest";
import { ageWords, clockWords, leftWords, measuredWords, waitWords } from "./time";

describe("ages", () => {
  it("are rounded down to the word one would say", () => {
    expect(ageWords(0)).toBe("0 s");
    expect(ageWords(59_999)).toBe("59 s");
    expect(ageWords(60_000)).toBe("1 min");
    expect(ageWords(3_900_000)).toBe("1 h 5 min");
    expect(ageWords(49 * 3_600_000)).toBe("2 days");
  });
  it("are never negative, whatever the clocks say", () => {
    expect(ageWords(-5_000)).toBe("0 s");
    expect(clockWords(-5_000)).toBe("0:00");
  });
});

describe("countdowns", () => {
  it("show 0:00 only when the deadline is over", () => {
    expect(leftWords(1)).toBe("0:01");
    expect(leftWords(12_001)).toBe("0:13");
    expect(leftWords(0)).toBe("0:00");
    expect(leftWords(-1)).toBe("0:00");
  });
  it("show hours only when there are any", () => {
    expect(clockWords(59 * 60_000)).toBe("59:00");
    expect(clockWords(3_661_000)).toBe("1:01:01");
  });
});

describe("waits", () => {
  it("that were measured are exact", () => {
    expect(measuredWords(20.4)).toBe("20 s");
    expect(measuredWords(354)).toBe("5:54");
  });
  it("that are estimated say about when they are longer than a minute", () => {
    expect(waitWords(20)).toBe("20 s");
    expect(waitWords(250)).toBe("about 4 min");
  });
});
