// Today as a chart: what came as columns below, the service level as a line above them, against the promise.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colourOf, colours } from "../../shared/lib/theme";
import { Failed, Loading } from "../../shared/ui/States";
import { locale, say } from "../../shared/words/say";
import type { Totals, Trend } from "../documents";
import { LEVEL_MIN, percentWords } from "./formula";
import { clockOf, isCounted, pointsOf, spanOf, useTrend, type Point } from "./trend";

/** Columns stay in the lower part, so that they and the line seldom meet. */
const HEADROOM = 2.5;
const COLUMN_PX_MAX = 18;

export function TrendChart({ totals, formula }: { totals: Totals; formula: string }) {
  const { data, error, again } = useTrend(totals);
  const trend = data?.trend;
  return (
    <figure class="trend">
      <figcaption>
        <span class="trend-key trend-key-level">{say("board.trend.level")}</span>
        <span class="trend-key trend-key-offered">{say("board.trend.offered")}</span>
        {trend && <span class="trend-what">{say("board.trend.today", { zone: trend.zone.replaceAll("_", " ") })}</span>}
      </figcaption>
      {trend ? (
        <Drawn trend={trend} points={pointsOf(trend, formula)} />
      ) : error ? (
        <Failed error={error} again={again} />
      ) : (
        <Loading lines={4} label={say("board.trend.loading")} />
      )}
    </figure>
  );
}

function Drawn({ trend, points }: { trend: Trend; points: readonly Point[] }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef({ trend, points });
  latest.current = { trend, points };
  const round = colours.value;
  const counted = points.filter(isCounted);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const plot = new uPlot(
      optionsFor(element, trend.zone, () => spanOf(latest.current.trend, latest.current.points)),
      dataOf(latest.current.points),
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [round, trend.zone]);
  useEffect(() => chart.current?.setData(dataOf(points)), [points]);
  return (
    <>
      <div class="trend-plot" ref={box} role="img" aria-label={summary(points)}>
        {counted.length === 0 && <p class="trend-none">{say("board.trend.none")}</p>}
      </div>
      <Figures zone={trend.zone} points={counted} />
    </>
  );
}

/** The same in words, for those who do not see it; in a box, because a table is as large as its words. */
function Figures({ zone, points }: { zone: string; points: readonly Point[] }) {
  const clock = clockOf(zone, locale());
  return (
    <div class="visually-hidden">
      <table class="trend-figures">
        <thead>
          <tr>
            <th scope="col">{say("board.trend.time")}</th>
            <th scope="col">{say("board.trend.level")}</th>
            <th scope="col">{say("board.trend.offered")}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{clock(point.at)}</th>
              <td>{percentWords(point.level)}</td>
              <td>{point.offered}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function summary(points: readonly Point[]): string {
  if (!points.some(isCounted)) return say("board.trend.none");
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0);
  return say("board.trend.summary", { offered: sum((one) => one.offered), answered: sum((one) => one.answered) });
}

function dataOf(points: readonly Point[]): uPlot.AlignedData {
  return [
    points.map((one) => one.at),
    points.map((one) => one.offered),
    points.map((one) => (one.level === null ? null : one.level * 100)),
  ];
}

function optionsFor(element: HTMLElement, zone: string, span: () => [number, number]): uPlot.Options {
  const line = colourOf("--color-accent");
  const column = colourOf("--color-idle-mark");
  const grid = colourOf("--color-line");
  const words = colourOf("--color-text-faint");
  const promise = colourOf("--color-bad-mark");
  const font = "11px 'Inter Variable', sans-serif";
  const clock = clockOf(zone, locale());
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
    padding: [8, 4, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
    scales: {
      x: { time: true, range: span },
      level: { range: [0, 100] },
      offered: { range: (_, __, max) => [0, Math.max(4, max) * HEADROOM] },
    },
    axes: [
      {
        stroke: words,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 22,
        space: 70,
        values: (_, at) => at.map(clock),
      },
      { scale: "level", stroke: words, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, size: 32, splits: () => [0, 50, 100] },
      {
        scale: "offered",
        side: 1,
        stroke: words,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 26,
        space: 24,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        values: (plot, at) => at.map((one) => (one <= (plot.scales.offered?.max ?? 0) / HEADROOM ? String(one) : "")),
      },
    ],
    // Drawn in this order: the line lies on top.
    series: [
      {},
      { scale: "offered", stroke: column, fill: column, width: 0, points: { show: false }, ...columns() },
      { scale: "level", stroke: line, width: 2, spanGaps: true, points: { show: true, size: 5, width: 0, fill: line } },
    ],
    hooks: {
      drawAxes: [
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

/** Each begins where its interval does. */
function columns(): Pick<uPlot.Series, "paths"> {
  const paths = uPlot.paths.bars?.({ align: 1, size: [0.8, COLUMN_PX_MAX] });
  return paths === undefined ? {} : { paths };
}
