// What Grafana's core registers before it draws a panel: the standard settings of a field, and the transformations.
import {
  DataFrame,
  FieldConfigOptionsRegistry,
  FieldConfigSource,
  applyFieldOverrides,
  cacheFieldDisplayNames,
  createTheme,
  identityOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { FieldColorModeId, GraphDrawStyle, StackingMode } from '@grafana/schema';
import { firstValueFrom } from 'rxjs';

const STANDARD = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'noValue', 'links'];
const CUSTOM = [
  'align', 'width', 'minWidth', 'cellOptions', 'drawStyle', 'barAlignment', 'lineWidth', 'fillOpacity', 'fillBelowTo', 'axisPlacement',
  'axisCenteredZero', 'axisSoftMax', 'transform', 'stacking', 'showPoints', 'spanNulls', 'thresholdsStyle', 'hideFrom',
];
const GRAPH = {
  drawStyle: GraphDrawStyle.Line,
  stacking: { mode: StackingMode.None, group: 'A' },
  scaleDistribution: { type: 'linear' },
  hideFrom: { legend: false, tooltip: false, viz: false },
};

const { filterFieldsByNameTransformer, mergeTransformer, organizeFieldsTransformer } = standardTransformers;
const TRANSFORMATIONS = [filterFieldsByNameTransformer, mergeTransformer, organizeFieldsTransformer];

const registry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((id) => setting(id, id, false)),
  ...CUSTOM.map((id) => setting(`custom.${id}`, id, true)),
]);

function setting(id: string, path: string, isCustom: boolean): any {
  return { id, path, name: id, isCustom, process: identityOverrideProcessor, shouldApply: () => true, override: () => null, editor: () => null };
}

standardTransformersRegistry.setInit(() =>
  TRANSFORMATIONS.map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation: () => Promise.resolve(transformation),
    editor: () => null,
    imageDark: '',
    imageLight: '',
  })) as any
);

export const theme = createTheme({ colors: { mode: new URLSearchParams(location.search).get('theme') === 'light' ? 'light' : 'dark' } });

export async function dressed(panel: any, frames: DataFrame[]): Promise<DataFrame[]> {
  const changed = await firstValueFrom(transformDataFrame(panel.transformations ?? [], frames));
  const source: FieldConfigSource = structuredClone(panel.fieldConfig);
  const ofColumns = source.overrides.flatMap((one) => one.properties.filter(({ id }) => id === 'thresholds'));
  for (const one of [source.defaults.thresholds, ...ofColumns.map(({ value }) => value)]) {
    if (one?.steps[0]) {
      one.steps[0].value = -Infinity; // as Grafana does when it loads a panel
    }
  }
  if (panel.type === 'timeseries') {
    source.defaults.color ??= { mode: FieldColorModeId.PaletteClassic };
    source.defaults.custom = { ...GRAPH, ...source.defaults.custom };
  }
  const drawn = applyFieldOverrides({
    data: changed,
    fieldConfig: source,
    fieldConfigRegistry: registry,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(drawn);
  return drawn;
}
