// One panel as Grafana draws it. The timeline is ours: Grafana's own is not among its published components.
import { DataFrame, Field, FieldType, TimeRange, getFieldDisplayName, reduceField } from '@grafana/data';
import { BigValue, TimeSeries } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import * as React from 'react';

import { theme } from './settings';

interface Drawn { panel: any; frames: DataFrame[]; range: TimeRange; width: number; height: number }

export function Panel(drawn: Drawn) {
  const { panel, frames } = drawn;
  const empty = !frames.some((frame) => frame.length > 0);
  if (empty && panel.type !== 'stat') {
    return <div className="empty">{panel.fieldConfig.defaults.noValue}</div>;
  }
  switch (panel.type) {
    case 'stat':
      return <Stat {...drawn} />;
    case 'table':
      return <Table {...drawn} />;
    case 'timeseries':
      return <Graph {...drawn} />;
    case 'state-timeline':
      return <Timeline {...drawn} />;
    default:
      return <div className="empty">{`no component for ${panel.type}`}</div>;
  }
}

function numbersOf(frame: DataFrame): Field | undefined {
  return frame.fields.find(({ type }) => type === FieldType.number);
}

function Stat({ panel, frames, width, height }: Drawn) {
  const field = frames.map(numbersOf).find(Boolean);
  const display = field?.display ?? absent(panel);
  const value = display(field ? reduceField({ field, reducers: ['lastNotNull'] }).lastNotNull : null);
  const { colorMode, graphMode, justifyMode, textMode } = panel.options;
  return <BigValue {...{ value, theme, width, height, colorMode, graphMode, justifyMode, textMode }} />;
}

function absent(panel: any) {
  const [base] = panel.fieldConfig.defaults.thresholds.steps;
  const color = theme.visualization.getColorByName(base.color);
  return () => ({ text: panel.fieldConfig.defaults.noValue, color, numeric: NaN });
}

function Table({ panel, frames, width, height }: Drawn) {
  const { sortBy, cellHeight } = panel.options;
  return (
    <TableNG data={frames[0]} {...{ width, height, cellHeight }} sortBy={sortBy} structureRev={1} noHeader={false} enableVirtualization={false} />
  );
}

function Graph({ panel, frames, range, width, height }: Drawn) {
  const { legend } = panel.options;
  return (
    <TimeSeries frames={frames} timeRange={range} timeZone="utc" {...{ legend, width, height }} structureRev={1}>
      {() => null}
    </TimeSeries>
  );
}

function Timeline({ frames, range, width, height }: Drawn) {
  const label = Math.min(220, width / 4);
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const row = Math.min(30, height / frames.length);
  return (
    <div>
      {frames.map((frame, index) => (
        <div key={index} className="row" style={{ height: row }}>
          <span style={{ width: label, fontSize: Math.min(12, row * 0.8) }}>{getFieldDisplayName(numbersOf(frame)!, frame)}</span>
          <div style={{ width: width - label, height: row * 0.8 }}>{segments(frame, from, to)}</div>
        </div>
      ))}
    </div>
  );
}

function segments(frame: DataFrame, from: number, to: number) {
  const [times, states] = [frame.fields[0].values, numbersOf(frame)!];
  const step = times.length > 1 ? Math.min(...Array.from(times).slice(1).map((at, i) => at - times[i])) : to - from;
  return Array.from(times).map((at, i) => {
    const background = states.display!(states.values[i]).color;
    const [left, width] = [(100 * (at - from)) / (to - from), (100 * step) / (to - from)];
    return <i key={i} style={{ left: `${left}%`, width: `${width + 0.05}%`, background }} />;
  });
}
