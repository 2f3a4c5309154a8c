// The trend as a chart: the level as a line against the promise, waiting customers as a soft area.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { timeWords } from "../../shared/lib/time";
import { colourOf, colours } from "../../shared/lib/theme";
import { LEVEL_MIN, percentWords } from "./formula";
import { say } from "../../shared/words/say";
import type { Sample } from "./trend";

const SPAN_MIN_S = 600;

export function TrendChart({ samples }: { samples: readonly Sample[] }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const round = colours.value;
  const data = dataOf(samples);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const plot = new uPlot(optionsFor(element), data, element);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [round]);
  useEffect(() => chart.current?.setData(data), [samples]);
  const first = samples[0];
  return (
    <figure class="trend">
      <figcaption>
        <span class="trend-key trend-key-level">{say("board.trend.level")}</span>
        <span class="trend-key trend-key-waiting">{say("board.trend.waiting")}</span>
        {first && <span class="trend-since tabular">{say("board.trend.since", { time: timeWords(first.at * 1000) })}</span>}
      </figcaption>
      <div class="trend-plot" ref={box} role="img" aria-label={summary(samples)} />
    </figure>
  );
}

function summary(samples: readonly Sample[]): string {
  const last = samples.at(-1);
  if (!last) return say("board.trend.none");
  return say("board.trend.summary", { level: percentWords(last.level), waiting: last.waiting });
}

function dataOf(samples: readonly Sample[]): uPlot.AlignedData {
  return [
    samples.map((one) => one.at),
    samples.map((one) => (one.level == null ? null : one.level * 100)),
    samples.map((one) => one.waiting),
  ];
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const line = colourOf("--color-accent");
  const area = colourOf("--color-warn-tint");
  const edge = colourOf("--color-warn-mark");
  const grid = colourOf("--color-line");
  const words = colourOf("--color-text-faint");
  const promise = colourOf("--color-bad-mark");
  const font = "11px 'Inter Variable', sans-serif";
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
    padding: [8, 4, 0, 0],
    scales: {
      x: { time: true, range: (plot) => spanOf(plot.data[0]) },
      level: { range: [0, 100] },
      waiting: { range: (_, __, max) => [0, Math.max(5, max * 1.3)] },
    },
    axes: [
      {
        stroke: words,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 22,
        space: 70,
        values: (_, at) => at.map((one) => timeWords(one * 1000).slice(-5)),
      },
      { scale: "level", stroke: words, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, size: 32, splits: () => [0, 50, 100] },
      { scale: "waiting", side: 1, stroke: words, font, grid: { show: false }, ticks: { show: false }, size: 26, space: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 1000] },
    ],
    series: [
      {},
      { scale: "level", stroke: line, width: 2, points: { show: (plot) => plot.data[0].length < 3, size: 6, fill: line }, spanGaps: false },
      { scale: "waiting", stroke: edge, fill: area, width: 1, points: { show: false }, ...stepped() },
    ],
    hooks: {
      drawClear: [
        (plot) => {
          const y = plot.valToPos(LEVEL_MIN * 100, "level", true);
          const { ctx, bbox } = plot;
          ctx.save();
          ctx.strokeStyle = promise;
          ctx.lineWidth = 1;
          ctx.setLineDash([4, 4]);
          ctx.beginPath();
          ctx.moveTo(bbox.left, y);
          ctx.lineTo(bbox.left + bbox.width, y);
          ctx.stroke();
          ctx.restore();
        },
      ],
    },
  };
}

/** At least ten minutes, up to the last sample. */
function spanOf(at: ArrayLike<number>): [number, number] {
  const last = at[at.length - 1] ?? Math.round(Date.now() / 1000);
  return [Math.min(at[0] ?? last, last - SPAN_MIN_S), last];
}

function stepped(): Pick<uPlot.Series, "paths"> {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return paths === undefined ? {} : { paths };
}
