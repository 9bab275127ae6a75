// Draws one dashboard at its place on the grid, out of window.DRAWN: its JSON, and Prometheus' answers by panel and query.
import { dateTime, ThemeContext } from '@grafana/data';
import '@grafana/react-data-grid/lib/styles.css';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import 'uplot/dist/uPlot.min.css';

import { framesOf } from './frames';
import { Panel } from './panels';
import { dressed, theme } from './settings';

const { dashboard, answers, variables, from, to } = (window as any).DRAWN;
const range = { from: dateTime(from * 1000), to: dateTime(to * 1000), raw: { from: '', to: '' } };
const [UNIT, GAP, HEAD, PAD] = [38, 8, 32, 8];

function shown(panels: any[]): any[] {
  return panels.flatMap((panel) => (panel.type === 'row' && panel.panels?.length ? [panel, ...panel.panels] : [panel]));
}

function packed(panels: any[]): any[] {
  // Grafana moves what stands below a folded row upwards; here all rows are open, so each panel keeps its place in order.
  let top = 0, line = 0, left = 0;
  return panels.map((panel) => {
    const { w, h } = panel.gridPos;
    if (panel.type === 'row' || left + w > 24) {
      [top, line, left] = [top + line, 0, 0];
    }
    const placed = { panel, x: left, y: top, w, h };
    line = Math.max(line, h);
    left += w;
    return placed;
  });
}

async function draw() {
  const cell = document.body.clientWidth / 24;
  const places = packed(shown(dashboard.panels));
  const drawn = await Promise.all(
    places.map(async ({ panel, x, y, w, h }) => {
      const box = { left: x * cell, top: y * UNIT, width: w * cell - GAP, height: h * UNIT - GAP };
      if (panel.type === 'row') {
        return <h2 key={panel.id} style={box}>{panel.title}</h2>;
      }
      const frames = panel.targets.flatMap((target: any) => framesOf(target, answers[panel.title]?.[target.refId] ?? []));
      const size = { width: box.width - 2 * PAD, height: box.height - HEAD - PAD };
      const inside = await dressed(panel, frames);
      return (
        <section key={panel.id} style={box}>
          <h3>{panel.title.replace(/\$(\w+)/g, (whole: string, name: string) => variables[name] ?? whole)}</h3>
          <Panel {...{ panel, frames: inside, range, ...size }} />
        </section>
      );
    })
  );
  const { y, h } = places[places.length - 1];
  document.body.style.height = `${(y + h + 1) * UNIT}px`;
  document.body.style.background = theme.colors.background.canvas;
  document.body.style.color = theme.colors.text.primary;
  document.documentElement.style.setProperty('--panel', theme.colors.background.primary);
  createRoot(document.getElementById('board')!).render(<ThemeContext.Provider value={theme}>{drawn}</ThemeContext.Provider>);
}

draw().catch((error) => {
  document.body.textContent = `${error.stack}`;
});
